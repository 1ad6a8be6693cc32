-- Builds what is stored of each provider, from the register, for one day.
-- Function files run in name order; bodies here name functions of files that come later (geo_, register_).
set local check_function_bodies = off;

-- Parameters: providers, day. Result: one row per provider that exists; card, doc, feature and keys are null for those that left.
create or replace function directory.build(ids int[], day date)
returns table (id int, slug text, status text, is_demo boolean, card jsonb, doc json, feature json, keys int[], changes_on date, updated_at timestamptz)
language sql stable as $$
    select p.id, p.slug, register.provider_status(p.left_on, day), p.is_demo,
           case when live.live then jsonb_build_object(
               'slug', p.slug, 'name', p.name, 'form', f.label, 'is_demo', p.is_demo, 'site', s.main, 'sites', s.several, 'capacity', cap.capacity,
               'fields_of_action', coalesce(o.fields, '[]'), 'verified', coalesce(st.verified, 0),
               'confirmed_on', p.confirmed_on, 'area', coalesce(a.summary, 'kein Einsatzgebiet angegeben'),
               'phone', c.first -> 'phone', 'email', c.first -> 'email', 'web', c.first -> 'web') end,
           case when live.live then json_build_object(
               'slug', p.slug, 'name', p.name, 'legal_form', p.legal_form, 'umbrella', p.umbrella, 'form', f.code, 'form_label', f.label, 'summary', p.summary,
               'mobility', p.mobility, 'is_demo', p.is_demo, 'confirmed_on', p.confirmed_on,
               'sites', coalesce(s.sites, '[]'), 'coaches', coalesce(co.coaches, '[]'), 'coach_count', coalesce(co.n, 0),
               'areas', coalesce(a.areas, '[]'), 'area', coalesce(a.summary, 'kein Einsatzgebiet angegeben'), 'offers', coalesce(o.offers, '[]'),
               'capacity', cap.capacity, 'contacts', coalesce(c.contacts, '[]'), 'standards', coalesce(st.standards, '{}'),
               'verified', coalesce(st.verified, 0), 'phases', coalesce(ph.phases, '{}')) end,
           case when live.live then s.feature end,
           case when live.live then k.keys || cap.keys || coalesce(st.keys, '{}') end,
           case when live.live then least(cap.changes_on, st.changes_on, fu.changes_on) end,
           p.updated_at
    from register.provider p
    cross join lateral (select register.provider_status(p.left_on, day) = 'active' as live) live
    join register.code f on f.list = 'form' and f.code = p.form
    left join directory.part_sites(ids) s on s.provider = p.id
    left join directory.part_coaches(ids, day) co on co.provider = p.id
    left join directory.part_areas(ids) a on a.provider = p.id
    left join directory.part_offers(ids) o on o.provider = p.id
    left join directory.part_contacts(ids, day) c on c.provider = p.id
    left join directory.part_capacity(ids, day) cap on cap.provider = p.id
    left join directory.part_standards(ids, day) st on st.provider = p.id
    left join directory.part_phases(ids, day) ph on ph.provider = p.id
    left join directory.part_future(ids, day) fu on fu.provider = p.id
    left join directory.part_keys(ids) k on k.provider = p.id
    where p.id = any (ids)
$$;

-- The sites of providers, as the search needs them.
create or replace function directory.build_sites(ids int[]) returns table (id int, cell int, geom geometry)
language sql stable as $$
    select s.provider, directory.cell(s.geom), s.geom from register.site s where s.provider = any (ids)
$$;

-- The circles of providers, as the search needs them.
create or replace function directory.build_circles(ids int[])
returns table (id int, site int, state int, radius_m int, label text, centre geometry, box geometry)
language sql stable as $$
    select a.provider, a.site, left(s.ags, 2)::int, a.radius_km * 1000, a.radius_km || ' km um ' || s.city, s.geom, st_expand(s.geom, a.radius_km * 1000)
    from register.service_area a join register.site s on s.id = a.site and s.provider = any (ids)
    where a.provider = any (ids) and a.kind = 'radius'
$$;
