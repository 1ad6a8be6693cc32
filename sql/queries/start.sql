-- The register in numbers: providers, Kreise that somebody serves, providers by Land.
-- role: web
-- params: today date
select json_build_object(
    'providers', (select coalesce(sum(bit_count(b.bits)), 0) from directory.bitmap b where b.key = directory.key_all()),
    'districts', c.districts, 'districts_covered', c.covered,
    'states', (select json_agg(json_build_object('code', s.code, 'name', s.name, 'path', s.svg_path, 'providers', n.providers,
                   'x', geo.svg_x(s.centre), 'y', geo.svg_y(s.centre)) order by s.name)
               from geo.state s join directory.state_counts() n on n.code = s.code),
    'fields', (select json_agg(json_build_object('code', v.code, 'label', v.label) order by v.pos) from directory.filter_value v
               where v.list = 'field_of_action' and v.valid_from <= :today::date and coalesce(v.valid_to, :today::date) >= :today::date),
    'standards_total', (select count(*) from directory.in_force() f join directory.standard s on s.catalogue = f.catalogue),
    'viewbox', geo.svg_germany(), 'demo', directory.has_demo())
from (select count(*) as districts, count(*) filter (where x.providers > 0) as covered from directory.coverage(null, null) x) c
