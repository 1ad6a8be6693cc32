-- States of standards and phases on a day, computed from the append-only events.

-- State per provider and standard of the catalogue in force.
-- What counts: a check that is still valid stands, even if the provider has handed in new papers since; otherwise the last event.
-- A refusal, a withdrawal or "not applicable" ends a check.
-- Parameters: providers, day. Result: one row per provider and standard with any event until that day;
-- changes_on is the next day on which the state changes by date alone.
create or replace function register.standard_states(ids int[], day date)
returns table (provider int, code text, state text, on_date date, valid_until date, checked_by text, changes_on date)
language sql stable parallel safe as $$
    with e as (
        select ev.*,
               row_number() over w as recent,
               row_number() over (partition by ev.provider, ev.code, ev.state in ('selbstauskunft', 'eingereicht')
                                  order by ev.on_date desc, ev.id desc) as recent_of_kind
        from register.standard_event ev
        where ev.provider = any (ids) and ev.on_date <= day and ev.catalogue = (select register.current_catalogue(day))
        window w as (partition by ev.provider, ev.code order by ev.on_date desc, ev.id desc)
    ), pick as (
        select distinct on (e.provider, e.code) e.*
        from e
        where e.recent = 1
           or (e.recent_of_kind = 1 and register.standard_state(e.state, e.valid_until, day) = 'geprueft')
        order by e.provider, e.code, (register.standard_state(e.state, e.valid_until, day) = 'geprueft') desc, e.recent
    )
    select p.provider, p.code, register.standard_state(p.state, p.valid_until, day), p.on_date, p.valid_until, p.checked_by,
           case when p.state = 'geprueft' and p.valid_until >= day then p.valid_until + 1 end
    from pick p
$$;

-- State per provider and phase of the model in force: the last event until that day.
create or replace function register.phase_states(ids int[], day date)
returns table (provider int, phase smallint, state text, on_date date, checked_by text)
language sql stable parallel safe as $$
    select distinct on (ev.provider, ev.phase) ev.provider, ev.phase, ev.state, ev.on_date, ev.checked_by
    from register.phase_event ev
    where ev.provider = any (ids) and ev.on_date <= day and ev.model = (select register.current_phase_model(day))
    order by ev.provider, ev.phase, ev.on_date desc, ev.id desc
$$;

-- Refuses to change or remove events: what was once said and checked stays readable for any day (domain.md 2.3).
create or replace function register.refuse_change() returns trigger
language plpgsql as $$
begin
    raise exception 'register.% is append-only: % refused', tg_table_name, lower(tg_op) using errcode = 'insufficient_privilege';
end
$$;

create or replace trigger append_only before update or delete or truncate on register.standard_event
    for each statement execute function register.refuse_change();
create or replace trigger append_only before update or delete or truncate on register.phase_event
    for each statement execute function register.refuse_change();
