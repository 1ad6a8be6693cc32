-- One Kreis: who serves it, by Handlungsfeld, nearest sites, responsible office, neighbours, map.
-- role: web
-- params: ags text, today date
select json_build_object(
    'ags', d.ags, 'name', d.name, 'label', d.label, 'kind', d.kind, 'population', d.population, 'area_km2', d.area_km2,
    'state', json_build_object('code', s.code, 'name', s.name),
    'covering', n.covering, 'fields', n.fields,
    'nearest', directory.nearest_json(r, 5, :today::date),
    'authority', directory.authorities(d.ags) -> 0,
    'neighbours', (select coalesce(json_agg(json_build_object('ags', o.ags, 'label', o.label) order by o.label), '[]')
                   from geo.district_neighbour b join geo.district o on o.ags = b.neighbour where b.ags = d.ags),
    'map', directory.region_map(st_expand(st_envelope(d.outline), 15000), array[d.ags], '{}'),
    'page_title', d.label, 'demo', directory.has_demo())
from geo.district d
join geo.state s on s.code = d.state
cross join lateral directory.region(d.ags, null) r
cross join lateral directory.region_counts(r, :today::date) n
where d.ags = :ags::text
