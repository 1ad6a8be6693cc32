-- The parts of the search document.

-- Chosen filter values. Parameters: object of URL input -> values. Result: per value its group (see directory.narrow), key and whether it is known today.
create or replace function directory.chosen(filters jsonb, day date)
returns table (input text, value text, list_pos int, grp int, key int)
language sql stable as $$
    select f.input, f.value, v.list_pos::int, case v.combine when 'any' then v.list_pos else v.key end::int, v.key
    from (select distinct e.key as input, a.value
          from jsonb_each(filters) e, jsonb_array_elements_text(case jsonb_typeof(e.value) when 'array' then e.value else '[]' end) a) f
    left join directory.filter_value v on v.input = f.input and v.code = f.value and v.valid_from <= day and coalesce(v.valid_to, day) >= day
$$;

-- All lists with all values and counts. Parameters: chosen inputs and values (same length), counted keys and counts (same length), day.
create or replace function directory.facets_json(inputs text[], vals text[], keys int[], counts bigint[], day date) returns json
language plpgsql stable as $$
begin
    return (select json_object_agg(l.input, json_build_object('label', l.list_label, 'plain', l.list_plain, 'list', l.list, 'combine', l.combine,
               'active', l.active, 'values', l.vals) order by l.list_pos)
    from (select v.input, v.list, v.list_label, v.list_plain, v.combine, v.list_pos, count(c.value) as active,
                 json_agg(json_build_object('value', v.code, 'label', v.label, 'count', coalesce(k.n, 0), 'active', c.value is not null) order by v.pos) as vals
          from directory.filter_value v
          left join unnest(inputs, vals) as c (input, value) on c.input = v.input and c.value = v.code
          left join unnest(keys, counts) as k (key, n) on k.key = v.key
          where v.valid_from <= day and coalesce(v.valid_to, day) >= day
          group by v.input, v.list, v.list_label, v.list_plain, v.combine, v.list_pos) l);
end
$$;

-- Why a provider is in the list, in words. Parameters: its keys and position, summary of its areas, place and the keys that cover it,
-- radius in km (null: it covers the place).
create or replace function directory.reason(keys int[], at_pos int, area text, p geo.place_match, wanted int[], radius_km int) returns text
language plpgsql stable as $$
declare
    hits int[];
begin
    if radius_km is not null then
        return 'Standort im Umkreis von ' || radius_km || ' km';
    elsif (p).kind is null or (p).kind = 'nation' then
        return 'Einsatzgebiet: ' || area;
    end if;
    select array_agg(k) into hits from unnest(keys) k where k < 100000 and k = any (wanted);
    return 'Einsatzgebiet: ' || case
        when cardinality(hits) > 1 and (p).kind = 'state' then cardinality(hits) || ' Kreise in ' || (p).state_name
        when hits is not null then (select d.label from geo.district d where d.ags = lpad(hits[1]::text, 5, '0'))
        when keys && (select array_agg(k) from unnest(wanted) k where k between 100000 and 199999)
            then 'ganz ' || (select s.name from geo.state s where directory.key_state(s.ags) = any (keys) and directory.key_state(s.ags) = any (wanted) limit 1)
        when directory.key_nation() = any (keys) then 'bundesweit'
        else (select c.label from directory.area_circle c where c.pos = at_pos
              order by (p).kind <> 'state' and st_dwithin(c.centre, (p).geom, c.radius_m) desc, c.radius_m, c.label limit 1) end;
end
$$;

-- The site a card shows: the one nearest to a point, or the main site. Parameters: card; point (null: none).
-- An expression that is put into the statement itself: most cards have one site, and an export reads thousands.
create or replace function directory.card_site(card jsonb, point geometry) returns jsonb
language sql immutable parallel safe as $$
    select case when point is not null and jsonb_typeof(card -> 'sites') = 'array' then directory.nearest_site(card -> 'sites', point) else card -> 'site' end
$$;

-- The nearest of several sites. Parameters: "sites" of a card; point.
create or replace function directory.nearest_site(sites jsonb, point geometry) returns jsonb
language sql immutable parallel safe as $$
    select s - '{e,n}'::text[] from jsonb_array_elements(sites) with ordinality as x (s, nth)
    order by ((s ->> 'e')::float8 - st_x(point)) ^ 2 + ((s ->> 'n')::float8 - st_y(point)) ^ 2, nth limit 1
$$;

-- Rows of a result list in the order given. Where a distance is known, the site shown is the one it leads to.
-- Parameters: positions, distances (metres or null), whether they cover the place (same length); place; radius; number of the first row.
create or replace function directory.results_json(positions int[], metres double precision[], covers boolean[], p geo.place_match, radius_km int, first int)
returns json
language plpgsql stable as $$
declare
    wanted int[] := directory.covering_keys(p);
begin
    return (select coalesce(json_agg(json_build_object(
        'number', first + o.n - 1, 'slug', d.slug, 'name', d.card -> 'name', 'distance_km', round((o.metres / 1000)::numeric, 1), 'covers', o.covers,
        'reason', directory.reason(r.keys, r.pos, d.card ->> 'area', p, wanted, case when not o.covers then radius_km end),
        'site', s.site, 'capacity', d.card -> 'capacity', 'fields_of_action', d.card -> 'fields_of_action',
        'verified', d.card -> 'verified', 'confirmed_on', d.card -> 'confirmed_on', 'area', d.card -> 'area', 'form', d.card -> 'form',
        'phone', d.card -> 'phone', 'email', d.card -> 'email', 'web', d.card -> 'web',
        'listed_on', d.card -> 'listed_on', 'updated_on', ch.updated_on, 'change', ch.change,
        'is_demo', d.card -> 'is_demo', 'x', s.site -> 'x', 'y', s.site -> 'y') order by o.n), '[]')
    from unnest(positions, metres, covers) with ordinality as o (pos, metres, covers, n)
    join directory.search_row r on r.pos = o.pos
    join directory.provider_doc d on d.id = r.id
    cross join lateral directory.last_change(d.card, d.updated_at) ch
    cross join lateral (select directory.card_site(d.card, case when o.metres is not null then (p).geom end) as site offset 0) s);
end
$$;

-- When only the filters keep everybody away: how many serve the place without any, and without each one of them alone, most first.
-- Parameters: what the place has without filters; the chosen values (arrays of the same length).
create or replace function directory.filtered_out_json(unfiltered directory.search_hits, groups int[], keys int[], inputs text[], vals text[]) returns json
language plpgsql stable as $$
begin
    return (select json_build_object('covering', (unfiltered).covering, 'without',
               json_agg(json_build_object('input', v.input, 'value', v.code, 'label', v.label, 'list_label', v.list_label, 'count', w.n)
                        order by w.n desc, v.list_pos, v.pos))
    from unnest(groups, keys, inputs, vals) as x (grp, key, input, value)
    join directory.filter_value v on v.input = x.input and v.code = x.value
    cross join lateral (   -- + 1000: no variants are wanted. One of several values of a group: without it even fewer would do.
        select coalesce(sum(bit_count(m.cover)), 0)::bigint as n
        from directory.narrow((unfiltered).segs, (unfiltered).covers, (unfiltered).covers,
                 (select array_agg(o.grp + 1000 order by o.key) from unnest(groups, keys) as o (grp, key) where o.key <> x.key),
                 (select array_agg(o.key order by o.key) from unnest(groups, keys) as o (grp, key) where o.key <> x.key)) m
        where m.variant = 0) w);
end
$$;

-- When nobody covers a place: who is nearest (five at most; none if the list already has somebody near), who is responsible, where it is.
-- Parameters: place; chosen groups and keys; how many are near; day.
create or replace function directory.nobody_json(p geo.place_match, groups int[], keys int[], nearby bigint, day date) returns json
language plpgsql stable as $$
declare
    segs int[];
    masks bit varying[];
    size bigint := 0;
    passing_segs int[];
    passing_masks bit varying[];
    passing bigint;
    neighbours json := '[]';
    filtered boolean := groups is not null;
begin
    if nearby = 0 then
        select array_agg(b.seg order by b.seg), array_agg(b.bits order by b.seg), coalesce(sum(bit_count(b.bits)), 0) into segs, masks, size
        from directory.bitmap b where b.key = directory.key_all();
    end if;
    if filtered and size > 0 then   -- with the filters, unless that leaves nobody in the whole country
        select array_agg(n.seg), array_agg(n.cover), coalesce(sum(bit_count(n.cover)), 0) into passing_segs, passing_masks, passing
        from directory.narrow(segs, masks, masks, groups, keys) n where n.variant = 0;
        filtered := passing > 0;
        if filtered then
            segs := passing_segs; masks := passing_masks; size := passing;
        end if;
    end if;
    if size > 0 then
        select directory.results_json(array_agg(r.pos order by r.n), array_agg(r.metres order by r.n), array_agg(false), p, null, 1) into neighbours
        from directory.nearest(segs, masks, size, (p).geom, day, 5) r;
    end if;
    return json_build_object('neighbours', (select coalesce(json_agg(json_build_object('slug', x -> 'slug', 'name', x -> 'name', 'distance_km', x -> 'distance_km',
                                                'site', x -> 'site', 'area', x -> 'area', 'capacity', x -> 'capacity', 'is_demo', x -> 'is_demo')), '[]') from json_array_elements(neighbours) x),
        'filtered', filtered,
        'authority', directory.authorities(coalesce((p).ags, (select s.ags from geo.state s where s.code = (p).state))) -> 0,
        'authorities', directory.authorities(coalesce((p).ags, (select s.ags from geo.state s where s.code = (p).state))),
        'district', case when (p).ags is not null then json_build_object('ags', (p).ags, 'name', (p).district_name) end,
        'state', json_build_object('code', (p).state, 'name', (p).state_name));
end
$$;

-- The Vergleichsliste by name, in the order given; slugs that are not listed are left out.
create or replace function directory.kept_json(slugs text[]) returns json
language plpgsql stable as $$
begin
    if slugs is null then
        return '[]';
    end if;
    return (select coalesce(json_agg(json_build_object('slug', d.slug, 'name', d.card -> 'name') order by k.n), '[]')
            from unnest(slugs) with ordinality as k (slug, n) join directory.provider_doc d on d.slug = k.slug and d.status = 'active');
end
$$;
