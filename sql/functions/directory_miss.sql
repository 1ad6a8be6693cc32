-- What was searched in vain.

-- Counts one search in vain. The only thing the web role can cause to be written about a search: month, Kreis, Handlungsfeld.
-- Does not wait for whoever holds the table: a count is worth less than an answer.
create or replace function directory.count_miss(ags text, handlungsfeld text, day date) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp set lock_timeout = '50ms' as $$
begin
    if exists (select from geo.district d where d.ags = count_miss.ags)
       and (handlungsfeld = '' or exists (select from register.code c where c.list = 'field_of_action' and c.code = handlungsfeld)) then
        insert into register.search_miss as m (month, ags, field_of_action, n)
        values (date_trunc('month', day)::date, count_miss.ags, handlungsfeld, 1)
        on conflict on constraint search_miss_pkey do update set n = m.n + 1;
    end if;
end
$$;

-- Notes a search when nobody covers its Kreis, looking at the Handlungsfeld only: other filters say nothing about gaps in the map.
-- Parameters: place with a Kreis, chosen filters, how many covered it under all filters, day; whether it is to be counted (the caller
-- has seen too many from one network). Result: true when it is a search in vain, counted or not: such an answer must not be cached.
-- Counting never fails the search: not where nothing can be written, not while the table is locked, not when the right is missing.
create or replace function directory.note_miss(p geo.place_match, filters jsonb, covering bigint, day date, count_it boolean) returns boolean
language plpgsql volatile as $$
declare
    field text;
    field_key int;
    h directory.search_hits;
    in_vain boolean := false;
begin
    if covering > 0 and coalesce(jsonb_array_length(nullif(filters -> 'handlungsfeld', 'null')), 0) < 2 then
        return false;   -- whoever passed all filters passed this one
    end if;
    count_it := count_it and not current_setting('transaction_read_only')::boolean;
    for field in select coalesce(nullif(x.v, ''), '') from jsonb_array_elements_text(
            case when jsonb_typeof(filters -> 'handlungsfeld') = 'array' and filters -> 'handlungsfeld' <> '[]' then filters -> 'handlungsfeld' else '[""]' end) x (v)
    loop
        field_key := (select v.key from directory.filter_value v where v.input = 'handlungsfeld' and v.code = field);
        h := directory.hits(p, false, null, case when field <> '' then array[1000] end, case when field <> '' then array[field_key] end);
        continue when h.covering > 0;
        in_vain := true;
        if count_it then
            begin
                perform directory.count_miss(p.ags, field, day);
            exception when others then   -- the time limit of the whole search is not among them
                raise log 'a search in vain was not counted: SQLSTATE %', sqlstate;
                count_it := false;       -- the next one of this search would wait, too
            end;
        end if;
    end loop;
    return in_vain;
end
$$;
