-- The catalogue in force: standards by area, with the number of providers that had them checked or state them.
-- role: web
-- params: none
with n as (
    select b.key, sum(bit_count(b.bits)) as n from directory.bitmap b
    where b.key in (select v.key from directory.filter_value v where v.list = 'verified') or b.key between 600000 and 600099
    group by b.key
)
select json_build_object(
    'catalogue', (select row_to_json(c) from directory.catalogue c where c.id = f.catalogue),
    'groups', (select json_agg(json_build_object('label', w.label, 'plain', w.plain, 'standards', g.standards) order by w.pos)
               from (select s.area, json_agg(json_build_object('code', s.code, 'title', s.title, 'description', s.description,
                                'verified', coalesce(nv.n, 0), 'declared', coalesce(nd.n, 0)) order by s.n) as standards
                     from directory.standard s
                     join directory.filter_value v on v.list = 'verified' and v.code = s.code
                     left join n nv on nv.key = v.key
                     left join n nd on nd.key = 600000 + v.key % 100
                     where s.catalogue = f.catalogue group by s.area) g
               join directory.word w on w.topic = 'area' and w.code = g.area),
    'states', (select json_agg(json_build_object('code', w.code, 'label', w.label, 'plain', w.plain) order by w.pos) from directory.word w where w.topic = 'standard'),
    'demo', directory.has_demo())
from directory.in_force() f
