// Addresses that mean one of ours but are not spelt like it, and those with something in them that we do not know.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startService } from '../lib/service.mjs';

let service;
let slug;
before(async () => {
  service = await startService();
  slug = (await service.get('/suche.json?ort=Hamburg')).json().results[0].slug;
});
after(() => service?.stop());

// Where an address leads: the Location of a 308, or the status.
async function leads(target, options = {}) {
  const reply = await service.request(target, options);
  if (reply.status !== 308) {
    assert.equal(reply.headers.location, undefined, `${target}: Location with ${reply.status}`);
    return reply.status;
  }
  assert.equal(reply.body.length, 0);
  assert.match(reply.headers['cache-control'], /^public, max-age=\d+$/);
  assert.match(reply.headers.location, /^\/(?![/\\])[^\\\s"<>#]*$/, `${target} leads to ${reply.headers.location}`);
  return reply.headers.location;
}

describe('tracking parameters', () => {
  const NAMES = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content', 'utm_id', 'fbclid', 'gclid', 'dclid', 'gbraid', 'wbraid', 'msclkid',
    'mc_cid', 'mc_eid', 'igshid', '_ga', '_gl', 'ref_src', 'pk_campaign', 'mtm_source', 'piwik_kwd', 'yclid', 'twclid', 'ttclid', 'li_fat_id', 'hsa_acc', '_hsenc', '_hsmi'];

  test('each goes, alone and beside real parameters, in any case, encoded, repeated, empty', async (t) => {
    for (const name of NAMES) {
      await t.test(name, async () => {
        const encoded = [...name].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('');
        for (const query of [`${name}=x`, name, `${name}=`, `${name.toUpperCase()}=x`, `${encoded}=x`, `${name}=a&${name}=b`, `${name}=%zz`, `&${name}=a&&`]) {
          assert.equal(await leads(`/impressum?${query}`), '/impressum', query);
          assert.equal(await leads(`/suche?${query}&ort=Kassel`), '/suche?ort=Kassel', query);
        }
      });
    }
  });

  test('what is real stays in meaning, byte by byte', async () => {
    for (const place of ['Köln Süd', 'a&b=c', '100%', 'x+y', '51.3, 9.4', 'Straße/„Ort“', "d'Or;z"]) {
      const location = await leads(`/suche?utm_source=x&ort=${encodeURIComponent(place)}&seite=2&anlass=krise&fbclid=1&anlass=ueberlastung`);
      const url = new URL(location, service.base);
      assert.equal(url.pathname, '/suche');
      assert.deepEqual([...url.searchParams], [['ort', place], ['anlass', 'krise'], ['anlass', 'ueberlastung'], ['seite', '2']]);
      assert.equal(await leads(location), 200, location);
    }
  });

  test('formats keep their suffix, HEAD and other Accept headers are led alike', async () => {
    for (const format of ['json', 'csv', 'geojson', 'kml', 'atom']) {
      assert.equal(await leads(`/suche.${format}?ort=Kassel&utm_source=x`), `/suche.${format}?ort=Kassel`);
    }
    assert.equal(await leads(`/anbieter/${slug}.vcf?gclid=1`), `/anbieter/${slug}.vcf`);
    assert.equal(await leads(`/anbieter/${slug}/qr.svg?utm_medium=qr`), `/anbieter/${slug}/qr.svg`);
    assert.equal(await leads('/suche?ort=Kassel&gclid=1', { method: 'HEAD' }), '/suche?ort=Kassel');
    assert.equal(await leads('/suche?ort=Kassel&gclid=1', { headers: { accept: 'application/json' } }), '/suche?ort=Kassel');
    assert.equal(await leads('/suche?gclid=1', { method: 'POST', headers: { 'content-length': '0' } }), 405);
    assert.equal(await leads('/suche?gclid=1', { method: 'OPTIONS' }), 204);
  });
});

describe('slashes', () => {
  test('those too many go, wherever there is a page', async () => {
    for (const [from, to] of [['/suche/', '/suche'], ['/suche//', '/suche'], ['//suche', '/suche'], ['/suche.json/', '/suche.json'], ['/impressum/', '/impressum'],
      ['/suche/?ort=Kassel', '/suche?ort=Kassel'], ['/suche/?ort=Kassel&utm_source=x', '/suche?ort=Kassel'], [`/anbieter/${slug}/`, `/anbieter/${slug}`],
      [`/anbieter//${slug}`, `/anbieter/${slug}`], ['/standards/S02/', '/standards/S02'], ['/kreis/06611/', '/kreis/06611'], ['/openapi.json/', '/openapi.json'],
      ['/robots.txt/', '/robots.txt'], ['//', '/'], ['///?fbclid=1', '/']]) {
      assert.equal(await leads(from), to, from);
      assert.equal(await leads(to), 200, to);
    }
    assert.equal(await leads('/'), 200);
  });

  test('where nothing is, 404 is told at once', async () => {
    for (const path of ['/gibt-es-nicht/', '/anbieter/gibt-es-nicht/', '/anbieter/gibt-es-nicht?utm_source=x', '/kreis/99999/', '/standards/Z99/', '/land/XX/', '/assets/x.css/',
      '/anbieter/GROSS/', '/suche/x/', '/suche/.json', '/karte/mars/']) assert.equal(await leads(path), 404, path);
  });

  test('no address leads off this host', async () => {
    for (const path of ['//evil.example/', '//evil.example', '///evil.example//', '/\\evil.example/', '/\\/evil.example/', '/%2f%2fevil.example/', '/%5c%5cevil.example/', '//evil.example/suche/',
      '/%2fevil.example', '/anbieter/%2f%2fevil.example/', '/anbieter//evil.example//', '//suche@evil.example/', '/suche%0d%0aLocation:%20//evil.example/', '/.//evil.example/']) {
      for (const query of ['', '?utm_source=x', '?utm_source=//evil.example/&fbclid=https://evil.example']) {
        for (const host of ['localhost', 'evil.example']) {
          const reply = await service.raw(`GET ${path}${query} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
          assert.match(reply, /^HTTP\/1\.1 (404|400) /, path + query);
          assert.doesNotMatch(reply, /^location:/im);
        }
      }
    }
    const reply = await service.raw('GET /suche/?ort=//evil.example HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
    assert.match(reply, /^location: \/suche\?ort=%2F%2Fevil\.example\r$/im);
  });
});

test('an address whose end was cut off leads to its list, in the same format', async () => {
  for (const [from, to] of [['/anbieter', '/suche'], ['/anbieter/', '/suche'], ['/anbieter?ort=Kassel&umkreis=25', '/suche?ort=Kassel&umkreis=25'], ['/anbieter.json', '/suche.json'],
    ['/anbieter.csv?trenner=semikolon', '/suche.csv?trenner=semikolon'], ['/kreis', '/abdeckung'], ['/land/', '/abdeckung'], ['/kreis.csv?handlungsfeld=sicherung', '/abdeckung.csv?handlungsfeld=sicherung']]) {
    assert.equal(await leads(from), to, from);
    assert.equal(await leads(to), 200, to);
  }
  assert.equal(await leads('/anbieter.vcf'), 404);
  assert.equal(await leads('/anbieter?umkreis=abc'), 400);
});

describe('unknown parameters', () => {
  const problem = async (target) => {
    const reply = await service.get(target, { accept: 'application/json' });
    assert.equal(reply.status, 400, target);
    assert.match(reply.headers['content-type'], /^application\/problem\+json/);
    return reply.json();
  };
  const page = async (target) => {
    const reply = await service.get(target, { accept: 'text/html' });
    assert.equal(reply.status, 400, target);
    return reply.text;
  };

  test('are named, with those that the page knows and the address without them', async () => {
    const { paths } = (await service.get('/openapi.json')).json();
    const known = paths['/suche'].get.parameters.map(({ name }) => name);
    for (const [query, field] of [['foo=1', 'foo'], ['Ort=Kassel', 'Ort'], ['%66oo', 'foo'], ['foo=1&foo=2&bar=', 'foo'], ['=1', ''], ['f%22o%3Co%3E=1', 'f"o<o>'], ['utm=1', 'utm']]) {
      const one = await problem(`/suche?ort=Kassel&${query}&utm_source=x&seite=2`);
      assert.equal(one.code, 'unknown_parameter');
      assert.equal(one.field, field);
      assert.deepEqual(one.known_fields.map(({ name }) => name), known);
      assert.ok(one.known_fields.every(({ label }) => label.length > 2));
      assert.equal(one.instead, '/suche?ort=Kassel&seite=2');
      assert.equal(await leads(one.instead), 200);
      const text = await page(`/suche?ort=Kassel&${query}&utm_source=x&seite=2`);
      const shown = field.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
      assert.ok(field === '' ? text.includes('Eine Angabe ohne Namen.') : text.includes(`„<bdi>${shown}</bdi>“`), `the page does not name ${field}`);
      for (const { label } of one.known_fields) assert.ok(text.includes(`<li>${label} (`), `${label} is not named`);
      assert.ok(text.includes('href="/suche?ort=Kassel&amp;seite=2"'), 'no link without it');
      assert.ok(!text.includes('utm_source'), 'the link is not clean');
    }
  });

  test('keep the format in what is offered, and are long only as far as one reads', async () => {
    assert.equal((await problem('/suche.csv?foo&ort=Kassel')).instead, '/suche.csv?ort=Kassel');
    assert.equal((await problem(`/anbieter/${slug}.json?foo`)).instead, `/anbieter/${slug}.json`);
    const long = await problem(`/suche?${'%C3%A4'.repeat(300)}=1`);
    assert.equal([...long.field].length, 60);
    assert.ok(long.field.endsWith('…'));
    assert.deepEqual((await problem('/standards?foo=1')).known_fields, []);
    assert.match(await page('/standards?foo=1'), /kommt ohne Angaben aus/);
  });

  test('offer nothing that is wrong in another way', async () => {
    for (const query of ['foo=1&umkreis=7', 'foo=1&ort=a&ort=b', 'foo=1&ort=91,0', 'foo=1&ort=%ff']) {
      assert.equal((await problem(`/suche?${query}`)).instead, undefined, query);
      assert.doesNotMatch(await page(`/suche?${query}`), /ohne diese Angabe/, query);
    }
  });
});
