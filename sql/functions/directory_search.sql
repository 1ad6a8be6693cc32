-- The search: from inputs to one document.

-- Parameters
--   place    object of place inputs, see directory.locate(); umkreis in km (null: 50)
--   filters  object of URL input -> array of values, null values are no filter
--   view     html, json: one page; atom: the 100 that changed last; others: all results up to 10,000 (design.md 8), of more than 500
--            those behind the first 200 as "pieces", each of which directory.search_piece() turns into rows
--   page, per_page   from 1; at most 100 rows
--   kept     slugs of the Vergleichsliste; day: today
--   count_it a search in vain is counted (null: yes)
-- Result: the document "search"; or {"problem": ...} for values that do not exist.
-- The only write: a search in vain is counted by month, Kreis and Handlungsfeld.
create or replace function directory.search(place jsonb, umkreis int, filters jsonb, view text, page int, per_page int, kept text[], day date,
    count_it boolean default true) returns json
language plpgsql volatile set jit = off set plan_cache_mode = force_generic_plan set work_mem = '32MB' as $$
declare
    problem json := directory.search_problem(place, filters, day);
    found geo.place_match[] := array(select m from directory.locate(place) m);
    asked boolean := coalesce(nullif(btrim(place ->> 'ort'), ''), nullif(place ->> 'kreis', ''), nullif(place ->> 'land', '')) is not null;
    exact geo.place_match[];
    p geo.place_match;
    list boolean := view in ('html', 'json');
    radius_km int;
    groups int[];
    keys int[];
    inputs text[];
    vals text[];
    hits directory.search_hits;
    counted boolean := false;
begin
    if problem is not null then
        return problem;
    end if;
    exact := array(select f from unnest(found) f where (f).exact);
    if cardinality(exact) = 1 then
        p := exact[1];
    end if;
    if p.kind is null or p.kind not in ('nation', 'state') then
        radius_km := coalesce(umkreis, 50);
    end if;
    select array_agg(c.grp order by c.key), array_agg(c.key order by c.key), array_agg(c.input order by c.key), array_agg(c.value order by c.key)
    into groups, keys, inputs, vals from directory.chosen(filters, day) c;
    hits := directory.hits(p, asked and p.kind is null, radius_km, groups, keys);
    page := case when list then greatest(coalesce(page, 1), 1) else 1 end;
    per_page := case when list then least(greatest(coalesce(per_page, 20), 1), 100) else 10000 end;
    if list and page = 1 and p.ags is not null then
        counted := directory.note_miss(p, filters, hits.covering, day, coalesce(count_it, true));
    end if;
    return directory.search_document(p, case when cardinality(exact) <> 1 then exact end, array(select f from unnest(found) f where not (f).exact),
        asked, radius_km, hits, groups, keys, inputs, vals, view, page, per_page, kept, counted, day);
end
$$;

-- Values that do not exist: an unknown Kreis, Land or filter value. Result: {"problem": {...}} or null.
create or replace function directory.search_problem(place jsonb, filters jsonb, day date) returns json
language plpgsql stable as $$
begin
    return (
    select json_build_object('problem', json_build_object('code', 'unknown_value', 'field', x.field, 'value', x.value))
    from (select 'kreis' as field, place ->> 'kreis' as value where nullif(place ->> 'kreis', '') is not null
             and not exists (select from geo.district d where d.ags = place ->> 'kreis')
          union all
          select 'land', place ->> 'land' where nullif(place ->> 'land', '') is not null
             and not exists (select from geo.state s where s.code = upper(place ->> 'land'))
          union all
          select c.input, c.value from directory.chosen(filters, day) c where c.key is null) x
    order by x.field, x.value limit 1);
end
$$;

-- The sets a search works with. Parameters: place; `nowhere`: a place was asked for but is not settled, so nothing is found; radius; filters.
create or replace function directory.hits(p geo.place_match, nowhere boolean, radius_km int, groups int[], keys int[]) returns directory.search_hits
language plpgsql stable as $$
declare
    h directory.search_hits;
    segs int[];
    covers bit varying[];
    nears bit varying[];
    point geometry := case when p.kind in ('state', 'nation') then null else p.geom end;
begin
    if not nowhere then
        select array_agg(c.seg), array_agg(c.cover), array_agg(c.near) into segs, covers, nears
        from directory.candidates(directory.covering_keys(p), point,
                case when p.kind = 'state' then (select s.ags::int from geo.state s where s.code = p.state) end, radius_km * 1000) c;
    end if;
    select array_agg(n.variant), array_agg(n.seg), array_agg((n.cover | n.near)::bit varying),
           array_agg(n.seg) filter (where n.variant = 0), array_agg(n.cover) filter (where n.variant = 0), array_agg(n.near) filter (where n.variant = 0),
           coalesce(sum(bit_count(n.cover)) filter (where n.variant = 0), 0), coalesce(sum(bit_count(n.near)) filter (where n.variant = 0), 0)
    into h.variants, h.variant_segs, h.variant_masks, h.segs, h.covers, h.nears, h.covering, h.nearby
    from directory.narrow(segs, covers, nears, groups, keys) n;
    return h;
end
$$;

-- Counts for every filter value: lists with a choice of their own (groups below 100) are counted without that choice.
create or replace function directory.facet_counts(h directory.search_hits) returns table (key int, n bigint)
language plpgsql stable as $$
declare
    g int;
begin
    for g in select distinct v from unnest(h.variants) v where v > 0 loop
        return query
        select t.key, t.n from directory.tally(array(select s from unnest(h.variants, h.variant_segs) as x (v, s) where x.v = g),
                                               array(select m from unnest(h.variants, h.variant_masks) as x (v, m) where x.v = g),
                                               directory.key_code(g, 0), directory.key_code(g, 99)) t;
    end loop;
    return query
    select t.key, t.n from directory.tally(h.segs, array(select (c | e)::bit varying from unnest(h.covers, h.nears) as x (c, e)), 400000, 499999) t
    where (t.key - 400000) / 100 <> all (array(select distinct v from unnest(h.variants) v));
end
$$;

-- Puts the document together from place, sets and inputs.
create or replace function directory.search_document(p geo.place_match, matches geo.place_match[], spellings geo.place_match[], asked boolean, radius_km int,
    h directory.search_hits, groups int[], keys int[], inputs text[], vals text[], view text, page int, per_page int, kept text[], counted boolean, day date) returns json
language plpgsql stable as $$
declare
    list boolean := view in ('html', 'json');
    skip int := (page - 1) * per_page;
    point geometry := case when p.kind in ('state', 'nation') then null else p.geom end;
    unfiltered directory.search_hits;
    covering_unfiltered bigint := h.covering;
    places int[];
    metres float8[];
    covers boolean[];
    piece int := 200;   -- rows of a large export at a time
    results json;
    facets json;
begin
    if h.covering = 0 and groups is not null then
        unfiltered := directory.hits(p, asked and p.kind is null, null, null, null);
        covering_unfiltered := unfiltered.covering;
    end if;
    if view = 'atom' then
        select array_agg(r.pos order by r.n), array_agg(r.metres order by r.n), array_agg(r.covers order by r.n) into places, metres, covers
        from directory.rank_newest(h.segs, h.covers, h.nears, point, 100) r;
    else
        select array_agg(r.pos order by r.o), array_agg(r.metres order by r.o), array_agg(r.covers order by r.o) into places, metres, covers
        from (select c.pos, c.metres, true as covers, c.n as o from directory.rank(h.segs, h.covers, h.covering, point, day, skip, per_page) c
              union all
              select e.pos, e.metres, false, h.covering + e.n
              from directory.rank(h.segs, h.nears, h.nearby, point, day, greatest(skip - h.covering, 0)::int,
                                  (per_page - greatest(least(h.covering - skip, per_page), 0))::int) e) r;
    end if;
    if cardinality(places) <= 500 then
        piece := 500;
    end if;
    results := directory.results_json(places[:piece], metres[:piece], covers[:piece], p, radius_km, skip + 1);
    if list then
        select directory.facets_json(inputs, vals, array_agg(c.key), array_agg(c.n), day) into facets from directory.facet_counts(h) c;
    end if;
    return json_build_object(
        'place', directory.place_json(p),
        'matches', directory.choices_json(matches), 'spellings', directory.choices_json(spellings),
        'asked', asked or inputs is not null, 'whole_germany', not asked, 'radius_on', point is not null,
        'radius_km', radius_km, 'total', h.covering + h.nearby, 'covering', h.covering, 'nearby', h.nearby,
        'covering_unfiltered', covering_unfiltered,
        'page', page, 'pages', greatest(ceil((h.covering + h.nearby)::numeric / per_page), 1)::int, 'per_page', per_page,
        'truncated', not list and h.covering + h.nearby > per_page,
        'results', results, 'pieces', case when cardinality(places) > piece then directory.pieces_json(places, metres, covers, radius_km, piece) end,
        'facets', facets,
        'standards_total', case when list then (select count(*) from directory.in_force() f join directory.standard s on s.catalogue = f.catalogue) end,
        'filtered_out', case when list and h.covering = 0 and covering_unfiltered > 0 then
            directory.filtered_out_json(unfiltered, groups, keys, inputs, vals) end,
        'nobody', case when list and covering_unfiltered = 0 and p.kind is not null and p.kind <> 'nation' then
            directory.nobody_json(p, groups, keys, h.nearby, day) end,
        'map', case when view = 'html' and (p.kind is not null or not asked) then
            directory.search_map(p, case when point is not null then radius_km end, h.segs,
                directory.without(h.segs, array(select (c | e)::bit varying from unnest(h.covers, h.nears) as x (c, e)), places), results) end,
        'kept', directory.kept_json(kept), 'counted', counted,
        'updated_on', (select (max(d.updated_at) at time zone 'Europe/Berlin')::date from directory.provider_doc d where d.status = 'active'),
        'demo', directory.has_demo());
end
$$;

-- What is behind the first rows of an export, in pieces of so many rows: number of the first row, radius, and of each row the provider,
-- the distance in metres and whether it covers the place, each as text: the service keeps it unread. By provider, since positions change when the read model is built anew.
create or replace function directory.pieces_json(positions int[], metres float8[], covers boolean[], radius_km int, piece int) returns json
language sql stable as $$
    select json_agg(x.piece::text order by x.nth)
    from (select (o.n - 1) / piece as nth, json_build_object('first', min(o.n), 'radius_km', radius_km,
                     'rows', json_agg(json_build_array(r.id, o.metres, o.covers) order by o.n)) as piece
          from unnest(positions, metres, covers) with ordinality as o (pos, metres, covers, n) join directory.search_row r on r.pos = o.pos
          where o.n > piece group by 1) x
$$;

-- The rows of one of the "pieces" of a search. Parameters: object of place inputs as for the search; the piece. Providers that left meanwhile are left out.
-- Result: {"results": [...]}
create or replace function directory.search_piece(place jsonb, piece jsonb) returns json
language plpgsql stable set jit = off as $$
declare
    exact geo.place_match[] := array(select m from directory.locate(place) m where m.exact);
    p geo.place_match;
begin
    if cardinality(exact) = 1 then
        p := exact[1];
    end if;
    return (select json_build_object('results', directory.results_json(array_agg(r.pos order by o.n), array_agg((o.item ->> 1)::float8 order by o.n),
                       array_agg((o.item ->> 2)::boolean order by o.n), p, (piece ->> 'radius_km')::int, (piece ->> 'first')::int))
            from jsonb_array_elements(piece -> 'rows') with ordinality as o (item, n) join directory.search_row r on r.id = (o.item ->> 0)::int);
end
$$;
