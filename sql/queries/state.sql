-- One Land: who serves it, its Kreise with the number of providers, responsible offices, map.
-- role: web
-- params: code text, today date
select json_build_object(
    'code', s.code, 'ags', s.ags, 'name', s.name, 'population', s.population,
    'covering', n.covering, 'fields', n.fields,
    'districts', (select json_agg(json_build_object('ags', d.ags, 'label', d.label, 'population', d.population, 'providers', c.providers) order by d.label)
                  from directory.coverage(null, s.code) c join geo.district d on d.ags = c.ags),
    'authorities', directory.authorities(s.ags), 'authority', directory.authorities(s.ags) -> 0,
    'map', directory.region_map(st_expand(st_envelope(s.outline), 10000), '{}', array[s.code]),
    'page_title', s.name, 'demo', directory.has_demo())
from geo.state s
cross join lateral directory.region(null, s.code) r
cross join lateral directory.region_counts(r, :today::date) n
where s.code = upper(:code::text)
