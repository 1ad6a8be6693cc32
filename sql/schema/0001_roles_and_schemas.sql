-- Roles, extensions and schemas: who may be here at all.
--   jcap_owner  owns every object and runs the migrations; nobody signs in with it from outside
--   jcap_web    the service; it may read the read model and call what its statements need (sql/functions/zz_grants.sql)
-- Schemas: geo (regions and places), register (the source of truth, closed to the web role), directory (what the public sees),
-- demo (the generator of invented data).

do $$
begin
    if not exists (select from pg_roles where rolname = 'jcap_owner') then
        create role jcap_owner nologin;
    end if;
    if not exists (select from pg_roles where rolname = 'jcap_web') then
        create role jcap_web login;
    end if;
    -- Temporary tables and foreign schemas are DDL too: the web role gets nothing through "public".
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to jcap_web', current_database());
    execute format('grant connect, temporary on database %I to jcap_owner', current_database());
end
$$;

create extension if not exists postgis  with schema public;
create extension if not exists pg_trgm  with schema public;
create extension if not exists unaccent with schema public;
create extension if not exists pgcrypto with schema public;

revoke create on schema public from public;

create schema geo       authorization jcap_owner;
create schema register  authorization jcap_owner;
create schema directory authorization jcap_owner;
create schema demo      authorization jcap_owner;

-- Functions are executable by everybody unless this is said before they are made.
alter default privileges for role jcap_owner revoke execute on functions from public;
