-- Phase model of JobcoachingAP: five phases, sixteen criteria (domain.md 3). Names and order as agreed in the network; criteria are a proposal.

insert into register.phase_model (id, version, title, status, note, valid_from) values
    ('fuenf-phasen-1', '0.1', 'Fünf Phasen des JobcoachingAP', 'Arbeitsfassung',
     'Nicht zu verwechseln mit den fünf Phasen der Unterstützten Beschäftigung: Die heißen anders und meinen anderes.', '2025-01-01')
on conflict (id) do nothing;

insert into register.phase (model, pos, code, title, purpose, activities, started_by, participants, documents, duration, finished_when)
select 'fuenf-phasen-1', v.*
from (values
    (1, 'initiation', 'Initiierung',
        'Klären, ob JobcoachingAP die passende Hilfe ist, eine Fachkraft finden, den Antrag stellen und die Bewilligung bekommen.',
        'Beratung durch den Integrationsfachdienst, Suche nach einer passenden Fachkraft, Kennenlerngespräch, fachliche Stellungnahme, Antrag.',
        'Integrationsfachdienst, Träger einer Maßnahme, Fachstelle im Arbeitsleben oder Reha-Beratung.',
        'Begleitete Person, Integrationsfachdienst, Leistungsträger, Fachkraft, Arbeitgeber; wo vorhanden auch Schwerbehindertenvertretung, Betriebsrat oder BEM-Team.',
        'Antrag, Einwilligung, Stellungnahme, Bewilligung mit Stundenkontingent.',
        'Vor allem Organisation; feste Stundenzahlen sind nicht bekannt.',
        'Die Bewilligung mit Zielrichtung, Kontingent und Beginn liegt schriftlich vor. Die Person ist einverstanden. Alle wissen, wer was tut.'),
    (2, 'analysis_planning', 'Analyse und Planung',
        'Den Auftrag mit allen Seiten klären, Anforderungen und Stärken verstehen, Ziele vereinbaren.',
        'Gespräche mit Person und Betrieb über Bedarf und Möglichkeiten; Ziele, Leistungen, Dauer, Stunden und Vorgehen werden festgelegt.',
        'Fachkraft.',
        'Alle aus der ersten Phase, dazu die direkten Vorgesetzten.',
        'Maßnahmenplan; Einwilligung, was der Betrieb wissen darf.',
        'Die ersten Besuche im Betrieb.',
        'Person, Betrieb und Leistungsträger haben dem Plan zugestimmt. Die Ziele sind überprüfbar. Ende und Stundenzahl stehen fest.'),
    (3, 'self_integration', 'Selbstintegration',
        'Die Fachkraft wird Teil des Arbeitsalltags, gewinnt Vertrauen und lernt die Arbeit kennen.',
        'Mitarbeiten, einfache Aufgaben übernehmen, Abläufe und Umgangsformen des Betriebs verstehen.',
        'Fachkraft.',
        'Alle bisherigen Beteiligten, dazu Kolleginnen und Kollegen.',
        'Prozessnotizen, Stundenliste.',
        'Frühe Wochen mit der höchsten Dichte, zum Beispiel zweimal in der Woche zwei bis vier Stunden.',
        'Die Fachkraft kennt die Aufgaben aus eigener Arbeit. Das Team nimmt sie an. Der Plan ist bestätigt oder angepasst.'),
    (4, 'intervention', 'Intervention',
        'Person und Betrieb lernen und erproben neue Wege, zu arbeiten und miteinander zu sprechen.',
        'Lösungen am Arbeitsplatz entwickeln, Ziele in kleine Schritte teilen, Erproben begleiten, Gespräche anstoßen, in Krisen unterstützen, Zwischengespräche führen.',
        'Fachkraft gemeinsam mit allen anderen.',
        'Alle bisherigen Beteiligten; Integrationsfachdienst und Leistungsträger bei Zwischengesprächen.',
        'Prozessnotizen, Stundenliste, Zwischenbericht, geänderter Plan, Antrag auf Verlängerung.',
        'In der Regel wöchentlich, stundenweise.',
        'Die vereinbarten Ziele sind erreicht, oder der Plan wurde geändert. Die neue Arbeitsweise gelingt ohne Anstoß von außen.'),
    (5, 'stabilisation_closure', 'Stabilisierung und Abschluss',
        'Was gelernt wurde, trägt auch ohne die Fachkraft. Das Coaching endet geordnet.',
        'Stunden Schritt für Schritt verringern, Abschlussgespräch mit allen, Ziele auswerten, an den Integrationsfachdienst übergeben.',
        'Fachkraft und Integrationsfachdienst.',
        'Alle Beteiligten; der Leistungsträger erhält den Abschlussbericht.',
        'Abschlussbericht, Auswertung der Ziele, Rückmeldebögen, Verabredung zur Nachfrage.',
        'Auslaufend.',
        'Die letzte Verringerung ist ohne Rückschritt gelungen. Das Abschlussgespräch ist geführt, der Bericht verschickt, ein Termin zur Nachfrage vereinbart.')
) as v (pos, code, title, purpose, activities, started_by, participants, documents, duration, finished_when)
on conflict (model, pos) do nothing;

insert into register.phase_criterion (model, phase, code, text, core)
select 'fuenf-phasen-1', v.*
from (values
    (1, '1a', 'Bewilligung oder Auftrag tragen ein Datum vor der ersten Coachingstunde.', false),
    (1, '1b', 'Die Einwilligung der Person liegt vor.', true),
    (1, '1c', 'Die Aufgaben sind mit dem Integrationsfachdienst geteilt, oder es ist begründet, warum keiner beteiligt ist.', false),
    (2, '2a', 'Der Plan nennt Ziele, Stunden, Dauer, Vorgehen und Beteiligte.', true),
    (2, '2b', 'Person und Betrieb haben mitgewirkt.', true),
    (2, '2c', 'Der Plan ist älter als die erste Intervention.', false),
    (3, '3a', 'Mindestens eine Zeit der Mitarbeit ist festgehalten.', false),
    (3, '3b', 'Was dabei auffiel, ist notiert; der Plan wurde daran geprüft.', false),
    (4, '4a', 'Es gab Interventionen für die Person und für ihr Umfeld im Betrieb.', false),
    (4, '4b', 'Die Stunden fanden vor Ort statt.', false),
    (4, '4c', 'War mehr als das halbe Kontingent verbraucht, gab es ein Zwischengespräch mit Leistungsträger oder Integrationsfachdienst.', false),
    (5, '5a', 'Die Stunden nehmen ab.', false),
    (5, '5b', 'Ein Abschlussgespräch mit allen Seiten hat stattgefunden.', true),
    (5, '5c', 'Jedes Ziel ist ausgewertet.', false),
    (5, '5d', 'Ein Abschlussbericht liegt vor.', false),
    (5, '5e', 'Eine Nachfrage nach sechs Monaten ist vereinbart.', false)
) as v (phase, code, text, core)
on conflict (model, code) do nothing;
