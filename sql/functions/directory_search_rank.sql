-- The order of results: nearest first, in whole kilometres; within a kilometre (or without a place) the lot of the day.

-- One page of a set in order.
-- Parameters: the set as segments and masks, its size; point of the place (null: none); day; how many to skip and to take.
-- Result: positions in order (n from 1 on each page) with the distance of the nearest site in metres (null without a point).
-- A small set is spelled out and sorted. A large one is walked in order from an index until the page is full: the sort never sees it whole.
-- For a large set without a point that index is the fixed wheel (directory.rotation): the lot of the day, which is fairer between few, would
-- mean to draw for everybody, and among thousands it makes no difference who stands before whom on the wheel.
create or replace function directory.rank(segs int[], masks bit varying[], size bigint, point geometry, day date, skip int, take int)
returns table (n bigint, pos int, metres double precision)
language plpgsql stable rows 20 set enable_hashjoin = off set enable_mergejoin = off as $$   -- few rows each: by index, whatever the planner guesses
declare
    wheel int := directory.wheel(day);
begin
    if size <= skip or take <= 0 then
        return;
    elsif point is not null then
        return query select * from directory.rank_near(segs, masks, size, point, 1000, wheel, skip, take);
    elsif size > 2000 then
        return query select * from directory.rank_by_rotation(directory.dense(segs, masks), wheel, skip, take);
    else
        return query
        select row_number() over (), f.pos, null::double precision
        from (select r.pos from directory.positions(segs, masks) p (pos) join directory.search_row r on r.pos = p.pos
              order by directory.lot(r.spin, wheel) offset skip limit take) f;
    end if;
end
$$;

-- The lot a provider draws on a day: a new order every day, so that each of two stands before the other on about half of all days.
create or replace function directory.lot(spin int, wheel int) returns bigint
language sql immutable parallel safe return hashint8extended(spin, wheel);

-- The nearest of a set, in the order of the distance that is shown (tenths of a kilometre). For short lists without pages.
create or replace function directory.nearest(segs int[], masks bit varying[], size bigint, point geometry, day date, take int)
returns table (n bigint, pos int, metres double precision)
language sql stable rows 5 as $$
    select * from directory.rank_near(segs, masks, size, point, 100, directory.wheel(day), 0, take) where size > 0 and point is not null
$$;

-- With a point: by distance in steps of so many metres, within a step by lot. Parameters otherwise as directory.rank().
create or replace function directory.rank_near(segs int[], masks bit varying[], size bigint, point geometry, step int, wheel int, skip int, take int)
returns table (n bigint, pos int, metres double precision)
language plpgsql stable rows 20 set enable_hashjoin = off set enable_mergejoin = off as $$
begin
    if size > 2000 then
        return query select * from directory.rank_by_distance(directory.dense(segs, masks), point, step, wheel, skip, take);
        return;
    end if;
    return query
    select row_number() over (), f.pos, f.metres
    from (select s.pos, min(st_distance(s.geom, point)) as metres
          from directory.positions(segs, masks) p (pos) join directory.search_site s on s.pos = p.pos
          group by s.pos, s.spin order by round(min(st_distance(s.geom, point)) / step), directory.lot(s.spin, wheel) offset skip limit take) f;
end
$$;

-- A set as one array, segment s at index s + 1, for asking position by position.
create or replace function directory.dense(segs int[], masks bit varying[]) returns bit varying[]
language sql immutable parallel safe as $$
    select array_agg(coalesce(m.bits, directory.no_bits()) order by s)
    from generate_series(0, (select max(x) from unnest(segs) x)) s left join unnest(segs, masks) as m (seg, bits) on m.seg = s
$$;

-- Large set, no point: along the index on spin, from where the wheel stands today, once around.
create or replace function directory.rank_by_rotation(members bit varying[], wheel int, skip int, take int)
returns table (n bigint, pos int, metres double precision)
language plpgsql stable set enable_seqscan = off set enable_bitmapscan = off as $$
begin
    return query
    select row_number() over (), w.pos, null::double precision
    from (select v.pos
          from ((select r.pos, r.spin, 1 as round from directory.search_row r
                 where r.spin >= wheel and get_bit(members[directory.seg(r.pos) + 1], directory.bit(r.pos)) = 1
                 order by r.spin limit skip + take)
                union all
                (select r.pos, r.spin, 2 from directory.search_row r
                 where r.spin < wheel and get_bit(members[directory.seg(r.pos) + 1], directory.bit(r.pos)) = 1
                 order by r.spin limit skip + take)) v order by v.round, v.spin offset skip limit take) w;
end
$$;

-- Large set, with point: sites nearest first until enough providers are found, then everything within that step, sorted.
create or replace function directory.rank_by_distance(members bit varying[], point geometry, step int, wheel int, skip int, take int)
returns table (n bigint, pos int, metres double precision)
language plpgsql stable set enable_seqscan = off set enable_sort = off as $$
declare
    sites int := 2 * (skip + take);
    providers int;
    seen int;
    reach double precision;
begin
    loop
        select count(*), sum(f.sites), max(f.metres) filter (where f.nth = skip + take) into providers, seen, reach
        from (select k.pos, count(*) as sites, min(k.metres) as metres, row_number() over (order by min(k.metres)) as nth
              from (select s.pos, s.geom <-> point as metres from directory.search_site s
                    where get_bit(members[directory.seg(s.pos) + 1], directory.bit(s.pos)) = 1
                    order by s.geom <-> point limit sites) k
              group by k.pos) f;
        exit when providers >= skip + take or seen < sites;
        sites := sites * 2;
    end loop;
    return query
    select row_number() over (), f.pos, f.metres
    from (select s.pos, min(st_distance(s.geom, point)) as metres from directory.search_site s
          where st_dwithin(s.geom, point, (round(coalesce(reach, 2000000) / step) + 0.5) * step)
            and get_bit(members[directory.seg(s.pos) + 1], directory.bit(s.pos)) = 1
          group by s.pos, s.spin order by round(min(st_distance(s.geom, point)) / step), directory.lot(s.spin, wheel) offset skip limit take) f;
end
$$;

-- For feeds: those whose entry changed last, whether they cover the place or are near it. Parameters: segments and the masks of both; point (null: none).
create or replace function directory.rank_newest(segs int[], covers bit varying[], nears bit varying[], point geometry, take int)
returns table (n bigint, pos int, metres double precision, covers boolean)
language sql stable rows 100 as $$
    select row_number() over (order by f.updated_on desc, f.updated_at desc, f.id), f.pos,
           case when point is not null then (select min(st_distance(s.geom, point)) from directory.search_site s where s.pos = f.pos) end, f.covers
    from (select r.pos, d.id, ch.updated_on, d.updated_at, a.covers
          from (select c, true from directory.positions(segs, covers) c union all select e, false from directory.positions(segs, nears) e) as a (pos, covers)
          join directory.search_row r on r.pos = a.pos join directory.provider_doc d on d.id = r.id
          cross join lateral directory.last_change(d.card, d.updated_at) ch
          order by ch.updated_on desc, d.updated_at desc, d.id limit take) f
$$;
