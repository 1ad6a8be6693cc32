-- The state of a standard or phase on any day, from events alone.
begin;
create extension if not exists pgtap with schema public;
select plan(15);

insert into register.provider (id, slug, name, form, is_demo, confirmed_on, created_on) values (900001, 'zustand-test', 'Zustand Test', 'traeger', true, '2024-01-01', '2024-01-01');
insert into register.standard_event (provider, catalogue, code, state, on_date, valid_until, checked_by) values
    (900001, 'arbeitsfassung-1', 'S01', 'selbstauskunft', '2025-01-10', null, null),
    (900001, 'arbeitsfassung-1', 'S02', 'selbstauskunft', '2025-01-10', null, null),
    (900001, 'arbeitsfassung-1', 'S02', 'eingereicht',    '2025-02-10', null, null),
    (900001, 'arbeitsfassung-1', 'S02', 'geprueft',       '2025-03-10', '2025-12-31', 'Stelle A'),
    (900001, 'arbeitsfassung-1', 'S02', 'eingereicht',    '2025-11-10', null, null),
    (900001, 'arbeitsfassung-1', 'S03', 'geprueft',       '2025-03-10', '2026-12-31', 'Stelle A'),
    (900001, 'arbeitsfassung-1', 'S03', 'abgelehnt',      '2025-06-01', null, 'Stelle A'),
    (900001, 'arbeitsfassung-1', 'S04', 'geprueft',       '2025-03-10', '2025-06-30', 'Stelle A');
insert into register.phase_event (provider, model, phase, state, on_date) values
    (900001, 'fuenf-phasen-1', 1, 'nicht_belegt', '2025-01-10'), (900001, 'fuenf-phasen-1', 1, 'eingehalten', '2025-05-10');

create function pg_temp.state(code text, day date) returns text language sql as
$$ select coalesce((select s.state from register.standard_states('{900001}', day) s where s.code = state.code), 'nicht_angegeben') $$;

select is(pg_temp.state('S02', '2025-01-09'), 'nicht_angegeben', 'before the first event nothing is stated');
select is(pg_temp.state('S02', '2025-01-10'), 'selbstauskunft', 'self-declared from its day');
select is(pg_temp.state('S02', '2025-02-28'), 'eingereicht', 'handed in');
select is(pg_temp.state('S02', '2025-03-10'), 'geprueft', 'checked from the day of the check');
select is(pg_temp.state('S02', '2025-11-30'), 'geprueft', 'a valid check stands while the renewal is being looked at');
select is(pg_temp.state('S02', '2026-01-01'), 'eingereicht', 'after its end the renewal shows');
select is(pg_temp.state('S03', '2025-05-31'), 'geprueft', 'checked until the refusal');
select is(pg_temp.state('S03', '2025-06-01'), 'abgelehnt', 'a refusal ends a check that would still be valid');
select is(pg_temp.state('S04', '2025-06-30'), 'geprueft', 'valid on the last day');
select is(pg_temp.state('S04', '2025-07-01'), 'abgelaufen', 'expired on the next day without any event');
select is(pg_temp.state('S01', '2099-01-01'), 'selbstauskunft', 'a self-declaration stays');
select is((select changes_on from register.standard_states('{900001}', '2025-06-01') where code = 'S04'), '2025-07-01'::date, 'the day of expiry is known');
select is((select checked_by from register.standard_states('{900001}', '2025-12-01') where code = 'S02'), 'Stelle A', 'the check names who checked');
select is((select state from register.phase_states('{900001}', '2025-05-09') where phase = 1), 'nicht_belegt', 'phase before');
select is((select state from register.phase_states('{900001}', '2025-05-10') where phase = 1), 'eingehalten', 'phase after');

select * from finish();
rollback;
