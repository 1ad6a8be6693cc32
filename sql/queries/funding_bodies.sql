-- Leistungsträger by kind with their regions; land= leaves those that are responsible there.
-- role: web
-- params: land text (code of a Land, may be null)
select case when :land::text is not null and not exists (select from geo.state s where s.code = upper(:land::text))
    then json_build_object('problem', json_build_object('code', 'unknown_value', 'field', 'land', 'value', :land::text))
    else json_build_object(
        'land', (select json_build_object('code', s.code, 'name', s.name) from geo.state s where s.code = upper(:land::text)),
        'groups', (select json_agg(json_build_object('kind', k.kind, 'label', k.label, 'note', k.note, 'bodies', k.bodies) order by k.pos)
                   from (select k.kind, k.label, k.note, k.pos, json_agg(json_build_object('name', b.name, 'short', b.short, 'url', b.url, 'note', b.note,
                                'region', b.region) order by b.pos) as bodies
                         from (values ('integrationsamt', 'Integrations- und Inklusionsämter', 'Zuständig ist das Amt am Ort der Arbeit.', 1),
                                      ('rentenversicherung', 'Rentenversicherung', 'Zuständig ist der Träger, bei dem die Person versichert ist; das folgt nicht aus dem Arbeitsort.', 2),
                                      ('arbeitsagentur', 'Bundesagentur für Arbeit', 'Ansprechpartner ist das Reha-Team der örtlichen Agentur für Arbeit.', 3),
                                      ('other', 'Weitere Träger', null, 4)) as k (kind, label, note, pos)
                         join (select b.kind, b.name, b.short, b.url, b.note, b.pos, directory.region_text(array_agg(b.ags_prefix), bool_or(b.approximate)) as region
                               from directory.funding_body b
                               where b.id in (select x.id from directory.funding_body x
                                              where :land::text is null or x.ags_prefix like (select s.ags from geo.state s where s.code = upper(:land::text)) || '%'
                                                 or (select s.ags from geo.state s where s.code = upper(:land::text)) like x.ags_prefix || '%')
                               group by b.kind, b.name, b.short, b.url, b.note, b.pos) b on b.kind = k.kind
                         group by k.kind, k.label, k.note, k.pos) k),
        'legal_bases', (select json_agg(json_build_object('code', v.code, 'label', v.label, 'plain', v.plain, 'description', v.description) order by v.pos)
                        from directory.filter_value v where v.list = 'legal_basis'))
    end
