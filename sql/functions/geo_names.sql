-- Names under which places, Kreise and Länder are found, and the words that lead back to exactly one of them.

-- The forms of a Kreis: 'Landkreis Fulda', 'Kreis Fulda', 'LK Fulda' (folded alike) say what it is; 'Fulda' does not.
create or replace function geo.district_forms(name text, kind text, label text)
returns table (folded text, typed boolean)
language sql stable
begin atomic
    with bare as (
        select geo.fold_name(regexp_replace(n, '^(Landkreis|Kreis|Region|Städteregion|Regionalverband) ', '')) as b
          from unnest(array[name, regexp_replace(name, '\s*\(.*', '')]) as n
    ), forms as (
        select geo.fold_name(label) as f, label ~* 'kreis|region|verband' as t
        union all select b, b ~ 'kreis$' from bare
        union all select geo.fold_name(regexp_replace(name, '-Kreis$|kreis$', '')), false where name ~ 'kreis$|-Kreis$'
        -- 'Rügen' for Vorpommern-Rügen, 'Breisgau' for Breisgau-Hochschwarzwald
        union all select geo.fold_name(half), false from string_to_table(name, '-') as half
                   where kind = 'Landkreis' and name like '%-%' and name !~ 'kreis' and length(half) > 4
        union all
        select w || ' ' || b, true from bare, unnest(case
            when kind in ('Kreisfreie Stadt', 'Stadtkreis') then array['kreisfreie stadt', 'stadtkreis']
            else array['landkreis', 'kreis', 'region', 'regionalverband', geo.fold_name('Städteregion')] end) as w
    )
    select forms.f, bool_or(forms.t) from forms where forms.f <> '' group by forms.f;
end;

/*
 * Fills the name tables and the columns of geo.place that come from names. `extra` holds further names: (place_id, name).
 * Called by load.sql and by the import, in the transaction that replaced the rows.
 */
create or replace function geo.refresh_names() returns void
language plpgsql
as $$
begin
    delete from geo.state_name;
    insert into geo.state_name (code, folded)
    select code, geo.fold_name(w || name) from geo.state, unnest(array['', 'Land ', 'Bundesland ', 'Freistaat ']) as w
    union select 'NW', 'nrw' union select 'MV', 'meckpomm' union select 'MV', geo.fold_name('Meck-Pomm')
    union select 'BW', 'bawu' union select 'HH', geo.fold_name('Freie und Hansestadt Hamburg')
    union select 'HB', geo.fold_name('Freie Hansestadt Bremen');

    delete from geo.district_name;
    insert into geo.district_name (ags, folded, typed)
    select d.ags, f.folded, f.typed from geo.district d, geo.district_forms(d.name, d.kind, d.label) f;

    -- 'kreisfreie Stadt, Hessen' for Kassel, 'Landkreis Fulda, Hessen' for Hünfeld, 'Hamburg' for Altona
    update geo.place p set detail = concat_ws(', ',
               case when p.kind = 'part' then p.municipality_name end,
               case when p.kind = 'part' and d.name = p.municipality_name then null
                    when d.label = p.name then null
                    when d.kind in ('Kreisfreie Stadt', 'Stadtkreis') then trim('()' from substring(d.label from '\([^()]*\)$'))
                    else d.label end,
               case when s.name <> p.municipality_name or p.kind = 'city' then s.name end),
           weight = coalesce(p.population, case when p.kind = 'part' then
               (select max(c.population) / 60 from geo.place c where c.municipality = p.municipality and c.kind = 'city') end, 0)
      from geo.district d join geo.state s on s.code = d.state
     where d.ags = p.ags;
    -- "Hamburg-Altona", "Frankfurt Sachsenhausen": a part with its city before it
    insert into geo.place_name (place_id, folded, preferred)
    select distinct p.id, geo.fold_name(n || ' ' || p.name), false
      from geo.place p, unnest(array[p.municipality_name, geo.short_name(p.municipality_name)]) as n
     where p.kind = 'part' and geo.fold_name(p.name) not like geo.fold_name(n) || '%'
    on conflict do nothing;
    perform geo.refresh_values();
end;
$$;

/*
 * geo.place.value: the name alone where find_exact makes it one place; else the name with its Kreis, then with its
 * municipality, then the number. find_place gives exactly this place for it; a test tries them all.
 */
create or replace function geo.refresh_values() returns void
language sql
begin atomic
    update geo.place set value = null;
    with held as materialized (
        select p.id, p.name, p.kind, p.municipality_name as m, p.weight, p.state, d.label, n.folded, n.preferred,
               max(p.weight) filter (where n.preferred and p.kind = 'city' and p.weight >= 100000) over (partition by n.folded) as top,
               count(*) over (partition by n.folded, p.ags) as in_district,
               count(*) over (partition by n.folded, p.ags, p.municipality_name) as in_municipality
          from geo.place_name n
          join geo.place p on p.id = n.place_id
          join geo.district d on d.ags = p.ags
    ), ranked as (
        select h.*, count(*) filter (where h.seen) over (partition by h.folded) as named
          from (select *, top is null or weight = top and kind = 'city'
                          or preferred and kind = 'city' and weight >= top / 20 as seen from held) h
    ), met as (
        select r.*, exists (select from geo.state_name s where s.folded = r.folded and s.code not in ('HH', 'HB', 'BE'))
                    or exists (select from geo.district_name t where t.folded = r.folded and t.typed and r.label <> r.name) as region
          from ranked r
         where r.folded = geo.fold_name(r.name)
    )
    update geo.place p set value = case
               when named = 1 and seen and not region and met.name !~ ',' then met.name
               when in_district = 1 then met.name || ', ' || met.label
               when in_municipality = 1 and m <> met.name then met.name || ' (' || m || '), ' || met.label
               else 'id:' || met.id end
      from met where met.id = p.id;
end;

-- The forms of one place's names; `names` are its own and its other names.
create or replace function geo.place_forms(id bigint, names text[]) returns table (place_id bigint, folded text, preferred boolean)
language plpgsql stable
as $$
begin
    return query select id, f.folded, bool_or(f.whole) from unnest(names) as n, geo.name_forms(n) f group by f.folded;
end;
$$;
