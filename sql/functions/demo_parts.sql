-- The steps of demo.generate(); each fills some tables of the register, set-based.

-- Providers and their sites. Places are drawn by population, points are scattered; larger organisations have a second site.
create or replace function demo.fill_providers(n int, seed int, day date) returns void
language plpgsql as $$
declare
    places bigint[];
    sums double precision[];
begin
    select array_agg(p.id order by p.upto), array_agg(p.upto order by p.upto) into places, sums
    from (select p.id, sum(greatest(p.population, 200)) over (order by p.geom, p.id) - greatest(p.population, 200) as upto
          from geo.place p where p.kind = 'city' and p.ags <> all (demo.white_spots())) p;

    -- The places lie along a curve; steps of the golden ratio spread the main sites evenly over the people, however few there are.
    create temporary table demo_place on commit drop as
    select i, 0 as k, places[width_bucket(((i * 0.6180339887498949 + seed * 0.1234567)::numeric % 1)::float8 * (sums[cardinality(sums)] + 100), sums)] as place
    from generate_series(1, n) i;
    analyze demo_place;
    -- A second site lies in the same Kreis.
    insert into demo_place
    select m.i, 1, o.ids[1 + floor(demo.r(m.i, 1, seed) * cardinality(o.ids))::int]
    from demo_place m join geo.place pl on pl.id = m.place
    join (select p.ags, array_agg(p.id order by p.id) as ids from geo.place p where p.kind = 'city' group by p.ags) o on o.ags = pl.ags
    where demo.r(m.i, 2, seed) between 0.7 and 0.8;

    -- In a city with many postcodes a site lies around the point of its postcode, elsewhere within the place.
    create temporary table demo_site on commit drop as
    select m.i, m.k, pl.id as place, pl.name as city, pl.ags, pl.state, c.code as postcode,
           st_translate(b.point, cos(demo.r(m.i, 10 + m.k, seed) * 6.2832) * s.spread, sin(demo.r(m.i, 10 + m.k, seed) * 6.2832) * s.spread) as geom
    from demo_place m join geo.place pl on pl.id = m.place
    left join (select pp.place_id, array_agg(c.code order by c.code) as codes from geo.postcode_place pp
               join geo.postcode c on c.code = pp.code join geo.place p on p.id = pp.place_id and p.ags = c.ags group by pp.place_id) pc on pc.place_id = m.place
    left join geo.postcode c on c.code = pc.codes[1 + floor(demo.r(m.i, 14 + m.k, seed) * cardinality(pc.codes))::int]
    cross join lateral (select case when cardinality(pc.codes) > 3 then c.geom else pl.geom end as point) b
    cross join lateral (select sqrt(demo.r(m.i, 12 + m.k, seed)) *
                               case when cardinality(pc.codes) > 3 then 1000 else 6.5 * sqrt(greatest(pl.population, 200)) end as spread) s;
    update demo_site s set postcode = (select pc.code from geo.postcode pc where pc.ags = s.ags order by pc.geom <-> s.geom limit 1) where postcode is null;
    update demo_site s set postcode = (select pc.code from geo.postcode pc order by pc.geom <-> s.geom limit 1) where postcode is null;

    insert into register.provider (id, slug, name, legal_form, umbrella, form, summary, mobility, status, left_on, is_demo, confirmed_on, created_on, updated_at)
    select i, demo.slug(name) || '-' || i, name,
           case form when 'freiberuflich' then 'Einzelunternehmen' else demo.pick(demo.r(i, 21, seed), 'gGmbH', 'e. V.', 'GmbH', 'Stiftung') end,
           case when form <> 'freiberuflich' and demo.r(i, 22, seed) < 0.5 then demo.pick(demo.r(i, 23, seed), 'Musterverband Teilhabe', 'Beispielwerk Arbeit', 'Verbund Probe') end,
           form, 'Erfundener Eintrag zum Ausprobieren. ' || demo.pick(demo.r(i, 24, seed),
               'Wir kommen in den Betrieb und arbeiten eine Zeit lang mit.',
               'Wir begleiten am Arbeitsplatz, bis es ohne uns gut läuft.',
               'Gemeinsam mit Team und Leitung finden wir Wege, die im Alltag tragen.',
               'Unser Schwerpunkt ist die Rückkehr nach längerer Krankheit.'),
           demo.pick(demo.r(i, 25, seed), 'Eigenes Fahrzeug', 'Mit Bus und Bahn', 'Eigenes Fahrzeug, auch Schichtzeiten', null),
           case when i in (7, 8) then 'left' else 'active' end, case when i in (7, 8) then day - 30 end, true,
           day - floor(400 * demo.r(i, 26, seed) ^ 2)::int, day - 400 - floor(600 * demo.r(i, 27, seed))::int,
           (day - floor(400 * demo.r(i, 26, seed) ^ 2)::int) + time '09:00'
    from (select s.i, case when demo.r(s.i, 2, seed) < 0.45 then 'freiberuflich' when demo.r(s.i, 2, seed) < 0.85 then 'traeger' else 'ifd' end as form,
                 demo.pick(demo.r(s.i, 20, seed), 'Beispiel-Jobcoaching', 'Muster-Jobcoaching', 'Probe-Jobcoaching') || ' ' ||
                 demo.pick(demo.r(s.i, 28, seed), 'Nordlicht', 'Kranich', 'Ahorn', 'Brückenschlag', 'Kompass', 'Ankerplatz', 'Leuchtturm', 'Wegwarte',
                     'Rückenwind', 'Sprungbrett', 'Haselnuss', 'Regenbogen', 'Steinbock', 'Seerose', 'Zugvogel', 'Birkenhof', 'Morgenstern', 'Lindenblatt',
                     'Eisvogel', 'Wellenreiter', 'Bergfink', 'Kastanie', 'Windrose', 'Fährmann') || ' ' || s.city as name
          from demo_site s where s.k = 0) x
    order by i;
    perform setval(pg_get_serial_sequence('register.provider', 'id'), n);

    insert into register.site (provider, name, street, postcode, city, ags, geom, accessibility, main)
    select s.i, case when k = 1 then 'Zweigstelle' end,
           demo.pick(demo.r(i, 30 + k, seed), 'Musterstraße', 'Beispielweg', 'Probeallee', 'Am Modellplatz', 'Testgasse', 'Vorlagenring', 'Platzhalterstraße', 'Am Übungsfeld')
               || ' ' || 1 + floor(demo.r(i, 32 + k, seed) * 98)::int,
           s.postcode, s.city, s.ags, s.geom,
           (select coalesce(array_agg(c.code order by c.pos), '{}') from register.code c
            where c.list = 'accessibility' and demo.r(i, 40 + c.pos, seed) < 0.35), k = 0
    from demo_site s order by s.i, s.k;
end
$$;

-- What they offer: lists and capacity; about a sixth of the statements on capacity are stale, a tenth are missing.
create or replace function demo.fill_offers(n int, seed int, day date) returns void
language plpgsql as $$
begin
    insert into register.provider_attribute (provider, list, code, note)
    select p.id, c.list, c.code,
           case when c.list = 'communication' then demo.pick(demo.r(p.id, 50 + c.pos, seed), 'selbst', 'mit Hilfe') end
    from register.provider p
    cross join (select c.list, c.code, c.pos, l.pos as list_pos,
                       case c.list when 'field_of_action' then case c.code when 'sicherung' then 0.85 else 0.5 end
                                   when 'occasion' then 0.45 when 'target_group' then case c.code when 'taubblind' then 0.04 else 0.3 end
                                   when 'legal_basis' then case c.code when 'lg02' then 0.8 when 'lg01' then 0.6 when 'lg07' then 0 else 0.2 end
                                   when 'communication' then 0.12 when 'language' then case c.code when 'de' then 1 when 'en' then 0.3 else 0.05 end end as p
                from register.code c join register.code_list l using (list)
                where c.list in ('field_of_action', 'occasion', 'target_group', 'legal_basis', 'communication', 'language')) c
    where demo.r(p.id, 100 + 30 * c.list_pos + c.pos, seed) < c.p
       or (c.code = 'lg07' and p.form = 'ifd' and demo.r(p.id, 60, seed) < 0.4)
       or (c.code = 'anbahnung' and demo.r(p.id, 100 + 30 * c.list_pos + c.pos - 1, seed) >= 0.85);

    insert into register.capacity (provider, state, wait_weeks, as_of)
    select p.id, c.state, case when c.state = 'warteliste' then 2 + floor(demo.r(p.id, 71, seed) * 20)::int end,
           day - floor(case when demo.r(p.id, 72, seed) < 0.17 then 61 + 200 * demo.r(p.id, 73, seed) else 58 * demo.r(p.id, 73, seed) end)::int
    from register.provider p
    cross join lateral (select demo.r(p.id, 70, seed) as r) r
    cross join lateral (select case when r.r < 0.45 then 'frei' when r.r < 0.75 then 'warteliste' else 'ausgebucht' end as state) c
    where r.r < 0.9;
end
$$;

-- Where they go: Kreise around the seat, a circle, a Land (not in those with gaps), and with many providers a few bundesweit.
create or replace function demo.fill_areas(n int, seed int) returns void
language plpgsql as $$
begin
    create temporary table demo_area on commit drop as
    select s.provider, s.id as site, s.ags, s.geom, d.state,
           case when n > 1000 and r.r < 0.004 then 'nation'
                when r.r < 0.10 and d.state not in ('MV', 'BB', 'ST', 'RP') then 'state'
                when r.r < 0.34 then 'radius' else 'district' end as kind,
           (array[15, 20, 25, 30, 40, 50, 60, 80])[1 + floor(demo.r(s.provider, 81, seed) * 8)::int] as radius_km,
           floor(demo.r(s.provider, 82, seed) ^ 2 * 6)::int as neighbours
    from register.site s join geo.district d on d.ags = s.ags
    cross join lateral (select demo.r(s.provider, 80, seed) as r) r
    where s.main;
    -- A circle must not reach the middle of a gap; such a provider names its Kreis instead.
    update demo_area a set kind = 'district'
    where kind = 'radius' and exists (select from geo.district w where w.ags = any (demo.white_spots()) and st_dwithin(w.centre, a.geom, a.radius_km * 1000));

    insert into register.service_area (provider, kind, ags, state, site, radius_km)
    select a.provider, 'nation', null, null, null::int, null::int from demo_area a where a.kind = 'nation'
    union all select a.provider, 'state', null, a.state, null, null from demo_area a where a.kind = 'state'
    union all select a.provider, 'radius', null, null, a.site, a.radius_km from demo_area a where a.kind = 'radius'
    union all select a.provider, 'district', a.ags, null, null, null from demo_area a where a.kind = 'district'
    union all
    select a.provider, 'district', x.neighbour, null, null, null
    from demo_area a cross join lateral (
        select nb.neighbour from geo.district_neighbour nb
        where nb.ags = a.ags and nb.neighbour <> all (demo.white_spots()) order by hashtext(nb.neighbour || a.provider) limit a.neighbours) x
    where a.kind = 'district';
end
$$;

-- Coaches (named with and without consent) and ways of contact.
create or replace function demo.fill_people(seed int, day date) returns void
language plpgsql as $$
begin
    insert into register.coach (provider, name, profession, training, training_provider, training_units, since, consent_on)
    select p.id, demo.pick(demo.r(p.id, 200 + k, seed), 'Bea', 'Max', 'Erika', 'Toni', 'Kim', 'Alex', 'Robin', 'Sascha', 'Jona', 'Mika', 'Charlie', 'Noa') || ' ' ||
           demo.pick(demo.r(p.id, 210 + k, seed), 'Beispiel', 'Muster', 'Probe', 'Vorlage', 'Platzhalter', 'Demo', 'Übung'),
           demo.pick(demo.r(p.id, 220 + k, seed), 'Ergotherapie', 'Soziale Arbeit', 'Psychologie', 'Heilpädagogik', 'Handwerk', 'Pflege', 'Arbeitspädagogik'),
           case when t.trained then 'Weiterbildung JobcoachingAP' end, case when t.trained then 'Musterakademie' end,
           case when t.trained then (array[160, 180, 200, 240])[1 + floor(demo.r(p.id, 240 + k, seed) * 4)::int] end,
           2006 + floor(demo.r(p.id, 250 + k, seed) * 19)::int,
           case when demo.r(p.id, 260 + k, seed) < 0.6 then day - 300 end
    from register.provider p
    cross join generate_series(0, 5) k
    cross join lateral (select demo.r(p.id, 230 + k, seed) < 0.7 as trained) t
    where k = 0 or (p.form <> 'freiberuflich' and demo.r(p.id, 270 + k, seed) < 0.4);

    insert into register.contact (provider, kind, value, person, consent_on, pos)
    select p.id, c.kind, c.value, null, null::date, c.pos
    from register.provider p
    cross join lateral (select split_part(p.slug, '-', 3) || '-' || p.id as host) h
    cross join lateral (values
        ('phone', '030 23125 ' || lpad((p.id % 1000)::text, 3, '0'), 1, 1.0),
        ('email', 'kontakt@' || h.host || '.example.org', 2, 0.95),
        ('web',   'https://' || h.host || '.example.org/', 3, 0.8),
        ('video', 'Nach Vereinbarung', 4, 0.3),
        ('relay', 'Über den Telefon-Vermittlungsdienst', 5, 0.1)) c (kind, value, pos, share)
    where demo.r(p.id, 280 + c.pos, seed) < c.share;
end
$$;

-- Standards and phases in all states. With many providers fewer of each, so that a million stays handy.
create or replace function demo.fill_quality(n int, seed int, day date) returns void
language plpgsql as $$
declare
    share double precision := case when n <= 1000 then 0.7 when n <= 20000 then 0.5 else 0.25 end;
begin
    insert into register.standard_event (provider, catalogue, code, state, on_date, valid_until, checked_by)
    select x.id, x.catalogue, x.code, x.state, x.on_date,
           case when x.state = 'geprueft' then (x.on_date + make_interval(months => x.validity_months))::date end,
           case when x.state in ('geprueft', 'abgelehnt') then 'Beispiel-Prüfstelle' end
    from (select p.id, s.catalogue, s.code, s.validity_months, day - 5 - floor(500 * demo.r(p.id, 350 + s.no, seed))::int as on_date,
                 case when r.r < 0.45 then 'geprueft' when r.r < 0.78 then 'selbstauskunft' when r.r < 0.92 then 'eingereicht'
                      when r.r < 0.96 then 'abgelehnt' else 'nicht_anwendbar' end as state
          from register.provider p
          cross join (select s.*, row_number() over (order by s.area, s.pos)::int as no from register.standard s
                      where s.catalogue = register.current_catalogue(day)) s
          cross join lateral (select demo.r(p.id, 400 + s.no, seed) as r) r
          where demo.r(p.id, 300 + s.no, seed) < share * (0.4 + 1.2 * demo.r(p.id, 299, seed))) x
    order by x.id, x.code;

    insert into register.phase_event (provider, model, phase, state, on_date, checked_by)
    select p.id, ph.model, ph.pos, demo.pick(demo.r(p.id, 500 + ph.pos, seed), 'eingehalten', 'eingehalten', 'teilweise', 'nicht_belegt'),
           day - 10 - floor(500 * demo.r(p.id, 510, seed))::int, 'Beispiel-Prüfstelle'
    from register.provider p
    join register.phase ph on ph.model = register.current_phase_model(day)
    where demo.r(p.id, 499, seed) < share;
end
$$;
