-- Rules of the field: dates alone change states; what was said stays said.
begin;
create extension if not exists pgtap with schema public;
select plan(42);

-- Capacity goes stale after 60 days.
select is(register.capacity_state('frei', '2025-01-01', '2025-01-01'), 'frei', 'capacity counts on the day it was stated');
select is(register.capacity_state('frei', '2025-01-01', '2025-03-02'), 'frei', 'capacity still counts on day 60');
select is(register.capacity_state('frei', '2025-01-01', '2025-03-03'), 'keine_angabe', 'capacity is stale on day 61');
select is(register.capacity_state(null, null, '2025-03-03'), 'keine_angabe', 'no statement is "keine Angabe"');
select is(register.capacity_changes_on('frei', '2025-01-01', '2025-01-05'), '2025-03-03'::date, 'the day of the change is known in advance');
select is(register.capacity_changes_on('frei', '2025-01-01', '2025-03-03'), null, 'a stale statement changes no more');

-- A check ends by date alone.
select is(register.standard_state('geprueft', '2025-05-07', '2025-05-07'), 'geprueft', 'a check counts on its last day');
select is(register.standard_state('geprueft', '2025-05-07', '2025-05-08'), 'abgelaufen', 'a check is expired one day later');
select is(register.standard_state('geprueft', null, '2099-01-01'), 'geprueft', 'a check without an end does not expire');
select is(register.standard_state('selbstauskunft', null, '2099-01-01'), 'selbstauskunft', 'a self-declaration does not expire');

-- A person is named between consent and withdrawal.
select is(register.named(null, null, '2025-01-01'), false, 'nobody is named without consent');
select is(register.named('2025-01-01', null, '2025-01-01'), true, 'named from the day of consent');
select is(register.named('2025-01-02', null, '2025-01-01'), false, 'not named before the consent');
select is(register.named('2025-01-01', '2025-02-01', '2025-01-31'), true, 'named until the day before the withdrawal');
select is(register.named('2025-01-01', '2025-02-01', '2025-02-01'), false, 'not named from the day of the withdrawal');
select is(register.provider_status('2025-02-01', '2025-01-31'), 'active', 'listed until the day before leaving');
select is(register.provider_status('2025-02-01', '2025-02-01'), 'left', 'gone on the day of leaving');

-- Content.
select is((select count(*)::int from register.standard where catalogue = register.current_catalogue(current_date)), 25, 'the catalogue has 25 standards');
select is((select status from register.catalogue where id = register.current_catalogue(current_date)), 'Arbeitsfassung', 'the catalogue calls itself Arbeitsfassung');
select is((select count(*)::int from register.code where list = 'verified'), 25, 'each standard is a filter value');
select is((select count(*)::int from register.phase where model = register.current_phase_model(current_date)), 5, 'five phases');
select is((select count(*)::int from register.phase_criterion where model = register.current_phase_model(current_date)), 16, 'sixteen criteria');
select is((select array_agg(code::text order by code) from register.phase_criterion where core), '{1b,2a,2b,5b}'::text[], 'core criteria 1b, 2a, 2b, 5b');
select is((select count(*)::int from register.funding_body where kind = 'integrationsamt'), 17, '17 Integrationsämter');
select is((select count(*)::int from register.funding_body where kind = 'rentenversicherung'), 16, '16 carriers of the Rentenversicherung');
select is((select count(*)::int from register.funding_body where kind = 'arbeitsagentur'), 10, '10 Regionaldirektionen');
select is_empty($$select d.ags from geo.district d join register.funding_body_region r on d.ags like r.ags_prefix || '%'
    join register.funding_body b on b.id = r.body and b.kind = 'integrationsamt' group by d.ags having count(*) <> 1$$, 'each Kreis has exactly one Integrationsamt');
select is_empty($$select d.ags from geo.district d where not exists (select from register.funding_body_region r join register.funding_body b on b.id = r.body
    where b.kind = 'integrationsamt' and d.ags like r.ags_prefix || '%')$$, 'no Kreis is without an Integrationsamt');
select is((select directory.authorities('05315') -> 0 ->> 'short'), 'LVR-Inklusionsamt', 'Köln belongs to the LVR');
select is((select directory.authorities('05913') -> 0 ->> 'short'), 'LWL-Inklusionsamt Arbeit', 'Dortmund belongs to the LWL');
select is((select json_array_length(directory.authorities('05'))), 2, 'Nordrhein-Westfalen has two offices');
select is_empty($$select w from (values ('geprueft'), ('eingereicht'), ('selbstauskunft'), ('abgelaufen'), ('abgelehnt'), ('nicht_anwendbar'), ('nicht_angegeben')) v (w)
    where register.word('standard', w) is null$$, 'every state of a standard has its word');
select is_empty($$select list, bit from register.code group by 1, 2 having count(*) > 1$$, 'no bit is used twice');
select is_empty($$select l.list from register.code_list l where l.input is not null and not exists (select from register.code c where c.list = l.list)$$, 'no filter is empty');

-- Nothing in the register can hold a case.
select is_empty($$select table_name, column_name from information_schema.columns where table_schema in ('register', 'directory')
    and column_name ~ '(klient|client|patient|diagnos|birth|geburt|employer|firma|case)'$$, 'no column for a person coached, a diagnosis or a firm');

-- Append-only and constraints.
insert into register.provider (id, slug, name, form, is_demo, confirmed_on, created_on) values (900001, 'regel-test', 'Regel Test', 'traeger', true, '2025-01-01', '2025-01-01');
insert into register.standard_event (provider, catalogue, code, state, on_date) values (900001, 'arbeitsfassung-1', 'S02', 'selbstauskunft', '2025-01-01');
select throws_ok($$update register.standard_event set state = 'geprueft', checked_by = 'x' where provider = 900001$$, '42501', null, 'an event cannot be changed');
select throws_ok($$delete from register.standard_event where provider = 900001$$, '42501', null, 'an event cannot be removed');
select throws_ok($$truncate register.phase_event$$, '42501', null, 'events cannot be truncated');
select throws_ok($$insert into register.standard_event (provider, catalogue, code, state, on_date) values (900001, 'arbeitsfassung-1', 'S02', 'geprueft', '2025-01-01')$$,
    '23514', null, 'no check without a checker');
select throws_ok($$insert into register.service_area (provider, kind) values (900001, 'district')$$, '23514', null, 'a Kreis area needs its Kreis');
select throws_ok($$update register.provider set status = 'left' where id = 900001$$, '23514', null, 'leaving needs a date');
select throws_ok($$insert into register.provider_attribute values (900001, 'occasion', 'gibtsnicht')$$, '23503', null, 'only codes of the list');

select * from finish();
rollback;
