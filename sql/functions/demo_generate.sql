-- Invented providers for trying out and for measuring. Names, people, streets and numbers do not exist: domains end in example.org, telephone
-- numbers lie in the range that is kept free for films (030 23125 000 to 999). Every row is marked is_demo.
-- The same n, seed and day give the same data.

-- Kreise that nobody serves, on purpose: gaps must be seen (domain.md 9: BB, MV, ST and RP are the known ones).
create or replace function demo.white_spots() returns text[]
language sql immutable parallel safe
return array['13073', '13075', '12068', '12070', '12073', '15081', '15090', '07231', '07232', '07233'];

-- Pseudo-random number in [0, 1) for thing i and purpose `salt`.
create or replace function demo.r(i bigint, salt int, seed int) returns double precision
language sql immutable parallel safe
return (hashint8extended(i * 1000 + salt, seed) & 2147483647) / 2147483648.0;

-- One of the words, chosen by a number in [0, 1).
create or replace function demo.pick(r double precision, variadic words text[]) returns text
language sql immutable parallel safe
return words[1 + floor(r * cardinality(words))::int];

-- Part of a web address from a name.
create or replace function demo.slug(name text) returns text
language sql immutable parallel safe
return trim(both '-' from regexp_replace(
    replace(replace(replace(replace(lower(name), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ß', 'ss'), '[^a-z0-9]+', '-', 'g'));

-- Empties the register of invented providers. Refuses when a real one is in it.
create or replace function demo.clear() returns void
language plpgsql as $$
begin
    if exists (select from register.provider p where not p.is_demo) then
        raise exception 'demo data refused: the register holds real providers';
    end if;
    truncate register.provider, register.site, register.coach, register.service_area, register.provider_attribute, register.capacity,
             register.contact, register.standard_event, register.phase_event, register.search_miss restart identity;
    truncate directory.search_row, directory.search_site, directory.area_circle, directory.bitmap, directory.provider_doc;
end
$$;

-- Switches triggers and foreign keys of the provider tables off ('disable') or on ('enable'), within one transaction. The keys are
-- taken away and put back: checked once for all rows instead of row by row, a million providers are bearable.
create or replace function demo.checks(switch text) returns void
language plpgsql as $$
declare
    provider_tables regclass[] := array['register.provider', 'register.site', 'register.coach', 'register.service_area', 'register.provider_attribute',
        'register.capacity', 'register.contact', 'register.standard_event', 'register.phase_event']::regclass[];
    t regclass;
    k record;
begin
    foreach t in array provider_tables loop
        execute format('alter table %s %s trigger user', t, switch);
    end loop;
    if switch = 'disable' then
        create temporary table demo_key on commit drop as
        select c.conrelid::regclass as of_table, c.conname as name, pg_get_constraintdef(c.oid) as definition
        from pg_constraint c where c.contype = 'f' and c.conrelid = any (provider_tables);
        for k in select * from demo_key loop
            execute format('alter table %s drop constraint %I', k.of_table, k.name);
        end loop;
    else
        for k in select * from demo_key order by of_table::text, name loop
            execute format('alter table %s add constraint %I %s', k.of_table, k.name, k.definition);
        end loop;
        drop table demo_key;
    end if;
end
$$;

-- Makes n providers and builds the read model. Parameters: how many, seed, the day the data are fresh on. Result: number of listed providers.
create or replace function demo.generate(n int, seed int default 1, day date default (now() at time zone 'Europe/Berlin')::date) returns int
language plpgsql as $$
declare
    listed int;
begin
    perform demo.checks('disable');
    perform demo.clear();
    perform demo.fill_providers(n, seed, day);
    perform demo.fill_offers(n, seed, day);
    perform demo.fill_areas(n, seed);
    perform demo.fill_people(seed, day);
    perform demo.fill_quality(n, seed, day);
    perform demo.checks('enable');
    analyze register.provider, register.site, register.coach, register.service_area, register.provider_attribute, register.capacity,
            register.contact, register.standard_event, register.phase_event;
    listed := directory.rebuild();
    analyze directory.search_row, directory.search_site, directory.area_circle, directory.bitmap, directory.provider_doc;
    return listed;
end
$$;
