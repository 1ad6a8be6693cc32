-- The parts of a stored profile. Each function takes provider ids (and the day) and returns one row per provider that has the part.
-- All are plain set queries, so that one changed provider and a rebuild of all go the same way.

-- Sites with coordinates for people (WGS 84), main site first. `main` is the main site as the card shows it; `several`, only where there is
-- more than one, all of them with their coordinates in metres (e, n), from which directory.card_site() chooses.
create or replace function directory.part_sites(ids int[]) returns table (provider int, main jsonb, several jsonb, sites json, feature json)
language sql stable parallel safe as $$
    with s as materialized (   -- each point is transformed once
        select s.provider, s.id, s.main, d.label as district, s.name, s.street, s.postcode, s.city, s.ags, s.geom,
               st_transform(s.geom, 4326) as wgs,
               (select json_agg(c.label order by c.pos) from register.code c
                where c.list = 'accessibility' and c.code = any (s.accessibility)) as accessibility
        from register.site s join geo.district d on d.ags = s.ags
        where s.provider = any (ids)
    )
    select s.provider,
           (jsonb_agg(c.card order by s.main desc, s.id)) -> 0,
           case when count(*) > 1 then jsonb_agg(c.card || jsonb_build_object('e', round(st_x(s.geom)), 'n', round(st_y(s.geom))) order by s.main desc, s.id) end,
           json_agg(json_build_object('name', s.name, 'street', s.street, 'postcode', s.postcode, 'city', s.city,
               'district', json_build_object('ags', s.ags, 'name', s.district),
               'lat', round(st_y(s.wgs)::numeric, 5), 'lon', round(st_x(s.wgs)::numeric, 5),
               'x', geo.svg_x(s.geom), 'y', geo.svg_y(s.geom),
               'accessibility', coalesce(s.accessibility, '[]'), 'main', s.main) order by s.main desc, s.id),
           case when count(*) = 1 then st_asgeojson((array_agg(s.wgs))[1], 5)
                else st_asgeojson(st_collect(s.wgs order by s.main desc, s.id), 5) end::json
    from s cross join lateral (
        select jsonb_build_object('city', s.city, 'postcode', s.postcode, 'lat', round(st_y(s.wgs)::numeric, 5),
                   'lon', round(st_x(s.wgs)::numeric, 5), 'district', s.district, 'ags', s.ags,
                   'x', geo.svg_x(s.geom), 'y', geo.svg_y(s.geom), 'branch', not s.main) as card) c
    group by s.provider
$$;

-- Coaches: all are counted, those who agreed are named.
create or replace function directory.part_coaches(ids int[], day date) returns table (provider int, n int, coaches json)
language sql stable parallel safe as $$
    select c.provider, count(*)::int,
           coalesce(json_agg(json_build_object('name', c.name, 'profession', c.profession,
               'training', concat_ws(', ', c.training, c.training_provider, c.training_units || ' Unterrichtseinheiten'),
               'since', c.since) order by c.name, c.id) filter (where register.named(c.consent_on, c.consent_withdrawn_on, day)), '[]')
    from register.coach c where c.provider = any (ids) group by c.provider
$$;

-- Einsatzgebiet: each area with label and page, and one line that sums them up ("5 Kreise in Hessen").
create or replace function directory.part_areas(ids int[]) returns table (provider int, areas json, summary text)
language sql stable parallel safe as $$
    with a as (
        select a.provider, a.kind, array_position(array['nation', 'state', 'district', 'radius'], a.kind) as pos,
               case a.kind when 'nation' then 'bundesweit' when 'state' then 'ganz ' || st.name
                           when 'district' then d.label else a.radius_km || ' km um ' || s.city end as label,
               case a.kind when 'state' then '/land/' || st.code when 'district' then '/kreis/' || d.ags end as href,
               a.ags, a.state, coalesce(st.name, dst.name) as state_name, a.radius_km
        from register.service_area a
        left join geo.state st on st.code = a.state
        left join geo.district d on d.ags = a.ags
        left join geo.state dst on dst.code = d.state
        left join register.site s on s.id = a.site and s.provider = any (ids)
        where a.provider = any (ids)
    ), grouped as (
        select a.provider, a.pos, case
            when a.kind <> 'district' or count(*) <= 2 then string_agg(a.label, ', ' order by a.label)
            else count(*) || ' Kreise in ' || (select string_agg(x, ' und ' order by x) from unnest(array_agg(distinct a.state_name)) x) end as line
        from a group by a.provider, a.pos, a.kind
    )
    select l.provider, l.areas, s.summary
    from (select a.provider, json_agg(json_build_object('kind', a.kind, 'label', a.label, 'href', a.href, 'ags', a.ags, 'state', a.state,
                     'radius_km', a.radius_km) order by a.pos, a.label, a.radius_km) as areas
          from a group by a.provider) l
    join (select g.provider, string_agg(g.line, ', ' order by g.pos) as summary from grouped g group by g.provider) s on s.provider = l.provider
$$;

-- What is offered, by list; values in the order of the list. Free of judgement: no list carries a score.
create or replace function directory.part_offers(ids int[]) returns table (provider int, offers json, fields json)
language sql stable parallel safe as $$
    with l as (
        select a.provider, l.pos, l.list, l.label, json_agg(json_build_object('code', c.code, 'label', c.label, 'note', a.note) order by c.pos) as vals,
               json_agg(c.label order by c.pos) as labels
        from register.provider_attribute a
        join register.code c using (list, code) join register.code_list l using (list)
        where a.provider = any (ids) group by a.provider, l.list
    )
    select l.provider, json_agg(json_build_object('list', l.list, 'label', l.label, 'values', l.vals) order by l.pos),
           coalesce((json_agg(l.labels) filter (where l.list = 'field_of_action')) -> 0, '[]')
    from l group by l.provider
$$;

-- Ways of contact. A person is named only with consent. The link is made here, so every representation has the same one.
create or replace function directory.part_contacts(ids int[], day date) returns table (provider int, contacts json, first jsonb)
language sql stable parallel safe as $$
    select c.provider,
           json_agg(json_build_object('kind', c.kind, 'label', w.label, 'value', c.value,
               'person', case when register.named(c.consent_on, null, day) then c.person end, 'note', c.note,
               'href', case c.kind when 'email' then 'mailto:' || c.value when 'web' then c.value
                                   when 'phone' then 'tel:' || regexp_replace(regexp_replace(regexp_replace(c.value, '^(\+.*)\(0\)', '\1'), '[^0-9+]', '', 'g'), '^0', '+49') end)
               order by c.pos, c.id),
           jsonb_object_agg(c.kind, c.value order by c.pos desc, c.id desc)
    from register.contact c join register.word w on w.topic = 'contact' and w.code = c.kind
    where c.provider = any (ids) group by c.provider
$$;

-- Capacity as it counts on the day, always with the date it was stated on.
create or replace function directory.part_capacity(ids int[], day date)
returns table (provider int, code text, capacity json, keys int[], changes_on date, changed_on date, change text)
language sql stable parallel safe as $$
    select p.id, c.code,
           json_build_object('code', c.code, 'label', c.label, 'as_of', cap.as_of,
               'wait_weeks', case when c.code = 'warteliste' then cap.wait_weeks end,
               'stale', st.stale),
           array[directory.key_code(l.pos, c.bit)], register.capacity_changes_on(cap.state, cap.as_of, day),
           case when st.stale then register.capacity_changes_on(cap.state, cap.as_of, cap.as_of) when cap.as_of <= day then cap.as_of end,
           case when st.stale then 'Angabe zu freien Plätzen nicht mehr aktuell' else 'Freie Plätze: ' || c.label end
    from register.provider p
    left join register.capacity cap on cap.provider = p.id and cap.provider = any (ids)
    cross join lateral (select coalesce(register.capacity_stale(cap.as_of, day), false) as stale) st
    join register.code_list l on l.list = 'capacity'
    join register.code c on c.list = 'capacity' and c.code = register.capacity_state(cap.state, cap.as_of, day)
    where p.id = any (ids)
$$;

-- Standards with a state, and how many are checked and valid. The texts of the catalogue are joined when a page is read.
create or replace function directory.part_standards(ids int[], day date)
returns table (provider int, standards json, verified int, keys int[], changes_on date, changed_on date, change text)
language sql stable parallel safe as $$
    select s.provider,
           json_object_agg(s.code, json_build_object('state', s.state, 'on', s.on_date, 'valid_until', s.valid_until, 'checked_by', s.checked_by) order by s.code),
           (count(*) filter (where s.state = 'geprueft'))::int,
           array_agg(case when s.state = 'geprueft' then directory.key_code(l.pos, c.bit) else directory.key_declared(c.bit) end order by s.code)
               filter (where s.state in ('geprueft', 'selbstauskunft', 'eingereicht')),
           min(s.changes_on), max(s.since), directory.change_line('Standard', 'Standards',
               array_agg(s.code || ' ' || w.label order by s.code) filter (where s.since = s.newest))
    from (select x.*, max(x.since) over (partition by x.provider) as newest
          from (select t.*, register.standard_since(t.state, t.on_date, t.valid_until) as since from register.standard_states(ids, day) t) x) s
    join register.code_list l on l.list = 'verified' join register.code c on c.list = l.list and c.code = s.code
    join register.word w on w.topic = 'standard' and w.code = s.state
    group by s.provider
$$;

-- Phases with a state.
create or replace function directory.part_phases(ids int[], day date) returns table (provider int, phases json, changed_on date, change text)
language sql stable parallel safe as $$
    select s.provider, json_object_agg(s.phase, json_build_object('state', s.state, 'on', s.on_date, 'checked_by', s.checked_by) order by s.phase),
           max(s.on_date), directory.change_line('Phase', 'Phasen', array_agg(s.phase || ' (' || p.title || ') ' || w.label order by s.phase) filter (where s.on_date = s.newest))
    from (select t.*, max(t.on_date) over (partition by t.provider) as newest from register.phase_states(ids, day) t) s
    join register.phase p on p.model = register.current_phase_model(day) and p.pos = s.phase
    join register.word w on w.topic = 'phase' and w.code = s.state
    group by s.provider
$$;

-- "Standard S02 geprüft", "Standards S02 geprüft, S04 Selbstauskunft"; long lists are counted. Parameters: the word for one and for several; what changed.
create or replace function directory.change_line(one text, many text, changed text[]) returns text
language sql immutable parallel safe
return case when cardinality(changed) = 1 then one || ' ' || changed[1]
            when cardinality(changed) <= 5 then many || ' ' || array_to_string(changed, ', ')
            else cardinality(changed) || ' ' || many || ' mit neuem Stand' end;

-- The next day on which something already entered for a later day begins to count.
create or replace function directory.part_future(ids int[], day date) returns table (provider int, changes_on date)
language sql stable parallel safe as $$
    select f.provider, min(f.on_date)
    from (select e.provider, e.on_date from register.standard_event e where e.provider = any (ids) and e.on_date > day
          union all select e.provider, e.on_date from register.phase_event e where e.provider = any (ids) and e.on_date > day
          union all select c.provider, c.consent_on from register.coach c where c.provider = any (ids) and c.consent_on > day
          union all select c.provider, c.consent_withdrawn_on from register.coach c where c.provider = any (ids) and c.consent_withdrawn_on > day
          union all select c.provider, c.consent_on from register.contact c where c.provider = any (ids) and c.consent_on > day
          union all select p.id, p.left_on from register.provider p where p.id = any (ids) and p.left_on > day
          union all select i, m.on_date   -- a catalogue or phase model begins or ends
                    from unnest(ids) i, (select c.valid_from as on_date from register.catalogue c union all select c.valid_to + 1 from register.catalogue c
                                         union all select m.valid_from from register.phase_model m union all select m.valid_to + 1 from register.phase_model m) m
                    where m.on_date > day) f
    group by f.provider
$$;

-- The keys of the search index that follow from the provider's own rows; capacity and standards bring theirs.
create or replace function directory.part_keys(ids int[]) returns table (provider int, keys int[])
language sql stable parallel safe as $$
    select k.provider, array_agg(k.key)
    from (select p.id as provider, directory.key_all() as key from register.provider p where p.id = any (ids)
          union all
          select a.provider, case a.kind when 'nation' then directory.key_nation() when 'state' then directory.key_state(st.ags)
                                         else directory.key_district(a.ags) end
          from register.service_area a left join geo.state st on st.code = a.state
          where a.provider = any (ids) and a.kind <> 'radius'
          union all
          select s.provider, directory.key_seat(s.ags) from register.site s where s.provider = any (ids) and s.main
          union all
          select distinct s.provider, directory.key_cell(directory.cell(s.geom)) from register.site s where s.provider = any (ids)
          union all
          select v.provider, directory.key_code(l.pos, c.bit)
          from (select a.provider, a.list, a.code from register.provider_attribute a where a.provider = any (ids)
                union all select p.id, p.form_list, p.form from register.provider p where p.id = any (ids)) v
          join register.code c using (list, code) join register.code_list l using (list)
          where l.input is not null) k
    group by k.provider
$$;
