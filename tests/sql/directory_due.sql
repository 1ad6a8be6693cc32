-- Rows that are due: a few at a time, by the database's own clock, healed after a clock that ran ahead.
begin;
create extension if not exists pgtap with schema public;
select plan(38);

create function pg_temp.today() returns date language sql as $$ select (clock_timestamp() at time zone 'Europe/Berlin')::date $$;
create function pg_temp.due() returns bigint language sql as $$ select count(*) from directory.due(pg_temp.today(), null) $$;
create function pg_temp.state() returns text language sql as $$
    select md5(string_agg(concat_ws('|', d.id, d.status, d.card, d.doc, r.changes_on, (select array_agg(k order by k) from unnest(r.keys) k)), chr(10) order by d.id))
    from directory.provider_doc d left join directory.search_row r on r.id = d.id $$;
create temporary table before as select pg_temp.state() as state;

-- Batches ---------------------------------------------------------------------------------------------------------
select is((select (day, due, since, refreshed)::text from directory.refresh_due(100)), (pg_temp.today(), 0, null::date, 0)::text, 'freshly loaded: nothing is due');
create temporary table n on commit drop as select v.n from directory.version v;
select is((select version from directory.refresh_due(100)), (select n.n from n), 'a look at what is not due counts no version');
update directory.search_row set changes_on = pg_temp.today() - 40;
update directory.search_row set changes_on = pg_temp.today() - 50 where id = (select min(id) from directory.search_row);
create temporary table listed as select count(*)::int as n from directory.search_row;
select is(pg_temp.due(), (select n from listed)::bigint, 'all are due after a pause');
select is((select (refreshed, due)::text from directory.refresh_due(100)), (select (100, n - 100)::text from listed), 'one call takes as many as it is told, and says how many are left');
select is((select day from directory.version), pg_temp.today(), 'the day of the read model is never ahead of what is done');
update directory.version set day = pg_temp.today() - 40;
select is((select refreshed from directory.refresh_due(10)), 10, 'the next batch');
select is((select day from directory.version), pg_temp.today() - 40, 'while rows are due the read model does not claim to stand at today');
select cmp_ok((select since from directory.refresh_due(1)), '<=', pg_temp.today() - 40, 'it says since when');
select is((select idle_s from directory.refresh_due(1)), 0, 'and that somebody is at work');
select is((select due from directory.refresh_due(null)), 0::bigint, 'the rest');
select is((select day from directory.version), pg_temp.today(), 'then it stands at today');
select is(pg_temp.state(), (select state from before), 'and every row is as before');

-- A row that cannot be built does not hold up the others.
create function pg_temp.refuse() returns trigger language plpgsql as $$ begin raise exception 'cannot be built'; end $$;
create trigger poison before update on directory.provider_doc for each row when (old.id = 17) execute function pg_temp.refuse();
update directory.search_row set changes_on = pg_temp.today() where id between 10 and 29;
do $$
begin
    for i in 1 .. 400 loop
        begin
            perform directory.refresh_due(1 + i % 3);
        exception when raise_exception then
            null;
        end;
    end loop;
end
$$;
select results_eq($$select id from directory.due(pg_temp.today(), null)$$, array[17], 'only the one that cannot be built is left');
drop trigger poison on directory.provider_doc;
select is((select due from directory.refresh_due(10)), 0::bigint, 'and goes as soon as it can');

-- The clock ran ahead, and is right again ------------------------------------------------------------------------------
insert into register.provider (id, slug, name, form, is_demo, confirmed_on, created_on, left_on) values
    (900002, 'geht-bald', 'Geht bald', 'traeger', true, current_date, current_date, null);
update register.provider set left_on = pg_temp.today() + 30, status = 'left' where id = 900002;
update before set state = pg_temp.state();
update directory.version set test_day = '2031-01-01';
select is((select (day, due)::text from directory.refresh_due(null)), ('2031-01-01'::date, 0)::text, 'a clock in 2031');
update register.provider set name = name || ' ' where id in (select id from register.provider order by id limit 5);
select is((select status from directory.provider_doc where id = 900002), 'left', 'somebody has left by then');
select isnt(pg_temp.state(), (select state from before), 'rows differ');
select cmp_ok((select count(*)::int from directory.provider_doc where built_on = '2031-01-01'), '>', 100, 'many rows were built for it');
update directory.version set test_day = null;
update register.provider set name = rtrim(name) where id in (select id from register.provider order by id limit 5);
select is((select built_on from directory.provider_doc order by id limit 1), pg_temp.today(), 'what is written now is built for the true day');
select is((select (refreshed, day)::text from directory.refresh_due(50)), (50, pg_temp.today())::text, 'the rows of the future are rebuilt, in batches');
select is((select due from directory.refresh_due(null)), 0::bigint, 'until none is left');
select is((select day from directory.version), pg_temp.today(), 'the read model stands at the true day again');
select is((select status from directory.provider_doc where id = 900002), 'active', 'who has not left yet is back');
select is(pg_temp.state(), (select state from before), 'everything is as before');
select is_empty('select id from directory.provider_doc where updated_at > clock_timestamp()', 'nothing says that it was changed in the future');
update directory.version set day = '2031-01-01';
select is((select day from directory.refresh_due(1)), pg_temp.today(), 'a day in the future without any row of it is put right, too');
select is((select day from directory.version), pg_temp.today(), '... in the table');

-- A rule that begins later --------------------------------------------------------------------------------------------
insert into register.catalogue (id, version, title, publisher, status, definition_version, valid_from)
values ('morgen', '1', 'Katalog von morgen', 'Test', 'Arbeitsfassung', '1', pg_temp.today() + 1);
set constraints all immediate;
set constraints all deferred;
select is_empty($$select id from directory.search_row where changes_on is distinct from pg_temp.today() + 1$$, 'a catalogue that begins tomorrow: all rows change tomorrow');
update directory.version set test_day = pg_temp.today() + 1;
select cmp_ok((select refreshed from directory.refresh_due(null)), '=', (select count(*)::int from directory.search_row), 'tomorrow all are rebuilt');
select is((select sum((card ->> 'verified')::int) from directory.provider_doc), 0::bigint, 'by the catalogue of tomorrow, of which nobody has anything');
select is((select catalogue from directory.in_force()), 'morgen', 'whose texts are shown');
update directory.version set test_day = null;
delete from register.catalogue where id = 'morgen';
set constraints all immediate;

-- Who asks cannot say what day it is -----------------------------------------------------------------------------------
set local role jcap_web;
select throws_ok('update directory.version set test_day = ''2031-01-01''', '42501', null, 'the web role cannot set the test day');
select throws_ok('select directory.today()', '42501', null, 'nor call what reads it');
select throws_ok('select directory.refresh_due(date ''2031-01-01'')', '42883', null, 'refresh_due takes no day');
set local "directory.day" = '2031-01-01';
set local timezone = 'Pacific/Kiritimati';
select is((select day from directory.refresh_due(1)), pg_temp.today(), 'its settings and time zone do not matter');
reset role;
set local timezone = 'Europe/Berlin';
insert into register.provider (id, slug, name, form, is_demo, confirmed_on, created_on) values (900003, 'wirklich', 'Wirklich', 'traeger', false, current_date, current_date);
update directory.version set test_day = '2031-01-01';
select is((select day from directory.refresh_due(1)), pg_temp.today(), 'with a real provider in the register a test day does not count');
delete from register.provider where id = 900003;
update directory.version set test_day = null;

-- Nothing can be written -----------------------------------------------------------------------------------------------
update directory.search_row set changes_on = pg_temp.today() where id <= 20;
create temporary table left_over as select pg_temp.due() as n;
set local transaction_read_only = on;
select is((select (due, refreshed)::text from directory.refresh_due(10)), (select (n, null::int)::text from left_over), 'read only: says what is due, and does nothing');
select is((select directory.search('{"kreis": "13075"}', 50, '{}', 'json', 1, 20, null, pg_temp.today()) ->> 'counted'), 'true',
    'read only: a search in vain is answered');

select * from finish();
rollback;
