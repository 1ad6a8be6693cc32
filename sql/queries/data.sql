-- Sources and licences of the region data, sizes, downloads.
-- role: web
-- params: none
select json_build_object(
    'licences', (select coalesce(json_agg(row_to_json(l) order by l.source), '[]') from geo.licence l),
    'counts', json_build_array(
        json_build_object('label', 'Anbieter', 'n', (select coalesce(sum(bit_count(b.bits)), 0) from directory.bitmap b where b.key = directory.key_all())),
        json_build_object('label', 'Standorte', 'n', (select count(*) from directory.search_site)),
        json_build_object('label', 'Kreise und kreisfreie Städte', 'n', (select count(*) from geo.district)),
        json_build_object('label', 'Orte und Ortsteile', 'n', (select count(*) from geo.place)),
        json_build_object('label', 'Postleitzahlen', 'n', (select count(*) from geo.postcode))),
    'downloads', json_build_array(
        json_build_object('label', 'Alle Anbieter', 'format', 'CSV', 'href', '/suche.csv', 'note', 'höchstens 10.000 Zeilen'),
        json_build_object('label', 'Alle Anbieter', 'format', 'GeoJSON', 'href', '/suche.geojson', 'note', 'höchstens 10.000 Punkte'),
        json_build_object('label', 'Alle Anbieter', 'format', 'KML', 'href', '/suche.kml', 'note', null),
        json_build_object('label', 'Neue und geänderte Einträge', 'format', 'Atom', 'href', '/suche.atom', 'note', null),
        json_build_object('label', 'Abdeckung nach Kreisen', 'format', 'CSV', 'href', '/abdeckung.csv', 'note', null),
        json_build_object('label', 'Umrisse der Kreise', 'format', 'GeoJSON', 'href', '/karte/kreise.geojson', 'note', 'angenähert'),
        json_build_object('label', 'Umrisse der Länder', 'format', 'GeoJSON', 'href', '/karte/laender.geojson', 'note', 'angenähert'),
        json_build_object('label', 'Qualitätsstandards', 'format', 'JSON', 'href', '/standards.json', 'note', 'Arbeitsfassung'),
        json_build_object('label', 'Phasenmodell', 'format', 'JSON', 'href', '/phasen.json', 'note', 'Arbeitsfassung'),
        json_build_object('label', 'Leistungsträger', 'format', 'JSON', 'href', '/leistungstraeger.json', 'note', null)),
    'demo', directory.has_demo())
