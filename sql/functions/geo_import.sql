-- The database's half of `jcapctl import-regions`: staging tables, checks that need the regions, and the replacement.
-- app/jcapctl/import_regions.c reads the files, copies the rows and runs all of this in one transaction.

-- Staging tables for one run; geo.import_end drops them.
create or replace function geo.import_begin() returns void
language plpgsql
as $$
begin
    create table geo.import_district (feature integer, ags text, name text, kind text, population integer, srid integer, shape text);
    create table geo.import_postcode (line integer, code text, place text, ags text, lat double precision, lon double precision);
end;
$$;

-- The key that took the place of one that reforms since 2016 ended (Göttingen and Osterode; Eisenach).
create or replace function geo.district_today(ags text) returns text
language sql immutable parallel safe
return case ags when '03152' then '03159' when '03156' then '03159' when '16056' then '16063' else ags end;

/*
 * What is wrong with the staged Kreise, one sentence a row, in the order of the file.
 *   file  its name, for the sentences
 * Shapes become geo.import_shape (feature, ags, shape in EPSG:25832).
 */
create or replace function geo.import_district_problems(file text) returns setof text
language plpgsql
as $$
begin
    create table geo.import_shape as
    select i.feature, i.ags,
           st_multi(st_force2d(st_transform(st_setsrid(st_geomfromgeojson(i.shape), i.srid), 25832)))::geometry(MultiPolygon, 25832) as shape
      from geo.import_district i;
    create index on geo.import_shape using gist (shape);
    analyze geo.import_shape;
    return query
    select format('%s, Feature %s (AGS %s): Diesen Kreisschlüssel gibt es nicht.', file, i.feature, i.ags)
      from geo.import_shape i where not exists (select from geo.district d where d.ags = i.ags) order by i.feature;
    return query
    select format('%s, Feature %s (AGS %s): Dieser Kreis steht schon in Feature %s.', file, i.feature, i.ags, i.first)
      from (select s.feature, s.ags, min(s.feature) over (partition by s.ags) as first from geo.import_shape s) i
     where i.feature > i.first order by i.feature;
    return query
    select format('%s, Feature %s (AGS %s): Der Umriss ist ungültig (%s).', file, i.feature, i.ags, st_isvalidreason(i.shape))
      from geo.import_shape i where not st_isvalid(i.shape) order by i.feature;
    return query
    select format('%s: Es fehlen %s von %s Kreisen, darunter %s.', file, count(*), (select count(*) from geo.district),
                  array_to_string((array_agg(d.ags || ' ' || d.label order by d.ags))[1:3], ', '))
      from geo.district d where not exists (select from geo.import_shape i where i.ags = d.ags) having count(*) > 0;
    return query
    select format('%s, Feature %s (AGS %s): Der Umriss hat %s km², der Kreis %s km².', file, i.feature, i.ags,
                  round(st_area(i.shape) / 1000000), round(d.area_km2))
      from geo.import_shape i join geo.district d using (ags)
     where st_isvalid(i.shape) and st_area(i.shape) / 1000000 / d.area_km2 not between 0.5 and 2.5 order by i.feature;
    return query
    select format('%s, Feature %s (AGS %s): Der Umriss liegt nicht dort, wo der Kreis liegt.', file, i.feature, i.ags)
      from geo.import_shape i join geo.district d using (ags)
     where not st_dwithin(i.shape, d.centre, 30000) order by i.feature;
end;
$$;

/*
 * What is wrong with the staged postcodes, one sentence a row. Rows without a Kreis get the one they lie in.
 * Compared with the outlines as they will be: the Kreise are replaced before the postcodes are checked.
 */
create or replace function geo.import_postcode_problems(file text) returns setof text
language plpgsql
as $$
declare
    n integer;
begin
    create table geo.import_point as
    select i.line, i.code, i.place, i.lat, i.lon, st_transform(st_setsrid(st_makepoint(i.lon, i.lat), 4326), 25832) as geom,
           coalesce(geo.district_today(nullif(i.ags, '')), (select d.ags from geo.district d
               where st_dwithin(d.outline, st_transform(st_setsrid(st_makepoint(i.lon, i.lat), 4326), 25832), 15000)
               order by st_distance(d.outline, st_transform(st_setsrid(st_makepoint(i.lon, i.lat), 4326), 25832)) limit 1)) as ags
      from geo.import_postcode i;
    create index on geo.import_point (code);
    analyze geo.import_point;
    return query
    select format('%s, Zeile %s: Den Kreisschlüssel „%s“ gibt es nicht.', file, p.line, p.ags)
      from geo.import_point p where p.ags is not null and not exists (select from geo.district d where d.ags = p.ags) order by p.line;
    return query
    select format('%s, Zeile %s: Der Punkt von %s %s liegt in keinem Kreis.', file, p.line, p.code, p.place)
      from geo.import_point p where p.ags is null order by p.line;
    return query
    select format('%s, Zeile %s: %s %s liegt %s km außerhalb von %s.', file, p.line, p.code, p.place,
                  round(st_distance(d.outline, p.geom) / 1000), d.label)
      from geo.import_point p join geo.district d using (ags) where not st_dwithin(d.outline, p.geom, 40000) order by p.line;
    return query
    select format('%s, Zeile %s: %s %s steht schon in Zeile %s.', file, p.line, p.code, p.place, p.first)
      from (select i.line, i.code, i.place, min(i.line) over (partition by i.code, i.place, i.ags, i.lat, i.lon) as first from geo.import_point i) p
     where p.line > p.first order by p.line;
    select count(distinct code) into n from geo.import_point;
    if n not between 8000 and 30000 then  -- 8,200 are delivered to; with large customers and post boxes 28,000
        return next format('%s: Die Datei nennt %s Postleitzahlen; erwartet sind 8.000 bis 30.000.', file, n);
    end if;
end;
$$;

-- Puts the staged outlines in place of the ones there are; names and keys stay.
create or replace function geo.import_apply_districts(source_file text) returns integer
language plpgsql
as $$
declare
    n integer;
begin
    -- 150 m are less than a pixel on any of our maps, and keep a page with one Kreis small.
    update geo.district d set outline = c.shape, population = coalesce(nullif(p.population, 0), d.population)
      from (select (geo.simplify_coverage(array_agg(ags order by ags), array_agg(shape order by ags), 150)).* from geo.import_shape) c
      join geo.import_district p on p.ags = c.key
     where c.key = d.ags;
    get diagnostics n = row_count;
    perform geo.refresh_outlines(false);
    delete from geo.licence where source = 'Umrisse';
    insert into geo.licence (source, licence, url, attribution, note, retrieved)
    values ('Umrisse', 'Datenlizenz Deutschland – Namensnennung – Version 2.0', 'https://gdz.bkg.bund.de/',
            'Umrisse: © GeoBasis-DE / BKG, dl-de/by-2-0, vereinfacht', 'eingelesen aus ' || source_file, current_date);
    return n;
end;
$$;

/*
 * Puts the staged postcodes in place of the ones there are. A postcode lies in the middle of its rows; its main place is
 * the largest it names, its main Kreis the one of most rows. Which parts of a big city it holds is kept from before.
 */
create or replace function geo.import_apply_postcodes(source_file text) returns integer
language plpgsql
as $$
declare
    n integer;
begin
    create table geo.import_before as select code, parts from geo.postcode where parts is not null;
    create table geo.import_match as
    select distinct on (p.line) p.line, p.code, p.ags, p.place, p.geom, p.lat, p.lon, g.id, g.name, g.weight
      from geo.import_point p
      left join geo.place_name t on t.folded = geo.fold_name(p.place)
      left join geo.place g on g.id = t.place_id and g.ags = p.ags and st_dwithin(g.geom, p.geom, 30000)
     order by p.line, g.weight desc nulls last, g.id;
    delete from geo.postcode_place;
    delete from geo.postcode_district;
    delete from geo.postcode;
    insert into geo.postcode (code, label, parts, place_id, ags, state, geom, lat, lon, basis)
    select c.code, c.label, b.parts, c.place_id, c.ags, d.state, st_transform(st_setsrid(st_makepoint(c.lon, c.lat), 4326), 25832),
           c.lat, c.lon, 'official'
      from (select code, avg(lat) as lat, avg(lon) as lon,
                   (array_agg(coalesce(name, place) order by weight desc nulls last, line))[1] as label,
                   (array_agg(id order by weight desc nulls last, line))[1] as place_id,
                   mode() within group (order by ags) as ags
              from geo.import_match group by code) c
      join geo.district d using (ags)
      left join geo.import_before b using (code);
    get diagnostics n = row_count;
    insert into geo.postcode_district (code, ags) select distinct code, ags from geo.import_match;
    insert into geo.postcode_place (code, place_id) select distinct code, id from geo.import_match where id is not null;
    drop table geo.import_before, geo.import_match;
    delete from geo.licence where source = 'Postleitzahlen';
    insert into geo.licence (source, licence, url, attribution, note, retrieved)
    values ('Postleitzahlen', 'CC BY 4.0', 'https://download.geonames.org/export/zip/',
            'Postleitzahlen: GeoNames (geonames.org), CC BY 4.0', 'eingelesen aus ' || source_file, current_date);
    return n;
end;
$$;

-- Drops the staging tables and tells the service, whose stored pages hold maps and Kreise.
create or replace function geo.import_end() returns void
language plpgsql
as $$
begin
    drop table if exists geo.import_district, geo.import_postcode, geo.import_shape, geo.import_point;
    if to_regprocedure('directory.rebuild()') is not null then perform directory.rebuild(); end if;
end;
$$;
