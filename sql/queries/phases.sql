-- The phase model in force with its phases and criteria.
-- role: web
-- params: none
select json_build_object(
    'model', row_to_json(m),
    'phases', (select json_agg(json_build_object('pos', p.pos, 'code', p.code, 'title', p.title, 'purpose', p.purpose, 'activities', p.activities,
                   'started_by', p.started_by, 'participants', p.participants, 'documents', p.documents, 'duration', p.duration,
                   'finished_when', p.finished_when,
                   'criteria', (select coalesce(json_agg(json_build_object('code', c.code, 'text', c.text, 'core', c.core) order by c.code), '[]')
                                from directory.phase_criterion c where c.model = p.model and c.phase = p.pos)) order by p.pos)
               from directory.phase p where p.model = m.id))
from directory.in_force() f join directory.phase_model m on m.id = f.phase_model
