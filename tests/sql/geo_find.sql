-- Finding a place: what people type, what they get.
begin;
create extension if not exists pgtap;
select no_plan();

create function pg_temp.found(q text) returns text language sql as
$$select string_agg(label, ' | ' order by n) from geo.find_place(q) with ordinality as f(kind, label, detail, value, postcode, ags, district_name,
    state, state_name, population, lat, lon, geom, exact, similarity, n) where exact$$;
create function pg_temp.near(q text) returns text language sql as
$$select string_agg(label, ' | ' order by n) from geo.find_place(q) with ordinality as f(kind, label, detail, value, postcode, ags, district_name,
    state, state_name, population, lat, lon, geom, exact, similarity, n) where not exact$$;

select is(pg_temp.found(typed), meant, format('"%s" is exactly %s', typed, meant))
  from (values
    ('20357', '20357 Hamburg'), ('20357 Hamburg', '20357 Hamburg'), ('D-34117', '34117 Kassel'), ('3411', '34117 Kassel | 34119 Kassel'),
    ('203', '20354 Hamburg | 20355 Hamburg | 20357 Hamburg | 20359 Hamburg'),
    ('Kassel', 'Kassel'), ('Stadt Kassel', 'Kassel'), ('Landkreis Kassel', 'Landkreis Kassel'), ('Landkreis Fulda', 'Landkreis Fulda'),
    ('LK Fulda', 'Landkreis Fulda'), ('Kreis Fulda', 'Landkreis Fulda'), ('Fulda', 'Fulda'), ('Region Hannover', 'Region Hannover'),
    ('Landkreis Hannover', 'Region Hannover'), ('Städteregion Aachen', 'Städteregion Aachen'), ('Rhein-Sieg-Kreis', 'Rhein-Sieg-Kreis'),
    ('Hochtaunus', 'Hochtaunuskreis'), ('Rügen', 'Landkreis Vorpommern-Rügen'), ('Hessen', 'Hessen'), ('Land Hessen', 'Hessen'), ('NRW', 'Nordrhein-Westfalen'),
    ('Freistaat Bayern', 'Bayern'), ('Bad Homburg v.d.H.', 'Bad Homburg vor der Höhe'), ('Bad Homburg', 'Bad Homburg vor der Höhe'),
    ('koeln', 'Köln'), ('Köln', 'Köln'), ('koln', 'Köln'), ('Giessen', 'Gießen'), ('Gießen', 'Gießen'), ('Muenchen', 'München'),
    ('Frankfurt a.M.', 'Frankfurt am Main'), ('Frankfurt/Oder', 'Frankfurt (Oder)'), ('Frankfurt', 'Frankfurt am Main | Frankfurt (Oder)'),
    ('St. Augustin', 'Sankt Augustin'), ('Sankt Augustin', 'Sankt Augustin'), ('Rothenburg o.d.T.', 'Rothenburg ob der Tauber'),
    ('Hamburg', 'Hamburg'), ('Berlin', 'Berlin'), ('Bremen', 'Bremen'), ('Land Bremen', 'Bremen'), ('Saarland', 'Saarland'),
    ('Altona', 'Altona'), ('Hamburg-Altona', 'Altona'), ('Frankfurt Sachsenhausen', 'Sachsenhausen'), ('Sylt', 'Sylt'),
    ('Wedemark', 'Wedemark'), ('Essen', 'Essen'), ('Kasel', 'Kasel'), ('Deutschland', 'Deutschland'), ('bundesweit', 'Deutschland'),
    ('Neustadt, Landkreis Marburg-Biedenkopf', 'Neustadt'), ('Neustadt (Hessen)', 'Neustadt'), ('Helgoland', 'Helgoland'),
    ('50.1,8.6', '50.1000, 8.6000'), ('50.1 8.6', '50.1000, 8.6000')) as v(typed, meant);

select is((select kind || ' ' || ags from geo.find_place(q) limit 1), want, format('"%s" is a %s', q, want))
  from (values ('Kassel', 'place 06611'), ('Landkreis Kassel', 'district 06633'), ('kreisfreie Stadt Kassel', 'district 06611'),
               ('Saarbrücken', 'place 10041'), ('Regionalverband Saarbrücken', 'district 10041'), ('Aachen', 'place 05334'),
               ('Göttingen', 'place 03159'), ('Osterode am Harz', 'place 03159'), ('Hannover', 'place 03241')) as v(q, want);
select is((select kind || ' ' || state from geo.find_place('Land Bremen')), 'state HB', 'the Land Bremen can be meant');
select results_eq($$select ags from geo.find_place('Eisenach')$$, array['16063', '07232'], 'Eisenach lies in the Wartburgkreis; the village is offered after it');

-- Many: with Kreis and population, largest first.
select cmp_ok((select count(*) from geo.find_place('Neustadt')), '>', 9::bigint, '"Neustadt" offers many');
select is((select array_agg(label) from (select label from geo.find_place('Neustadt') limit 2) t),
    array['Neustadt an der Weinstraße', 'Neustadt am Rübenberge'], '"Neustadt" offers the largest first');
select ok((select bool_and(detail <> '' and value <> '') from geo.find_place('Neustadt')), 'each is told apart');
select ok(pg_temp.found('Sachsenhausen') like 'Sachsenhausen |%' and
    (select detail from geo.find_place('Sachsenhausen') limit 1) like 'Frankfurt am Main%', '"Sachsenhausen" offers Frankfurt''s first');
select is((select count(*) from geo.find_place('Frankfurt') where kind <> 'place'), 0::bigint, '"Frankfurt" offers cities, not their Kreise too');

-- Slips.
select matches(pg_temp.near(typed), meant, format('"%s" leads to %s', typed, meant))
  from (values ('Kasel', '^Kassel$'), ('Hambrug', '^Hamburg( |$)'), ('Nürnburg', '^Nürnberg( |$)'), ('Bielefelt', '^Bielefeld( |$)'),
               ('Sttutgart', '^Stuttgart( |$)'), ('Klön', 'Köln'), ('Frankfrut', 'Frankfurt'), ('Landkreis Fluda', 'Landkreis Fulda'),
               ('Düseldorf', '^Düsseldorf( |$)'), ('Essen', '^Essen/Oldenburg$'), ('Oldenburg', 'Oldenburg in Holstein'), ('34112', '^34117 Kassel')) as v(typed, meant);
select is(pg_temp.found('Hambrug'), null, 'a slip is never taken as exact');

-- Nonsense and malice.
select is((select count(*) from geo.find_place(q)), 0::bigint, 'nothing is found for ' || quote_nullable(left(q, 20)))
  from (values (''), (' '), ('b. '), ('%'), ('_____'), ('.*'), ('xqzzyw'), (null), ('99.9,99.9'), ('00000'), (E'\x01\x02'), ('Москва')) as v(q);
select lives_ok(format('select * from geo.find_place(%L)', q), 'safe: ' || left(q, 20))
  from (values (''';drop table geo.place;--'), (repeat('x', 100000)), (repeat('(', 500)), ('\'), ('[a-z'), ('id:999999999999999'), ('id:99999999999999999999')) as v(q);
select is((select count(*) from geo.find_place('x', 'point', null, 'nan'::float8, 'infinity'::float8)), 0::bigint, 'a point that is none');
select is((select count(*) from geo.find_place('48.85,2.35')), 0::bigint, 'Paris is not in Germany');
select is((select ags from geo.find_place('54.18,7.89')), '01056', 'a point on Helgoland lies in Kreis Pinneberg');
select is((select ags from geo.find_place('x', 'point', null, 50.55, 9.68)), '06631', 'lat and lon may come from the caller');
select is((select count(*) from geo.find_place('Neustadt', null, null, null, null, 3)), 3::bigint, 'no more than asked for');

-- Every value leads back to exactly its place.
select is_empty($$select p.id, p.value from geo.place p
    where abs(hashint8(p.id)) % 12 = 0 and (select array_agg(f.geom) from geo.find_place(p.value) f where f.exact) is distinct from array[p.geom]$$,
    'a twelfth of all values, by chance: each means its place and no other');
select is_empty($$select p.id from geo.place p where p.name in ('Neustadt', 'Altstadt', 'Mitte', 'Hausen', 'Neuenkirchen', 'Berg', 'Bergen')
    and (select array_agg(f.geom) from geo.find_place(p.value) f where f.exact) is distinct from array[p.geom]$$,
    'also for the names that occur most');
select is_empty($$select label from geo.district d where (select array_agg(f.ags) from geo.find_place(d.label) f where f.exact) is distinct from array[d.ags]$$,
    'the label of each Kreis leads to it');
select is_empty($$select name from geo.state s where (select array_agg(f.state) from geo.find_place('Land ' || s.name) f where f.exact) is distinct from array[s.code]$$,
    '"Land ..." leads to each Land');

-- Suggestions.
select is((select label from geo.suggest('kas', 1)), 'Kassel', '"kas" suggests Kassel first');
select is((select label from geo.suggest('Frankf', 1)), 'Frankfurt am Main', '"Frankf" suggests Frankfurt am Main first');
select is((select array_agg(postcode) from geo.suggest('2035', 8)), array['20354', '20355', '20357', '20359'], 'digits suggest postcodes');
select is((select label from geo.suggest('lk ful', 1)), 'Landkreis Fulda', '"lk ful" suggests the Landkreis');
select is((select count(*) from geo.suggest('h', 8)), 0::bigint, 'one letter suggests nothing');
select cmp_ok((select count(*) from geo.suggest('ne', 50)), '<=', 20::bigint, 'never more than twenty');

select * from finish();
rollback;
