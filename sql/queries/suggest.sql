-- Places for the list under the search field: what begins with the typed text, large ones first, else near spellings.
-- role: web
-- params: ort text
select jsonb_build_object(
    'query', left(coalesce(:ort::text, ''), 80),
    'suggestions', coalesce((
        select jsonb_agg(jsonb_build_object('value', s.value, 'label', s.label, 'detail', s.detail, 'kind', s.kind,
                                            'population', s.population) order by s.n)
          from geo.suggest(:ort::text, 8) with ordinality as s(kind, label, detail, value, postcode, ags, district_name, state,
               state_name, population, lat, lon, geom, exact, similarity, n)), '[]'))
