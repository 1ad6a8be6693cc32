-- Kinds of places, nobody, misses, problems.
begin;
create extension if not exists pgtap with schema public;
select no_plan();
select demo.generate(300, 1, '2026-01-15');
delete from register.search_miss;

create function pg_temp.s(place jsonb, filters jsonb default '{}', view text default 'html', page int default 1) returns json language sql as
$$ select directory.search(place, 50, filters, view, page, 20, null, '2026-01-15') $$;

-- Nobody covers a white spot: no empty page.
select is(pg_temp.s('{"kreis": "13075"}') ->> 'covering', '0', 'a white spot is left in');
select cmp_ok(json_array_length(pg_temp.s('{"kreis": "13075"}') -> 'nobody' -> 'neighbours'), '>=', 1, 'neighbours are named');
select ok((pg_temp.s('{"kreis": "13075"}') -> 'nobody' -> 'neighbours' -> 0 ->> 'distance_km') is not null, 'with their distance');
select is(pg_temp.s('{"kreis": "13075"}') -> 'nobody' -> 'authority' ->> 'short', 'LAGuS-Integrationsamt', 'the responsible office is named');
select is(pg_temp.s('{"kreis": "05315"}') ->> 'nobody', null, 'no help where somebody comes');

-- What is searched in vain is counted: month, Kreis, Handlungsfeld.
delete from register.search_miss;
select pg_temp.s('{"kreis": "13075"}');
select pg_temp.s('{"kreis": "13075"}', '{"handlungsfeld": ["sicherung"], "anlass": ["krise"]}');
select pg_temp.s('{"kreis": "13075"}', '{"handlungsfeld": ["sicherung"]}', 'json');
select pg_temp.s('{"kreis": "13075"}', '{"handlungsfeld": ["sicherung"]}', 'csv');
select pg_temp.s('{"kreis": "13075"}', '{"handlungsfeld": ["sicherung"]}', 'html', 2);
select pg_temp.s('{"kreis": "05315"}', '{"standard": ["S01", "S02", "S03", "S04", "S05", "S06", "P01", "P02", "E01"]}');
select results_eq('select month, ags::text, field_of_action::text, n from register.search_miss order by field_of_action',
    $$values ('2026-01-01'::date, '13075', '', 1), ('2026-01-01', '13075', 'sicherung', 2)$$, 'counted once each; exports, further pages and other filters do not count');
select is(pg_temp.s('{"kreis": "13075"}') ->> 'counted', 'true', 'the document says that it counted');
select is(pg_temp.s('{"kreis": "05315"}') ->> 'counted', 'false', 'and that it did not');
select is(directory.search('{"kreis": "13075"}', 50, '{}', 'html', 1, 20, null, '2026-01-15', false) ->> 'counted', 'true', 'not to be counted: still a search in vain, which no cache may keep');
select is((select n from register.search_miss where field_of_action = ''), 2, '... and not counted');
select is(directory.search('{"kreis": "13075"}', 50, '{}', 'html', 1, 20, null, '2026-01-15', null) ->> 'counted', 'true', 'nothing said about counting');
select is((select n from register.search_miss where field_of_action = ''), 3, '... is counted');
select is((select array_agg(column_name::text order by ordinal_position) from information_schema.columns where table_schema = 'register' and table_name = 'search_miss'),
    '{month,ags,field_of_action,n}'::text[], 'nothing else about a search is kept');

-- Ways to say where.
select is(pg_temp.s('{"ort": "20357"}') -> 'place' -> 'district' ->> 'ags', '02000', 'a postcode');
select is(pg_temp.s('{"ort": "Hessen"}') -> 'place' ->> 'kind', 'state', 'a Land');
select is((pg_temp.s('{"ort": "Hessen"}') ->> 'nearby')::int, 0, 'a Land has no radius');
select is(pg_temp.s('{"land": "HE"}') -> 'results' -> 0 ->> 'slug', pg_temp.s('{"ort": "Hessen"}') -> 'results' -> 0 ->> 'slug', 'land= is the same');
select is(pg_temp.s('{}') ->> 'total', (select count(*)::text from register.provider where status = 'active'), 'no place: everybody');
select is(pg_temp.s('{}') ->> 'whole_germany', 'true', 'and it says so');
select is(pg_temp.s('{"ort": "Deutschland"}') ->> 'total', pg_temp.s('{}') ->> 'total', 'Deutschland is everybody, too');
select cmp_ok(json_array_length(pg_temp.s('{"ort": "Neustadt"}') -> 'matches'), '>', 5, 'several places: they are offered');
select is(pg_temp.s('{"ort": "Neustadt"}') ->> 'total', '0', 'and none is guessed');
select ok((select bool_and(json_array_length(pg_temp.s(jsonb_build_object('ort', m ->> 'value')) -> 'matches') = 0
                           and pg_temp.s(jsonb_build_object('ort', m ->> 'value')) ->> 'place' is not null)
           from json_array_elements(pg_temp.s('{"ort": "Neustadt"}') -> 'matches') m), 'each offered value leads to exactly one place');
select cmp_ok(json_array_length(pg_temp.s('{"ort": "Hambrug"}') -> 'spellings'), '>=', 1, 'a slip: spellings are offered');
select is(pg_temp.s('{"ort": "Xyzzyqq"}') ->> 'place', null, 'nothing like it: no place');
select is(pg_temp.s('{"ort": "Xyzzyqq"}') ->> 'total', '0', 'and no results');
select ok((select bool_and(r ->> 'reason' like 'Einsatzgebiet: %') from json_array_elements(pg_temp.s('{"ort": "50667"}') -> 'results') r where (r ->> 'covers')::boolean), 'who covers says by which area');
select ok((select bool_and(r ->> 'reason' = 'Standort im Umkreis von 50 km') from json_array_elements(pg_temp.s('{"ort": "50667"}', '{}', 'csv') -> 'results') r where not (r ->> 'covers')::boolean), 'who is near says so');

-- Values that do not exist.
select is(pg_temp.s('{"kreis": "99999"}') -> 'problem' ->> 'field', 'kreis', 'unknown Kreis');
select is(pg_temp.s('{"land": "XX"}') -> 'problem' ->> 'field', 'land', 'unknown Land');
select is(pg_temp.s('{}', '{"anlass": ["krise", "quatsch"]}') -> 'problem' ->> 'value', 'quatsch', 'unknown filter value');
select is(pg_temp.s('{}', '{"anlass": null, "form": []}') ->> 'total', pg_temp.s('{}') ->> 'total', 'null and empty are no filter');

-- Numbers of other pages agree with the search.
select is_empty($$select c.ags, c.providers, s.n from directory.coverage(null, null) c
    cross join lateral (select (directory.search(jsonb_build_object('kreis', c.ags), 5, '{}', 'json', 1, 1, null, '2026-01-15') ->> 'covering')::bigint as n) s
    where c.ags like '06%' and c.providers <> s.n$$, 'coverage of a Kreis is what the search says');
select is((select providers from directory.state_counts() where code = 'HE')::text, pg_temp.s('{"land": "HE"}') ->> 'covering', 'number of a Land is what the search says');

-- Profile and comparison.
select is(directory.profile('gibt-es-nicht')::text, null, 'unknown provider: nothing (404)');
select is((select json_array_length(directory.profile(slug) -> 'standards') from directory.provider_doc where status = 'active' limit 1), 25, 'a profile shows all 25 standards');
select is((select json_array_length(directory.profile(slug) -> 'phases') from directory.provider_doc where status = 'active' limit 1), 5, 'and all phases');
select is((select json_array_length(directory.compare(array[min(slug), max(slug), 'unbekannt', min(slug)]) -> 'providers') from directory.provider_doc where status = 'active'), 2, 'comparison: each once, unknown left out');
select is_empty($$select slug from directory.provider_doc where status = 'active' and not is_demo$$, 'all invented rows are marked');
select is_empty($$select value from register.contact where kind in ('email', 'web') and value !~ 'example\.org/?$'$$, 'invented addresses lead nowhere');
select is_empty($$select value from register.contact where kind = 'phone' and value !~ '^030 23125 [0-9]{3}$'$$, 'invented numbers ring nowhere');

select * from finish();
rollback;
