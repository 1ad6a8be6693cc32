-- Takes the lines of a postcode file: line number, postcode, place, Kreis, lat, lon.
-- role: owner
copy geo.import_postcode from stdin
