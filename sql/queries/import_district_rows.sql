-- Takes the Kreise of a GeoJSON file: feature number, AGS, name, kind, population, EPSG code, geometry as GeoJSON.
-- role: owner
copy geo.import_district from stdin
