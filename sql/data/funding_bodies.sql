-- Leistungsträger and their regions (domain.md 5). Regions are beginnings of the AGS; "approximate" where the true border does not follow them.

insert into register.funding_body (id, kind, name, short, url, note, pos)
select v.id, v.kind, v.name, v.short, v.url, v.note, row_number() over ()
from (values
    ('ia-bw', 'integrationsamt', 'Kommunalverband für Jugend und Soziales Baden-Württemberg – Integrationsamt', 'KVJS-Integrationsamt', 'https://www.kvjs.de/', null),
    ('ia-by', 'integrationsamt', 'Zentrum Bayern Familie und Soziales – Inklusionsamt', 'ZBFS-Inklusionsamt', 'https://www.zbfs.bayern.de/', null),
    ('ia-be', 'integrationsamt', 'Landesamt für Gesundheit und Soziales Berlin – Integrationsamt', 'LAGeSo-Integrationsamt', 'https://www.berlin.de/lageso/', null),
    ('ia-bb', 'integrationsamt', 'Landesamt für Soziales und Versorgung Brandenburg – Integrationsamt', 'LASV-Integrationsamt', 'https://lasv.brandenburg.de/', null),
    ('ia-hb', 'integrationsamt', 'Amt für Versorgung und Integration Bremen', 'AVIB', 'https://www.avib.bremen.de/', null),
    ('ia-hh', 'integrationsamt', 'Sozialbehörde Hamburg – Integrationsamt', 'Integrationsamt Hamburg', 'https://www.hamburg.de/', null),
    ('ia-he', 'integrationsamt', 'Landeswohlfahrtsverband Hessen – Integrationsamt', 'LWV-Integrationsamt', 'https://integrationsamt-hessen.de/', null),
    ('ia-mv', 'integrationsamt', 'Landesamt für Gesundheit und Soziales Mecklenburg-Vorpommern – Integrationsamt', 'LAGuS-Integrationsamt', 'https://www.lagus.mv-regierung.de/', null),
    ('ia-ni', 'integrationsamt', 'Niedersächsisches Landesamt für Soziales, Jugend und Familie – Integrationsamt', 'Integrationsamt Niedersachsen', 'https://soziales.niedersachsen.de/', null),
    ('ia-nw-r', 'integrationsamt', 'Landschaftsverband Rheinland – LVR-Inklusionsamt', 'LVR-Inklusionsamt', 'https://www.lvr.de/', 'Zuständig in den Regierungsbezirken Düsseldorf und Köln.'),
    ('ia-nw-w', 'integrationsamt', 'Landschaftsverband Westfalen-Lippe – LWL-Inklusionsamt Arbeit', 'LWL-Inklusionsamt Arbeit', 'https://www.lwl-inklusionsamt-arbeit.de/', 'Zuständig in den Regierungsbezirken Münster, Detmold und Arnsberg.'),
    ('ia-rp', 'integrationsamt', 'Landesamt für Soziales, Jugend und Versorgung Rheinland-Pfalz – Integrationsamt', 'LSJV-Integrationsamt', 'https://lsjv.rlp.de/', null),
    ('ia-sl', 'integrationsamt', 'Landesamt für Soziales Saarland – Integrationsamt', 'Integrationsamt Saarland', 'https://www.saarland.de/', null),
    ('ia-sn', 'integrationsamt', 'Kommunaler Sozialverband Sachsen – Integrationsamt', 'KSV-Integrationsamt', 'https://www.ksv-sachsen.de/', null),
    ('ia-st', 'integrationsamt', 'Landesverwaltungsamt Sachsen-Anhalt – Integrationsamt', 'Integrationsamt Sachsen-Anhalt', 'https://lvwa.sachsen-anhalt.de/', null),
    ('ia-sh', 'integrationsamt', 'Integrationsamt Schleswig-Holstein', 'Integrationsamt Schleswig-Holstein', 'https://www.schleswig-holstein.de/', null),
    ('ia-th', 'integrationsamt', 'Thüringer Landesverwaltungsamt – Integrationsamt', 'Integrationsamt Thüringen', 'https://landesverwaltungsamt.thueringen.de/', null),

    ('drv-bund', 'rentenversicherung', 'Deutsche Rentenversicherung Bund', 'DRV Bund', 'https://www.deutsche-rentenversicherung.de/', 'Bundesweit.'),
    ('drv-kbs', 'rentenversicherung', 'Deutsche Rentenversicherung Knappschaft-Bahn-See', 'DRV Knappschaft-Bahn-See', 'https://www.kbs.de/', 'Bundesweit.'),
    ('drv-bw', 'rentenversicherung', 'Deutsche Rentenversicherung Baden-Württemberg', 'DRV Baden-Württemberg', 'https://www.deutsche-rentenversicherung.de/', null),
    ('drv-by-sued', 'rentenversicherung', 'Deutsche Rentenversicherung Bayern Süd', 'DRV Bayern Süd', 'https://www.deutsche-rentenversicherung.de/', null),
    ('drv-be-bb', 'rentenversicherung', 'Deutsche Rentenversicherung Berlin-Brandenburg', 'DRV Berlin-Brandenburg', 'https://www.deutsche-rentenversicherung.de/', null),
    ('drv-bs-h', 'rentenversicherung', 'Deutsche Rentenversicherung Braunschweig-Hannover', 'DRV Braunschweig-Hannover', 'https://www.deutsche-rentenversicherung.de/', null),
    ('drv-he', 'rentenversicherung', 'Deutsche Rentenversicherung Hessen', 'DRV Hessen', 'https://www.deutsche-rentenversicherung.de/', null),
    ('drv-md', 'rentenversicherung', 'Deutsche Rentenversicherung Mitteldeutschland', 'DRV Mitteldeutschland', 'https://www.deutsche-rentenversicherung.de/', null),
    ('drv-nord', 'rentenversicherung', 'Deutsche Rentenversicherung Nord', 'DRV Nord', 'https://www.deutsche-rentenversicherung.de/', null),
    ('drv-by-nord', 'rentenversicherung', 'Deutsche Rentenversicherung Nordbayern', 'DRV Nordbayern', 'https://www.deutsche-rentenversicherung.de/', null),
    ('drv-ol-hb', 'rentenversicherung', 'Deutsche Rentenversicherung Oldenburg-Bremen', 'DRV Oldenburg-Bremen', 'https://www.deutsche-rentenversicherung.de/', null),
    ('drv-rl', 'rentenversicherung', 'Deutsche Rentenversicherung Rheinland', 'DRV Rheinland', 'https://www.deutsche-rentenversicherung.de/', null),
    ('drv-rp', 'rentenversicherung', 'Deutsche Rentenversicherung Rheinland-Pfalz', 'DRV Rheinland-Pfalz', 'https://www.deutsche-rentenversicherung.de/', null),
    ('drv-sl', 'rentenversicherung', 'Deutsche Rentenversicherung Saarland', 'DRV Saarland', 'https://www.deutsche-rentenversicherung.de/', null),
    ('drv-schw', 'rentenversicherung', 'Deutsche Rentenversicherung Schwaben', 'DRV Schwaben', 'https://www.deutsche-rentenversicherung.de/', null),
    ('drv-wf', 'rentenversicherung', 'Deutsche Rentenversicherung Westfalen', 'DRV Westfalen', 'https://www.deutsche-rentenversicherung.de/', null),

    ('rd-nord', 'arbeitsagentur', 'Bundesagentur für Arbeit – Regionaldirektion Nord', 'RD Nord', 'https://www.arbeitsagentur.de/', null),
    ('rd-ni-hb', 'arbeitsagentur', 'Bundesagentur für Arbeit – Regionaldirektion Niedersachsen-Bremen', 'RD Niedersachsen-Bremen', 'https://www.arbeitsagentur.de/', null),
    ('rd-be-bb', 'arbeitsagentur', 'Bundesagentur für Arbeit – Regionaldirektion Berlin-Brandenburg', 'RD Berlin-Brandenburg', 'https://www.arbeitsagentur.de/', null),
    ('rd-st-th', 'arbeitsagentur', 'Bundesagentur für Arbeit – Regionaldirektion Sachsen-Anhalt-Thüringen', 'RD Sachsen-Anhalt-Thüringen', 'https://www.arbeitsagentur.de/', null),
    ('rd-sn', 'arbeitsagentur', 'Bundesagentur für Arbeit – Regionaldirektion Sachsen', 'RD Sachsen', 'https://www.arbeitsagentur.de/', null),
    ('rd-nw', 'arbeitsagentur', 'Bundesagentur für Arbeit – Regionaldirektion Nordrhein-Westfalen', 'RD Nordrhein-Westfalen', 'https://www.arbeitsagentur.de/', null),
    ('rd-he', 'arbeitsagentur', 'Bundesagentur für Arbeit – Regionaldirektion Hessen', 'RD Hessen', 'https://www.arbeitsagentur.de/', null),
    ('rd-rp-sl', 'arbeitsagentur', 'Bundesagentur für Arbeit – Regionaldirektion Rheinland-Pfalz-Saarland', 'RD Rheinland-Pfalz-Saarland', 'https://www.arbeitsagentur.de/', null),
    ('rd-bw', 'arbeitsagentur', 'Bundesagentur für Arbeit – Regionaldirektion Baden-Württemberg', 'RD Baden-Württemberg', 'https://www.arbeitsagentur.de/', null),
    ('rd-by', 'arbeitsagentur', 'Bundesagentur für Arbeit – Regionaldirektion Bayern', 'RD Bayern', 'https://www.arbeitsagentur.de/', null),

    ('uv', 'other', 'Träger der gesetzlichen Unfallversicherung (Berufsgenossenschaften und Unfallkassen)', 'Unfallversicherung', 'https://www.dguv.de/', 'Nach Arbeitsunfall oder Berufskrankheit.'),
    ('se', 'other', 'Träger der Sozialen Entschädigung', 'Soziale Entschädigung', null, 'Nach Gewalttaten und anderen Schädigungen, für die der Staat einsteht.'),
    ('egh', 'other', 'Träger der Eingliederungshilfe', 'Eingliederungshilfe', null, 'Unter anderem für das Budget für Arbeit.'),
    ('jh', 'other', 'Träger der öffentlichen Jugendhilfe', 'Jugendhilfe', null, 'Für junge Menschen mit seelischer Behinderung.')
) as v (id, kind, name, short, url, note)
on conflict (id) do update set name = excluded.name, short = excluded.short, url = excluded.url, note = excluded.note, pos = excluded.pos;

insert into register.funding_body_region (body, ags_prefix, approximate)
select v.body, p, v.approximate
from (values
    ('ia-bw', '08', false), ('ia-by', '09', false), ('ia-be', '11', false), ('ia-bb', '12', false), ('ia-hb', '04', false), ('ia-hh', '02', false),
    ('ia-he', '06', false), ('ia-mv', '13', false), ('ia-ni', '03', false), ('ia-nw-r', '051 053', false), ('ia-nw-w', '055 057 059', false),
    ('ia-rp', '07', false), ('ia-sl', '10', false), ('ia-sn', '14', false), ('ia-st', '15', false), ('ia-sh', '01', false), ('ia-th', '16', false),
    ('drv-bund', '', false), ('drv-kbs', '', false), ('drv-bw', '08', false), ('drv-by-sued', '091 092', true), ('drv-be-bb', '11 12', false),
    ('drv-bs-h', '031 032 033', true), ('drv-he', '06', false), ('drv-md', '14 15 16', false), ('drv-nord', '01 02 13', false),
    ('drv-by-nord', '093 094 095 096', true), ('drv-ol-hb', '034 04', true), ('drv-rl', '051 053', true), ('drv-rp', '07', false), ('drv-sl', '10', false),
    ('drv-schw', '097', true), ('drv-wf', '055 057 059', true),
    ('rd-nord', '01 02 13', false), ('rd-ni-hb', '03 04', false), ('rd-be-bb', '11 12', false), ('rd-st-th', '15 16', false), ('rd-sn', '14', false),
    ('rd-nw', '05', false), ('rd-he', '06', false), ('rd-rp-sl', '07 10', false), ('rd-bw', '08', false), ('rd-by', '09', false),
    ('uv', '', false), ('se', '', false), ('egh', '', false), ('jh', '', false)
) as v (body, prefixes, approximate),
    unnest(string_to_array(v.prefixes, ' ')) p
on conflict (body, ags_prefix) do nothing;
-- string_to_array('', ' ') is empty: the nationwide ones
insert into register.funding_body_region (body, ags_prefix)
select b.id, '' from register.funding_body b
where not exists (select from register.funding_body_region r where r.body = b.id)
on conflict do nothing;
