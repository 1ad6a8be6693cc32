-- Outlines of the Länder or Kreise as GeoJSON (RFC 7946, WGS 84), simplified so that neighbours share their borders.
-- role: web
-- params: level text (laender or kreise)
with area as (
    select 'laender' as level, s.ags as id, jsonb_build_object('code', s.code, 'name', s.name, 'label', s.name) as properties,
           s.outline_coarse as shape
      from geo.state s
     where :level::text = 'laender'
    union all
    select 'kreise', d.ags, jsonb_build_object('ags', d.ags, 'name', d.name, 'label', d.label, 'state', d.state), d.outline_coarse
      from geo.district d
     where :level::text = 'kreise'
)
select case when count(*) = 0 then
           jsonb_build_object('problem', jsonb_build_object('code', 'not_found', 'field', 'level', 'value', left(:level::text, 40)))
       else
           jsonb_build_object('type', 'FeatureCollection', 'features', jsonb_agg(jsonb_build_object(
               'type', 'Feature', 'id', id, 'properties', properties,
               'geometry', st_asgeojson(st_forcepolygonccw(st_transform(shape, 4326)), 4, 0)::jsonb) order by id))
       end
  from area
