-- Finding a place from what people type. Nothing here builds SQL or patterns from the input: what reaches a comparison
-- went through geo.fold_name and holds only a-z, 0-9 and blanks.

-- Rows for places by their ids, largest first.
create or replace function geo.matches_of_places(ids bigint[], exact boolean, similarities real[] default null)
returns setof geo.place_match
language sql stable
begin atomic
    select 'place', p.name, p.detail, p.value,
           (select case when count(*) = 1 then min(pp.code) end from geo.postcode_place pp where pp.place_id = p.id),
           p.ags, d.label, p.state, s.name, p.population, p.lat, p.lon, p.geom, exact, coalesce(similarities[i.n], 1)::real
      from unnest(ids) with ordinality as i(id, n)
      join geo.place p on p.id = i.id
      join geo.district d on d.ags = p.ags
      join geo.state s on s.code = p.state
     order by coalesce(similarities[i.n], 1) desc, p.weight desc, p.id;
end;

create or replace function geo.matches_of_districts(keys text[], exact boolean, near real default 1)
returns setof geo.place_match
language sql stable
begin atomic
    select 'district', d.label, s.name, d.label, null::text, d.ags, d.label, d.state, s.name, d.population,
           st_y(w.p), st_x(w.p), d.centre, exact, near
      from geo.district d join geo.state s on s.code = d.state,
           lateral (select st_transform(d.centre, 4326) as p) w
     where d.ags = any (keys)
     order by d.population desc, d.ags;
end;

create or replace function geo.matches_of_states(codes text[], exact boolean, near real default 1)
returns setof geo.place_match
language sql stable
begin atomic
    select 'state', s.name, 'Land', case when s.code in ('HB', 'BE', 'HH') then 'Land ' || s.name else s.name end,
           null::text, null::text, null::text, s.code, s.name, s.population, st_y(w.p), st_x(w.p), s.centre, exact, near
      from geo.state s, lateral (select st_transform(s.centre, 4326) as p) w
     where s.code = any (codes)
     order by s.population desc;
end;

create or replace function geo.matches_of_postcodes(codes text[], exact boolean, near real default 1)
returns setof geo.place_match
language sql stable
begin atomic
    select 'postcode', p.code || ' ' || p.label,
           concat_ws(', ', p.parts, case when d.name <> p.label then d.label end, nullif(s.name, p.label)), p.code, p.code,
           p.ags, d.label, p.state, s.name, null::integer, p.lat, p.lon, p.geom, exact, near
      from geo.postcode p
      join geo.district d on d.ags = p.ags
      join geo.state s on s.code = p.state
     where p.code = any (codes)
     order by p.code;
end;

-- A postcode or its first digits. A number that is not delivered to (large customers, post boxes): its nearest numbers.
create or replace function geo.find_postcode(digits text, max integer) returns setof geo.place_match
language plpgsql stable
as $$
begin
    if digits !~ '^[0-9]{1,5}$' then return; end if;
    return query select m.* from geo.matches_of_postcodes(
        array(select p.code from geo.postcode p left join geo.place c on c.id = p.place_id
               where p.code like digits || '%' order by c.weight desc nulls last, p.code limit max), true) m;
    if not found and length(digits) = 5 then
        return query select m.* from geo.matches_of_postcodes(
            array(select p.code from geo.postcode p
                   where p.code like left(digits, 2) || '%'
                   order by abs(p.code::integer - digits::integer), p.code limit least(max, 5)), false, 0.8) m;
    end if;
end;
$$;

-- A point: the Kreis it lies in (or the nearest within 15 km, for coasts and borders) and the nearest place as its name.
create or replace function geo.find_point(lat double precision, lon double precision) returns setof geo.place_match
language plpgsql stable
as $$
declare
    spot geometry;
    area geo.district;
    town geo.place;
    land text;
begin
    -- NaN fails these comparisons too.
    if not (lat between 45 and 57 and lon between 4 and 17) or lat is null or lon is null then return; end if;
    spot := st_transform(st_setsrid(st_makepoint(lon, lat), 4326), 25832);
    select * into area from geo.district d where st_dwithin(d.outline, spot, 15000)
     order by st_distance(d.outline, spot), d.ags limit 1;
    if not found then return; end if;
    select * into town from geo.place p where p.ags = area.ags order by p.geom <-> spot limit 1;
    select name into land from geo.state where code = area.state;
    return next ('point', round(lat::numeric, 4) || ', ' || round(lon::numeric, 4),
        concat_ws(', ', 'bei ' || town.name, area.label, nullif(land, area.label)), round(lat::numeric, 5)::float8 || ',' || round(lon::numeric, 5)::float8, null::text,
        area.ags, area.label, area.state, land, null::integer, lat, lon, spot, true, 1::real)::geo.place_match;
end;
$$;

/*
 * Places, Kreise and Länder whose name is exactly `folded`.
 *   A Land (not a city-state) beats villages of its name. A Kreis without its kind ("Fulda") counts only if no place
 *   has the name. A city of 100,000 beats parts of cities, places a twentieth its size and names it only begins
 *   ("Essen"): nobody wants to be asked about these; they are reached with their Kreis.
 */
create or replace function geo.find_exact(folded text, max integer) returns setof geo.place_match
language plpgsql stable
as $$
declare
    towns bigint[];
    lands text[];
    areas text[];
begin
    select array_agg(s.code) into lands from geo.state_name s where s.folded = find_exact.folded;
    with named as (
        select p.id, p.weight, p.municipality, n.preferred, p.kind from geo.place_name n join geo.place p on p.id = n.place_id
         where n.folded = find_exact.folded
    ), top as (
        select * from named where preferred and kind = 'city' and weight >= 100000 order by weight desc limit 1
    )
    select array_agg(n.id order by n.weight desc, n.id) into towns
      from named n
     where not exists (select from top where n.id <> top.id and (not n.preferred or n.kind = 'part' or n.weight < top.weight / 20))
       and (lands is null or n.weight >= 20000);
    select array_agg(d.ags) into areas from geo.district_name d
     where d.folded = find_exact.folded and (d.typed or (towns is null and lands is null));
    if towns is not null then  -- a city-state is its city, and a city Kreis its city
        lands := array(select l from unnest(lands) l where l not in ('BE', 'HH', 'HB'));
        areas := array(select a from unnest(areas) a
                        where not exists (select from geo.district d join geo.place p on p.ags = d.ags
                                           where d.ags = a and p.id = any (towns) and d.label = p.name));
    end if;
    return query
        select m.* from (
            select s.* from geo.matches_of_states(lands, true) s
            union all select d.* from geo.matches_of_districts(areas, true) d
            union all select t.* from geo.matches_of_places(towns[1:max], true) t
        ) m limit max;
end;
$$;

-- "Neustadt, Landkreis Gifhorn", "Neustadt (Hessen)": a name and what tells it apart: Kreis, Land or municipality.
create or replace function geo.find_told_apart(query text, max integer) returns setof geo.place_match
language plpgsql stable
as $$
declare
    halves text[] := coalesce(regexp_match(query, '^(.+),([^,]+)$'), regexp_match(query, '^(.+)\(([^()]+)\)\s*$'));
    inner_halves text[] := regexp_match(halves[1], '^(.+)\(([^()]+)\)\s*$');
    called text := geo.fold_name(halves[1]);
    hint text := geo.fold_name(halves[2]);
    ids bigint[];
begin
    if called is null or hint is null then return; end if;
    -- The second round reads "Name (Gemeinde), Kreis", which tells two places of one Kreis apart.
    for round in 1..2 loop
        select array_agg(distinct p.id) into ids
          from geo.place_name n
          join geo.place p on p.id = n.place_id
          join geo.district d on d.ags = p.ags
          join geo.state s on s.code = p.state
         where n.folded = case round when 1 then called else geo.fold_name(inner_halves[1]) end
           and (round = 1 or geo.fold_name(p.municipality_name) = geo.fold_name(inner_halves[2]))
           and (hint in (geo.fold_name(d.label), geo.fold_name(s.name), lower(s.code), geo.fold_name(p.municipality_name))
                or exists (select from geo.district_name t where t.ags = d.ags and t.folded = hint));
        exit when ids is not null or inner_halves is null;
    end loop;
    return query select m.* from geo.matches_of_places(ids, true) m limit max;
end;
$$;

-- Edit distance that counts two swapped neighbours as one slip (optimal string alignment). Both at most 40 characters.
create or replace function geo.slips(a text, b text) returns integer
language plpgsql immutable parallel safe strict
as $$
declare
    x text[] := string_to_array(left(a, 40), null);
    y text[] := string_to_array(left(b, 40), null);
    m integer := cardinality(x);
    n integer := cardinality(y);
    before integer[];
    last integer[] := array(select generate_series(0, n));
    this integer[];
    best integer;
begin
    for i in 1..m loop
        this := array[i];
        for j in 1..n loop
            best := least(last[j] + (x[i] <> y[j])::integer, last[j + 1] + 1, this[j] + 1);
            if i > 1 and j > 1 and x[i] = y[j - 1] and x[i - 1] = y[j] then best := least(best, before[j - 1] + 1); end if;
            this[j + 1] := best;
        end loop;
        before := last;
        last := this;
    end loop;
    return last[n + 1];
end;
$$;

/*
 * Near spellings, best first: names that begin so, then names few slips away. Candidates come from the trigram index
 * and from the input with two neighbours swapped (short words share no trigram then).
 *   least_weight  only places at least this large
 */
create or replace function geo.find_near(folded text, max integer, least_weight integer default 0) returns setof geo.place_match
language plpgsql stable
as $$
declare
    swapped text[] := array(select overlay(folded placing substr(folded, i + 1, 1) || substr(folded, i, 1) from i for 2)
                              from generate_series(1, length(folded) - 1) as i);
    ids bigint[];
    near real[];
    areas text[];
begin
    if length(folded) < 2 then return; end if;
    with starts as (
        select n.place_id, n.folded as f, 0.9::real as s from geo.place_name n
         where length(find_near.folded) >= 3 and n.preferred
           and n.folded ~>=~ find_near.folded and n.folded ~<~ (find_near.folded || '{')
         order by length(n.folded) limit 20
    ), alike as (
        select n.place_id, n.folded as f, null::real as s from geo.place_name n where n.folded % find_near.folded
         order by similarity(n.folded, find_near.folded) desc limit 60
    ), found as (
        select * from starts union all select * from alike
        union all select n.place_id, n.folded, null from geo.place_name n where n.folded = any (swapped)
    ), scored as (
        select f.place_id, max(coalesce(f.s,
                   1 - geo.slips(find_near.folded, f.f)::real / greatest(length(find_near.folded), length(f.f)))) as s
          from found f group by f.place_id
    ), best as (
        select c.place_id, c.s from scored c join geo.place p on p.id = c.place_id
         where c.s >= 0.6 and p.weight >= least_weight
         order by c.s + 0.04 * log(p.weight + 10) desc, p.id limit max
    )
    select array_agg(place_id), array_agg(s) into ids, near from best;
    select array_agg(d.ags) into areas from (
        select n.ags from geo.district_name n
         where least_weight = 0 and length(n.folded) >= 5
           and (n.folded % find_near.folded and similarity(n.folded, find_near.folded) >= 0.5 and n.typed
                or length(find_near.folded) >= 4 and not n.typed and n.folded like find_near.folded || '%')
         group by n.ags order by max(similarity(n.folded, find_near.folded)) desc limit 5) d;
    return query select m.* from (
        select d.* from geo.matches_of_districts(areas, false, 0.7) d
        union all select p.* from geo.matches_of_places(ids, false, near) p) m
     order by m.similarity + 0.04 * log(coalesce(m.population, 0) + 10) desc limit max;
end;
$$;

/*
 * What a person typed -> the places it can mean.
 *   query     as typed; at most 80 characters are read
 *   kind      what the caller already knows: 'postcode', 'postcode_prefix', 'point', 'name'; null: find out here
 *   postcode  the digits;  lat, lon  degrees
 * Exact matches first, largest first. If there is none: near spellings with exact = false. A small place that is one
 * slip away from a big city ("Kasel") brings the city along as a spelling, and a big city the towns that share its name
 * ("Essen" in the Landkreis Cloppenburg).
 */
create or replace function geo.find_place(query text, kind text default null, postcode text default null,
    lat double precision default null, lon double precision default null, max integer default 20)
returns setof geo.place_match
language plpgsql stable
as $$
declare
    said text := left(regexp_replace(coalesce(query, ''), '[[:cntrl:]]', ' ', 'g'), 80);
    wanted text := geo.fold_name(said);
    point text[] := regexp_match(said, '^\s*([0-9]{2}[.][0-9]{1,8})\s*[,; ]\s*([0-9]{1,2}[.][0-9]{1,8})\s*$');
    digits text := substring(said from '^\s*(?:D-?\s?)?([0-9]{1,5})(?:\D.*)?$');
    guess boolean := coalesce(kind, 'name') = 'name';
    n integer := 0;
    row geo.place_match;
begin
    max := least(greatest(coalesce(max, 20), 1), 100);
    if kind = 'point' or guess and point is not null then
        return query select m.* from geo.find_point(coalesce(lat, point[1]::float8), coalesce(lon, point[2]::float8)) m;
        return;
    end if;
    if kind in ('postcode', 'postcode_prefix') or guess and (length(digits) = 5 or said ~ '^\s*[0-9]{1,5}\s*$') then
        return query select m.* from geo.find_postcode(coalesce(postcode, digits), max) m;
        return;
    end if;
    if wanted in ('deutschland', 'bundesweit', 'germany', 'bundesrepublik', 'bundesrepublik deutschland', 'ganz deutschland') then
        return query select 'nation', 'Deutschland', 'bundesweit', 'Deutschland', null::text, null::text, null::text, null::text, null::text,
            (select sum(s.population)::integer from geo.state s), 51.16::float8, 10.45::float8, null::geometry(Point, 25832), true, 1::real;
        return;
    end if;
    if said ~ '^id:[0-9]{1,15}$' then
        return query select m.* from geo.matches_of_places(array[substr(said, 4)::bigint], true) m;
        if found then return; end if;
    end if;
    for row in select m.* from geo.find_exact(wanted, max) m loop
        n := n + 1;
        return next row;
    end loop;
    if n = 0 then
        for row in select m.* from geo.find_told_apart(said, max) m loop n := n + 1; return next row; end loop;
    end if;
    if n = 0 and wanted ~ '^(stadt|gemeinde|markt|ort|universitatsstadt) .' then
        for row in select m.* from geo.find_exact(regexp_replace(wanted, '^\S+ ', ''), max) m loop n := n + 1; return next row; end loop;
    end if;
    if n = 0 then
        return query select m.* from geo.find_near(wanted, least(max, 8)) m;
    elsif n = 1 and row.kind = 'place' and coalesce(row.population, 0) < 5000 then
        return query select m.* from geo.find_near(wanted, 1, 100000) m where m.similarity >= 0.8;
    elsif n = 1 and row.kind = 'place' and row.population >= 100000 then
        return query select m.* from geo.matches_of_places(array(
            select p.id from geo.place_name t join geo.place p on p.id = t.place_id
             where t.folded = wanted and p.kind = 'city' and (p.lat, p.lon) <> (row.lat, row.lon)
             order by p.weight desc, p.id limit 5), false) m;
    end if;
end;
$$;

-- For the list under the search field: what begins with what was typed, large first; postcodes for digits.
-- City Kreise and city-states are left to their city; parts under their city's name wait until more than one word is typed.
create or replace function geo.suggest(query text, max integer default 8) returns setof geo.place_match
language plpgsql stable
as $$
declare
    said text := left(regexp_replace(coalesce(query, ''), '[[:cntrl:]]', ' ', 'g'), 80);
    start text := geo.fold_name(said);
    past text := start || '{';  -- sorts after every continuation: names hold a-z, 0-9 and blanks
    n integer := 0;
    row geo.place_match;
begin
    max := least(greatest(coalesce(max, 8), 1), 20);
    if said ~ '^\s*[0-9]{1,5}\s*$' then
        return query select m.* from geo.find_postcode(trim(said), max) m;
        return;
    end if;
    if length(start) < 2 then return; end if;
    for row in
        select m.* from (
            select s.* from geo.matches_of_states(array(
                select t.code from geo.state_name t where t.folded ~>=~ start and t.folded ~<~ past
                   and (t.code not in ('BE', 'HB', 'HH') or start ~ '^(land|bundesland|frei)')), true) s
            union all
            select d.* from geo.matches_of_districts(array(
                select t.ags from geo.district_name t join geo.district g using (ags)
                 where t.typed and t.folded ~>=~ start and t.folded ~<~ past
                   and (g.kind not in ('Kreisfreie Stadt', 'Stadtkreis') or start ~ '^(kreisfreie|stadtkreis)')
                 group by t.ags limit 40), true) d
            union all
            select p.* from geo.matches_of_places(array(
                select c.id from (select distinct t.place_id as id from geo.place_name t
                               where t.folded ~>=~ start and t.folded ~<~ past and (t.preferred or start ~ ' ')) c
                  join geo.place g on g.id = c.id order by g.weight desc, g.id limit max), true) p
        ) m order by m.population desc nulls last limit max
    loop
        n := n + 1;
        return next row;
    end loop;
    if n = 0 then return query select m.* from geo.find_near(start, least(max, 5)) m; end if;
end;
$$;
