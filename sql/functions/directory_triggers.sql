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

-- After a change of lists, words or the catalogue: everything is built anew, since every stored text may be touched.
create or replace function directory.on_list_change() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if exists (select from register.provider) then
        perform directory.rebuild();
    else
        perform directory.open_change();
    end if;
    return null;
end
$$;

do $$
declare
    t text;
begin
    foreach t in array array['provider', 'site', 'coach', 'service_area', 'provider_attribute', 'capacity', 'contact', 'standard_event', 'phase_event']
    loop
        execute format('create or replace trigger directory_insert after insert on register.%I referencing new table as changed
                        for each statement execute function directory.on_provider_change()', t);
        execute format('create or replace trigger directory_update after update on register.%I referencing old table as before new table as changed
                        for each statement execute function directory.on_provider_change()', t);
        execute format('create or replace trigger directory_delete after delete on register.%I referencing old table as changed
                        for each statement execute function directory.on_provider_change()', t);
    end loop;
    foreach t in array array['code_list', 'code', 'word', 'catalogue', 'standard', 'phase_model', 'phase', 'phase_criterion', 'funding_body', 'funding_body_region']
    loop
        execute format('create or replace trigger directory_list after insert or update or delete on register.%I
                        for each statement execute function directory.on_list_change()', t);
    end loop;
end
$$;
