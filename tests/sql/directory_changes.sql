-- What feeds and profiles say of the last change: from the dates of the register, and never later or earlier than it was.
begin;
create extension if not exists pgtap with schema public;
select plan(32);

-- The youngest date wins; what happened on one day is told together; the future is not told.
select is(directory.newest_change('2026-05-01', array['2026-04-01', '2026-04-03', '2026-04-02']::date[], array['a', 'b', 'c']), '{"on": "2026-04-03", "text": "b"}', 'the youngest');
select is(directory.newest_change('2026-05-01', array['2026-04-03', null, '2026-04-03']::date[], array['a', 'b', 'c']), '{"on": "2026-04-03", "text": "a; c"}', 'two on one day');
select is(directory.newest_change('2026-05-01', array['2026-05-01', '2026-05-02']::date[], array['a', 'b']), '{"on": "2026-05-01", "text": "a"}', 'tomorrow is not told');
select is(directory.newest_change('2026-05-01', array['2026-05-02', null]::date[], array['a', 'b']), null, 'nothing to tell');
select is(directory.change_line('Standard', 'Standards', array['S01 geprüft']), 'Standard S01 geprüft', 'one');
select is(directory.change_line('Standard', 'Standards', array['S01 x', 'S02 y']), 'Standards S01 x, S02 y', 'several');
select is(directory.change_line('Standard', 'Standards', array['1', '2', '3', '4', '5', '6']), '6 Standards mit neuem Stand', 'many are counted');
select is(register.standard_since('geprueft', '2026-01-01', '2026-02-01'), '2026-01-01', 'a check holds since its day');
select is(register.standard_since('abgelaufen', '2026-01-01', '2026-02-01'), '2026-02-02', 'an expired one since the day after its end');

-- A stored profile that changed later than every date: said first, with that day. Midnight is Berlin's.
select results_eq($$select * from directory.last_change('{"change": {"on": "2026-04-03", "text": "b"}}', '2026-04-03 21:59+00')$$, $$values ('2026-04-03'::date, 'b')$$, 'the same day: by name');
select results_eq($$select * from directory.last_change('{"change": {"on": "2026-04-03", "text": "b"}}', '2026-04-03 22:00+00')$$,
    $$values ('2026-04-04'::date, 'Eintrag geändert; davor, am 03.04.2026: b')$$, 'a later day: something else changed');
select results_eq($$select * from directory.last_change('{"change": {"on": "2026-04-03", "text": "b"}}', '2026-01-01 12:00+00')$$, $$values ('2026-04-03'::date, 'b')$$, 'the dates know better');
select results_eq($$select * from directory.last_change('{}', '2026-01-01 12:00+00')$$, $$values ('2026-01-01'::date, 'Eintrag geändert')$$, 'no date at all');

-- Through the register. Rebuilt each time, so that only its dates speak.
insert into register.provider (id, slug, name, form, is_demo, confirmed_on, created_on, updated_at)
values (900002, 'aenderungen', 'Änderungen', 'traeger', true, current_date - 90, current_date - 90, current_date - 90);
create function pg_temp.told() returns text language plpgsql as $$
begin
    perform directory.rebuild();
    return (select (current_date - c.updated_on) || ' ' || c.change from directory.provider_doc d cross join lateral directory.last_change(d.card, d.updated_at) c where d.id = 900002);
end $$;
select is(pg_temp.told(), '90 Neu im Register', 'new, and not confirmed on the same day besides');
update register.provider set confirmed_on = current_date - 80 where id = 900002;
select is(pg_temp.told(), '80 Eintrag bestätigt', 'confirmed');
insert into register.capacity (provider, state, as_of) values (900002, 'warteliste', current_date - 70);
select is(pg_temp.told(), '9 Angabe zu freien Plätzen nicht mehr aktuell', 'a statement on capacity that went stale, since day 61');
update register.capacity set as_of = current_date - 60 where provider = 900002;
select is(pg_temp.told(), '60 Freie Plätze: Warteliste', 'one that counts');
update register.capacity set as_of = current_date + 1 where provider = 900002;
select is(pg_temp.told(), '80 Eintrag bestätigt', 'one of tomorrow is not told');
insert into register.standard_event (provider, catalogue, code, state, on_date, valid_until, checked_by)
values (900002, 'arbeitsfassung-1', 'S02', 'geprueft', current_date - 50, current_date - 21, 'Stelle A'),
       (900002, 'arbeitsfassung-1', 'S04', 'selbstauskunft', current_date - 30, null, null),
       (900002, 'arbeitsfassung-1', 'S05', 'geprueft', current_date + 2, current_date + 9, 'Stelle A');
select is(pg_temp.told(), '20 Standard S02 Prüfung abgelaufen', 'an expired check: since the day after; one of tomorrow is not told');
insert into register.standard_event (provider, catalogue, code, state, on_date, checked_by)
values (900002, 'arbeitsfassung-1', 'S02', 'geprueft', current_date - 12, 'Stelle A'), (900002, 'arbeitsfassung-1', 'S06', 'abgelehnt', current_date - 12, 'Stelle A');
select is(pg_temp.told(), '12 Standards S02 geprüft, S06 nicht anerkannt', 'two decisions of one day');
insert into register.phase_event (provider, model, phase, state, on_date) values (900002, 'fuenf-phasen-1', 3, 'eingehalten', current_date - 12);
select is(pg_temp.told(), '12 Standards S02 geprüft, S06 nicht anerkannt; Phase 3 (Selbstintegration) eingehalten', 'and a phase on that day');
insert into register.phase_event (provider, model, phase, state, on_date) values (900002, 'fuenf-phasen-1', 3, 'teilweise', current_date - 1);
select is(pg_temp.told(), '1 Phase 3 (Selbstintegration) teilweise eingehalten', 'the phase alone, later');

-- By trigger: a telephone number has no date of its own.
insert into register.contact (provider, kind, value) values (900002, 'phone', '030 23125 001');
select is((select c.change from directory.provider_doc d cross join lateral directory.last_change(d.card, d.updated_at) c where d.id = 900002),
    'Eintrag geändert; davor, am ' || to_char(current_date - 1, 'DD.MM.YYYY') || ': Phase 3 (Selbstintegration) teilweise eingehalten', 'a change without a date');

-- Search, profile and feed say the same, and no entry says a later day than today.
set constraints all immediate;
select is((directory.profile('aenderungen') ->> 'updated_on')::date, (now() at time zone 'Europe/Berlin')::date, 'the profile: today');
select is(directory.profile('aenderungen') ->> 'listed_on', (current_date - 90)::text, 'the profile: listed since');
create function pg_temp.told(view text) returns table (slug text, updated_on date, change text, listed_on date) language sql as
$$ select x.* from json_to_recordset(directory.search('{}', null, '{}', view, 1, 20, null, current_date) -> 'results') as x (slug text, updated_on date, change text, listed_on date) $$;
create temporary table r as select * from pg_temp.told('geojson');
create temporary table feed as select * from pg_temp.told('atom');
select is((select count(*) from r), (select count(*) from register.provider where status = 'active'), 'everybody is told of');
select is((select count(*) from feed), 100::bigint, 'the feed tells of a hundred');
select is_empty('select * from feed except select * from r', 'in the same words');
select ok((select max(updated_on) from r where slug not in (select slug from feed)) <= (select min(updated_on) from feed), 'those that changed last');
select is((select count(*)::int from r where change is null or change = '' or updated_on is null or listed_on is null or updated_on > current_date or listed_on > updated_on), 0,
    'each entry says what changed and when, after it was listed and not in the future');
select is((select count(*)::int from r where (directory.profile(r.slug) ->> 'change', (directory.profile(r.slug) ->> 'updated_on')::date) is distinct from (r.change, r.updated_on)), 0,
    'the profile says the same');
select cmp_ok((select count(distinct split_part(r.change, ' ', 1)) from r), '>=', 3::bigint, 'the example data have changes of several kinds');

select * from finish();
rollback;
