// The representations of /suche and /anbieter/<slug>: each by the rules of its own format, all with the same content.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { parseCsv } from '../lib/csv.mjs';
import { sql, startService } from '../lib/service.mjs';

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

  test('the vCard is version 4, CR LF, folded at 75 octets', async () => {
    const reply = await service.get(`/anbieter/${slug}.vcf`);
    const lines = reply.text.split('\r\n');
    assert.equal(lines[0], 'BEGIN:VCARD');
    assert.equal(lines[1], 'VERSION:4.0');
    assert.equal(lines.at(-1), '');
    assert.equal(lines.at(-2), 'END:VCARD');
    assert.ok(lines.some((line) => line.startsWith('FN')), 'no FN');
    for (const line of lines) {
      assert.ok(Buffer.byteLength(line) <= 75, `longer than 75 octets: ${line}`);
      assert.ok(!line.includes('\n'), 'bare line feed');
    }
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
