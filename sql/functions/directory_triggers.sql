-- Every table that feeds the read model refreshes it in the same transaction, once per statement.

-- After a statement on a table of providers: refreshes the providers it touched. The trigger names its rows "changed" (and "before").
create or replace function directory.on_provider_change() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    ids int[];
begin
    if tg_table_name = 'provider' then
        select array_agg(distinct c.id) into ids from changed c;
    elsif tg_op = 'UPDATE' then
        select array_agg(distinct c.provider) into ids
        from (select x.provider from changed x union select y.provider from before y) c;
    else
        select array_agg(distinct c.provider) into ids from changed c;
    end if;
    if ids is not null then
        perform directory.refresh(ids);
    end if;
    return null;
end
$$;

-- A change of lists, words, catalogue or phase model may touch every stored text: everything is built anew, once, at the end of the
-- transaction (the triggers are deferred; whoever sets them immediate must call directory.rebuild() in the end).
create or replace function directory.on_list_change() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if current_setting('directory.rebuilt_in', true) is distinct from pg_current_xact_id()::text then
        perform set_config('directory.rebuilt_in', pg_current_xact_id()::text, true);
        perform directory.rebuild();
    end if;
    return null;
end
$$;

-- A change of texts that no stored row contains: only the version is counted, so that cached pages are forgotten.
create or replace function directory.on_text_change() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    perform directory.open_change();
    return null;
end
$$;

do $$
declare
    t text;
begin
    perform set_config('client_min_messages', 'warning', true);   -- "does not exist, skipping" is no news
    foreach t in array array['provider', 'site', 'coach', 'service_area', 'provider_attribute', 'capacity', 'contact', 'standard_event', 'phase_event']
    loop
        execute format('create or replace trigger directory_insert after insert on register.%I referencing new table as changed
                        for each statement execute function directory.on_provider_change()', t);
        execute format('create or replace trigger directory_update after update on register.%I referencing old table as before new table as changed
                        for each statement execute function directory.on_provider_change()', t);
        execute format('create or replace trigger directory_delete after delete on register.%I referencing old table as changed
                        for each statement execute function directory.on_provider_change()', t);
    end loop;
    foreach t in array array['code_list', 'code', 'word', 'catalogue', 'standard', 'phase_model'] loop
        execute format('drop trigger if exists directory_list on register.%I', t);
        execute format('drop trigger if exists directory_list_update on register.%I', t);
        execute format('create constraint trigger directory_list after insert or delete on register.%I deferrable initially deferred
                        for each row execute function directory.on_list_change()', t);
        execute format('create constraint trigger directory_list_update after update on register.%I deferrable initially deferred
                        for each row when (old.* is distinct from new.*) execute function directory.on_list_change()', t);
    end loop;
    foreach t in array array['phase', 'phase_criterion', 'funding_body', 'funding_body_region'] loop
        execute format('create or replace trigger directory_text after insert or update or delete on register.%I
                        for each statement execute function directory.on_text_change()', t);
    end loop;
end
$$;
