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
               'confirmed_on', p.confirmed_on, 'listed_on', p.created_on,
               'change', directory.newest_change(day, array[p.created_on, case when p.confirmed_on > p.created_on then p.confirmed_on end, cap.changed_on, st.changed_on, ph.changed_on],
                   array['Neu im Register', 'Eintrag bestätigt', cap.change, st.change, ph.change]),
               'area', coalesce(a.summary, 'kein Einsatzgebiet angegeben'),
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

-- What the dates of the register tell of a provider's last change: the youngest date that is not later than the day, and what happened then.
-- Parameters: day; dates and their texts (same length; null: nothing to tell). Result: {"on", "text"}, or null without any date.
create or replace function directory.newest_change(day date, dates date[], texts text[]) returns jsonb
language sql immutable parallel safe as $$
    select jsonb_build_object('on', max(x.d), 'text', string_agg(x.t, '; ' order by x.n) filter (where x.d = x.newest))
    from (select c.*, max(c.d) over () as newest from unnest(dates, texts) with ordinality as c (d, t, n) where c.d <= day) x having count(*) > 0
$$;

-- When an entry last changed and what changed, as feeds and profiles tell it. What the dates tell is known by name; anything else (a telephone
-- number, say) is known only by the time the stored profile changed, and is told first when it came later.
-- Parameters: card; time of the stored profile. Result: day; text.
-- One row, as a table: so it is put into the statement itself (an export reads thousands).
create or replace function directory.last_change(card jsonb, updated_at timestamptz) returns table (updated_on date, change text)
language sql stable parallel safe as $$
    select greatest(x.stored, x.told), case when x.stored > x.told
               then 'Eintrag geändert; davor, am ' || to_char(x.told, 'DD.MM.YYYY') || ': ' || (card -> 'change' ->> 'text')
               else coalesce(card -> 'change' ->> 'text', 'Eintrag geändert') end
    from (select (updated_at at time zone 'Europe/Berlin')::date as stored, (card -> 'change' ->> 'on')::date as told) x
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
