-- The region data as a whole: complete, consistent, and where it can be checked, near the truth.
-- Run from the project's root (reads tests/fixtures/postcodes_known.tsv).
begin;
create extension if not exists pgtap;
select no_plan();

select is((select count(*) from geo.state), 16::bigint, '16 Länder');
select is((select count(*) from geo.district), 400::bigint, '400 Kreise');
select is_empty($$select ags from geo.district where name = '' or population < 30000 or area_km2 < 30 or nuts3 is null or outline is null
    or outline_coarse is null or centre is null or svg_path is null or svg_path_fine is null$$, 'each Kreis has name, population, area, outlines and centre');
select is_empty($$select ags from geo.district where left(ags, 2) <> (select s.ags from geo.state s where s.code = state)$$, 'each Kreis lies in the Land of its key');
select is_empty($$select d.ags from geo.district d where not exists (select from geo.district_neighbour n where n.ags = d.ags)$$, 'each Kreis has a neighbour');
select is_empty($$select * from geo.district_neighbour n where not exists (select from geo.district_neighbour m where m.ags = n.neighbour and m.neighbour = n.ags)$$,
    'neighbours are mutual');
select ok(exists (select from geo.district_neighbour where ags = '06611' and neighbour = '06633'), 'Kassel borders on Landkreis Kassel');
select is((select array_agg(ags order by ags) from geo.district where ags in ('03159', '16063', '05334', '03241', '10041', '13003', '16056', '03152')),
    array['03159', '03241', '05334', '10041', '13003', '16063'], 'reforms are followed');

select is_empty($$select ags from geo.district where not st_isvalid(outline) or not st_isvalid(outline_coarse)$$, 'outlines are valid');
select cmp_ok((select abs(sum(st_area(outline)) - st_area(st_union(outline))) / 1e6 from geo.district), '<', 1::float8, 'outlines do not overlap');
select cmp_ok((select abs(sum(st_area(outline_coarse)) - st_area(st_union(outline_coarse))) / 1e6 from geo.district), '<', 1::float8,
    'nor do the coarse ones: simplified together');
select cmp_ok((select count(*) from geo.district where st_area(outline) / 1e6 / area_km2 between 0.7 and 1.45), '>=', 395::bigint,
    'areas are near the official ones');
select cmp_ok((select count(*) from geo.place p join geo.district d using (ags) where not st_dwithin(d.outline, p.geom, 1000)), '<', 30::bigint,
    'hardly any place lies outside its Kreis');
select ok((select st_dwithin(d.outline, geo_point, 800) from geo.district d where d.ags = v.ags), v.island || ' belongs to ' || v.ags)
  from (values ('Helgoland', '01056', 54.18, 7.89), ('Sylt', '01054', 54.91, 8.33), ('Borkum', '03457', 53.59, 6.68), ('Juist', '03452', 53.68, 7.0),
               ('Fehmarn', '01055', 54.45, 11.15), ('Rügen', '13073', 54.43, 13.4), ('Usedom', '13075', 53.95, 14.05), ('Poel', '13074', 54.0, 11.45),
               ('Büsingen', '08335', 47.697, 8.69)) as v(island, ags, lat, lon),
       lateral (select st_transform(st_setsrid(st_makepoint(lon, lat), 4326), 25832) as geo_point) g;
select cmp_ok((select sum(length(svg_path)) from geo.district), '<', 100000::bigint, 'all Kreise fit into a map of 100 kB before compression');
select ok((select min(geo.svg_x(centre)) > 0 and max(geo.svg_x(centre)) < 645 and min(geo.svg_y(centre)) > 0 and max(geo.svg_y(centre)) < 875
    from geo.district), 'centres lie within the SVG plane');

select is_empty($$select id from geo.place where municipality_name = '' or value is null or detail is null$$, 'each place knows its municipality and how to be found');
select is_empty($$select p.id from geo.place p join geo.district d using (ags) where d.state <> p.state$$, 'each place lies in the Land of its Kreis');
select is_empty($$select p.id from geo.place p where not exists (select from geo.place_name n where n.place_id = p.id and n.folded = geo.fold_name(p.name))$$,
    'each place is found under its name');
select is_empty($$select name from geo.place where name in ('Munich', 'Cologne', 'Nuremberg', 'Lubnjow')$$, 'German names');
select is_empty($$select id from geo.place where lat not between 47.2 and 55.1 or lon not between 5.8 and 15.1$$, 'places lie in Germany');

select is((select count(*) from geo.postcode), 8168::bigint, 'all postcodes');
select is_empty($$select code from geo.postcode p where not exists (select from geo.postcode_district d where d.code = p.code and d.ags = p.ags)$$,
    'the main Kreis of a postcode is one of its Kreise');
select is_empty($$select code from geo.postcode p where not exists (select from geo.postcode_place d where d.code = p.code)$$, 'each postcode has places');
select cmp_ok((select count(*) from (select code from geo.postcode_district group by code having count(*) > 1) t), '>', 100::bigint, 'some lie in several Kreise');
select is((select array_agg(ags order by ags) from geo.postcode_district where code = '22929'), array['01053', '01062'], '22929 lies in Lauenburg and in Stormarn');
select is_empty($$select p.code from geo.postcode p join geo.district d using (ags) where not st_dwithin(d.outline, p.geom, 12000)$$,
    'no postcode lies far from its main Kreis');

create temp table known (code text, lat double precision, lon double precision, ags text, what text);
\copy known from program 'grep -v "^#" tests/fixtures/postcodes_known.tsv'
create temp table error as
select k.*, st_distance(p.geom, st_transform(st_setsrid(st_makepoint(k.lon, k.lat), 4326), 25832)) / 1000 as km, p.ags as got
  from known k left join geo.postcode p using (code);
select is_empty($$select code, what from error where km is null$$, 'every known postcode is there');
select cmp_ok((select percentile_cont(0.5) within group (order by km) from error), '<', 2::float8, 'known postcodes: median error under 2 km');
select cmp_ok((select percentile_cont(0.95) within group (order by km) from error), '<', 12::float8, 'known postcodes: 95 % under 12 km');
select is_empty($$select code, what, round(km) from error where km > 20$$, 'known postcodes: none far off');
select is_empty($$select code, what, got from error where not exists (select from geo.postcode_district d where d.code = error.code and d.ags = error.ags)$$,
    'known postcodes: each in its Kreis');

select is((select round(st_distance(a.geom, b.geom) / 1000) from geo.postcode a, geo.postcode b where a.code = '34117' and b.code = '36037'), 86::float8,
    'from Kassel to Fulda it is 86 km');
select cmp_ok((select count(*) from geo.licence where attribution <> '' and licence <> ''), '>=', 4::bigint, 'every source is named');

-- The rights of the web.
select ok(has_table_privilege('jcap_web', 'geo.' || t, 'select') and not has_table_privilege('jcap_web', 'geo.' || t, 'insert, update, delete, truncate'),
    'the web role reads geo.' || t || ' and cannot change it')
  from unnest(array['state', 'district', 'place', 'place_name', 'postcode', 'postcode_district', 'licence']) t;
select ok(not has_function_privilege('jcap_web', 'geo.refresh_names()', 'execute'), 'the web role cannot rebuild names');

select * from finish();
rollback;
