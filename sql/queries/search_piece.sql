-- Further rows of a large export: those that directory.search() named in one of its "pieces".
-- role: web
-- params: ort text, kreis text, land text, place_kind text, place_postcode text, place_lat float, place_lon float (as in search.sql),
--         piece jsonb
select directory.search_piece(
    jsonb_build_object('ort', :ort::text, 'kreis', :kreis::text, 'land', :land::text,
        'kind', :place_kind::text, 'postcode', :place_postcode::text, 'lat', :place_lat::text, 'lon', :place_lon::text),
    :piece::jsonb)
