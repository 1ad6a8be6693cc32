-- One standard with its evidence and validity, and up to 50 providers whose proof was checked and is valid, in the daily rotation.
-- role: web
-- params: code text, today date
with s as (
    select s.*, v.key, lag(s.code) over w as previous, lag(s.title) over w as previous_title, lead(s.code) over w as next, lead(s.title) over w as next_title
    from directory.in_force() f join directory.standard s on s.catalogue = f.catalogue
    join directory.filter_value v on v.list = 'verified' and v.code = s.code
    window w as (order by s.n)
), verified as (
    select array_agg(b.seg order by b.seg) as segs, array_agg(b.bits order by b.seg) as masks, coalesce(sum(bit_count(b.bits)), 0) as n
    from directory.bitmap b where b.key = (select s.key from s where s.code = upper(:code::text))
)
select json_build_object(
    'code', s.code, 'title', s.title, 'area', s.area, 'area_label', wa.label, 'description', s.description, 'evidence', s.evidence,
    'validity_months', s.validity_months, 'validity_note', s.validity_note, 'basis', s.basis, 'basis_label', wb.label, 'source', s.source,
    'subject', s.subject, 'subject_label', ws.label,
    'catalogue', (select row_to_json(c) from directory.catalogue c where c.id = s.catalogue),
    'verified', verified.n,
    'declared', (select coalesce(sum(bit_count(b.bits)), 0) from directory.bitmap b where b.key = 600000 + s.key % 100),
    'providers', (select coalesce(json_agg(json_build_object('slug', d.slug, 'name', d.card -> 'name', 'city', d.card -> 'site' -> 'city', 'is_demo', d.is_demo,
                      'on', d.doc -> 'standards' -> s.code -> 'on', 'valid_until', d.doc -> 'standards' -> s.code -> 'valid_until') order by r.n), '[]')
                  from directory.rank(verified.segs, verified.masks, verified.n::bigint, null, :today::date, 0, 50) r
                  join directory.search_row sr on sr.pos = r.pos join directory.provider_doc d on d.id = sr.id),
    'previous', case when s.previous is not null then json_build_object('code', s.previous, 'title', s.previous_title) end,
    'next', case when s.next is not null then json_build_object('code', s.next, 'title', s.next_title) end,
    'page_title', s.code || ' ' || s.title, 'demo', directory.has_demo())
from s cross join verified
join directory.word wa on wa.topic = 'area' and wa.code = s.area
join directory.word wb on wb.topic = 'basis' and wb.code = s.basis
join directory.word ws on ws.topic = 'subject' and ws.code = s.subject
where s.code = upper(:code::text)
