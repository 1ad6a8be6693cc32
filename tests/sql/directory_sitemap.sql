-- What search engines may find: parts, entries, days.
begin;
create extension if not exists pgtap with schema public;
select no_plan();
select demo.generate(300, 1, '2026-01-15');

create function pg_temp.kinds(part int, per_part int) returns text language sql as $$
    select string_agg(k || ' ' || n, ', ' order by k) from (select e ->> 'kind' as k, count(*) as n
    from json_array_elements(directory.sitemap(part, per_part) -> 'entries') e group by 1) x $$;
create function pg_temp.listed(part int, per_part int) returns setof text language sql as $$
    select e ->> 'key' from json_array_elements(directory.sitemap(part, per_part) -> 'entries') e where e ->> 'kind' = 'provider' $$;
create temp table n as select count(*)::int as n from directory.provider_doc where status = 'active';

select is(directory.sitemap(null, 45000) ->> 'parts', '1', 'a small register has one part');
select is(pg_temp.kinds(null, 45000), format('district 400, provider %s, standard 25, state 16', n), 'it holds all kinds') from n;
select is(directory.sitemap(1, 45000) ->> 'entries', directory.sitemap(null, 45000) ->> 'entries', 'the first part of one is the whole');
select is(directory.sitemap(2, 45000) ->> 'parts', null, 'there is no second');

-- Parts of 100: none is asked for, so only their number is told.
select is(directory.sitemap(null, 100) ->> 'parts', ceil(n / 100.0)::text, 'a large register has as many parts as it needs') from n;
select is(directory.sitemap(null, 100) ->> 'entries', null, 'and is not listed at once');
select is(pg_temp.kinds(1, 100), 'district 400, provider 100, standard 25, state 16', 'the first part holds the others as well');
select is(pg_temp.kinds(2, 100), 'provider 100', 'the second only providers');
select is(pg_temp.kinds(3, 100), format('provider %s', n - 200), 'the last the rest') from n;
select is(directory.sitemap(4, 100) ->> 'parts', null, 'behind the last is none');
select is(directory.sitemap(0, 100) ->> 'parts', null, 'before the first neither');
select bag_eq('select pg_temp.listed(p, 100) from generate_series(1, 3) p', 'select slug from directory.provider_doc where status = ''active''',
    'together the parts hold every provider once');
select is(directory.sitemap(null, n) ->> 'parts', '1', 'exactly full is one part') from n;
select is(directory.sitemap(null, n - 1) ->> 'parts', '2', 'one more is two') from n;

-- The day is that of the page, and who left is gone.
select is((select e ->> 'on' from json_array_elements(directory.sitemap(null, 45000) -> 'entries') e where e ->> 'key' = d.slug),
    directory.profile(d.slug) ->> 'updated_on', 'the day of the last change') from (select slug from directory.provider_doc where status = 'active' order by id limit 1) d;
select is((select count(*) from json_array_elements(directory.sitemap(null, 45000) -> 'entries') e where e ->> 'kind' <> 'provider' and e ->> 'on' is not null), 0::bigint,
    'what has no day of change in the data tells none');
update register.provider set status = 'left', left_on = '2026-01-15' where slug = (select slug from directory.provider_doc where status = 'active' order by id limit 1);
select is(pg_temp.kinds(null, 45000), format('district 400, provider %s, standard 25, state 16', n - 1), 'who leaves is not listed any more') from n;

set local role jcap_web;
select lives_ok('select directory.sitemap(null, 45000)', 'the web role may ask');
reset role;

select * from finish();
rollback;
