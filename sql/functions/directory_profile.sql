-- The page of a provider: what is stored, joined with the texts of the catalogue and a map.

-- Standards of the catalogue in force with the provider's states, grouped by area. Parameters: stored object code -> state.
create or replace function directory.standard_groups(states json) returns json
language sql stable as $$
    select json_agg(json_build_object('label', w.label, 'standards', g.standards) order by w.pos)
    from (select s.area, json_agg(json_build_object('code', s.code, 'title', s.title, 'area', s.area, 'state', x.state, 'state_label', w.label,
                     'on', states -> s.code -> 'on', 'valid_until', states -> s.code -> 'valid_until', 'checked_by', states -> s.code -> 'checked_by',
                     'is_verified', x.state = 'geprueft') order by s.n) as standards
          from directory.in_force() f join directory.standard s on s.catalogue = f.catalogue
          cross join lateral (select coalesce(states -> s.code ->> 'state', 'nicht_angegeben') as state) x
          join directory.word w on w.topic = 'standard' and w.code = x.state
          group by s.area) g
    join directory.word w on w.topic = 'area' and w.code = g.area
$$;

-- The phases of the model in force with the provider's states. Parameters: stored object position -> state.
create or replace function directory.phase_list(states json) returns json
language sql stable as $$
    select json_agg(json_build_object('pos', p.pos, 'code', p.code, 'title', p.title, 'state', x.state, 'state_label', w.label,
               'on', states -> p.pos::text -> 'on', 'checked_by', states -> p.pos::text -> 'checked_by') order by p.pos)
    from directory.in_force() f join directory.phase p on p.model = f.phase_model
    cross join lateral (select coalesce(states -> p.pos::text ->> 'state', 'nicht_belegt') as state) x
    join directory.word w on w.topic = 'phase' and w.code = x.state
$$;

-- Map of the Einsatzgebiet. Parameters: stored sites and areas.
create or replace function directory.profile_map(at_pos int, sites json, areas json) returns json
language plpgsql stable as $$
declare
    covered text[] := array(select a ->> 'ags' from json_array_elements(areas) a where a ->> 'kind' = 'district');
    states text[] := array(select a ->> 'state' from json_array_elements(areas) a where a ->> 'kind' = 'state');
    win geometry;
    circles json;
begin
    if exists (select from json_array_elements(areas) a where a ->> 'kind' = 'nation') then
        states := array(select s.code from geo.state s);
    end if;
    select json_agg(json_build_object('x', geo.svg_x(c.centre), 'y', geo.svg_y(c.centre), 'r', c.radius_m / 1000.0, 'label', c.label) order by c.radius_m, c.site)
    into circles from directory.area_circle c where c.pos = at_pos;
    select st_expand(st_setsrid(st_extent(g.box)::geometry, 25832), 15000) into win
    from (select st_envelope(d.outline) as box from geo.district d where d.ags = any (covered)
          union all select st_envelope(s.outline) from geo.state s where s.code = any (states)
          union all select c.box from directory.area_circle c where c.pos = at_pos
          union all select s.geom from directory.search_site s where s.pos = at_pos) g;
    if win is null then
        return null;
    end if;
    return jsonb_build_object('circles', coalesce(circles, '[]'),
               'sites', (select json_agg(json_build_object('x', s -> 'x', 'y', s -> 'y', 'label', s -> 'city')) from json_array_elements(sites) s))
           || directory.region_map(win, covered, states)::jsonb;
end
$$;

-- Parameters: slug. Result: the document "provider"; {"problem": gone} for one that left; null for one that never was.
create or replace function directory.profile(wanted text) returns json
language sql stable as $$
    select case when d.status = 'left' then json_build_object('problem', json_build_object('code', 'gone', 'field', 'slug', 'value', d.slug))
    else json_build_object(
        'slug', d.slug, 'name', d.doc -> 'name', 'legal_form', d.doc -> 'legal_form', 'umbrella', d.doc -> 'umbrella',
        'form', d.doc -> 'form', 'form_label', d.doc -> 'form_label', 'summary', d.doc -> 'summary', 'mobility', d.doc -> 'mobility',
        'is_demo', d.is_demo, 'confirmed_on', d.doc -> 'confirmed_on', 'listed_on', d.card -> 'listed_on', 'updated_on', ch.updated_on, 'change', ch.change,
        'sites', d.doc -> 'sites', 'coaches', d.doc -> 'coaches', 'coach_count', d.doc -> 'coach_count',
        'area', d.doc -> 'area', 'areas', d.doc -> 'areas', 'fields_of_action', d.card -> 'fields_of_action', 'offers', d.doc -> 'offers',
        'capacity', d.doc -> 'capacity', 'contacts', d.doc -> 'contacts',
        'catalogue', (select json_build_object('title', c.title, 'version', c.version, 'status', c.status)
                      from directory.in_force() f join directory.catalogue c on c.id = f.catalogue),
        'standard_groups', g.groups,
        'standards', (select json_agg(s) from json_array_elements(g.groups) x, json_array_elements(x -> 'standards') s),
        'verified', d.doc -> 'verified', 'standards_total', (select count(*) from directory.in_force() f join directory.standard s on s.catalogue = f.catalogue),
        'phases', directory.phase_list(d.doc -> 'phases'),
        'map', directory.profile_map(r.pos, d.doc -> 'sites', d.doc -> 'areas'), 'feature', d.feature, 'demo', d.is_demo) end
    from directory.provider_doc d
    left join directory.search_row r on r.id = d.id
    cross join lateral directory.last_change(d.card, d.updated_at) ch
    left join lateral (select directory.standard_groups(d.doc -> 'standards') as groups where d.status = 'active') g on true
    where d.slug = wanted
$$;

-- The cells of a provider in the comparison. `text` says everything; `href` is where the whole cell leads; `items` are its parts with their pages.
create or replace function directory.compare_cells(card jsonb, doc json) returns table (pos int, label text, text text, href text, items json)
language sql stable as $$
    with standard as (   -- checked ones, in the order of the catalogue
        select count(*) as n, string_agg(x.name, '; ' order by x.nth) as names,
               json_agg(json_build_object('text', x.name, 'href', '/standards/' || x.code) order by x.nth) as items
        from (select s.code, s.n as nth, s.code || ' ' || s.title as name
              from directory.in_force() f join directory.standard s on s.catalogue = f.catalogue
              where doc -> 'standards' -> s.code ->> 'state' = 'geprueft') x
    ), area as (
        select string_agg(a ->> 'label', '; ' order by n) as names, json_agg(json_build_object('text', a -> 'label', 'href', a -> 'href') order by n) as items
        from json_array_elements(doc -> 'areas') with ordinality as e (a, n)
    )
    select 1, 'Art des Anbieters', card ->> 'form', null, null::json
    union all select 2, 'Standort', concat_ws(' ', card -> 'site' ->> 'postcode', card -> 'site' ->> 'city'), null, null
    union all select 3, 'Einsatzgebiet', coalesce(a.names, card ->> 'area'), null, a.items from area a
    union all select 4, 'Freie Plätze', concat_ws(', ', card -> 'capacity' ->> 'label',
        'Stand ' || to_char((card -> 'capacity' ->> 'as_of')::date, 'DD.MM.YYYY'),
        'Wartezeit etwa ' || (card -> 'capacity' ->> 'wait_weeks') || ' Wochen'), null, null
    union all select 10 + v.list_pos, v.list_label,
        (select string_agg(concat(x ->> 'label', ' (' || (x ->> 'note') || ')'), ', ')
         from json_array_elements(doc -> 'offers') o, json_array_elements(o -> 'values') x where o ->> 'list' = v.list), null, null
        from (select distinct f.list, f.list_label, f.list_pos from directory.filter_value f
              where f.list not in ('capacity', 'verified', 'form')) v
    union all select 40, 'Geprüfte Standards', concat(s.n, ': ' || s.names), null, s.items from standard s
    union all select k.pos, k.label, c.x ->> 'value', c.x ->> 'href', null
        from (values (50, 'Telefon', 'phone'), (51, 'E-Mail', 'email'), (52, 'Internet', 'web')) k (pos, label, kind)
        left join lateral (select x from json_array_elements(doc -> 'contacts') x where x ->> 'kind' = k.kind limit 1) c on true
    union all select 60, 'Zuletzt bestätigt', to_char((card ->> 'confirmed_on')::date, 'DD.MM.YYYY'), null, null
$$;

-- Providers side by side. Parameters: slugs, at most ten are read; those not listed are named as unknown. Result: the document "compare".
create or replace function directory.compare(slugs text[]) returns json
language sql stable as $$
    with asked as (
        select k.slug, min(k.n) as n from unnest(slugs[1:10]) with ordinality as k (slug, n) where k.slug <> '' group by k.slug
    ), p as (
        select d.slug, d.card, d.doc, d.is_demo, k.n from asked k join directory.provider_doc d on d.slug = k.slug and d.status = 'active'
    ), cell as (
        select p.n, p.card ->> 'name' as name, c.* from p cross join lateral directory.compare_cells(p.card, p.doc) c
    )
    select json_build_object(
        'providers', (select coalesce(json_agg(json_build_object('slug', p.slug, 'name', p.card -> 'name', 'city', p.card -> 'site' -> 'city',
                          'is_demo', p.is_demo) order by p.n), '[]') from p),
        'unknown', (select coalesce(json_agg(k.slug order by k.n), '[]') from asked k where not exists (select from p where p.slug = k.slug)),
        'rows', (select coalesce(json_agg(r.line order by r.pos), '[]')
                 from (select c.pos, json_build_object('label', c.label, 'cells', json_agg(json_build_object('name', c.name, 'text', c.text,
                              'href', c.href, 'items', c.items) order by c.n)) as line
                       from cell c group by c.pos, c.label) r),
        'demo', (select coalesce(bool_or(p.is_demo), false) from p))
$$;
