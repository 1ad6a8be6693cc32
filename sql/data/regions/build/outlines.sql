-- Kreis outlines from sites: Voronoi cells, dissolved by Kreis, cut by Germany's outline. Run by build.mjs inside one
-- transaction that is rolled back; `site` (ags, lat, lon) and `germany` (geojson) are temporary tables it has filled.

create temp table land as
select st_multi(st_collectionextract(st_makevalid(st_transform(st_setsrid(st_geomfromgeojson(geojson), 4326), 25832)), 3)) as g from germany;

-- Islands and exclaves that the outline leaves out (Helgoland, Büsingen) become discs of 700 m around their places.
update land set g = st_multi(st_union(g, coalesce((
    select st_union(st_buffer(s.p, 700, 4))
      from (select st_transform(st_setsrid(st_makepoint(lon, lat), 4326), 25832) as p from site where not ring) s
     where not st_dwithin(s.p, land.g, 700)), 'srid=25832;polygon empty')));

create temp table spot as
select row_number() over () as n, ags, st_transform(st_setsrid(st_makepoint(lon, lat), 4326), 25832) as p
  from (select distinct on (lat, lon) * from site order by lat, lon, ags) s;
create index on spot using gist (p);

create temp table cell as
select d.geom as g
  from st_dump((select st_voronoipolygons(st_collect(p order by n), 0, st_expand(st_extent(p)::geometry, 100000)) from spot)) d;
create index on cell using gist (g);

create temp table rough as
select s.ags, st_multi(st_collectionextract(st_intersection(st_union(c.g), (select g from land)), 3)) as g
  from cell c join spot s on st_contains(c.g, s.p)
 group by s.ags;

-- A piece without a real place that borders on another Kreis is an artefact of the sites made around cities: it goes to
-- the neighbour with which it shares the longest border. Islands stay.
create temp table piece as
select row_number() over () as n, ags, d.geom as g,
       exists (select from site s where s.ags = rough.ags and not s.ring
                and st_intersects(d.geom, st_transform(st_setsrid(st_makepoint(s.lon, s.lat), 4326), 25832))) as held
  from rough, st_dump(rough.g) d;
create index on piece using gist (g);
update piece p set ags = coalesce((
    select q.ags from piece q
     where q.held and q.ags <> p.ags and st_dwithin(q.g, p.g, 5)
     order by st_length(st_intersection(st_buffer(q.g, 5, 1), st_boundary(p.g))) desc limit 1), p.ags)
 where not p.held;
create temp table shape as
select ags, st_multi(st_collectionextract(st_union(g), 3)) as g from piece group by ags;

-- One common grid of 10 m, so that neighbours share their points; then the borders are drawn once and the faces handed out.
create temp table fine as
select * from geo.simplify_coverage((select array_agg(ags order by ags) from shape),
    (select array_agg(st_multi(st_collectionextract(st_makevalid(st_snaptogrid(g, 10)), 3)) order by ags) from shape), 60);
create temp table coarse as
select * from geo.simplify_coverage((select array_agg(key order by key) from fine), (select array_agg(shape order by key) from fine), 1300);
