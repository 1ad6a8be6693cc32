// The representations of /suche and /anbieter/<slug>: each by the rules of its own format, all with the same content.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import ICAL from 'ical.js';
import { parseCsv } from '../lib/csv.mjs';
import { sql, startService, until } from '../lib/service.mjs';

let service;
let search;
let slug;
const QUERY = 'ort=20357&umkreis=50';

before(async () => {
  service = await startService();
  search = (await service.get(`/suche.json?${QUERY}`)).json();
  slug = search.results[0].slug;
});
after(() => service?.stop());

// xmllint is the judge; returns the text of an XPath expression that ignores namespaces.
function xpath(xml, expression) {
  return execFileSync('xmllint', ['--nonet', '--xpath', expression, '-'], { input: xml, encoding: 'utf8' }).trim();
}
const wellFormed = (xml) => execFileSync('xmllint', ['--nonet', '--noout', '-'], { input: xml });

function checkGeometry(geometry) {
  assert.ok(geometry === null || ['Point', 'MultiPoint', 'Polygon', 'MultiPolygon', 'GeometryCollection'].includes(geometry.type), geometry?.type);
  const flat = geometry ? JSON.stringify(geometry.coordinates ?? geometry.geometries).match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [] : [];
  if (geometry && geometry.type !== 'GeometryCollection') {
    for (let i = 0; i < flat.length; i += 2) {
      assert.ok(flat[i] > 5 && flat[i] < 16, `longitude first, inside Germany: ${flat[i]}`);
      assert.ok(flat[i + 1] > 47 && flat[i + 1] < 56, `latitude second: ${flat[i + 1]}`);
    }
  }
}

describe('/suche.json', () => {
  test('has the keys the issue promises', () => {
    assert.equal(search.place.postcode, '20357');
    assert.match(search.place.label, /Hamburg/);
    assert.ok(Math.abs(search.place.lat - 53.56) < 0.1 && Math.abs(search.place.lon - 9.97) < 0.1);
    assert.deepEqual(search.place.state, { code: 'HH', name: 'Hamburg' });
    assert.equal(search.place.district.ags, '02000');
    assert.equal(typeof search.total, 'number');
    for (const result of search.results) {
      for (const key of ['slug', 'name', 'distance_km', 'covers']) assert.ok(key in result, `a result lacks ${key}`);
    }
    assert.ok(search.facets.handlungsfeld.values.length > 1);
    assert.match(search.links.self, /^https?:\/\/.*\/suche\.json\?/);
  });

  test('covering ones come first, then by distance', () => {
    // the order goes by whole kilometres, so that equal ones can rotate
    for (const [i, result] of search.results.entries()) {
      const next = search.results[i + 1];
      if (!next) break;
      assert.ok(result.covers || !next.covers, `${next.slug} covers the place and comes after one that does not`);
      if (result.covers === next.covers) assert.ok(next.distance_km - result.distance_km > -1.01, `${next.slug} is nearer than the one before`);
    }
  });

  test('paging is complete and without repeats', async () => {
    const seen = [];
    let next = '/suche.json?anzahl=7';
    for (let i = 0; next && i < 100; i += 1) {
      const page = (await service.get(next.replace(/^https?:\/\/[^/]+/, ''))).json();
      seen.push(...page.results.map((result) => result.slug));
      next = page.links.next;
    }
    const total = (await service.get('/suche.json')).json().total;
    assert.equal(seen.length, total);
    assert.equal(new Set(seen).size, total);
  });

  test('the count on a facet value is what choosing it gives', async () => {
    for (const [input, group] of Object.entries(search.facets)) {
      for (const value of group.values.slice(0, 3)) {
        const chosen = (await service.get(`/suche.json?${QUERY}&${input}=${encodeURIComponent(value.value)}`)).json();
        assert.equal(chosen.total, value.count, `${input}=${value.value}`);
      }
    }
  });
});

describe('/suche.geojson', () => {
  test('is RFC 7946, without a page limit, the same providers as the list', async () => {
    const reply = await service.get('/suche.geojson');
    assert.match(reply.headers['content-type'], /^application\/geo\+json/);
    const collection = reply.json();
    assert.equal(collection.type, 'FeatureCollection');
    assert.equal('crs' in collection, false);
    const total = (await service.get('/suche.json')).json().total;
    assert.equal(collection.features.length, total);
    for (const feature of collection.features) {
      assert.equal(feature.type, 'Feature');
      assert.ok(feature.properties.name);
      checkGeometry(feature.geometry);
    }
  });
  test('outlines of Länder and Kreise', async () => {
    for (const [level, count] of [['laender', 16], ['kreise', 400]]) {
      const outlines = (await service.get(`/karte/${level}.geojson`)).json();
      assert.ok(outlines.features.length >= count && outlines.features.length <= count + 5, `${level}: ${outlines.features.length}`);
      outlines.features.forEach((feature) => checkGeometry(feature.geometry));
    }
  });
});

describe('CSV', () => {
  test('is RFC 4180 in UTF-8, with a header row, one row per provider', async () => {
    const reply = await service.get(`/suche.csv?${QUERY}`);
    assert.match(reply.headers['content-type'], /^text\/csv; *charset=utf-8/i);
    assert.match(reply.headers['content-disposition'] ?? '', /attachment; *filename="[\w.-]+\.csv"/);
    const rows = parseCsv(reply.text.replace(/^\ufeff/, ''));
    assert.equal(rows.length - 1, search.total);
    for (const row of rows) assert.equal(row.length, rows[0].length);
  });

  test('no field can start a formula', async () => {
    const before_ = sql("select name from register.provider where slug = '" + slug + "'");
    try {
      sql(`update register.provider set name = '=HYPERLINK("http://x";"y"), + "z"' where slug = '${slug}'`);
      for (const target of [`/suche.csv?${QUERY}`, `/anbieter/${slug}.csv`]) {
        let text = '';
        for (let i = 0; i < 40 && !text.includes('HYPERLINK'); i += 1) {
          text = (await service.get(target)).text;
        }
        assert.ok(text.includes('HYPERLINK'), `${target} does not show the changed name`);
        for (const field of parseCsv(text.replace(/^\ufeff/, '')).flat()) {
          assert.doesNotMatch(field, /^[=+@\t\r]|^-(?!\d+(\.\d+)?$)/, `${target}: ${field}`);
        }
      }
    } finally {
      sql(`update register.provider set name = $n$${before_}$n$ where slug = '${slug}'`);
    }
  });
});

describe('XML', () => {
  test('KML is well-formed, in its namespace, one Placemark per provider', async () => {
    const reply = await service.get(`/suche.kml?${QUERY}`);
    assert.match(reply.headers['content-type'], /^application\/vnd\.google-earth\.kml\+xml/);
    wellFormed(reply.body);
    assert.equal(xpath(reply.body, 'namespace-uri(/*)'), 'http://www.opengis.net/kml/2.2');
    assert.equal(Number(xpath(reply.body, 'count(//*[local-name()="Placemark"])')), search.total);
  });

  test('Atom is well-formed and has what RFC 4287 demands', async () => {
    const reply = await service.get(`/suche.atom?${QUERY}`);
    assert.match(reply.headers['content-type'], /^application\/atom\+xml/);
    wellFormed(reply.body);
    assert.equal(xpath(reply.body, 'namespace-uri(/*)'), 'http://www.w3.org/2005/Atom');
    for (const name of ['id', 'title', 'updated']) {
      assert.equal(Number(xpath(reply.body, `count(/*/*[local-name()="${name}"])`)), 1, `feed lacks ${name}`);
      assert.equal(Number(xpath(reply.body, `count(//*[local-name()="entry"][not(*[local-name()="${name}"])])`)), 0, `an entry lacks ${name}`);
    }
    assert.match(xpath(reply.body, 'string(/*/*[local-name()="updated"])'), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/);
    assert.equal(Number(xpath(reply.body, 'count(/*/*[local-name()="link"][@rel="self"])')), 1);
    assert.ok(Number(xpath(reply.body, 'count(//*[local-name()="author"])')) > 0);
  });

  test('each Atom entry says what is offered, where, and what changed last; newest first', async () => {
    const feeds = { [`/suche.atom?${QUERY}`]: search.total, '/suche.atom': 100, [`/anbieter/${slug}.atom`]: 1 };
    const today = new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Berlin' });
    for (const [target, count] of Object.entries(feeds)) {
      const { body, text } = await service.get(target);
      const all = (name) => [...text.matchAll(new RegExp(`<entry>.*?<${name}[^>]*>(.*?)</${name}>.*?</entry>`, 'gs'))].map((match) => match[1]);
      assert.equal(Number(xpath(body, 'count(/*/*[local-name()="entry"])')), count, target);
      for (const name of ['id', 'title', 'updated', 'published', 'summary']) {
        assert.equal(Number(xpath(body, `count(//*[local-name()="entry"][count(*[local-name()="${name}"]) = 1])`)), count, `${target}: ${name} once in each entry`);
      }
      assert.equal(Number(xpath(body, 'count(//*[local-name()="entry"][*[local-name()="link"][@rel="alternate"]/@href = *[local-name()="id"]])')), count);
      assert.equal(Number(xpath(body, 'count(//*[local-name()="entry"]/*[local-name()="summary"][@type="html"])')), count);
      const [ids, updated, published, summaries] = ['id', 'updated', 'published', 'summary'].map(all);
      assert.equal(new Set(ids).size, count, 'ids are different');
      assert.deepEqual(updated, [...updated].sort().reverse(), 'newest first');
      assert.equal(xpath(body, 'string(/*/*[local-name()="updated"])'), updated[0], 'the feed is as young as its first entry');
      summaries.forEach((summary, i) => {
        const [, day, what] = summary.match(/Letzte Änderung am (\d\d\.\d\d\.\d{4}): ([^&]+)\./) ?? assert.fail(`says no change: ${summary}`);
        assert.equal(day.split('.').reverse().join('-'), updated[i].slice(0, 10), 'the day in words is the day in <updated>');
        assert.ok(updated[i].slice(0, 10) <= today && published[i] <= updated[i], `${published[i]} ${updated[i]}`);
        assert.match(what, /^(Neu im Register|Eintrag (bestätigt|geändert)|Freie Plätze: |Angabe zu freien Plätzen|Standards? [A-Z]\d\d |Phasen? \d |\d+ Standards mit)/);
        assert.match(summary, /Einsatzgebiet: [^&]+\. Standort: \d{5} /);
        assert.match(summary, /Beispieldaten/);
      });
    }
    const profile = (await service.get(`/anbieter/${slug}.json`)).json();
    const found = (await service.get(`/suche.json?${QUERY}`)).json().results.find((one) => one.slug === slug);
    assert.deepEqual([found.updated_on, found.change, found.listed_on], [profile.updated_on, profile.change, profile.listed_on], 'the JSON says the same');
    const again = await service.get('/suche.atom');
    assert.equal(again.text, (await service.get('/suche.atom?umkreis=50')).text, 'entries of one day keep their order');
  });

  test('a deed is told by its name in the feed: the check of a standard', async () => {
    const wanted = sql("select p.slug from register.provider p where p.status = 'active' and not exists (select from register.standard_event e where e.provider = p.id and e.code = 'S06') order by p.id limit 1");
    const day = sql("select (now() at time zone 'Europe/Berlin')::date");
    sql(`insert into register.standard_event (provider, catalogue, code, state, on_date, checked_by)
      select p.id, 'arbeitsfassung-1', 'S06', 'geprueft', '${day}', 'Beispiel-Prüfstelle' from register.provider p where p.slug = '${wanted}'`);
    const { text } = await until('the feed tells of the check', async () => {
      const reply = await service.get(`/anbieter/${wanted}.atom`);
      return reply.text.includes('Standard S06 geprüft') && reply;
    });
    assert.match(text, new RegExp(`<updated>${day}T00:00:00Z</updated>`));
    assert.match((await service.get('/suche.atom')).text, new RegExp(`<entry><title>[^<]*</title><id>[^<]*/anbieter/${wanted}</id>.*?Standard S06 geprüft`, 's'));
  });

  test('text with markup and control characters stays text', async () => {
    const name = sql(`select name from register.provider where slug = '${slug}'`);
    try {
      sql(`update register.provider set name = 'A & B <b>"x"</b> ]]>' where slug = '${slug}'`);
      for (const target of [`/suche.kml?${QUERY}`, `/suche.atom?${QUERY}`, `/anbieter/${slug}.kml`, `/anbieter/${slug}.atom`]) {
        let reply;
        for (let i = 0; i < 40; i += 1) {
          reply = await service.get(target);
          if (reply.text.includes('A &amp; B')) break;
        }
        wellFormed(reply.body);
        assert.ok(reply.text.includes('A &amp; B &lt;b&gt;'), `${target} lost the text`);
      }
    } finally {
      sql(`update register.provider set name = $n$${name}$n$ where slug = '${slug}'`);
    }
  });
});

describe('/anbieter/<slug>', () => {
  test('every representation answers with its type', async () => {
    const types = { json: 'application/json', geojson: 'application/geo+json', csv: 'text/csv', kml: 'application/vnd.google-earth.kml+xml', atom: 'application/atom+xml', vcf: 'text/vcard' };
    for (const [suffix, type] of Object.entries(types)) {
      const reply = await service.get(`/anbieter/${slug}.${suffix}`);
      assert.equal(reply.status, 200, suffix);
      assert.equal(reply.headers['content-type'].split(';')[0], type);
    }
    const feature = (await service.get(`/anbieter/${slug}.geojson`)).json();
    assert.ok(['Feature', 'FeatureCollection'].includes(feature.type));
    assert.equal((await service.get(`/anbieter/${slug}.json`)).json().slug, slug);
  });

  // ical.js is the judge of what the cards say; lengths and line ends are looked at here, before it forgives them.
  const card = (reply) => new ICAL.Component(ICAL.parse(reply.text));
  const checkLines = (reply) => {
    const lines = reply.text.split('\r\n');
    assert.equal(lines[0], 'BEGIN:VCARD');
    assert.equal(lines.at(-2), 'END:VCARD');
    assert.equal(lines.at(-1), '');
    for (const line of lines) {
      assert.ok(Buffer.byteLength(line) <= 75, `longer than 75 octets: ${line}`);
      assert.ok(!/[\r\n]/.test(line), 'bare line end');
      assert.ok(!line.includes('\ufffd'), 'a fold cut a character');
    }
    return lines;
  };

  test('the vCard is version 4, or 3 where it is asked for; both say what the profile says', async () => {
    const profile = (await service.get(`/anbieter/${slug}.json`)).json();
    const [site] = profile.sites;
    const phone = profile.contacts.find((one) => one.kind === 'phone');
    for (const [query, version] of [['', '4.0'], ['?version=4', '4.0'], ['?version=3', '3.0']]) {
      const reply = await service.get(`/anbieter/${slug}.vcf${query}`);
      assert.equal(reply.status, 200);
      assert.match(reply.headers['content-type'], /^text\/vcard; *charset=utf-8$/i);
      assert.match(reply.headers['content-disposition'], new RegExp(`filename="${slug}\\.vcf"`));
      assert.equal(checkLines(reply)[1], `VERSION:${version}`);
      const vcard = card(reply);
      const value = (name) => vcard.getFirstPropertyValue(name);
      assert.equal(value('fn'), profile.name);
      assert.equal([value('org')].flat()[0], profile.name);
      assert.deepEqual(value('adr'), ['', '', site.street, site.city, '', site.postcode, 'Deutschland']);
      assert.equal(value('tel'), phone.value);
      assert.equal(value('uid'), `${service.base}/anbieter/${slug}`);
      assert.equal(value('source'), `${service.base}/anbieter/${slug}.vcf${version === '3.0' ? '?version=3' : ''}`);
      assert.equal(value('note'), 'Beispieldaten');
      assert.equal(vcard.getAllProperties('version').length, 1);
      const geo = reply.text.match(/^GEO:(.*)\r$/m)[1];
      assert.equal(geo, version === '3.0' ? `${site.lat.toFixed(5)};${site.lon.toFixed(5)}` : `geo:${site.lat.toFixed(5)},${site.lon.toFixed(5)}`);
      // RFC 2426 section 4: N is demanded, KIND is not known, types are TYPE= parameters
      assert.equal(vcard.hasProperty('n'), version === '3.0');
      assert.equal(vcard.hasProperty('kind'), version === '4.0');
      if (version === '3.0') {
        assert.deepEqual(value('n'), [profile.name, '', '', '', '']);
        assert.deepEqual(vcard.getFirstProperty('tel').getParameter('type'), ['WORK', 'VOICE']);
        assert.equal(vcard.getFirstProperty('adr').getParameter('type'), 'WORK');
      }
    }
    const wrong = await service.get(`/anbieter/${slug}.vcf?version=2`);
    assert.equal(wrong.status, 400);
    assert.equal(wrong.json().field, 'version');
  });

  test('a name, a street and a number with every special character come back from both cards', async () => {
    const name = 'Müller, Söhne; "A\\B": Jobcoaching für alle Menschen – überall in Süddeutschland 😀 und Österreich';
    const old = sql(`select p.name || chr(9) || s.street || chr(9) || s.id from register.provider p join register.site s on s.provider = p.id and s.main where p.slug = '${slug}'`).split('\t');
    const quote = (text) => `$q$${text}$q$`;
    try {
      sql(`update register.provider set name = ${quote(name)} where slug = '${slug}'; update register.site set street = ${quote('Weg 1; links, hinten\\oben')} where id = ${old[2]}`);
      for (const version of ['4', '3']) {
        const target = `/anbieter/${slug}.vcf?version=${version}`;
        const reply = await until('the card shows the changed name', async () => {
          const one = await service.get(target);
          return one.text.includes('Söhne') && one;
        });
        checkLines(reply);
        const vcard = card(reply);
        // RFC 2426 demands and RFC 6350 section 3.4 allows that "\\;" stands in a text without components; ical.js leaves it so
        assert.equal(vcard.getFirstPropertyValue('fn').replaceAll('\\;', ';'), name);
        assert.equal(vcard.getFirstPropertyValue('adr')[2], 'Weg 1; links, hinten\\oben');
        if (version === '3') assert.equal(vcard.getFirstPropertyValue('n')[0], name);
      }
    } finally {
      sql(`update register.provider set name = ${quote(old[0])} where slug = '${slug}'; update register.site set street = ${quote(old[1])} where id = ${old[2]}`);
    }
  });

  test('the page offers both cards in plain words', async () => {
    const page = (await service.get(`/anbieter/${slug}`, { accept: 'text/html' })).text;
    assert.match(page, new RegExp(`<a href="/anbieter/${slug}\\.vcf">Visitenkarte für Handy und Adressbuch</a>`));
    assert.match(page, new RegExp(`<a href="/anbieter/${slug}\\.vcf\\?version=3">Visitenkarte für Outlook</a>`));
    assert.match(page, /<a href="tel:\+49/, 'telephone numbers stay links');
  });

  test('the QR code is an SVG', async () => {
    const reply = await service.get(`/anbieter/${slug}/qr.svg`);
    assert.match(reply.headers['content-type'], /^image\/svg\+xml/);
    wellFormed(reply.body);
  });
});

test('suggestions: small JSON, prefixes, postcodes, umlauts or not', async () => {
  for (const [typed, expected] of [['kass', /^Kassel/], ['2035', /^2035/], ['koel', /Köln/], ['köl', /Köln/], ['Landkreis Ful', /Fulda/]]) {
    const reply = await service.get(`/vorschlaege?ort=${encodeURIComponent(typed)}`);
    assert.equal(reply.status, 200);
    const { suggestions } = reply.json();
    assert.ok(suggestions.some((one) => expected.test(one.label)), `${typed}: ${JSON.stringify(suggestions.map((one) => one.label))}`);
    assert.ok(suggestions.length <= 12);
  }
});
