-- Which place a search means.

-- A Kreis or a Land given by its key, as a place. Kreis wins. Result: no row when neither is given or the key is unknown.
create or replace function directory.region(kreis text, land text) returns setof geo.place_match
language sql stable as $$
    select 'district', d.label, s.name, d.label, null::text, d.ags, d.label, d.state, s.name, d.population,
           st_y(st_transform(d.centre, 4326)), st_x(st_transform(d.centre, 4326)), d.centre, true, 1::real
    from geo.district d join geo.state s on s.code = d.state where d.ags = kreis
    union all
    select 'state', s.name, 'Land', s.name, null, null, null, s.code, s.name, s.population,
           st_y(st_transform(s.centre, 4326)), st_x(st_transform(s.centre, 4326)), s.centre, true, 1
    from geo.state s where s.code = upper(land) and kreis is null
$$;

-- The places that a search can mean.
-- Parameters: the place inputs as one object: ort, kreis, land as typed; kind, postcode, lat, lon as read by the service.
-- Result: no row: no place was given, or nothing is like it; rows with exact: places that match; rows without: near spellings.
-- kreis= and land= alone are the place; beside ort= they only narrow several matches.
create or replace function directory.locate(q jsonb) returns setof geo.place_match
language plpgsql stable as $$
declare
    ort text := nullif(btrim(q ->> 'ort'), '');
    kreis text := nullif(q ->> 'kreis', '');
    land text := upper(nullif(q ->> 'land', ''));
begin
    if ort is null then
        return query select m.* from directory.region(kreis, land) m;
        return;
    end if;
    return query
    with m as (
        select f.*, f.exact and (kreis is null or f.ags = kreis) and (land is null or f.state = land) as wanted
        from geo.find_place(ort, nullif(q ->> 'kind', ''), nullif(q ->> 'postcode', ''),
                            nullif(q ->> 'lat', '')::float8, nullif(q ->> 'lon', '')::float8, 20) with ordinality
             as f (kind, label, detail, value, postcode, ags, district_name, state, state_name, population, lat, lon, geom, exact, similarity, n)
    )
    select m.kind, m.label, m.detail, m.value, m.postcode, m.ags, m.district_name, m.state, m.state_name, m.population,
           m.lat, m.lon, m.geom, m.exact, m.similarity
    from m where m.wanted or not m.exact or not exists (select from m w where w.wanted)
    order by m.n;
end
$$;

-- The place of a document.
create or replace function directory.place_json(p geo.place_match) returns json
language sql stable parallel safe as $$
    select case when (p).kind is not null then json_build_object(
        'label', (p).label, 'detail', (p).detail, 'value', (p).value, 'kind', (p).kind, 'lat', round((p).lat::numeric, 5), 'lon', round((p).lon::numeric, 5),
        'postcode', (p).postcode, 'population', (p).population,
        'district', case when (p).ags is not null then json_build_object('ags', (p).ags, 'name', (p).district_name) end,
        'state', case when (p).state is not null then json_build_object('code', (p).state, 'name', (p).state_name) end) end
$$;

-- Places to choose from, in the order they were found.
create or replace function directory.choices_json(places geo.place_match[]) returns json
language sql stable parallel safe as $$
    select coalesce(json_agg(json_build_object('label', p.label, 'detail', p.detail, 'value', p.value, 'kind', p.kind, 'population', p.population) order by n), '[]')
    from unnest(places) with ordinality
         as p (kind, label, detail, value, postcode, ags, district_name, state, state_name, population, lat, lon, geom, exact, similarity, n)
$$;

-- Keys of Einsatzgebiete that cover a place: its Kreis (a postcode can touch several), their Länder, the whole country;
-- for a Land also every Kreis in it.
create or replace function directory.covering_keys(p geo.place_match) returns int[]
language plpgsql stable as $$
begin
    if p.kind is null or p.kind = 'nation' then
        return array[directory.key_all()];
    elsif p.kind = 'state' then
        return (select array_agg(directory.key_district(d.ags)) from geo.district d where d.state = p.state)
            || (select directory.key_state(s.ags) from geo.state s where s.code = p.state) || directory.key_nation();
    elsif p.kind = 'postcode' then
        return (select array_agg(distinct k)
                from (select p.ags union select pd.ags from geo.postcode_district pd where pd.code = p.postcode) a (ags),
                     unnest(array[directory.key_district(a.ags), directory.key_state(left(a.ags, 2))]) k) || directory.key_nation();
    end if;
    return array[directory.key_district(p.ags), directory.key_state(left(p.ags, 2)), directory.key_nation()];
end
$$;
