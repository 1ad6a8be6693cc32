-- Rules of the field, each in exactly one place. `day` is always given by the caller: nothing here asks the clock.

-- Free capacity goes stale: after 60 days a statement is no statement any more (domain.md 4.2).
-- Parameters: date of the statement, day asked for. Result: true when it may no longer be shown as current.
create or replace function register.capacity_stale(as_of date, day date) returns boolean
language sql immutable parallel safe
return day - as_of > 60;

-- The capacity that counts on a day: the stated code, or 'keine_angabe' when there is none or it is stale.
create or replace function register.capacity_state(state text, as_of date, day date) returns text
language sql immutable parallel safe
return case when state is null or register.capacity_stale(as_of, day) then 'keine_angabe' else state end;

-- The day on which capacity_state() changes by itself; null when it will not.
create or replace function register.capacity_changes_on(state text, as_of date, day date) returns date
language sql immutable parallel safe
return case when state <> 'keine_angabe' and not register.capacity_stale(as_of, day) then as_of + 61 end;

-- A check ends by date alone: 'geprueft' is 'abgelaufen' from the day after valid_until (domain.md 2.3, 10.1, 10.2).
-- Parameters: state of the event, its valid_until (null: does not end), day asked for.
create or replace function register.standard_state(state text, valid_until date, day date) returns text
language sql immutable parallel safe
return case when state = 'geprueft' and valid_until < day then 'abgelaufen' else state end;

-- The day since which that state holds: an expired check has been so since the day after valid_until.
create or replace function register.standard_since(state text, on_date date, valid_until date) returns date
language sql immutable parallel safe
return case when state = 'abgelaufen' then valid_until + 1 else on_date end;

-- A person is named only between consent and its withdrawal (domain.md 10.9).
create or replace function register.named(consent_on date, withdrawn_on date, day date) returns boolean
language sql immutable parallel safe
return coalesce(consent_on <= day and (withdrawn_on is null or withdrawn_on > day), false);

-- 'active' or 'left' on a day; a provider that announces its leaving stays until then.
create or replace function register.provider_status(left_on date, day date) returns text
language sql immutable parallel safe
return case when left_on <= day then 'left' else 'active' end;

-- The catalogue in force on a day (domain.md 10.11: replaceable without a change of code).
create or replace function register.current_catalogue(day date) returns text
language sql stable parallel safe
return (select c.id from register.catalogue c
        where c.valid_from <= day and (c.valid_to is null or c.valid_to >= day)
        order by c.valid_from desc, c.id limit 1);

-- The phase model in force on a day.
create or replace function register.current_phase_model(day date) returns text
language sql stable parallel safe
return (select m.id from register.phase_model m
        where m.valid_from <= day and (m.valid_to is null or m.valid_to >= day)
        order by m.valid_from desc, m.id limit 1);

-- The word for a state, from the one glossary. Unknown codes give null.
create or replace function register.word(topic text, code text) returns text
language sql stable parallel safe
return (select w.label from register.word w where w.topic = word.topic and w.code = word.code);
