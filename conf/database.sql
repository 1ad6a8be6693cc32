-- What a database needs before migrations: roles, extensions, and walls around the web role that no migration can build.
-- conf/database.sh runs it, in the embedded cluster (as superuser) and in a database of the operator's (as the login of
-- DATABASE_URL). It may be repeated. What that login may not do is left as it is and named at the end, for whoever may.
--
-- :connections   connections that the service may hold at the same time
set client_min_messages = error;

select format('create role %I', r) from (values ('jcap_owner'), ('jcap_web')) as wanted(r)
where not exists (select from pg_roles where rolname = r) \gexec
select format('grant jcap_owner to %I', current_user)
where not pg_has_role(current_user, 'jcap_owner', 'member') \gexec
create extension if not exists postgis;
create extension if not exists pg_trgm;
create extension if not exists unaccent;
create extension if not exists pgcrypto;
select format('grant create on database %I to jcap_owner', current_database())
where not has_database_privilege('jcap_owner', current_database(), 'create') \gexec
select 'grant create on schema public to jcap_owner'
where not has_schema_privilege('jcap_owner', 'public', 'create') \gexec

-- Functions by which everybody could write, whatever tables are closed: large objects, and messages into the log of changes.
create or replace function pg_temp.writers() returns setof regprocedure language sql as $$
    select p.oid::regprocedure from pg_proc p
    where p.pronamespace = 'pg_catalog'::regnamespace
      and (p.proname like 'lo\_%' or p.proname in ('loread', 'lowrite', 'pg_logical_emit_message'))
$$;

-- jcap_web, and logins of the operator's that are members of it: what is set for a role holds for its own sessions only.
create or replace function pg_temp.web_logins() returns setof regrole language sql as $$
    select r.oid::regrole from pg_roles r
    where r.rolname = 'jcap_web'
       or r.rolcanlogin and not r.rolsuper and pg_has_role(r.oid, 'jcap_web', 'member') and not pg_has_role(r.oid, 'jcap_owner', 'member')
$$;

select set_config('jcap.connections', :'connections', false) \g /dev/null
do $$
declare
    command text;
    commands text[] := array[
        -- one role for one service: a limit to how many, how long, how much
        format('alter role jcap_web login nocreatedb nocreaterole connection limit %s', current_setting('jcap.connections')::int),
        'alter role jcap_web nosuperuser noreplication nobypassrls',
        format('revoke all on database %I from public', current_database()),
        format('grant connect on database %I to jcap_web', current_database()),
        format('grant connect, temporary on database %I to jcap_owner', current_database()),
        'revoke create on schema public from public'];
begin
    commands := commands
        || array(select format('alter role %s set %s', l, s) from pg_temp.web_logins() l, unnest(array['statement_timeout = ''60s''', 'lock_timeout = ''10s''',
                     'idle_in_transaction_session_timeout = ''10s''', 'work_mem = ''16MB''', 'temp_file_limit = ''256MB''']) s)
        || array(select format('revoke execute on function %s from public', f) from pg_temp.writers() f
                 where has_function_privilege('jcap_web', f, 'execute'))
        || array(select format('revoke %I from jcap_web', pg_get_userbyid(roleid)) from pg_auth_members where member = 'jcap_web'::regrole);
    foreach command in array commands loop
        begin
            execute command;
        exception when insufficient_privilege then
            null;   -- told below by what is still open, not by what was tried
        end;
    end loop;
end
$$;

-- What is still open, one line each; nothing when all walls stand.
select 'jcap_web may still call ' || string_agg(f::text, ', ') || '. A superuser closes this: conf/database.sh URL'
from pg_temp.writers() f where has_function_privilege('jcap_web', f, 'execute') having count(*) > 0
union all
select 'jcap_web may make temporary tables in ' || string_agg(datname, ', ') || '. As their owner: revoke temporary on database ... from public'
from pg_database where datallowconn and has_database_privilege('jcap_web', oid, 'connect') and has_database_privilege('jcap_web', oid, 'temporary')
having count(*) > 0
union all
select 'jcap_web may create in the schema ' || string_agg(nspname, ', ') || '. As a superuser: revoke create on schema ... from public'
from pg_namespace where has_schema_privilege('jcap_web', oid, 'create') having count(*) > 0
union all
select string_agg(l::text, ', ') || ' may fill the disk with temporary files. As a superuser: alter role ... set temp_file_limit = ''256MB'''
from pg_temp.web_logins() l
where not exists (select from pg_db_role_setting s where s.setrole = l and s.setconfig::text like '%temp_file_limit=%')
having count(*) > 0;
