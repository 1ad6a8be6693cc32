-- Outlines: the SVG plane, simplification that keeps neighbours on one border, and what is derived from outlines.

-- The SVG plane: kilometres east of E 280000 and south of N 6110000 (EPSG:25832); geo.svg_germany() is the window for all of Germany.
create or replace function geo.svg_x(point geometry) returns numeric
language sql immutable parallel safe strict
return round(((st_x(point) - 280000) / 1000)::numeric, 1);

create or replace function geo.svg_y(point geometry) returns numeric
language sql immutable parallel safe strict
return round(((6110000 - st_y(point)) / 1000)::numeric, 1);

-- Path data on a grid of `step` km, relative moves, no blank before a minus. Points that fall together are left out.
create or replace function geo.svg_path(shape geometry, step double precision default 0.1) returns text
language sql immutable parallel safe strict
return regexp_replace(upper(left(
    st_assvg(st_snaptogrid(st_affine(shape, 0.001, 0, 0, 0.001, -280, -6110), step), 1, 1), 1))
    || substr(st_assvg(st_snaptogrid(st_affine(shape, 0.001, 0, 0, 0.001, -280, -6110), step), 1, 1), 2),
    '\s+-', '-', 'g');

/*
 * Simplifies shapes that touch each other so that they still touch: their borders are cut into arcs at the points where
 * three meet, each arc is simplified once, and the faces between the arcs are given back to the shape they came from.
 *   keys, shapes  the same length; metres
 *   tolerance     metres (Douglas-Peucker)
 * Shapes too small to survive come back as they were.
 */
create or replace function geo.simplify_coverage(keys text[], shapes geometry[], tolerance double precision)
returns table (key text, shape geometry)
language sql stable
begin atomic
    with source as materialized (
        select k, s from unnest(keys, shapes) as t(k, s)
    ), arcs as (
        select (st_dump(st_linemerge(st_union(st_boundary(s))))).geom as arc from source
    ), simpler as (
        select st_union(case when st_isclosed(arc) then st_simplifypreservetopology(arc, tolerance)
                             else st_simplify(arc, tolerance, true) end) as lines
          from arcs
    ), faces as materialized (
        select d.geom as face, st_pointonsurface(d.geom) as inner_point
          from simpler, st_dump(st_polygonize(array[lines])) as d
    ), owned as (
        select s.k, f.face
          from faces f
          join lateral (select source.k from source
                         where source.s && f.face and st_intersects(source.s, f.inner_point) limit 1) s on true
    ), merged as (
        select k, st_multi(st_collectionextract(st_union(face), 3)) as g from owned group by k
    )
    select source.k, coalesce(merged.g, st_multi(source.s)) from source left join merged using (k);
end;

/*
 * Derives from geo.district.outline everything that depends on it: coarse outlines, paths, centres, neighbours, Länder.
 * Called after the outlines were replaced, in the same transaction.
 *   given  true: outline_coarse is there already (it comes with the derived data), false: simplify here
 */
create or replace function geo.refresh_outlines(given boolean) returns void
language plpgsql
as $$
begin
    if not given then
        update geo.district d set outline_coarse = c.shape
          from (select (geo.simplify_coverage(array_agg(ags order by ags), array_agg(outline order by ags), 1500)).* from geo.district) c
         where c.key = d.ags;
    end if;
    update geo.district set
        svg_path = geo.svg_path(outline_coarse),
        svg_path_fine = geo.svg_path(outline),
        centre = case when st_contains(outline, st_centroid(outline)) then st_centroid(outline) else st_pointonsurface(outline) end;
    update geo.state s set outline = u.fine, outline_coarse = u.coarse, svg_path = geo.svg_path(u.coarse), centre = u.centre, population = u.n
      from (select state, st_multi(st_union(outline)) as fine, st_multi(st_union(outline_coarse)) as coarse,
                   st_pointonsurface(st_union(outline)) as centre, sum(population) as n
              from geo.district group by state) u
     where u.state = s.code;
    delete from geo.district_neighbour;
    -- Neighbours share more than a point: outlines of different sources may miss each other by some metres.
    insert into geo.district_neighbour (ags, neighbour)
    select a.ags, b.ags
      from geo.district a
      join geo.district b on a.ags <> b.ags and st_dwithin(a.outline, b.outline, 100)
     where st_length(st_intersection(st_boundary(a.outline), st_buffer(b.outline, 100, 2))) > 500;
end;
$$;

-- The window of the SVG plane that holds all of Germany with a little room. Result: text for a viewBox.
create or replace function geo.svg_germany() returns text
language sql immutable parallel safe as $$ select '-3 4 648 874' $$;
