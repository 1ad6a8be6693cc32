-- Replaces all regions and places with the derived open data beside this file, in one transaction.
-- Run from the project's root as the owner:  psql -v ON_ERROR_STOP=1 -f sql/data/regions/load.sql
-- Rows of other schemas that point to a Kreis or Land by its key are not touched: keys stay the same.

begin;
set local role jcap_owner;
set local client_min_messages = warning;

-- Ordinary tables that live only within this transaction: the owner may have no right to temporary ones.
create table geo.new_state (code text, ags text, name text);
create table geo.new_district (ags text, name text, kind text, label text, state text, population integer, area_km2 numeric, nuts3 text);
create table geo.new_place (id bigint, name text, kind text, municipality text, municipality_name text, ags text, population integer,
    lat double precision, lon double precision);
create table geo.new_name (place_id bigint, name text);
create table geo.new_postcode (code text, label text, parts text, place_id bigint, ags text, lat double precision, lon double precision,
    basis text);
create table geo.new_postcode_district (code text, ags text);
create table geo.new_postcode_place (code text, place_id bigint);
create table geo.new_outline (ags text, fine text, coarse text);
create table geo.new_licence (source text, licence text, url text, attribution text, note text, retrieved date);

\copy geo.new_state from 'sql/data/regions/state.tsv' with (format text, header, null '')
\copy geo.new_district from 'sql/data/regions/district.tsv' with (format text, header, null '')
\copy geo.new_place from 'sql/data/regions/place.tsv' with (format text, header, null '')
\copy geo.new_name from 'sql/data/regions/place_name.tsv' with (format text, header, null '')
\copy geo.new_postcode from 'sql/data/regions/postcode.tsv' with (format text, header, null '')
\copy geo.new_postcode_district from 'sql/data/regions/postcode_district.tsv' with (format text, header, null '')
\copy geo.new_postcode_place from 'sql/data/regions/postcode_place.tsv' with (format text, header, null '')
\copy geo.new_outline from 'sql/data/regions/outline.tsv' with (format text, header, null '')
\copy geo.new_licence from 'sql/data/regions/licence.tsv' with (format text, header, null '')

delete from geo.postcode_place;
delete from geo.postcode_district;
delete from geo.postcode;
delete from geo.place_name;
delete from geo.place;
delete from geo.licence;

insert into geo.licence (source, licence, url, attribution, note, retrieved)
select source, licence, url, attribution, coalesce(note, ''), retrieved from geo.new_licence;

-- Länder and Kreise are kept and brought up to date: other rows may point to them.
insert into geo.state (code, ags, name, population)
select s.code, s.ags, s.name, (select sum(d.population) from geo.new_district d where d.state = s.code) from geo.new_state s
on conflict (code) do update set ags = excluded.ags, name = excluded.name;
insert into geo.district (ags, name, kind, label, state, population, area_km2, nuts3, outline, outline_coarse)
select d.ags, d.name, d.kind, d.label, d.state, d.population, d.area_km2, d.nuts3,
       st_geomfromtext(o.fine, 25832), st_geomfromtext(o.coarse, 25832)
  from geo.new_district d left join geo.new_outline o using (ags)
on conflict (ags) do update set name = excluded.name, kind = excluded.kind, label = excluded.label, state = excluded.state,
    population = excluded.population, area_km2 = excluded.area_km2, nuts3 = excluded.nuts3,
    outline = excluded.outline, outline_coarse = excluded.outline_coarse;
delete from geo.district d where not exists (select from geo.new_district n where n.ags = d.ags);

insert into geo.place (id, name, kind, municipality, municipality_name, ags, state, population, geom, lat, lon)
select p.id, p.name, p.kind, p.municipality, p.municipality_name, p.ags, d.state, p.population,
       st_transform(st_setsrid(st_makepoint(p.lon, p.lat), 4326), 25832), p.lat, p.lon
  from geo.new_place p join geo.new_district d using (ags);
insert into geo.place_name (place_id, folded, preferred)
select f.* from (select id, array_agg(n) as names
                   from (select id, name as n from geo.new_place union select place_id, name from geo.new_name) a group by id) p,
       geo.place_forms(p.id, p.names) f;

insert into geo.postcode (code, label, parts, place_id, ags, state, geom, lat, lon, basis)
select p.code, p.label, p.parts, p.place_id, p.ags, d.state, st_transform(st_setsrid(st_makepoint(p.lon, p.lat), 4326), 25832),
       p.lat, p.lon, p.basis
  from geo.new_postcode p join geo.new_district d using (ags);
insert into geo.postcode_district (code, ags) select code, ags from geo.new_postcode_district;
insert into geo.postcode_place (code, place_id) select code, place_id from geo.new_postcode_place;

analyze geo.district, geo.place, geo.place_name, geo.postcode;  -- the functions below join them
drop table geo.new_state, geo.new_district, geo.new_place, geo.new_name, geo.new_postcode, geo.new_postcode_district,
    geo.new_postcode_place, geo.new_outline, geo.new_licence;

do $$ begin perform geo.refresh_outlines(true); perform geo.refresh_names(); end $$;
-- Stored pages hold maps and Kreise.
do $$ begin if to_regprocedure('directory.rebuild()') is not null then perform directory.rebuild(); end if; end $$;
commit;

analyze geo.state, geo.district, geo.district_name, geo.place, geo.place_name, geo.postcode, geo.postcode_district, geo.postcode_place;
