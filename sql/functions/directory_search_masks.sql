-- The set operations of the search. A set of providers is a list of segments, each with its bit string; see 0004_directory.sql.

-- Providers that a place can have: `cover` by Einsatzgebiet, `near` by a site within the radius.
-- Parameters: keys that cover the place; point (null: no circles and no radius); Land whose circles count (null: circles by point); radius (null: none).
create or replace function directory.candidates(keys int[], point geometry, state_no int, radius_m int)
returns table (seg int, cover bit varying, near bit varying)
language plpgsql stable as $$
begin
    return query
    with parts as (
        select b.seg, b.bits as cover, null::bit varying as near from directory.bitmap b where b.key = any (keys)
        union all
        select directory.seg(c.pos), bit_or(set_bit(directory.no_bits(), directory.bit(c.pos), 1))::bit varying, null
        from directory.area_circle c
        where state_no is null and c.box && point and st_dwithin(c.centre, point, c.radius_m) group by 1
        union all
        select directory.seg(c.pos), bit_or(set_bit(directory.no_bits(), directory.bit(c.pos), 1))::bit varying, null
        from directory.area_circle c where c.state = state_no group by 1
        union all
        select n.seg, null, n.bits from directory.near(point, radius_m) n
    )
    select p.seg, coalesce(bit_or(p.cover)::bit varying, directory.no_bits()), coalesce(bit_or(p.near)::bit varying, directory.no_bits())
    from parts p group by p.seg order by p.seg;
end
$$;

-- Providers with a site within a radius of a point. Squares of the grid that lie wholly inside are taken as a whole;
-- only in the squares at the edge each site is measured.
create or replace function directory.near(point geometry, radius_m int) returns table (seg int, bits bit varying)
language plpgsql stable as $$
declare
    px double precision := st_x(point);
    py double precision := st_y(point);
    inside int[];
    edge int[];
begin
    if point is null or radius_m is null then
        return;
    end if;
    select array_agg(directory.key_cell(c.cell)) filter (where c.far <= radius_m),
           array_agg(c.cell) filter (where c.far > radius_m and c.close <= radius_m)
    into inside, edge
    from (select y * 100 + x as cell,
                 sqrt(greatest(abs(x0 - px), abs(x0 + 10000 - px)) ^ 2 + greatest(abs(y0 - py), abs(y0 + 10000 - py)) ^ 2) as far,
                 sqrt(greatest(x0 - px, px - x0 - 10000, 0) ^ 2 + greatest(y0 - py, py - y0 - 10000, 0) ^ 2) as close
          from generate_series(floor((px - 200000 - radius_m) / 10000)::int, floor((px - 200000 + radius_m) / 10000)::int) x,
               generate_series(floor((py - 5200000 - radius_m) / 10000)::int, floor((py - 5200000 + radius_m) / 10000)::int) y,
               lateral (select x * 10000.0 + 200000 as x0, y * 10000.0 + 5200000 as y0) o
          where x between 0 and 99 and y >= 0) c;
    return query
    select b.seg, bit_or(b.bits)::bit varying from directory.bitmap b where b.key = any (inside) group by b.seg
    union all
    select directory.seg(s.pos), bit_or(set_bit(directory.no_bits(), directory.bit(s.pos), 1))::bit varying
    from directory.search_site s where s.cell = any (edge) and st_dwithin(s.geom, point, radius_m) group by 1;
end
$$;

-- What remains of the candidates under the chosen filters.
-- Parameters: candidates as arrays; for each chosen filter value its group and key. Values of one group are joined by "or", groups by "and":
-- a list where any value will do is one group (its list position, below 100), a list where all are needed has a group for each value (above).
-- Result: variant 0 with all groups; for each group g below 100 a variant g with all groups but g: the counts of a list ignore the list's own choice.
create or replace function directory.narrow(segs int[], covers bit varying[], nears bit varying[], groups int[], keys int[])
returns table (variant int, seg int, cover bit varying, near bit varying)
language plpgsql stable as $$
begin
    if groups is null then
        return query select 0, c.seg, c.cover, (c.near & ~c.cover)::bit varying from unnest(segs, covers, nears) as c (seg, cover, near);
        return;
    end if;
    return query
    with ok as (
        select g.grp, b.seg, bit_or(b.bits)::bit varying as bits
        from unnest(groups, keys) as g (grp, key) join directory.bitmap b on b.key = g.key and b.seg = any (segs)
        group by g.grp, b.seg
    ), variants as (
        select 0 as variant, (select count(distinct g) from unnest(groups) g) as needed
        union select g, (select count(distinct h) from unnest(groups) h where h <> g) from unnest(groups) g where g < 100
    ), mask as (
        select v.variant, ok.seg, bit_and(ok.bits)::bit varying as bits
        from variants v join ok on ok.grp <> v.variant group by v.variant, ok.seg, v.needed having count(*) = v.needed
        union all
        select v.variant, s, (~directory.no_bits())::bit varying from variants v, unnest(segs) s where v.needed = 0
    )
    select m.variant, c.seg, (c.cover & m.bits)::bit varying, (c.near & ~c.cover & m.bits)::bit varying
    from mask m join unnest(segs, covers, nears) as c (seg, cover, near) on c.seg = m.seg;
end
$$;

-- How many of a set have each key of a range. Parameters: segments and masks; first and last key. Result: keys with at least one.
create or replace function directory.tally(segs int[], masks bit varying[], first_key int, last_key int) returns table (key int, n bigint)
language plpgsql stable as $$
begin
    return query
    select b.key, sum(bit_count(b.bits & m.bits))::bigint
    from unnest(segs, masks) as m (seg, bits)
    join directory.bitmap b on b.seg = m.seg and b.key between first_key and last_key
    group by b.key having sum(bit_count(b.bits & m.bits)) > 0;
end
$$;

-- A set without some positions. Parameters: segments and masks; positions. Result: masks for the same segments.
create or replace function directory.without(segs int[], masks bit varying[], positions int[]) returns bit varying[]
language sql immutable parallel safe as $$
    select array_agg((m.bits & ~coalesce(x.bits, directory.no_bits()))::bit varying order by m.n)
    from unnest(segs, masks) with ordinality as m (seg, bits, n)
    left join (select directory.seg(p) as seg, bit_or(set_bit(directory.no_bits(), directory.bit(p), 1)) as bits from unnest(positions) p group by 1) x
    on x.seg = m.seg
$$;
