-- Who serves a place of work: results in order, counts on every filter value, map, help when nobody does.
-- role: web
-- params: ort text, kreis text, land text, umkreis int (km), anzahl int, seite int,
--         handlungsfeld text[], anlass text[], zielgruppe text[], leistungsgrundlage text[], kommunikation text[], sprache text[],
--         kapazitaet text[], standard text[], form text[], merken text[] (slugs of the Vergleichsliste),
--         place_kind text, place_postcode text, place_lat float, place_lon float (read from ort by the service),
--         view text, today date, count_miss bool (false: do not count this search if it is in vain; null: count)
-- A new filter: a list in sql/data/lists.sql, one line here, one input in the route table.
select directory.search(
    jsonb_build_object('ort', :ort::text, 'kreis', :kreis::text, 'land', :land::text,
        'kind', :place_kind::text, 'postcode', :place_postcode::text, 'lat', :place_lat::text, 'lon', :place_lon::text),
    :umkreis::int,
    jsonb_build_object(
        'handlungsfeld', :handlungsfeld::text[],
        'anlass', :anlass::text[],
        'zielgruppe', :zielgruppe::text[],
        'leistungsgrundlage', :leistungsgrundlage::text[],
        'kommunikation', :kommunikation::text[],
        'sprache', :sprache::text[],
        'kapazitaet', :kapazitaet::text[],
        'standard', :standard::text[],
        'form', :form::text[]),
    :view::text, :seite::int, :anzahl::int, :merken::text[], :today::date, :count_miss::bool)
