-- How many providers serve each Kreis, and how many people live where nobody comes; by Handlungsfeld; what was searched in vain.
-- role: web
-- params: handlungsfeld text (may be null), view text, today date
with field as (
    select v.* from directory.filter_value v where v.list = 'field_of_action' and v.code = nullif(:handlungsfeld::text, '')
), d as (
    select d.ags, d.label, d.state, d.population, d.svg_path, c.providers,
           case when c.providers = 0 then 0 when c.providers <= 2 then 1 when c.providers <= 5 then 2 when c.providers <= 10 then 3 else 4 end as class
    from directory.coverage((select f.key from field f), null) c join geo.district d on d.ags = c.ags
)
select case when nullif(:handlungsfeld::text, '') is not null and not exists (select from field)
    then json_build_object('problem', json_build_object('code', 'unknown_value', 'field', 'handlungsfeld', 'value', :handlungsfeld::text))
    else json_build_object(
        'field', (select f.code from field f), 'field_label', (select f.label from field f),
        'fields', (select json_agg(json_build_object('code', v.code, 'label', v.label, 'active', v.code is not distinct from :handlungsfeld::text) order by v.pos)
                   from directory.filter_value v where v.list = 'field_of_action'),
        'totals', (select json_build_object('districts', count(*), 'covered', count(*) filter (where d.providers > 0),
                       'population', sum(d.population), 'population_uncovered', coalesce(sum(d.population) filter (where d.providers = 0), 0)) from d),
        'districts', (select json_agg(json_build_object('ags', d.ags, 'label', d.label, 'state', d.state, 'providers', d.providers,
                          'population', d.population, 'class', d.class, 'path', case when :view::text = 'html' then d.svg_path end)
                          order by d.providers, d.population desc, d.ags) from d),
        'legend', (select json_agg(json_build_object('class', l.class, 'label', l.label, 'count', (select count(*) from d where d.class = l.class)) order by l.class)
                   from (values (0, 'kein Anbieter'), (1, '1 bis 2 Anbieter'), (2, '3 bis 5 Anbieter'), (3, '6 bis 10 Anbieter'), (4, 'mehr als 10 Anbieter')) as l (class, label)),
        'states', case when :view::text = 'html' then (select json_agg(json_build_object('code', s.code, 'name', s.name, 'path', s.svg_path) order by s.ags) from geo.state s) end,
        'viewbox', geo.svg_germany(),
        'misses', (select coalesce(json_agg(json_build_object('ags', m.ags, 'label', m.label, 'field_of_action', m.field, 'n', m.n) order by m.n desc, m.ags, m.field), '[]')
                   from (select m.ags, d.label, v.label as field, sum(m.n) as n
                         from directory.search_miss m join geo.district d on d.ags = m.ags
                         left join directory.filter_value v on v.list = 'field_of_action' and v.code = m.field_of_action
                         where m.month > :today::date - interval '1 year'
                           and (nullif(:handlungsfeld::text, '') is null or m.field_of_action in ('', :handlungsfeld::text))
                         group by m.ags, d.label, v.label order by sum(m.n) desc, m.ags, v.label limit 20) m),
        'demo', directory.has_demo())
    end
