-- What public pages need of the register beside the stored profiles. Views run with the rights of their owner: the web role reads these
-- columns and nothing else of schema register.

-- Values of the search filters, with their key in the index.
create or replace view directory.filter_value as
select l.input, l.list, l.label as list_label, l.plain as list_plain, l.combine, l.pos as list_pos,
       c.code, c.label, c.plain, c.description, c.pos, directory.key_code(l.pos, c.bit) as key, c.valid_from, c.valid_to
from register.code_list l join register.code c using (list)
where l.input is not null;

create or replace view directory.word as
select w.topic, w.code, w.label, w.plain, w.pos from register.word w;

create or replace view directory.catalogue as
select c.id, c.version, c.title, c.publisher, c.status, c.definition_version, c.valid_from, c.valid_to from register.catalogue c;

-- Standards in their fixed order; n numbers them through the catalogue.
create or replace view directory.standard as
select s.catalogue, s.code, s.area, s.pos, s.title, s.description, s.evidence, s.validity_months, s.validity_note, s.basis, s.source, s.subject,
       row_number() over (partition by s.catalogue order by array_position(array['structure', 'process', 'result'], s.area), s.pos) as n
from register.standard s;

create or replace view directory.phase_model as
select m.id, m.version, m.title, m.status, m.note, m.valid_from, m.valid_to from register.phase_model m;

create or replace view directory.phase as
select p.model, p.pos, p.code, p.title, p.purpose, p.activities, p.started_by, p.participants, p.documents, p.duration, p.finished_when
from register.phase p;

create or replace view directory.phase_criterion as
select c.model, c.phase, c.code, c.text, c.core from register.phase_criterion c;

create or replace view directory.funding_body as
select b.id, b.kind, b.name, b.short, b.url, b.note, b.pos, r.ags_prefix, r.approximate
from register.funding_body b join register.funding_body_region r on r.body = b.id;

create or replace view directory.search_miss as
select m.month, m.ags, m.field_of_action, m.n from register.search_miss m;

-- The catalogue and the phase model that the stored rows were built with, and the day they stand at.
create or replace function directory.in_force(out day date, out catalogue text, out phase_model text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select v.day, register.current_catalogue(v.day), register.current_phase_model(v.day) from directory.version v
$$;

-- The Integrations-/Inklusionsämter responsible for a Kreis (AGS) or a Land (two digits; Nordrhein-Westfalen has two).
create or replace function directory.authorities(ags text) returns json
language sql stable parallel safe as $$
    select coalesce(json_agg(json_build_object('name', b.name, 'short', b.short, 'url', b.url, 'note', b.note) order by b.pos), '[]')
    from (select distinct b.pos, b.name, b.short, b.url, b.note from directory.funding_body b
          where b.kind = 'integrationsamt' and (ags like b.ags_prefix || '%' or b.ags_prefix like ags || '%')) b
$$;

-- True when invented providers are in the register: every page that shows them says so.
create or replace function directory.has_demo() returns boolean
language plpgsql stable parallel safe as $$
begin
    return exists (select from directory.provider_doc d where d.is_demo);
end
$$;
