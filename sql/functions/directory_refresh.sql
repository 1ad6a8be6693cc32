-- Keeps the read model right: one provider by trigger in the transaction of the change, due ones by day, all by rebuild().

-- The day it is for the register: the database's own clock, in Berlin. Nobody who asks can set it. The owner may set a day for tests
-- (version.test_day); it counts only as long as no real provider is in the register.
create or replace function directory.today() returns date
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    test_day date := (select v.test_day from directory.version v);
begin
    if test_day is null or exists (select from register.provider p where not p.is_demo) then
        return (clock_timestamp() at time zone 'Europe/Berlin')::date;
    end if;
    return test_day;
end
$$;

-- Opens a change of the read model: writers wait here for each other; counts the version once per transaction and tells the listeners.
-- Result: the day for which rows are to be built.
create or replace function directory.open_change() returns date
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    this_tx bigint := pg_current_xact_id()::text::bigint;
    v directory.version;
begin
    update directory.version set tx = this_tx, n = n + (tx <> this_tx)::int returning * into v;
    perform pg_notify('directory', v.n::text);   -- the same text twice in one transaction is sent once
    return directory.today();
end
$$;

-- Moves positions from their old keys to their new ones. Parameters: pairs of position and key, as they were and as they are. Each bit string is
-- written once, however many positions moved: written once for each, the versions of one row would pile up within the transaction.
create or replace function directory.move_bits(old_pos int[], old_keys int[], new_pos int[], new_keys int[]) returns void
language plpgsql set enable_hashjoin = off set enable_mergejoin = off as $$   -- few of many rows: by index, whatever the planner guesses
begin
    with gone as (
        select * from unnest(old_pos, old_keys) as o (pos, key) except select * from unnest(new_pos, new_keys)
    ), came as (
        select * from unnest(new_pos, new_keys) as n (pos, key) except select * from unnest(old_pos, old_keys)
    ), change as materialized (
        select directory.seg(x.pos) as seg, x.key,
               coalesce(bit_or(set_bit(directory.no_bits(), directory.bit(x.pos), 1)) filter (where x.came), directory.no_bits()) as came,
               coalesce(bit_or(set_bit(directory.no_bits(), directory.bit(x.pos), 1)) filter (where not x.came), directory.no_bits()) as gone
        from (select c.pos, c.key, true as came from came c union all select g.pos, g.key, false from gone g) x group by 1, 2
    ), moved as (
        update directory.bitmap b set bits = (b.bits | c.came) & ~c.gone from change c where b.seg = c.seg and b.key = c.key
        returning b.seg, b.key
    )
    insert into directory.bitmap (seg, key, bits)
    select c.seg, c.key, c.came from change c where not exists (select from moved m where m.seg = c.seg and m.key = c.key);
end
$$;

-- Takes one provider out of the search, but for its bits.
create or replace function directory.unlist(provider int) returns void
language plpgsql as $$
declare
    was int;
begin
    delete from directory.search_row s where s.id = provider returning s.pos into was;
    delete from directory.search_site s where s.pos = was;
    delete from directory.area_circle c where c.pos = was;
end
$$;

-- Puts one provider into the search, or brings its row up to date, but for its bits. A new one gets the next free position.
create or replace function directory.list(provider int, new_keys int[], changes date) returns void
language plpgsql as $$
declare
    r directory.search_row;
begin
    select * into r from directory.search_row s where s.id = provider;
    if not found then
        update directory.version set next_pos = next_pos + 1 returning next_pos - 1 into r.pos;
        insert into directory.search_row values (r.pos, provider, directory.spin(provider), new_keys, changes);
    elsif r.keys is distinct from new_keys or r.changes_on is distinct from changes then
        update directory.search_row s set keys = new_keys, changes_on = changes where s.pos = r.pos;
    end if;
    delete from directory.search_site s where s.pos = r.pos;
    insert into directory.search_site select r.pos, directory.spin(provider), s.cell, s.geom from directory.build_sites(array[provider]) s;
    delete from directory.area_circle c where c.pos = r.pos;
    insert into directory.area_circle select r.pos, c.site, c.state, c.radius_m, c.label, c.centre, c.box
    from directory.build_circles(array[provider]) c;
end
$$;

-- Brings some providers up to date, whatever changed about them; providers that no longer exist vanish.
create or replace function directory.refresh(ids int[]) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    on_day date := directory.open_change();
    b record;
    gone int;
    old_pos int[];
    old_keys int[];
begin
    select array_agg(r.pos), array_agg(k) into old_pos, old_keys from directory.search_row r, unnest(r.keys) k where r.id = any (ids);
    -- "execute": planned for as many as there are, one or hundreds; the plan for any number takes ten times as long for hundreds
    for b in execute 'select * from directory.build($1, $2) order by id' using ids, on_day loop
        if b.status = 'active' then
            perform directory.list(b.id, b.keys, b.changes_on);
        else
            perform directory.unlist(b.id);
        end if;
        insert into directory.provider_doc as d (id, slug, status, is_demo, card, doc, feature, updated_at, built_on)
        values (b.id, b.slug, b.status, b.is_demo, b.card, b.doc, b.feature, b.updated_at, on_day)
        on conflict (id) do update
        set slug = b.slug, status = b.status, is_demo = b.is_demo, card = b.card, doc = b.doc, feature = b.feature, built_on = on_day,
            updated_at = case when d.doc::text is distinct from b.doc::text then now() else least(d.updated_at, now()) end;
    end loop;
    for gone in select i from unnest(ids) i where not exists (select from register.provider p where p.id = i) loop
        perform directory.unlist(gone);
        delete from directory.provider_doc d where d.id = gone;
    end loop;
    perform directory.move_bits(old_pos, old_keys, array_agg(r.pos), array_agg(k)) from directory.search_row r, unnest(r.keys) k where r.id = any (ids);
end
$$;

-- Providers whose stored row is not right for a day: what it says has changed by date alone, or it was built for a later day (the clock ran
-- ahead and is right again). Parameters: the day; how many at most (null: all), drawn by lot, so that a row which cannot be
-- built does not hold up the others. Result: `since` is the day from which on the row was wrong.
create or replace function directory.due(day date, take int) returns table (id int, since date)
language sql stable as $$
    select d.id, min(d.since)
    from (select r.id, r.changes_on as since from directory.search_row r where r.changes_on <= day
          union all
          select p.id, day from directory.provider_doc p where p.built_on > day) d
    group by d.id order by random() limit take
$$;

-- Brings rows up to date that are due, at most `take` of them, so that no call takes long. Called again and again by each worker; costs two
-- looks at an index when nothing is due. Only one works at a time: who finds another one, or a writer, at work does nothing and does not wait.
-- Nothing is written where nothing may be written (a standby, a database set to read only).
-- Result: version of the read model; `day` for which all rows are right, once due is 0; how many are due and since when; how many this call
-- brought up to date (null: it may not write); seconds since any call did.
create or replace function directory.refresh_due(take int, out version bigint, out day date, out due bigint, out since date, out refreshed int, out idle_s int)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    ids int[];
    stands directory.version;
begin
    day := directory.today();
    select count(*), min(d.since) into due, since from directory.due(day, null) d;
    select * into stands from directory.version;
    refreshed := 0;
    if current_setting('transaction_read_only')::boolean then
        refreshed := null;
    elsif due > 0 or stands.day <> day then
        perform from directory.version for update skip locked;
        if found then
            select array_agg(d.id order by d.id) into ids from directory.due(day, take) d;   -- as it is now that nobody else works
            perform directory.open_change();
            if ids is not null then
                perform directory.refresh(ids);
                refreshed := cardinality(ids);
            end if;
            select count(*), min(d.since) into due, since from directory.due(day, null) d;
            update directory.version x set refreshed_at = clock_timestamp(), day = case when refresh_due.due = 0 then refresh_due.day else x.day end
            returning * into stands;
        end if;
    end if;
    version := stands.n;
    idle_s := extract(epoch from clock_timestamp() - stands.refreshed_at)::int;
end
$$;

-- Builds the whole read model anew, in an order that keeps neighbours together: bundesweit, then by Land, then along a Hilbert curve.
-- For bulk loads (which switch the triggers off) and after changes to lists. Result: number of listed providers.
create or replace function directory.rebuild() returns int
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    on_day date := directory.open_change();
    ids int[];
    total int := 0;
begin
    delete from directory.search_row;
    delete from directory.search_site;
    delete from directory.area_circle;
    delete from directory.bitmap;
    delete from directory.provider_doc;
    for ids in
        select array_agg(o.id order by o.n)
        from (select p.id, row_number() over (order by w.nation desc nulls last, w.state nulls last, s.geom, p.id) - 1 as n
              from register.provider p
              left join register.site s on s.provider = p.id and s.main
              left join lateral (select bool_or(a.kind = 'nation') as nation, min(a.state) as state
                                 from register.service_area a where a.provider = p.id) w on true) o
        group by o.n / 8192 order by o.n / 8192
    loop
        total := total + directory.rebuild_batch(ids, total, on_day);
    end loop;
    insert into directory.bitmap (seg, key, bits)
    select directory.seg(r.pos), k, bit_or(set_bit(directory.no_bits(), directory.bit(r.pos), 1))
    from directory.search_row r, unnest(r.keys) k group by 1, 2 order by 1, 2;
    update directory.version set next_pos = total, day = on_day, refreshed_at = now();
    return total;
end
$$;

-- One batch of rebuild(): documents, rows, sites and circles. Parameters: providers in order, first position, day. Result: number listed.
create or replace function directory.rebuild_batch(ids int[], first_pos int, on_day date) returns int
-- Thousands at once: each table read through its index on the provider, then hash joins, whatever the planner guesses.
language plpgsql set enable_nestloop = off set plan_cache_mode = force_generic_plan set jit = off set work_mem = '128MB' as $$
declare
    listed int[];
    places int[];   -- their positions
begin
    with b as materialized (
        select * from directory.build(ids, on_day)
    ), docs as (
        insert into directory.provider_doc (id, slug, status, is_demo, card, doc, feature, updated_at, built_on)
        select b.id, b.slug, b.status, b.is_demo, b.card, b.doc, b.feature, b.updated_at, on_day from b
    ), search_rows as (
        insert into directory.search_row (pos, id, spin, keys, changes_on)
        select first_pos + row_number() over (order by o.n) - 1, b.id, directory.spin(b.id), b.keys, b.changes_on
        from unnest(ids) with ordinality as o (i, n) join b on b.id = o.i where b.status = 'active'
        returning id, pos
    )
    select array_agg(r.id), array_agg(r.pos) into listed, places from search_rows r;
    insert into directory.search_site
    select r.pos, directory.spin(r.id), s.cell, s.geom from directory.build_sites(listed) s join unnest(listed, places) as r (id, pos) on r.id = s.id;
    insert into directory.area_circle
    select r.pos, c.site, c.state, c.radius_m, c.label, c.centre, c.box
    from directory.build_circles(listed) c join unnest(listed, places) as r (id, pos) on r.id = c.id;
    return coalesce(cardinality(listed), 0);
end
$$;
