-- What a result list says: which site, which order, what when the list is empty; and the pages that show the same.
begin;
create extension if not exists pgtap with schema public;
select no_plan();
select demo.generate(300, 1, '2026-01-15');

create function pg_temp.s(place jsonb, filters jsonb default '{}', view text default 'html', page int default 1, radius int default 50) returns json language sql as
$$ select directory.search(place, radius, filters, view, page, 20, null, '2026-01-15') $$;
create function pg_temp.hit(doc json, slug text) returns json language sql as
$$ select x from json_array_elements(doc -> 'results') x where x ->> 'slug' = slug $$;
create function pg_temp.add(pid int, slug text, ags text, main boolean, city text) returns void language sql as $$
    insert into register.provider (id, slug, name, form, is_demo, confirmed_on, created_on) values (pid, slug, initcap(slug), 'traeger', true, '2026-01-01', '2026-01-01') on conflict do nothing;
    insert into register.site (provider, street, postcode, city, ags, geom, main) select pid, 'Musterweg 1', '00000', city, ags, d.centre, main from geo.district d where d.ags = add.ags $$;

-- Two sites, far from each other: main one in Kassel, branch in München; serves the whole country.
select pg_temp.add(900001, 'zwei-orte', '06611', true, 'Kasseltest');
select pg_temp.add(900001, 'zwei-orte', '09162', false, 'Münchentest');
insert into register.service_area (provider, kind) values (900001, 'nation');
select is((select (pg_temp.hit(pg_temp.s(p, '{}', 'csv'), 'zwei-orte') -> 'site')::jsonb - '{lat,lon,x,y,postcode}'::text[]),
    jsonb_build_object('city', city, 'district', district, 'ags', ags, 'branch', branch), format('site shown for %s', p))
from (values ('{"kreis": "09162"}'::jsonb, 'Münchentest', 'München (kreisfreie Stadt)', '09162', true), ('{"kreis": "06611"}', 'Kasseltest', 'Kassel (kreisfreie Stadt)', '06611', false),
             ('{"land": "BY"}', 'Kasseltest', 'Kassel (kreisfreie Stadt)', '06611', false), ('{}', 'Kasseltest', 'Kassel (kreisfreie Stadt)', '06611', false)) v (p, city, district, ags, branch);
select is((pg_temp.hit(pg_temp.s('{"kreis": "09162"}', '{}', 'geojson'), 'zwei-orte') ->> 'x')::numeric, (select geo.svg_x(centre) from geo.district where ags = '09162'), 'its pin is that site');
select is((select array_agg(k order by k) from json_object_keys(pg_temp.hit(pg_temp.s('{"kreis": "09162"}', '{}', 'csv'), 'zwei-orte') -> 'site') k),
    '{ags,branch,city,district,lat,lon,postcode,x,y}'::text[], 'a site has these fields, whichever it is');
select is((select x ->> 'city' from directory.region('09162', null) r, json_array_elements(directory.nearest_json(r, 5, '2026-01-15')) x where x ->> 'slug' = 'zwei-orte'), 'Münchentest', 'page of a Kreis: the branch there');
update register.site set city = 'Neustädtchen' where provider = 900001 and not main;
select is(pg_temp.hit(pg_temp.s('{"kreis": "09162"}', '{}', 'csv'), 'zwei-orte') -> 'site' ->> 'city', 'Neustädtchen', 'a changed branch is seen at once');
delete from register.site where provider = 900001 and not main;
select is(pg_temp.hit(pg_temp.s('{"kreis": "09162"}', '{}', 'csv'), 'zwei-orte') -> 'site' ->> 'city', 'Kasseltest', 'a closed one no more');
delete from register.provider where id = 900001;

-- The filters leave nobody: that is not a place without providers.
create temporary table strict as select pg_temp.s('{"kreis": "05315"}', '{"handlungsfeld": ["sicherung"], "standard": ["S01", "S02", "S03", "S04", "S05", "S06", "P01", "P02", "E01"]}') as d;
select is(d ->> 'covering', '0', 'strict filters leave nobody') from strict;
select is(d ->> 'nobody', null, 'then it is not said that nobody serves the place') from strict;
select is((d ->> 'covering_unfiltered')::int, (pg_temp.s('{"kreis": "05315"}') ->> 'covering')::int, 'how many serve it without filters') from strict;
select is(d -> 'filtered_out' ->> 'covering', d ->> 'covering_unfiltered', 'the same in the offer') from strict;
select is(json_array_length(d -> 'filtered_out' -> 'without'), 10, 'each chosen value is offered') from strict;
create temporary table two as select pg_temp.s('{"kreis": "05315"}', f) as d, f
from (select jsonb_build_object('anlass', jsonb_build_array(a.code), 'sprache', jsonb_build_array(b.code), 'standard', '["S01", "P01"]'::jsonb) as f
      from directory.filter_value a, directory.filter_value b where a.input = 'anlass' and b.input = 'sprache' order by a.pos, b.pos desc limit 40) q;
select cmp_ok((select count(*)::int from two where d ->> 'covering' = '0' and (d -> 'filtered_out' -> 'without' -> 0 ->> 'count')::int > 0), '>=', 3, 'cases in which dropping one value helps');
select is_empty($$
    select two.f, w from two, json_array_elements(d -> 'filtered_out' -> 'without') w
    where d ->> 'covering' = '0' and (w ->> 'count')::int <> (pg_temp.s('{"kreis": "05315"}', jsonb_set(f, array[w ->> 'input'], (f -> (w ->> 'input')) - (w ->> 'value')), 'csv') ->> 'covering')::int$$,
    'each number is what the search without that value finds');
select ok((select bool_and(d ->> 'filtered_out' is null and d ->> 'covering_unfiltered' = d ->> 'covering') from two where (d ->> 'covering')::int > 0)
    is not false, 'no offer where somebody is left');
select is((pg_temp.s('{"kreis": "13075"}', '{"anlass": ["krise"]}') -> 'nobody') is null, false, 'a white spot stays one with filters');
select is(pg_temp.s('{"kreis": "13075"}', '{"anlass": ["krise"]}') ->> 'filtered_out', null, 'and nothing was filtered out there');
select is(pg_temp.s('{"ort": "Xyzzyqq"}', '{"anlass": ["krise"]}') ->> 'covering_unfiltered', '0', 'an unknown place has nobody');
delete from register.search_miss;
select is(pg_temp.s('{"kreis": "05315"}', '{"standard": ["S01", "S02", "S03", "S04", "S05", "S06", "P01", "P02", "E01"]}') ->> 'counted', 'false', 'filtered out is not searched in vain');

-- Nobody covers: the nearest at all, by distance, unless the list has somebody near.
create temporary table nobody as select pg_temp.s('{"kreis": "13075"}', '{}', 'html', 1, r) as d, r from unnest('{1,200}'::int[]) r;
select is(d ->> 'nearby', '0', 'nobody within a kilometre') from nobody where r = 1;
select results_eq($$select (x ->> 'distance_km')::numeric from nobody, json_array_elements(d -> 'nobody' -> 'neighbours') with ordinality as n (x, o) where r = 1 order by o$$,
    $$select round((min(st_distance(s.geom, r.geom)) / 1000)::numeric, 1) as km from register.site s join register.provider p on p.id = s.provider, directory.region('13075', null) r
      where p.status = 'active' group by p.id order by km limit 5$$, 'neighbours are the nearest, in this order');
create temporary table picky as select pg_temp.s('{"kreis": "13075"}', '{"form": ["freiberuflich"]}', 'html', 1, 1) -> 'nobody' as n;
select is(n ->> 'filtered', 'true', 'with filters, the nearest that pass them') from picky;
select is_empty($$select x from picky, json_array_elements(n -> 'neighbours') x join register.provider p on p.slug = x ->> 'slug' where p.form <> 'freiberuflich'$$, 'and only those');
select is(json_array_length(n -> 'neighbours'), 5, 'five of them') from picky;
select cmp_ok((d ->> 'nearby')::int, '>', 0, 'somebody within 200 km') from nobody where r = 200;
select is(json_array_length(d -> 'nobody' -> 'neighbours'), 0, 'then the list is enough') from nobody where r = 200;

-- The lot: two at the same place, each first on about half of all days. Neighbours by number, and whatever else shares the kilometre.
select pg_temp.add(900002, 'los-eins', '13075', true, 'Losdorf');
select pg_temp.add(900003, 'los-zwei', '13075', true, 'Losdorf');
select ok(n between 130 and 235, format('of two in one kilometre the first is first on %s days of 365', n))
from (select count(*) filter (where directory.search('{"kreis": "13075"}', 10, '{}', 'json', 1, 1, null, date '2026-01-15' + i) -> 'results' -> 0 ->> 'slug' = 'los-eins')::int as n
      from generate_series(0, 364) i) f;
select is_empty($$
    select a, b, n from (
        select a, b, count(*) filter (where directory.lot(directory.spin(a), directory.wheel(date '2026-01-15' + i)) < directory.lot(directory.spin(b), directory.wheel(date '2026-01-15' + i))) as n
        from generate_series(1, 30) a, generate_series(a + 1, 30) b, generate_series(0, 364) i group by a, b) f
    where n not between 130 and 235$$, 'so with any two of thirty');
delete from register.provider where id in (900002, 900003);

-- The map: pins for this page, numbers for the others, everybody once.
create temporary table map as
select p, page, pg_temp.s(p, '{}', 'html', page, 100) as d from (values ('{}'::jsonb, 1), ('{}', 3), ('{"ort": "50667"}', 1), ('{"kreis": "09162"}', 2), ('{"land": "NW"}', 1)) v (p, page);
select is_empty($$select p, c from map, json_array_elements(d -> 'map' -> 'clusters') c where (c ->> 'count')::int < 1$$, 'no circle without hits');
select is((select coalesce(sum((c ->> 'count')::int), 0) from json_array_elements(d -> 'map' -> 'clusters') c) + (d -> 'map' ->> 'outside')::int
          + (select count(*) from json_array_elements(d -> 'results') x, (select string_to_array(d -> 'map' ->> 'viewbox', ' ')::numeric[] as b) v
             where (x ->> 'x')::numeric between b[1] and b[1] + b[3] and (x ->> 'y')::numeric between b[2] and b[2] + b[4]),
    (d ->> 'total')::bigint, format('pins, circles and those outside are all (%s, page %s)', p, page)) from map;

-- The page of a Kreis: in the order of the distances it shows.
select is_empty($$
    select d.ags, n.x from geo.district d cross join lateral directory.region(d.ags, null) r
    cross join lateral (select x, (x ->> 'distance_km')::numeric as km, lag((x ->> 'distance_km')::numeric) over (order by o) as before
                        from json_array_elements(directory.nearest_json(r, 5, '2026-01-15')) with ordinality as e (x, o)) n
    where d.state in ('HE', 'NW') and n.km < n.before$$, 'nearest first, as shown');
select pg_temp.add(900010 + i, 'dicht-' || i, '13075', true, 'Losdorf') from generate_series(0, 6) i;
update register.site set geom = st_translate(geom, (provider - 900010) * 130, 0) where provider between 900010 and 900016;
select is((select string_agg(x ->> 'slug', ' ' order by o) from directory.region('13075', null) r, json_array_elements(directory.nearest_json(r, 5, '2026-01-15')) with ordinality as e (x, o)),
    'dicht-0 dicht-1 dicht-2 dicht-3 dicht-4', 'also within one kilometre');
select results_eq(
    format('select r.n, r.pos from directory.bitmap b, directory.rank_near(array[b.seg], array[b.bits], %s, %L, 100, 7, 0, 20) r where b.key = 0', size, g),
    format('select r.n, r.pos from directory.bitmap b, directory.rank_near(array[b.seg], array[b.bits], 300, %L, 100, 7, 0, 20) r where b.key = 0', g), 'a large set: the same order')
from (values (2001)) v (size), (select centre from geo.district where ags = '13075') d (g);
delete from register.provider where id between 900010 and 900016;

-- Paging beyond the end says where the end is.
select is(json_build_object('page', d -> 'page', 'pages', d -> 'pages', 'n', json_array_length(d -> 'results'))::text,
    json_build_object('page', 999, 'pages', ceil((d ->> 'total')::numeric / 20), 'n', 0)::text, 'a page beyond the last') from (select pg_temp.s('{}', '{}', 'html', 999) as d) s;

-- What belongs into documents, and what does not.
select is(pg_temp.s('{}') ->> 'standards_total', '25', 'the search says how many standards there are');
select is_empty($$select a from directory.provider_doc d, json_array_elements(directory.profile(d.slug) -> 'areas') a where d.status = 'active' and a ->> 'site' is not null$$, 'no inner numbers in areas');

-- Comparison.
create temporary table cmp as
select directory.compare(array['gibt-es-nicht', slug, 'auch-nicht', 'gibt-es-nicht']) as d, slug, doc
from directory.provider_doc where status = 'active' and card ->> 'area' ~ '[3-9] Kreise in' and card ->> 'verified' > '2' and card ->> 'web' is not null and card ->> 'phone' is not null order by id limit 1;
create function pg_temp.cell(label text) returns json language sql as $$ select r -> 'cells' -> 0 from cmp, json_array_elements(d -> 'rows') r where r ->> 'label' = cell.label $$;
select is((select d ->> 'unknown' from cmp), '["gibt-es-nicht", "auch-nicht"]', 'unknown ones are named once each');
select ok(pg_temp.cell('Telefon') ->> 'href' like 'tel:+%' and pg_temp.cell('Internet') ->> 'href' ~ '^https?://' and coalesce(pg_temp.cell('E-Mail') ->> 'href', 'mailto:') like 'mailto:%', 'ways of contact are links');
select results_eq($$select x ->> 'text' from json_array_elements(pg_temp.cell('Geprüfte Standards') -> 'items') with ordinality as e (x, o) order by o$$,
    $$select s ->> 'code' || ' ' || (s ->> 'title') from cmp, json_array_elements(directory.profile(slug) -> 'standards') with ordinality as e (s, o) where s ->> 'state' = 'geprueft' order by o$$,
    'checked standards by name, in the order of the catalogue');
select results_eq($$select x ->> 'text', x ->> 'href' from json_array_elements(pg_temp.cell('Einsatzgebiet') -> 'items') with ordinality as e (x, o) order by o$$,
    $$select a ->> 'label', a ->> 'href' from cmp, json_array_elements(doc -> 'areas') with ordinality as e (a, o) order by o$$, 'areas by name');
select is(directory.compare(null) ->> 'unknown', '[]', 'nothing asked: nothing unknown');

select * from finish();
rollback;
