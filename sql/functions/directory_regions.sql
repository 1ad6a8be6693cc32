-- Numbers and maps by region.

-- How many providers serve each Kreis: by Kreis, Land, the whole country, or a circle that contains the middle of the Kreis.
-- Parameters: key of a filter value that counts (null: all); Land (null: all). Result: every Kreis, also with 0.
create or replace function directory.coverage(filter_key int, land text) returns table (ags text, providers bigint)
language plpgsql stable set jit = off as $$
begin
    return query
    with parts as (
        select d.ags, b.seg, b.bits
        from geo.district d
        join directory.bitmap b on b.key = any (array[directory.key_district(d.ags), directory.key_state(left(d.ags, 2)), directory.key_nation()])
        where land is null or d.state = land
        union all
        select d.ags, directory.seg(c.pos), bit_or(set_bit(directory.no_bits(), directory.bit(c.pos), 1))::bit varying
        from geo.district d join directory.area_circle c on c.box && d.centre and st_dwithin(c.centre, d.centre, c.radius_m)
        where land is null or d.state = land
        group by d.ags, directory.seg(c.pos)
    ), whole as (
        select p.ags, p.seg, bit_or(p.bits)::bit varying as bits from parts p group by p.ags, p.seg
    ), counted as (
        select w.ags, sum(bit_count(w.bits & case when filter_key is null then w.bits else coalesce(f.bits, directory.no_bits()) end))::bigint as n
        from whole w left join directory.bitmap f on f.seg = w.seg and f.key = filter_key group by w.ags
    )
    select d.ags, coalesce(c.n, 0) from geo.district d left join counted c on c.ags = d.ags where land is null or d.state = land;
end
$$;

-- How many providers serve a place, in all and by Handlungsfeld. Parameters: a Kreis or a Land (directory.region), day.
create or replace function directory.region_counts(p geo.place_match, day date, out covering bigint, out fields json)
language plpgsql stable as $$
declare
    h directory.search_hits := directory.hits(p, false, null, null, null);
begin
    covering := h.covering;
    select json_agg(json_build_object('code', v.code, 'label', v.label, 'providers', coalesce(t.n, 0)) order by v.pos) into fields
    from directory.filter_value v left join directory.facet_counts(h) t on t.key = v.key
    where v.list = 'field_of_action' and v.valid_from <= day and coalesce(v.valid_to, day) >= day;
end
$$;

-- Providers that serve at least one Kreis of each Land.
create or replace function directory.state_counts() returns table (code text, providers bigint)
language sql stable as $$
    select s.code, (directory.hits(r, false, null, null, null)).covering
    from geo.state s cross join lateral directory.region(null, s.code) r
$$;

-- Map of some Kreise within a window. Parameters: window in metres (EPSG:25832); Kreise and Länder to mark. Result: viewbox, unit, districts, states.
create or replace function directory.region_map(win geometry, covered text[], covered_states text[]) returns json
language sql stable as $$
    select json_build_object(
        'viewbox', concat_ws(' ', v.x, v.y, v.w, v.h), 'unit', round(v.w / 100, 2),
        'districts', (select coalesce(json_agg(json_build_object('ags', d.ags, 'name', d.label,
                          'path', case when v.w <= 240 then d.svg_path_fine else d.svg_path end,
                          'covered', d.ags = any (covered) or d.state = any (covered_states)) order by d.ags), '[]')
                      from geo.district d where v.w <= 400 and d.outline && win),
        'states', (select coalesce(json_agg(json_build_object('code', s.code, 'name', s.name, 'path', s.svg_path, 'covered', s.code = any (covered_states))
                          order by s.ags), '[]')
                   from geo.state s where v.w > 400))
    from (select round(((st_xmin(win) - 280000) / 1000)::numeric, 1) as x, round(((6110000 - st_ymax(win)) / 1000)::numeric, 1) as y,
                 round(((st_xmax(win) - st_xmin(win)) / 1000)::numeric, 1) as w, round(((st_ymax(win) - st_ymin(win)) / 1000)::numeric, 1) as h) v
$$;

-- The providers nearest to a place, each with its nearest site, whether they serve it or not. Parameters: place, how many, day.
create or replace function directory.nearest_json(p geo.place_match, take int, day date) returns json
language plpgsql stable as $$
declare
    segs int[];
    masks bit varying[];
    size bigint;
    h directory.search_hits := directory.hits(p, false, null, null, null);
    result json;
begin
    select array_agg(b.seg order by b.seg), array_agg(b.bits order by b.seg), coalesce(sum(bit_count(b.bits)), 0) into segs, masks, size
    from directory.bitmap b where b.key = directory.key_all();
    select coalesce(json_agg(json_build_object('slug', d.slug, 'name', d.card -> 'name', 'city', x.site -> 'city',
               'postcode', x.site -> 'postcode', 'branch', x.site -> 'branch', 'distance_km', round((r.metres / 1000)::numeric, 1), 'is_demo', d.is_demo,
               'covers', coalesce(get_bit(m.bits, directory.bit(r.pos)) = 1, false)) order by r.n), '[]') into result
    from directory.nearest(segs, masks, size, p.geom, day, take) r
    join directory.search_row s on s.pos = r.pos join directory.provider_doc d on d.id = s.id
    cross join lateral (select directory.card_site(d.card, p.geom) as site) x
    left join unnest(h.segs, h.covers) as m (seg, bits) on m.seg = directory.seg(r.pos);
    return result;
end
$$;

-- Regions of a Leistungsträger in words. Parameters: beginnings of AGS; whether they only come near the true border. Result: null for the whole country.
create or replace function directory.region_text(prefixes text[], approximate boolean) returns text
language sql stable as $$
    select case when '' = any (prefixes) then null else
        (select string_agg(x.name, ', ' order by x.name)
         from (select distinct case when length(p) = 2 then s.name else s.name || ' (Teil)' end as name
               from unnest(prefixes) p join geo.state s on s.ags = left(p, 2)) x) || case when approximate then ', ungefähr' else '' end end
$$;
