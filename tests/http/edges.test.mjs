// Texts at the edge of what the register takes (sql/schema/0005_domains.sql): the longest, quotes, markup, umlauts, letters from right to left.
// Every representation shows them as they are, each by the rules of its format.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { parseCsv } from '../lib/csv.mjs';
import { sql, startService } from '../lib/service.mjs';

const EDGES = `"Ahorn" & <b onclick='x'>Söhne</b> ]]> --> {{name}} {{{name}}} \\ ; , %0d%0a \${x} مؤسسة التدريب אימון בעבודה 职业 😀 `;
const NAME = EDGES + 'ß'.repeat(200 - [...EDGES].length);
const FORMULA = '=HYPERLINK("https://example.org/";"Ahorn")';
const LINE = (word) => `${word} <i>"&'</i> שלום`;
const SUMMARY = `Erste Zeile <script>alert("x")</script>\n\nDritte Zeile; mit, Komma & ${'ü'.repeat(1900)}`;
const EMAIL = `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(58)}.de`;
const WEB_START = "https://example.org/a(b);c,d?x=1&y=[2]&z=$3*4!5~6#ü-%3Cb%3E-";
const WEB = WEB_START + 'z'.repeat(300 - WEB_START.length);
const PHONE = '+49 (0)30 23125-999';
const SLUG = 'a'.repeat(100);
const dollar = (text) => `$q$${text}$q$`;
let service;

before(async () => {
  remove();
  sql(`insert into register.provider (id, slug, name, form, is_demo, confirmed_on, created_on, legal_form, umbrella, summary, mobility) values
         (990001, '${SLUG}', ${dollar(NAME)}, 'traeger', true, current_date, current_date, ${dollar(LINE('Form'))}, ${dollar(LINE('Verband'))}, ${dollar(SUMMARY)}, ${dollar(LINE('Auto'))}),
         (990002, 'rand-formel', ${dollar(FORMULA)}, 'traeger', true, current_date, current_date, null, null, null, null);
       insert into register.site (provider, name, street, postcode, city, ags, geom, main)
         select p, ${dollar(LINE('Haus'))}, ${dollar(LINE('Weg'))}, '34117', ${dollar(LINE('Kassel'))}, '06611', d.centre, true from geo.district d, (values (990001), (990002)) x (p) where d.ags = '06611';
       insert into register.service_area (provider, kind, ags) values (990001, 'district', '06611'), (990002, 'district', '06611');
       insert into register.coach (provider, name, profession, consent_on) values (990001, ${dollar(LINE('Rike'))}, ${dollar(LINE('Beruf'))}, current_date);
       insert into register.provider_attribute (provider, list, code, note) values (990001, 'language', 'de', ${dollar(LINE('Notiz'))});
       insert into register.contact (provider, kind, value, person, note, consent_on, pos) values (990001, 'email', ${dollar(EMAIL)}, ${dollar(LINE('Pia'))}, ${dollar(LINE('Hinweis'))}, current_date, 1),
         (990001, 'web', ${dollar(WEB)}, null, null, null, 2), (990001, 'phone', '${PHONE}', null, null, null, 3), (990001, 'video', ${dollar(LINE('Video'))}, null, null, null, 4)`);
  service = await startService();
});
after(async () => {
  await service?.stop();
  remove();
});
function remove() { sql('delete from register.provider where id in (990001, 990002)'); }

// Text of HTML: without tags, entities resolved. What looks like a tag in a text must have been escaped to survive.
const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const decode = (text) => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => entities[name]);
const textOf = (html) => decode(html.replace(/<[^>]*>/g, ''));
const hrefs = (html) => [...html.matchAll(/href="([^"]*)"/g)].map((match) => decode(match[1]));
const xpath = (xml, expression) => execFileSync('xmllint', ['--nonet', '--xpath', expression, '-'], { input: xml, encoding: 'utf8' }).replace(/\n$/, '');

test('the page, the list and the comparison show them as text, and link where they should', async () => {
  const page = (await service.get(`/anbieter/${SLUG}`)).text;
  const shown = textOf(page).replace(/\s+/g, ' ');
  for (const text of [NAME, SUMMARY, LINE('Form'), LINE('Verband'), LINE('Auto'), LINE('Haus'), LINE('Weg'), LINE('Kassel'), LINE('Rike'), LINE('Beruf'), LINE('Notiz'), LINE('Pia'), LINE('Hinweis'), LINE('Video'), EMAIL, PHONE]) {
    assert.ok(shown.includes(text.replace(/\s+/g, ' ').trim()), `the page does not show: ${text.slice(0, 40)}`);
  }
  assert.ok(hrefs(page).includes(`mailto:${EMAIL}`));
  assert.ok(hrefs(page).includes(WEB));
  assert.ok(hrefs(page).includes('tel:+493023125999'), 'the zero in brackets is not dialled after +49');
  for (const target of [`/anbieter/${SLUG}`, '/suche?kreis=06611&anzahl=100', `/vergleich?anbieter=${SLUG}&anbieter=rand-formel`, `/suche?kreis=06611&merken=${SLUG}`, '/kreis/06611']) {
    const reply = await service.get(target);
    assert.equal(reply.status, 200, target);
    assert.ok(textOf(reply.text).includes(NAME.slice(0, 60)), `${target} does not show the name`);
    for (const markup of ['<b onclick', '<script>alert', '<i>"', ']]> --> ß']) assert.ok(!reply.text.includes(markup), `${target} has markup of the provider: ${markup}`);
  }
});

test('JSON and GeoJSON carry them letter by letter', async () => {
  const one = (await service.get(`/anbieter/${SLUG}.json`)).json();
  assert.equal(one.name, NAME);
  assert.equal(one.summary, SUMMARY);
  assert.equal(one.sites[0].city, LINE('Kassel'));
  assert.deepEqual(one.contacts.map((contact) => contact.value), [EMAIL, WEB, PHONE, LINE('Video')]);
  const found = (await service.get('/suche.json?kreis=06611&anzahl=100')).json().results;
  assert.ok(found.some((result) => result.name === NAME) && found.some((result) => result.name === FORMULA));
  for (const target of [`/anbieter/${SLUG}.geojson`, '/suche.geojson?kreis=06611']) {
    const json = (await service.get(target)).json();
    assert.ok((json.features ?? [json]).some((feature) => feature.properties.name === NAME), target);
  }
});

test('CSV: every field reads back, and none is a formula', async () => {
  for (const target of [`/anbieter/${SLUG}.csv`, '/suche.csv?kreis=06611']) {
    const rows = parseCsv((await service.get(target)).text.replace(/^\ufeff/, ''));
    for (const row of rows) assert.equal(row.length, rows[0].length);
    for (const text of [NAME, EMAIL, LINE('Kassel')]) assert.ok(rows.flat().includes(text), `${target} lacks ${text.slice(0, 40)}`);
    for (const field of rows.flat()) assert.doesNotMatch(field, /^[=+@\t\r]/, target);
  }
  const german = (await service.get('/suche.csv?kreis=06611&trenner=semikolon')).text;
  assert.ok(german.includes(`"${NAME.replaceAll('"', '""')}"`));
});

test('KML and Atom are well-formed and carry the name', async () => {
  for (const target of [`/anbieter/${SLUG}.kml`, '/suche.kml?kreis=06611', `/anbieter/${SLUG}.atom`, '/suche.atom?kreis=06611']) {
    const reply = await service.get(target);
    assert.equal(reply.status, 200, target);
    const names = xpath(reply.body, '//*[local-name()="Placemark"]/*[local-name()="name"]/text() | //*[local-name()="entry"]/*[local-name()="title"]/text()');
    assert.ok(decode(names).includes(NAME.trim()), `${target}: ${names.slice(0, 200)}`);
  }
});

test('vCard: folded within letters of several bytes, unfolded it is the text', async () => {
  const text = (await service.get(`/anbieter/${SLUG}.vcf`)).text;
  assert.ok(!text.includes('\ufffd'), 'a letter was cut');
  for (const line of text.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75);
  const lines = text.replaceAll('\r\n ', '').split('\r\n');
  const value = (name) => lines.filter((line) => line.startsWith(`${name}:`) || line.startsWith(`${name};`)).map((line) => line.slice(line.indexOf(':') + 1).replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c)));
  assert.deepEqual(value('FN'), [NAME]);
  assert.ok(value('EMAIL').includes(EMAIL));
  assert.ok(value('URL').includes(WEB), String(value('URL')));
});

test('one step beyond the edge is refused by the database', () => {
  for (const statement of [
    `update register.provider set name = name || 'ß' where id = 990001`,
    `update register.provider set name = ${dollar('Ahorn \u202egnippank')} where id = 990001`,
    `update register.contact set value = 'a' || value where provider = 990001 and kind = 'email'`,
    `update register.contact set value = value || 'z' where provider = 990001 and kind = 'web'`,
    `update register.contact set value = ${dollar(`${EMAIL.slice(70)}?bcc=x@example.org`)} where provider = 990001 and kind = 'email'`,
    `update register.provider set summary = summary || repeat('ü', 100) where id = 990001`,
  ]) assert.throws(() => sql(statement), /violates check constraint/, statement.slice(0, 80));
});
