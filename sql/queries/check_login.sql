-- What the login of the service may do that it must not: a German sentence, or no row. Asked once at start (app/db/login.c).
-- Rights are those a session could take (set role, reset role), not those it happens to have at the moment.
-- role: web
with login as (
    select r.oid, r.rolname, r.rolsuper from pg_roles r where r.rolname = session_user
), within_reach as (
    select r.* from pg_roles r, login where pg_has_role(login.oid, r.oid, 'member')
), reasons as (
    select 1 as place, 'sie arbeitet mit einer anderen Rolle (' || current_user || ') und kann zu ihrer eigenen zurück' as reason
    where current_user <> session_user
    union all
    select 2, 'sie hat alle Rechte (superuser)' where exists (select from within_reach where rolsuper)
    union all
    select 3, 'sie kann Rollen oder Datenbanken anlegen, Zeilenrechte umgehen oder Daten spiegeln'
    where exists (select from within_reach where rolcreaterole or rolcreatedb or rolbypassrls or rolreplication)
    union all
    select 4, 'sie kann zum Eigentümer der Tabellen werden (' || string_agg(distinct r.rolname, ', ') || ')'
    from within_reach r
    where r.rolname = 'jcap_owner'
       or r.oid in (select n.nspowner from pg_namespace n where n.nspname in ('geo', 'register', 'directory', 'demo'))
       or r.oid = (select d.datdba from pg_database d where d.datname = current_database())
    having count(*) > 0
    union all
    select 5, 'sie gehört zu ' || string_agg(r.rolname, ', ') from within_reach r where r.rolname like 'pg\_%' having count(*) > 0
    union all
    select 6, 'sie kann Schemas oder Tabellen anlegen'
    where exists (select from within_reach r where has_database_privilege(r.oid, current_database(), 'create'))
       or exists (select from within_reach r, pg_namespace n where has_schema_privilege(r.oid, n.oid, 'create'))
)
select 'Die Anmeldung „' || session_user || '“ darf mehr, als der Dienst darf: ' || reason ||
       '. Bitte JCAP_DATABASE_URL weglassen (make run legt dann die Anmeldung jcap_web an) oder darin eine Anmeldung nennen, '
       'die nur zu jcap_web gehört (conf/jcap.env.example).'
from reasons
order by place
limit 1
