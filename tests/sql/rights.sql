-- What conf/database.sql builds around the web role: no writing by the back doors that everybody has, limits to what it may use.
begin;
create extension if not exists pgtap with schema public;
select plan(11);

select is_empty($$select p.oid::regprocedure from pg_proc p
    where (p.proname like 'lo\_%' or p.proname in ('loread', 'lowrite', 'pg_logical_emit_message')) and has_function_privilege('jcap_web', p.oid, 'execute')$$,
    'no function for large objects, nor for messages into the log of changes');
select cmp_ok((select count(*) from pg_proc p where p.proname like 'lo\_%' or p.proname in ('loread', 'lowrite')), '>', 15::bigint, 'and there are such functions');
select is_empty($$select datname from pg_database where datallowconn and has_database_privilege('jcap_web', oid, 'temporary')$$, 'no temporary tables in any database');
select is_empty($$select datname from pg_database where has_database_privilege('jcap_web', oid, 'create')$$, 'no schema in any database');
select is_empty($$select datname from pg_database where datname in ('postgres', 'template1', 'template0') and has_database_privilege('jcap_web', oid, 'connect')$$,
    'the databases of the cluster itself cannot be entered');
select is_empty($$select nspname from pg_namespace where has_schema_privilege('jcap_web', oid, 'create')$$, 'nothing can be made in any schema');
select is_empty($$select typname from pg_type t join pg_namespace n on n.oid = t.typnamespace where pg_get_userbyid(t.typowner) = 'jcap_web'$$, 'it owns nothing');
select set_eq($$select unnest(rolconfig) from pg_roles where rolname = 'jcap_web'$$,
    array['statement_timeout=60s', 'lock_timeout=10s', 'idle_in_transaction_session_timeout=10s', 'work_mem=16MB', 'temp_file_limit=256MB'], 'its limits');
select cmp_ok((select rolconnlimit from pg_roles where rolname = 'jcap_web'), '>=', 50, 'room for the workers of two services ...');
select isnt((select rolconnlimit from pg_roles where rolname = 'jcap_web'), -1, '... but not for any number');
select is((select rolcanlogin and not rolsuper and not rolcreaterole and not rolcreatedb and not rolreplication and not rolbypassrls from pg_roles where rolname = 'jcap_web'),
    true, 'a login without powers');

select * from finish();
rollback;
