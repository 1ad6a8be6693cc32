-- Working catalogue of quality standards (domain.md 2.2): 25 standards. It is NOT the official catalogue of the Qualitätsnetzwerk; its status
-- says so on every page. The network loads its own as a further catalogue with its own valid_from. Codes are never reused or renumbered.

insert into register.catalogue (id, version, title, publisher, status, definition_version, valid_from) values
    ('arbeitsfassung-1', '0.1', 'Arbeitskatalog Qualität im JobcoachingAP', 'Redaktion dieses Registers', 'Arbeitsfassung',
     'Konsensdefinition vom 9. April 2019', '2025-01-01')
on conflict (id) do nothing;

insert into register.standard (catalogue, code, area, pos, title, description, evidence, validity_months, validity_note, basis, source, subject)
select 'arbeitsfassung-1', v.*
from (values
    ('S01', 'structure', 1, 'Grundqualifikation',
        'Die Fachkraft hat einen Beruf abgeschlossen und sich zusätzlich psychosozial, pädagogisch oder therapeutisch qualifiziert.',
        'Urkunde oder Zeugnis', null::smallint, null, 'analogous', '§ 55 Abs. 5 Nr. 1 und § 195 Abs. 1 Nr. 3 SGB IX', 'person'),
    ('S02', 'structure', 2, 'Jobcoaching-Weiterbildung',
        'Die Fachkraft hat eine anerkannte Jobcoaching-Weiterbildung mit mindestens 160 Unterrichtseinheiten abgeschlossen oder ist nach einer Übergangsregel gleichgestellt.',
        'Zertifikat mit Unterrichtseinheiten, Datum und Anbieter; bei Gleichstellung der Bescheid der prüfenden Stelle', null, 'Eine Gleichstellung gilt 24 Monate.',
        'literal', 'Aufnahmeregeln des Jobcoach-Pools Niedersachsen (JoNiMa)', 'person'),
    ('S03', 'structure', 3, 'Praxiserfahrung',
        'Die Fachkraft hat in den letzten Jahren selbst Menschen im JobcoachingAP begleitet.',
        'Fallliste ohne Namen (Zeitraum, Handlungsfeld, Phase) oder Referenz eines Leistungsträgers', 36, null, 'analogous', '§ 55 Abs. 5 Nr. 1 SGB IX; Netzwerktreffen 2024', 'person'),
    ('S04', 'structure', 4, 'Supervision und Intervision',
        'Die Fachkraft bespricht ihre Arbeit regelmäßig in Supervision oder kollegialer Fallberatung.',
        'Bestätigung mit Anzahl der Sitzungen, ohne Angaben zu Fällen', 12, null, 'literal', 'Netzwerktreffen 2023; eine Mindestzahl wurde nicht gefunden', 'person'),
    ('S05', 'structure', 5, 'Laufende Fortbildung',
        'Die Fachkraft bildet sich fachlich fort, auch zu Arten von Behinderung und zum Leistungsrecht.',
        'Teilnahmebescheinigungen', 24, null, 'analogous', 'Qualitätsmanagement der Integrationsfachdienste (KASSYS)', 'person'),
    ('S06', 'structure', 6, 'Konzept nach der Definition JobcoachingAP',
        'Der Anbieter arbeitet nach einem schriftlichen Konzept. Es beschreibt die sieben Merkmale der Definition und die fünf Phasen.',
        'Konzept, dazu eine öffentliche Kurzfassung', 36, null, 'literal', 'Definition JobcoachingAP (JADE); die Pflicht zum Konzept ist ein Vorschlag', 'organisation'),
    ('S07', 'structure', 7, 'Von außen, mit klarer Rolle',
        'Die Fachkraft gehört nicht zum Betrieb. Sie trennt ihre Rolle von Integrationsfachdienst, Assistenz, Vermittlung und Vorgesetzten.',
        'Rollenbeschreibung und Selbstverpflichtung', 24, null, 'literal', 'Definition JobcoachingAP (JADE); Netzwerktreffen 2023 und 2024', 'organisation'),
    ('S08', 'structure', 8, 'Kontinuität und Vertretung',
        'Betrieb und begleitete Person haben eine feste Ansprechperson und wissen, wer sie vertritt.',
        'Vertretungsregelung', 24, null, 'literal', 'Netzwerktreffen 2023; KASSYS', 'organisation'),
    ('S09', 'structure', 9, 'Datenschutz und Verschwiegenheit',
        'Personenbezogene Daten werden nur für den Auftrag verwendet. Der Betrieb erfährt etwas nur mit Zustimmung der Person.',
        'Datenschutzkonzept und Verpflichtungserklärung', 24, null, 'analogous', '§ 38 Abs. 1 Nr. 5 SGB IX, § 78 SGB X', 'organisation'),
    ('S10', 'structure', 10, 'Gewaltschutz',
        'Der Anbieter schützt vor Gewalt, mit Maßnahmen, die zu seiner Leistung passen.',
        'Gewaltschutzkonzept; bei Minderjährigen nur der Vermerk, wann das Führungszeugnis eingesehen wurde', 36, null, 'analogous', '§ 37a SGB IX, § 30a BZRG', 'organisation'),
    ('S11', 'structure', 11, 'Qualitätsmanagement',
        'Der Anbieter sichert und verbessert seine Leistung nach einem beschriebenen Verfahren.',
        'Beschreibung des Verfahrens oder Zertifikat, zum Beispiel AZAV oder ISO 9001', 36, 'Ein Zertifikat zählt bis zu seinem eigenen Ablauf.', 'analogous', '§ 37 Abs. 2 SGB IX', 'organisation'),
    ('S12', 'structure', 12, 'Barrierefreie Durchführung',
        'Der Anbieter benennt, welche Bedarfe bei Verständigung und Zugang er selbst oder mit Hilfe erfüllt.',
        'Liste der Merkmale als Selbstauskunft', 12, null, 'analogous', '§ 37 Abs. 1 SGB IX, § 17 Abs. 2 SGB I', 'organisation'),
    ('P01', 'process', 1, 'Freiwilligkeit und informierte Zustimmung',
        'Das Coaching beginnt erst, wenn die Person zugestimmt hat und weiß, wer im Betrieb was erfährt.',
        'Leeres Muster der Einwilligung', 24, null, 'analogous', '§ 49 Abs. 6 Nr. 3 SGB IX; Netzwerktreffen 2024', 'organisation'),
    ('P02', 'process', 2, 'Gemeinsamer Maßnahmenplan',
        'Ziele, Leistungen, Dauer, Stunden und Vorgehen sind vor dem Beginn mit allen vereinbart und aufgeschrieben.',
        'Maßnahmenplan ohne Namen', 24, null, 'literal', 'BIH, Themenseite Jobcoaching am Arbeitsplatz', 'organisation'),
    ('P03', 'process', 3, 'Coaching am Arbeitsplatz',
        'Der größere Teil der Stunden findet im Betrieb am Arbeitsplatz statt.',
        'Stundennachweis mit Ort, ohne Namen', 24, null, 'literal', 'Definition JobcoachingAP (JADE); ein Schwellenwert wurde nicht gefunden', 'organisation'),
    ('P04', 'process', 4, 'Selbstintegration durch Mitarbeit',
        'Die Fachkraft arbeitet zeitweise mit. So lernt sie die Abläufe und die Kultur des Betriebs kennen.',
        'Auszug aus der Prozessdokumentation', 24, null, 'literal', 'BIH, Themenseite; Netzwerktreffen 2023 und 2024', 'organisation'),
    ('P05', 'process', 5, 'Befähigung des betrieblichen Systems',
        'Kolleginnen, Kollegen und Führung werden so einbezogen, dass sie eigene Lösungen finden.',
        'Prozessdokumentation und Rückmeldung des Betriebs', 24, null, 'literal', 'Definition JobcoachingAP (JADE)', 'organisation'),
    ('P06', 'process', 6, 'Allparteilichkeit',
        'Die Fachkraft vertritt keine Seite gegen die andere und legt ihr mehrfaches Mandat offen.',
        'Selbstverpflichtung und Rückmeldung beider Seiten', 24, null, 'literal', 'Netzwerktreffen 2023', 'organisation'),
    ('P07', 'process', 7, 'Frequenz, Kontingent und Rückzug',
        'Das Coaching hat ein festes Stundenkontingent, findet in der Regel wöchentlich statt und wird Schritt für Schritt weniger.',
        'Stundenverlauf ohne Namen', 24, null, 'literal', 'Netzwerktreffen 2024; LWL-Inklusionsamt Arbeit', 'organisation'),
    ('P08', 'process', 8, 'Fünf Phasen',
        'Der Verlauf ist nach den fünf Phasen dokumentiert; Abweichungen sind begründet.',
        'Phasenprotokoll aus einer Stichprobe von zwei Fällen ohne Namen', 24, null, 'literal', 'Netzwerktreffen 2023 und 2024; die Stichprobe ist ein Vorschlag', 'organisation'),
    ('P09', 'process', 9, 'Dokumentation und Berichte',
        'Verlauf und Ergebnis sind nachvollziehbar festgehalten und in Zwischen- und Abschlussbericht zusammengefasst.',
        'Leere Berichtsmuster und ein Bericht ohne Namen', 24, null, 'analogous', 'KASSYS; Netzwerktreffen 2024', 'organisation'),
    ('P10', 'process', 10, 'Abstimmung mit Integrationsfachdienst und Leistungsträger',
        'Es ist festgelegt, wie sich alle vor, während und nach dem Coaching absprechen.',
        'Kooperationsabsprache oder Ablaufplan', 36, null, 'literal', 'Netzwerktreffen 2024', 'organisation'),
    ('E01', 'result', 1, 'Zielerreichung',
        'Am Ende bewerten alle Beteiligten gemeinsam, ob die vereinbarten Ziele erreicht sind.',
        'Summen: Zahl der Fälle, Ziele erreicht, teilweise erreicht, nicht erreicht', 12, null, 'analogous', 'KASSYS', 'organisation'),
    ('E02', 'result', 2, 'Nachhaltigkeit',
        'Sechs Monate nach dem Ende wird erfragt, ob die Person noch an ihrem Arbeitsplatz ist.',
        'Summe mit Grundgesamtheit und Stichtag', 12, null, 'analogous', '§ 41 Abs. 1 Nr. 16 SGB IX; Netzwerktreffen 2023', 'organisation'),
    ('E03', 'result', 3, 'Rückmeldungen',
        'Begleitete Person, Betrieb und Leistungsträger werden planmäßig befragt; die Antworten werden genutzt.',
        'Muster des Fragebogens und Summen', 12, null, 'literal', 'Netzwerktreffen 2023; KASSYS', 'organisation')
) as v (code, area, pos, title, description, evidence, validity_months, validity_note, basis, source, subject)
on conflict (catalogue, code) do nothing;

-- Each standard is a value of the filter "geprüft nach Standard".
insert into register.code (list, code, label, description, pos, bit)
select 'verified', s.code, s.code || ' ' || s.title, s.description, row_number() over w, row_number() over w - 1
from register.standard s where s.catalogue = 'arbeitsfassung-1'
window w as (order by array_position(array['structure', 'process', 'result'], s.area), s.pos)
on conflict (list, code) do nothing;
