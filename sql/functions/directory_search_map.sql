-- The map of a search: the same information as the list, in the plane of the SVG paths (1 unit = 1 km).

-- Number of results by Kreis of the main site, from the set itself. Result: AGS and count.
create or replace function directory.seats(segs int[], masks bit varying[]) returns table (ags text, n bigint)
language sql stable as $$
    select lpad((t.key - 300000)::text, 5, '0'), t.n from directory.tally(segs, masks, 300000, 399999) t
$$;

-- Circles for counts, sized by area and to the window. Parameters: rows of (code, name, href, point, count) as json-free arrays; width of the window.
create or replace function directory.cluster_radius(n bigint, largest bigint, width numeric) returns numeric
language sql immutable parallel safe
return round((width * (0.010 + 0.025 * sqrt(n::numeric / greatest(largest, 1)))), 1);

-- Window around a place: the radius with a margin, cut to the plane.
create or replace function directory.window(p geo.place_match, radius_km int, out x numeric, out y numeric, out w numeric, out h numeric)
language plpgsql stable as $$
declare
    reach numeric := greatest(radius_km, 15) * 1.12;
begin
    if (p).kind is null or (p).kind = 'nation' then
        x := 0; y := 0; w := 645; h := 875;
    elsif (p).kind = 'state' then
        select min(geo.svg_x(d.centre)) - 28, min(geo.svg_y(d.centre)) - 28, max(geo.svg_x(d.centre)) + 28, max(geo.svg_y(d.centre)) + 28
        into x, y, w, h from geo.district d where d.state = (p).state;
        w := w - x; h := h - y;
    else
        x := geo.svg_x((p).geom) - reach; y := geo.svg_y((p).geom) - reach; w := 2 * reach; h := 2 * reach;
    end if;
end
$$;

-- Kreise of a Land.
create or replace function directory.districts_of(land text) returns text[]
language plpgsql stable as $$
begin
    return array(select d.ags from geo.district d where d.state = land);
end
$$;

-- Kreise whose box touches a window of the plane.
create or replace function directory.districts_in(x numeric, y numeric, w numeric, h numeric) returns text[]
language plpgsql stable as $$
declare
    box geometry := st_makeenvelope((280 + x) * 1000, (6110 - y - h) * 1000, (280 + x + w) * 1000, (6110 - y) * 1000, 25832);
begin
    return array(select d.ags from geo.district d where d.outline && box);
end
$$;

-- Parameters: place (null: Germany), radius; the set that is bunched by the Kreis of the main site (all hits but those of this page); the rows
-- of this page, which are pins at their own site. Result: the "map" of the search document.
create or replace function directory.search_map(p geo.place_match, radius_km int, segs int[], masks bit varying[], pins json) returns json
language plpgsql stable as $$
declare
    win record;
    shapes json;
    clusters json;
    shown bigint;
    total bigint;
    wide boolean := (p).kind is null or (p).kind = 'nation';
    drawn text[];   -- Kreise that are drawn
begin
    select * into win from directory.window(p, radius_km);
    if wide then
        select json_agg(json_build_object('code', s.code, 'name', s.name, 'path', s.svg_path, 'href', '/land/' || s.code) order by s.ags) into shapes from geo.state s;
        select json_agg(json_build_object('code', c.code, 'name', c.name, 'count', c.n, 'x', geo.svg_x(c.centre), 'y', geo.svg_y(c.centre),
                   'r', directory.cluster_radius(c.n, c.largest, win.w), 'href', '/land/' || c.code) order by c.n desc, c.code), sum(c.n), sum(c.n)
        into clusters, shown, total
        from (select s.code, s.name, s.centre, sum(t.n)::bigint as n, max(sum(t.n)) over ()::bigint as largest
              from directory.seats(segs, masks) t join geo.state s on s.ags = left(t.ags, 2) group by s.code) c;
    else
        drawn := case p.kind when 'state' then directory.districts_of(p.state) else directory.districts_in(win.x, win.y, win.w, win.h) end;
        select json_agg(json_build_object('ags', d.ags, 'name', d.label, 'href', '/kreis/' || d.ags,
                   'path', case when win.w <= 240 then d.svg_path_fine else d.svg_path end) order by d.ags) into shapes
        from geo.district d where d.ags = any (drawn);
        select json_agg(json_build_object('ags', c.ags, 'name', c.label, 'count', c.n, 'x', geo.svg_x(c.centre), 'y', geo.svg_y(c.centre),
                   'r', directory.cluster_radius(c.n, c.largest, win.w), 'href', '/kreis/' || c.ags) order by c.n desc, c.ags) filter (where c.inside),
               coalesce(sum(c.n) filter (where c.inside), 0), coalesce(sum(c.n), 0)
        into clusters, shown, total
        from (select d.ags, d.label, d.centre, t.n, max(t.n) over () as largest,
                     geo.svg_x(d.centre) between win.x and win.x + win.w and geo.svg_y(d.centre) between win.y and win.y + win.h as inside
              from directory.seats(segs, masks) t join geo.district d on d.ags = t.ags) c;
    end if;
    return json_build_object('viewbox', concat_ws(' ', win.x, win.y, win.w, win.h), 'unit', round(win.w / 100, 2), 'label', coalesce((p).label, 'Deutschland'),
        'place', case when (p).geom is not null and (p).kind <> 'state' then
            json_build_object('x', geo.svg_x((p).geom), 'y', geo.svg_y((p).geom), 'r', radius_km) end,
        'districts', case when wide then '[]' else coalesce(shapes, '[]') end, 'states', case when wide then coalesce(shapes, '[]') else '[]' end,
        'clusters', coalesce(clusters, '[]'), 'outside', coalesce(total - shown, 0) + case when wide then 0 else
            (select count(*) from json_to_recordset(pins) as r (x numeric, y numeric)
             where not (r.x between win.x and win.x + win.w and r.y between win.y and win.y + win.h)) end);
end
$$;
