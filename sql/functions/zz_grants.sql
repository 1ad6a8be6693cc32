-- What the web role may do. Runs after all other function files: first everything is taken away, then what the statements need is given.
-- (Schema geo: geo_zz_grants.sql.) Nothing in schema register; no write anywhere; three functions with the rights of their owner: count_miss, refresh_due, in_force.

do $$
declare
    s text;
begin
    foreach s in array array['register', 'directory', 'demo'] loop
        execute format('revoke all on schema %I from public, jcap_web', s);
        execute format('revoke all on all tables in schema %I from public, jcap_web', s);
        execute format('revoke all on all functions in schema %I from public, jcap_web', s);
        execute format('revoke all on all sequences in schema %I from public, jcap_web', s);
    end loop;
end
$$;

grant usage on schema geo, directory to jcap_web;

-- Read model and views; search_miss is published by Kreis and month (domain.md 4.3 no. 3).
grant select on directory.search_row, directory.search_site, directory.area_circle, directory.bitmap, directory.provider_doc, directory.version,
    directory.filter_value, directory.word, directory.catalogue, directory.standard, directory.phase_model, directory.phase,
    directory.phase_criterion, directory.funding_body, directory.search_miss to jcap_web;

do $$
declare
    f regprocedure;
begin
    -- The read side: functions that change nothing (stable or immutable), but for those that read the register; and four that write by name.
    for f in
        select p.oid::regprocedure from pg_proc p
        where p.pronamespace = 'directory'::regnamespace
          and (p.provolatile in ('s', 'i') and p.proname not like 'part\_%' and p.proname not like 'build%'
               or p.proname in ('search', 'note_miss', 'count_miss', 'refresh_due'))
    loop
        execute format('grant execute on function %s to jcap_web', f);
    end loop;
end
$$;
