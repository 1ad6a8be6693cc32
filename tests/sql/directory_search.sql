-- The search against a second, naive implementation that reads the register row by row and knows nothing of the index.
begin;
create extension if not exists pgtap with schema public;
select no_plan();
-- The read model stands at today; so do the questions.
create function pg_temp.today() returns date language sql as $$ select (now() at time zone 'Europe/Berlin')::date $$;

-- Random data; then some providers row by row, across the border of two segments.
select demo.generate(1200, 7, pg_temp.today());
update directory.version set next_pos = 8192 - 60;
alter table register.standard_event disable trigger append_only;
create temporary table moved as select id from register.provider where id % 12 = 0 and status = 'active';
create temporary table old_bits as select r.pos, k from directory.search_row r join moved m using (id), unnest(r.keys) k;
select directory.unlist(id) from moved;
select directory.list(b.id, b.keys, b.changes_on) from moved m, directory.build(array[m.id], pg_temp.today()) b order by b.id;
select directory.move_bits((select array_agg(pos order by pos, k) from old_bits), (select array_agg(k order by pos, k) from old_bits), array_agg(r.pos), array_agg(k))
from directory.search_row r join moved m using (id), unnest(r.keys) k;

-- The Kreise and Länder that a place lies in (a postcode can touch several).
create function pg_temp.kreise(p geo.place_match) returns text[] language sql stable as
$$ select array(select x.ags from geo.postcode_district x where p.kind = 'postcode' and x.code = p.postcode union select p.ags where p.ags is not null
                union select d.ags from geo.district d where p.kind = 'state' and d.state = p.state) $$;
create function pg_temp.laender(p geo.place_match) returns text[] language sql stable as
$$ select array(select distinct d.state from geo.district d where d.ags = any (pg_temp.kreise(p))) $$;

-- Does a provider's Einsatzgebiet cover the place?
create function pg_temp.covers(pid int, p geo.place_match, kreise text[], laender text[]) returns boolean language plpgsql stable as $$
declare
    a record;
begin
    if p.kind is null then return true; end if;
    for a in select r.*, s.geom, d.state as site_state from register.service_area r left join register.site s on s.id = r.site
             left join geo.district d on d.ags = s.ags where r.provider = pid loop
        if a.kind = 'nation' or a.kind = 'state' and a.state = any (laender) or a.kind = 'district' and a.ags = any (kreise)
           or a.kind = 'radius' and p.kind <> 'state' and st_distance(a.geom, p.geom) <= a.radius_km * 1000
           or a.kind = 'radius' and p.kind = 'state' and a.site_state = p.state then
            return true;
        end if;
    end loop;
    return false;
end $$;
-- What each provider has, by filter value: read from the register, not from the index.
create temporary table has as
select a.provider as id, l.input, a.code from register.provider_attribute a join register.code_list l using (list)
union all select p.id, 'form', p.form from register.provider p
union all select p.id, 'kapazitaet', case when pg_temp.today() - c.as_of <= 60 then c.state else 'keine_angabe' end
    from register.provider p left join register.capacity c on c.provider = p.id
union all select e.provider, 'standard', e.code
    from (select distinct on (e.provider, e.code) e.* from register.standard_event e where e.on_date <= pg_temp.today() order by e.provider, e.code, e.on_date desc, e.id desc) e
    where e.state = 'geprueft' and (e.valid_until is null or e.valid_until >= pg_temp.today());
create index on has (id, input, code);
analyze has;
-- Which of the chosen lists does it fail?
create function pg_temp.fails(pid int, f jsonb) returns text[] language plpgsql stable as $$ begin
    return (select coalesce(array_agg(e.key), '{}') from jsonb_each(f) e
    where case when e.key in ('standard', 'kommunikation')
        then exists (select from jsonb_array_elements_text(e.value) w where not exists (select from has h where h.id = pid and h.input = e.key and h.code = w))
        else not exists (select from jsonb_array_elements_text(e.value) w join has h on h.id = pid and h.input = e.key and h.code = w) end);
end $$;
create function pg_temp.metres(pid int, p geo.place_match) returns float8 language plpgsql stable as
$$ begin return (select min(st_distance(s.geom, p.geom)) from register.site s where s.provider = pid); end $$;

-- Everybody whom a place can have, with what they fail.
create function pg_temp.everybody(p geo.place_match, radius int, f jsonb) returns table (id int, slug text, covers boolean, km float8, fails text[]) language sql stable as $$
    select x.id, x.slug, x.covers, x.km, pg_temp.fails(x.id, f)
    from (select r.id, r.slug, pg_temp.covers(r.id, p, k.kreise, k.laender) as covers, case when p.geom is not null and p.kind <> 'state' then pg_temp.metres(r.id, p) / 1000 end as km
          from register.provider r, (select pg_temp.kreise(p) as kreise, pg_temp.laender(p) as laender offset 0) k where r.status = 'active' offset 0) x
    where x.covers or x.km <= radius
$$;
-- Random questions.
create temporary table question as
with r as (select i, array(select demo.r(i, 900 + k, 3) from generate_series(1, 12) k) as r from generate_series(1, 60) i)
select i,
    case when i % 10 = 0 then jsonb_build_object('land', (array['HE', 'NW', 'BY', 'MV', 'SL'])[1 + floor(r[1] * 5)::int])
         when i % 10 = 1 then '{}'::jsonb
         when i % 10 in (2, 3, 4) then jsonb_build_object('kreis', (select d.ags from geo.district d order by d.ags offset floor(r[1] * 400)::int limit 1))
         else jsonb_build_object('ort', (select c.code from geo.postcode c order by c.code offset floor(r[1] * 8000)::int limit 1)) end as place,
    (array[5, 10, 25, 50, 100, 200])[1 + floor(r[2] * 6)::int] as radius,
    (select coalesce(jsonb_object_agg(v.input, v.codes), '{}')
     from (select f.input, jsonb_agg(f.code) as codes from directory.filter_value f
           where demo.r(i, 950 + f.list_pos, 3) < 0.22 and demo.r(i, 1000 + f.list_pos * 40 + f.pos, 3) < case f.combine when 'all' then 0.05 else 0.3 end
           group by f.input) v) as filters
from r;

create function pg_temp.place_of(place jsonb) returns geo.place_match language sql stable as
$$ select m from directory.locate(place) m where m.exact limit 1 $$;

-- A large export comes in pieces: put together.
create function pg_temp.export(place jsonb, radius int, filters jsonb) returns json language sql as $$
    select jsonb_set(d.d, '{results}', (d.d -> 'results') || coalesce(p.rows, '[]'))::json
    from (select directory.search(place, radius, filters, 'geojson', 1, 20, null, pg_temp.today())::jsonb as d offset 0) d
    cross join lateral (select jsonb_agg(x order by n, m) as rows
        from jsonb_array_elements(nullif(d.d -> 'pieces', 'null')) with ordinality as e (piece, n),
             json_array_elements(directory.search_piece(place, (e.piece #>> '{}')::jsonb) -> 'results') with ordinality as r (x, m)) p
$$;
create temporary table answer as
select q.*, pg_temp.export(q.place, q.radius, q.filters) as doc,
       directory.search(q.place, q.radius, q.filters, 'html', 1, 20, null, pg_temp.today()) as page
from question q;

-- The naive answers.
create temporary table settled as select q.*, pg_temp.place_of(q.place) as p from question q;
create temporary table naive as select q.i, e.* from settled q cross join lateral pg_temp.everybody(q.p, q.radius, q.filters) e;

select cmp_ok((select count(*)::int from answer where (doc ->> 'covering')::int > 0), '>=', 25, 'enough questions are covered by someone');
select cmp_ok((select count(*)::int from answer where (doc ->> 'nearby')::int > 0), '>=', 10, 'enough questions have someone near');
select cmp_ok((select count(*)::int from answer where filters <> '{}'), '>=', 30, 'enough questions have filters');
select cmp_ok((select count(*)::int from answer where doc ->> 'pieces' is not null), '>=', 2, 'enough answers are written in pieces');

select results_eq(
    format('select x.slug, x.covers, round(x.km::numeric, 1) from naive x where x.i = %s and x.fails = ''{}'' order by x.covers desc, round(x.km), hashint8extended(directory.spin(x.id), directory.wheel(pg_temp.today()))', i),
    format('select x ->> ''slug'', (x ->> ''covers'')::boolean, (x ->> ''distance_km'')::numeric from answer a, json_array_elements(a.doc -> ''results'') x where a.i = %s', i),
    format('question %s finds what the naive twin finds, in its order (%s, %s km, %s)', i, place, radius, filters))
from answer order by i;


-- The site that is shown is one of the provider's and the one that the distance leads to.
select is_empty($$
    select a.i, x ->> 'slug', x ->> 'distance_km', x -> 'site'
    from answer a join settled q using (i), json_array_elements(a.doc -> 'results') x
    where x ->> 'distance_km' is not null and not exists (
        select from register.provider r join register.site s on s.provider = r.id
        where r.slug = x ->> 'slug' and s.city = x -> 'site' ->> 'city' and s.postcode = x -> 'site' ->> 'postcode' and s.ags = x -> 'site' ->> 'ags'
          and geo.svg_x(s.geom) = (x ->> 'x')::numeric and geo.svg_y(s.geom) = (x ->> 'y')::numeric and s.main <> (x -> 'site' ->> 'branch')::boolean
          and round((st_distance(s.geom, (q.p).geom) / 1000)::numeric, 1) = (x ->> 'distance_km')::numeric)$$, 'every result shows its nearest site');
select cmp_ok((select count(*)::int from answer a, json_array_elements(a.doc -> 'results') x where (x -> 'site' ->> 'branch')::boolean), '>=', 10, 'branches among them');

-- Every count on every filter value: what choosing it (for "any" lists: only it in its list) would find.
create function pg_temp.naive_counts(q int) returns table (input text, code text, n bigint) language sql stable as $$
    select v.input, v.code, count(h.id)
    from directory.filter_value v
    left join (naive e join has h on h.id = e.id and e.i = q) on h.input = v.input and h.code = v.code
        and (e.fails = '{}' or v.combine = 'any' and e.fails = array[v.input::text])
    group by v.input, v.code
$$;
select set_eq(
    format('select f.key, v ->> ''value'', (v ->> ''count'')::bigint from answer a, json_each(a.page -> ''facets'') f, json_array_elements(f.value -> ''values'') v where a.i = %s', i),
    format('select * from pg_temp.naive_counts(%s)', i), format('question %s: all counts are right', i))
from answer where i in (2, 6, 10, 15, 17, 20, 28, 41, 45, 57) order by i;

-- Paging: pages joined are the whole, without doubles.
select results_eq(
    $$select x ->> 'slug' from generate_series(1, 4) page, lateral (select directory.search('{"kreis": "05315"}', 100, '{}', 'json', page, 25, null, pg_temp.today()) as d) s,
             json_array_elements(s.d -> 'results') with ordinality as e (x, n) order by page, n$$,
    $$select x ->> 'slug' from json_array_elements(directory.search('{"kreis": "05315"}', 100, '{}', 'csv', 1, 20, null, pg_temp.today()) -> 'results') with ordinality as e (x, n) order by n limit 100$$,
    'pages put together are the whole list');

-- Large sets go another way than small ones; by distance the order is the same.
create function pg_temp.whole() returns table (segs int[], masks bit varying[], size bigint) language sql as
$$ select array_agg(seg order by seg), array_agg(bits order by seg), sum(bit_count(bits))::bigint from directory.bitmap where key = 0 $$;
select results_eq(
    format('select r.n, r.pos from pg_temp.whole() w, directory.rank_by_distance(directory.dense(w.segs, w.masks), %L, 1000, directory.wheel(%L), %s, 20) r', g, d, s),
    format('select r.n, r.pos from pg_temp.whole() w, directory.rank(w.segs, w.masks, w.size, %L, %L, %s, 20) r', g, d, s), format('by distance: walk equals sort (%s, skip %s)', d, s))
from (values (pg_temp.today(), 0), ('2026-01-16', 20), ('2026-02-01', 700), ('2026-02-01', 1150)) v (d, s), (select geom from geo.postcode where code = '50667') p (g);
select results_eq(
    format('select r.n, r.pos from pg_temp.whole() w, directory.rank_by_rotation(directory.dense(w.segs, w.masks), directory.wheel(%L), %s, 20) r', d, s),
    format('select row_number() over (), f.pos from (select pos from directory.search_row order by (spin - directory.wheel(%L)) & 2147483647 offset %s limit 20) f', d, s),
    format('by rotation: walk equals sort (%s, skip %s)', d, s))
from (values (pg_temp.today(), 0), ('2026-01-16', 20), ('2026-02-01', 1150)) v (d, s);

-- The rotation: another first one on other days; the same on the same day.
select cmp_ok((select count(distinct directory.search('{}', null, '{}', 'json', 1, 1, null, pg_temp.today() + i) -> 'results' -> 0 ->> 'slug') from generate_series(0, 19) i)::int,
    '>=', 15, 'on 20 days at least 15 different providers stand first');

select * from finish();
rollback;
