-- The web role can read the read model and call what its statements need. It tries to do more, and fails.
begin;
create extension if not exists pgtap with schema public;
select plan(48);

select is_empty($$select p.oid::regprocedure from pg_proc p join pg_roles r on r.oid = p.proowner
    where p.pronamespace in ('directory'::regnamespace, 'register'::regnamespace, 'geo'::regnamespace) and p.prosecdef and r.rolsuper$$,
    'no function lends the rights of a superuser');
select is_empty($$select p.oid::regprocedure from pg_proc p where p.pronamespace in ('directory'::regnamespace, 'register'::regnamespace, 'geo'::regnamespace)
    and p.prosecdef and not coalesce(p.proconfig::text like '%search_path%', false)$$, 'each function with lent rights fixes its search_path');
select set_eq($$select p.proname::text from pg_proc p where p.pronamespace in ('directory'::regnamespace, 'register'::regnamespace, 'geo'::regnamespace, 'demo'::regnamespace)
    and p.prosecdef and has_function_privilege('jcap_web', p.oid, 'execute')
    and has_schema_privilege('jcap_web', p.pronamespace, 'usage')$$, array['count_miss', 'refresh_due', 'in_force'], 'lent rights within reach: count_miss, refresh_due, in_force');
select is_empty($$select c.oid::regclass from pg_class c where c.relkind in ('r', 'v', 'm', 'p', 'S')
    and c.relnamespace in ('directory'::regnamespace, 'register'::regnamespace, 'geo'::regnamespace, 'demo'::regnamespace)
    and (has_table_privilege('jcap_web', c.oid, 'insert') or has_table_privilege('jcap_web', c.oid, 'update')
         or has_table_privilege('jcap_web', c.oid, 'delete') or has_table_privilege('jcap_web', c.oid, 'truncate'))$$, 'no table can be written');
select is_empty($$select c.oid::regclass from pg_class c where c.relkind in ('r', 'v') and c.relnamespace = 'register'::regnamespace
    and has_table_privilege('jcap_web', c.oid, 'select')$$, 'no table of the register can be read');
select is((select rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls from pg_roles where rolname = 'jcap_web'), false, 'the role itself has no powers');
select is_empty($$select r.rolname from pg_auth_members m join pg_roles r on r.oid = m.roleid where m.member = 'jcap_web'::regrole$$, 'the role is a member of nothing');
select is(has_database_privilege('jcap_web', current_database(), 'temporary'), false, 'no temporary tables');
select is(has_schema_privilege('jcap_web', 'public', 'create'), false, 'nothing can be made in public');
select is(has_schema_privilege('jcap_web', 'register', 'usage'), false, 'the register cannot be entered');
select is(has_schema_privilege('jcap_web', 'demo', 'usage'), false, 'the generator cannot be entered');

set local role jcap_web;

select throws_ok(format('select * from register.%I', t), '42501', null, 'read register.' || t || ' refused')
from unnest(array['provider', 'site', 'coach', 'contact', 'service_area', 'standard_event', 'phase_event', 'capacity', 'search_miss', 'code']) t;
select throws_ok(format('delete from directory.%I', t), '42501', null, 'delete from directory.' || t || ' refused')
from unnest(array['search_row', 'search_site', 'area_circle', 'bitmap', 'provider_doc', 'version']) t;
select throws_ok(q, '42501', null, q || ' refused')
from unnest(array[
    'insert into register.search_miss values (''2025-01-01'', ''06611'', '''', 1)',
    'update register.provider set name = name',
    'update directory.provider_doc set card = null',
    'insert into directory.version (n, tx, day, next_pos) values (1, 1, ''2025-01-01'', 0)',
    'update directory.search_miss set n = 0',
    'delete from register.standard_event',
    'truncate directory.bitmap',
    'delete from geo.district',
    'create table public.x (a int)', 'create table directory.x (a int)', 'create temporary table x (a int)', 'create schema x',
    'create function public.x() returns int language sql as ''select 1''',
    'drop table directory.version', 'alter table directory.version add column x int',
    'select directory.rebuild()', 'select directory.refresh(''{1}'')', 'select directory.open_change()', 'select demo.generate(1)',
    'copy directory.version to program ''true''']) q;

select lives_ok($$select directory.search('{}', null, '{}', 'html', 1, 20, null, '2026-01-01')$$, 'search is allowed');

select * from finish();
rollback;
