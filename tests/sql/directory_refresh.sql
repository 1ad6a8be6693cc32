-- The read model follows every change in the same transaction, and every day, without anybody rebuilding it.
begin;
create extension if not exists pgtap with schema public;
select plan(44);

-- A provider made the way a registration makes it: row by row.
insert into register.provider (id, slug, name, form, is_demo, confirmed_on, created_on) values (900001, 'auffrischung', 'Auffrischung', 'traeger', true, current_date, current_date);
create function pg_temp.doc() returns json language sql as $$ select doc from directory.provider_doc where id = 900001 $$;
create function pg_temp.card() returns jsonb language sql as $$ select card from directory.provider_doc where id = 900001 $$;
create function pg_temp.keys() returns int[] language sql as $$ select keys from directory.search_row where id = 900001 $$;
create function pg_temp.bit(k int) returns boolean language sql as $$
    select coalesce((select get_bit(b.bits, directory.bit(r.pos)) = 1 from directory.search_row r join directory.bitmap b on b.seg = directory.seg(r.pos) and b.key = k
                     where r.id = 900001), false) $$;

select is(pg_temp.card() ->> 'name', 'Auffrischung', 'insert of a provider is seen at once');
select ok(pg_temp.bit(0), 'it is in the index');
select is(pg_temp.card() -> 'capacity' ->> 'code', 'keine_angabe', 'without a statement on capacity: keine Angabe');

insert into register.site (id, provider, street, postcode, city, ags, geom, main)
select 900001, 900001, 'Musterweg 1', '34117', 'Kassel', '06611', d.centre, true from geo.district d where d.ags = '06611';
select is(pg_temp.card() -> 'site' ->> 'city', 'Kassel', 'site');
select ok(pg_temp.bit(directory.key_seat('06611')), 'seat in the index');
select is((select count(*)::int from directory.search_site s join directory.search_row r on r.pos = s.pos where r.id = 900001), 1, 'site in the search');
update register.site set city = 'Kassel-Wilhelmshöhe' where id = 900001;
select is(pg_temp.card() -> 'site' ->> 'city', 'Kassel-Wilhelmshöhe', 'changed site');

insert into register.service_area (provider, kind, ags) values (900001, 'district', '06611'), (900001, 'district', '06633');
select ok(pg_temp.bit(6611) and pg_temp.bit(6633), 'Kreise in the index');
select is(json_array_length(pg_temp.doc() -> 'areas'), 2, 'areas in the profile');
delete from register.service_area where provider = 900001 and ags = '06633';
select ok(pg_temp.bit(6611) and not pg_temp.bit(6633), 'removed Kreis leaves the index');
insert into register.service_area (provider, kind, state) values (900001, 'state', 'TH');
select ok(pg_temp.bit(directory.key_state('16')), 'Land in the index');
insert into register.service_area (provider, kind, site, radius_km) values (900001, 'radius', 900001, 30);
select is((select c.label from directory.area_circle c join directory.search_row r on r.pos = c.pos where r.id = 900001), '30 km um Kassel-Wilhelmshöhe', 'circle');
update register.service_area set radius_km = 40 where provider = 900001 and kind = 'radius';
select is((select c.radius_m from directory.area_circle c join directory.search_row r on r.pos = c.pos where r.id = 900001), 40000, 'changed circle');

insert into register.provider_attribute (provider, list, code) values (900001, 'field_of_action', 'sicherung'), (900001, 'occasion', 'krise');
select ok(pg_temp.bit((select key from directory.filter_value where input = 'anlass' and code = 'krise')), 'offer in the index');
select is(pg_temp.card() -> 'fields_of_action' ->> 0, 'Arbeitsplatzsicherung', 'offer on the card');
delete from register.provider_attribute where provider = 900001 and code = 'krise';
select ok(not pg_temp.bit((select key from directory.filter_value where input = 'anlass' and code = 'krise')), 'withdrawn offer leaves the index');

insert into register.coach (provider, name, profession) values (900001, 'Rike Regel', 'Ergotherapie');
select is(pg_temp.doc() ->> 'coach_count', '1', 'coach is counted');
select ok(pg_temp.doc()::text not like '%Rike%', 'and not named without consent');
update register.coach set consent_on = current_date - 10 where provider = 900001;
select ok(pg_temp.doc()::text like '%Rike Regel%', 'named with consent');
update register.coach set consent_withdrawn_on = current_date where provider = 900001;
select ok(pg_temp.doc()::text not like '%Rike%', 'the name is gone with the consent');

insert into register.contact (provider, kind, value, person) values (900001, 'phone', '030 23125 111', 'Pia Person');
select is(pg_temp.card() ->> 'phone', '030 23125 111', 'contact');
select ok(pg_temp.doc()::text not like '%Pia%', 'contact person is not named without consent');
select is(pg_temp.doc() -> 'contacts' -> 0 ->> 'href', 'tel:+493023125111', 'telephone link');

insert into register.capacity (provider, state, as_of) values (900001, 'frei', current_date - 55);
select is(pg_temp.card() -> 'capacity' ->> 'code', 'frei', 'capacity');
insert into register.standard_event (provider, catalogue, code, state, on_date, valid_until, checked_by)
values (900001, 'arbeitsfassung-1', 'S02', 'geprueft', current_date - 100, current_date + 10, 'Stelle A');
select is(pg_temp.card() ->> 'verified', '1', 'check counts');
select ok(pg_temp.bit((select key from directory.filter_value where input = 'standard' and code = 'S02')), 'check in the index');
insert into register.phase_event (provider, model, phase, state, on_date) values (900001, 'fuenf-phasen-1', 3, 'eingehalten', current_date);
select is(pg_temp.doc() -> 'phases' -> '3' ->> 'state', 'eingehalten', 'phase');

-- Days pass without a write.
select is((select changes_on from directory.search_row where id = 900001), current_date + 6, 'the row knows when it changes next');
update directory.version set test_day = current_date + 6;   -- the owner's test clock; who asks cannot say what day it is
select cmp_ok((select refreshed from directory.refresh_due(1000)), '>=', 1, 'refresh_due refreshes what is due');
select is(pg_temp.card() -> 'capacity' ->> 'code', 'keine_angabe', 'capacity is stale on day 61');
select is(pg_temp.doc() -> 'capacity' ->> 'stale', 'true', 'and says so');
select is((select changes_on from directory.search_row where id = 900001), current_date + 11, 'next: the end of the check');
select is((select count(*)::int from directory.search_row where changes_on <= current_date + 6), 0, 'nothing is due any more');
select is((select (refreshed, due, day)::text from directory.refresh_due(1000)), (0, 0, current_date + 6)::text, 'a second call does nothing');
update directory.version set test_day = current_date + 11;
select lives_ok('select directory.refresh_due(1000)', 'the check ends');
select is(pg_temp.card() ->> 'verified', '0', 'expired on the page');
select ok(not pg_temp.bit((select key from directory.filter_value where input = 'standard' and code = 'S02')), 'expired in the filter');

-- The version counts once for each transaction.
select is((select tx from directory.version), pg_current_xact_id()::text::bigint, 'the version was counted in this transaction');

-- Built at once or step by step: the same.
create temporary table step as select d.card::text as card, d.doc::text as doc, (select array_agg(k order by k) from unnest(r.keys) k) as keys, r.changes_on
    from directory.provider_doc d join directory.search_row r on r.id = d.id where d.id = 900001;
select lives_ok('select directory.rebuild()', 'rebuild');
select results_eq($$select card, doc, keys, changes_on from step$$, $$select d.card::text, d.doc::text, (select array_agg(k order by k) from unnest(r.keys) k), r.changes_on
    from directory.provider_doc d join directory.search_row r on r.id = d.id where d.id = 900001$$, 'a rebuilt row equals the row kept by triggers');

update register.code set label = 'Arbeit sichern' where list = 'field_of_action' and code = 'sicherung';
set constraints all immediate;
select is(pg_temp.card() -> 'fields_of_action' ->> 0, 'Arbeit sichern', 'a new word of a list reaches every row by the end of the transaction');

update register.provider set status = 'left', left_on = current_date where id = 900001;
select is(directory.profile('auffrischung') -> 'problem' ->> 'code', 'gone', 'who left is gone (410)');
select is_empty('select 1 from directory.search_row where id = 900001', 'and not found any more');
select is_empty($$select b.key from directory.bitmap b where exists (select from generate_series(0, 8191) i
    where get_bit(b.bits, i) = 1 and not exists (select from directory.search_row r where r.pos = b.seg * 8192 + i and b.key = any (r.keys)))$$, 'no bit is left behind');

select * from finish();
rollback;
