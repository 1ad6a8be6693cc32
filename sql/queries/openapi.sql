-- What only the database knows of the description of the interface: codes of the controlled lists, and a provider whose values serve as examples.
-- role: web
-- params: today date
with list as (   -- all codes there ever were: a stored profile may still have one that is offered no more
    select 'list.' || v.list as name, min(v.list_label) as label, json_agg(v.code order by v.pos) as codes, string_agg(v.code || ' (' || v.label || ')', ', ' order by v.pos) as words
    from directory.filter_value v group by v.list
    union all
    select 'list.state', 'Land', json_agg(s.code order by s.code), string_agg(s.code || ' (' || s.name || ')', ', ' order by s.code) from geo.state s
    union all
    select 'word.' || w.topic, 'Stand oder Art', json_agg(w.code order by w.pos), string_agg(w.code || ' (' || w.label || ')', ', ' order by w.pos)
    from directory.word w group by w.topic
), example as (
    select d.slug, d.card -> 'site' ->> 'postcode' as ort, d.card -> 'site' ->> 'ags' as ags
    from directory.provider_doc d where d.status = 'active' order by d.id limit 1
)
select json_build_object(
    -- by name of the input, what it takes today
    'inputs', (select json_object_agg(i.input, i.codes)
               from (select v.input, json_agg(v.code order by v.pos) as codes from directory.filter_value v
                     where v.valid_from <= :today::date and coalesce(v.valid_to, :today::date) >= :today::date group by v.input
                     union all select 'land', json_agg(s.code order by s.code) from geo.state s) i),
    'lists', (select json_object_agg(l.name, json_build_object('type', 'string', 'description', l.label || ': ' || l.words, 'enum', l.codes) order by l.name) from list l),
    'examples', json_build_object('slug', (select slug from example),
        'ort', coalesce((select ort from example), (select min(p.code) from geo.postcode p)),
        'ags', coalesce((select ags from example), (select min(d.ags) from geo.district d))))
