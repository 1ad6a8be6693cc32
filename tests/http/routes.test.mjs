// The route table as its own description tells it: every path answers, errors are the right ones, in the right form.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { pages, startService } from '../lib/service.mjs';

let service;
let slug;
let openapi;
const EXAMPLES = { ags: '06611', code: 'S02', slug: null, level: 'laender' };

before(async () => {
  service = await startService();
  slug = (await service.get('/suche.json?ort=Hamburg')).json().results[0].slug;
  EXAMPLES.slug = slug;
  openapi = (await service.get('/openapi.json')).json();
});
after(() => service?.stop());

// A path of the description with values that exist; the suffixed representations come as paths or as media types.
function filled(path) {
  const values = { ...EXAMPLES, code: path.startsWith('/land') ? 'HE' : 'S02' };
  let target = path.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? 'unbekannt');
  if (path.startsWith('/vergleich')) target += `?anbieter=${slug}`;
  if (path.startsWith('/vorschlaege')) target += '?ort=kas';
  return target;
}
const routes = () => Object.keys(openapi.paths).filter((path) => !path.startsWith('/assets'));

describe('every route', () => {
  test('the description is OpenAPI 3.1 and names the known pages', () => {
    assert.match(openapi.openapi, /^3\.1\./);
    for (const path of ['/', '/suche', '/anbieter/{slug}', '/standards', '/phasen', '/kreis/{ags}', '/land/{code}',
      '/leistungstraeger', '/abdeckung', '/leichte-sprache', '/barrierefreiheit', '/impressum', '/datenschutz', '/daten']) {
      assert.ok(openapi.paths[path], `openapi.json lacks ${path}`);
    }
  });

  // An address that only leads elsewhere is described without 200; its target is a route of its own.
  const status = (path) => (openapi.paths[path].get.responses[200] ? 200 : 308);

  test('GET answers everywhere', async (t) => {
    for (const path of routes()) {
      await t.test(`GET ${path}`, async () => {
        const reply = await service.get(filled(path));
        assert.equal(reply.status, status(path), `${filled(path)}: ${reply.text.slice(0, 300)}`);
        if (reply.status === 308) assert.equal((await service.get(reply.headers.location)).status, 200, reply.headers.location);
        assert.ok(reply.headers['content-type'], 'no Content-Type');
        assert.equal(reply.headers['set-cookie'], undefined, 'a cookie was set');
        assert.equal(reply.headers['x-content-type-options'], 'nosniff');
        assert.equal(reply.headers['strict-transport-security'], undefined, 'HSTS belongs to the proxy');
      });
    }
  });

  test('HEAD has the head of GET and no body', async (t) => {
    for (const path of routes()) {
      await t.test(`HEAD ${path}`, async () => {
        const get = await service.get(filled(path));
        const head = await service.request(filled(path), { method: 'HEAD' });
        assert.equal(head.status, get.status);
        assert.equal(head.body.length, 0);
        assert.equal(head.headers['content-type'], get.headers['content-type']);
        assert.equal(head.headers.etag, get.headers.etag);
        assert.equal(head.headers['content-length'], get.headers['content-length']);
      });
    }
  });

  test('other methods get 405 with Allow', async (t) => {
    for (const path of routes()) {
      await t.test(`405 ${path}`, async () => {
        for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
          const reply = await service.request(filled(path), { method, headers: { 'content-length': '0' } });
          assert.equal(reply.status, 405, `${method} ${path}`);
          assert.match(reply.headers.allow ?? '', /GET/);
          assert.match(reply.headers.allow, /HEAD/);
        }
      });
    }
  });

  test('OPTIONS says what is allowed', async () => {
    const reply = await service.request('/suche', { method: 'OPTIONS' });
    assert.ok([200, 204].includes(reply.status), String(reply.status));
    assert.match(reply.headers.allow, /GET, HEAD/);
  });

  test('an unknown input is 400 on every route and names the field', async (t) => {
    for (const path of routes()) {
      if (['/live', '/ready', '/openapi.json'].includes(path)) continue;
      await t.test(`400 ${path}`, async () => {
        const target = filled(path);
        const reply = await service.get(`${target}${target.includes('?') ? '&' : '?'}quatsch=1`);
        assert.equal(reply.status, 400, reply.text.slice(0, 200));
        assert.match(reply.headers['content-type'], /^(application\/problem\+json|text\/html)/);
        assert.match(reply.text, /quatsch/);
      });
    }
  });
});

describe('pages', () => {
  test('every page is German HTML under a strict policy and loads nothing from elsewhere', async (t) => {
    for (const page of await pages(service)) {
      await t.test(page, async () => {
        const reply = await service.get(page, { accept: 'text/html' });
        assert.match(reply.headers['content-type'], /^text\/html; *charset=utf-8/i);
        const policy = reply.headers['content-security-policy'] ?? '';
        assert.match(policy, /default-src 'none'/);
        assert.match(policy, /frame-ancestors 'none'/);
        assert.doesNotMatch(policy, /unsafe|https?:|\*/);
        assert.match(reply.text, /<html[^>]* lang="de"/);
        assert.doesNotMatch(reply.text, /<[^>]+\sstyle=/i, 'inline style');
        assert.doesNotMatch(reply.text, /<script(?![^>]*\ssrc=)(?![^>]*type="application\/(ld\+)?json")[^>]*>/i, 'inline script');
        assert.doesNotMatch(reply.text, /<[^>]+\son[a-z]+=/i, 'inline handler');
        for (const [, address] of reply.text.matchAll(/<(?:script|img|link rel="(?:stylesheet|icon|preload)"|iframe|source)\b[^>]*?(?:src|href)="([^"]+)"/g)) {
          assert.match(address, /^\/(?!\/)|^data:/, `loads ${address}`);
        }
        assert.equal(reply.headers['set-cookie'], undefined);
        assert.equal(reply.headers['referrer-policy'] !== undefined, true, 'no Referrer-Policy');
      });
    }
  });

  // A browser that took one of them for a page would load, run and send nothing.
  test('what is no page has a policy that allows nothing: every format, files, redirects, errors for programs, refusals', async () => {
    const targets = ['/suche.json', '/suche.geojson', '/suche.csv', '/suche.kml', '/suche.atom', `/anbieter/${slug}.vcf`, '/karte/laender.geojson', '/robots.txt',
      '/sitemap.xml', '/.well-known/security.txt', '/openapi.json', '/manifest.webmanifest', '/favicon.ico', '/live', '/ready', '/suche?utm_source=x', '/suche.json?umkreis=x', '/gibt-es-nicht.json'];
    const asset = (await service.get('/')).text.match(/"(\/assets\/app\.[^"]+\.js)"/)[1];
    const replies = [];
    for (const target of [...targets, asset]) replies.push([target, await service.get(target, { accept: '*/*;q=0.1, application/problem+json' })]);
    replies.push(['POST', await service.request('/suche.json', { method: 'POST', headers: { 'content-length': '0' } })]);
    const again = await service.get('/suche.json', { 'if-none-match': '*' });
    assert.equal(again.status, 304);
    for (const [target, reply] of [...replies, ['304', again]]) {
      assert.doesNotMatch(reply.headers['content-type'], /html|svg/, target);
      assert.equal(reply.headers['content-security-policy'],
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox", `${reply.status} ${target}`);
      assert.equal(reply.headers['x-content-type-options'], 'nosniff', target);
    }
    assert.deepEqual([...new Set(replies.map(([, { status }]) => status))].sort(), [200, 308, 400, 404, 405]);
  });

  test('what may be read from other hosts is what is public, said in fixed words', async () => {
    for (const target of ['/suche.json', '/suche.csv', `/anbieter/${slug}.vcf`, '/openapi.json', '/gibt-es-nicht.json']) {
      const reply = await service.get(target, { origin: 'https://boese.example', accept: 'application/problem+json, */*;q=0.1' });
      assert.equal(reply.headers['access-control-allow-origin'], '*', target);
      for (const name of Object.keys(reply.headers)) assert.doesNotMatch(name, /^access-control-(?!allow-origin$)/, `${target}: ${name}`);
    }
    for (const page of ['/', '/suche?ort=Kassel', '/gibt-es-nicht']) {
      const reply = await service.get(page, { accept: 'text/html', origin: 'https://boese.example' });
      assert.equal(reply.headers['access-control-allow-origin'], undefined, page);
    }
  });

  test('there is no list of files, and TRACE is not known', async () => {
    for (const target of ['/assets', '/assets/', '/assets/.', '/assets/manifest.json', '/.git/config', '/.well-known', '/.well-known/', '/conf/jcap.env', '/build/jcap.so']) {
      assert.equal((await service.get(target, { accept: 'text/html' })).status, 404, target);
    }
    assert.match(await service.raw('TRACE / HTTP/1.1\r\nHost: x\r\nX-Secret: geheim\r\n\r\n'), /^HTTP\/1\.1 405 (?![\s\S]*geheim)/);
  });

  test('pages that show example data say so', async () => {
    for (const page of ['/', '/suche?ort=20357', `/anbieter/${slug}`]) {
      assert.match((await service.get(page)).text, /Beispieldaten/, page);
    }
  });
});

describe('errors', () => {
  const json = { accept: 'application/json' };
  test('404: German page for people, RFC 9457 for programs', async () => {
    for (const path of ['/gibt-es-nicht', '/anbieter/gibt-es-nicht', '/kreis/99999', '/standards/Z99', '/anbieter/gibt-es-nicht/', '/such/']) {
      const page = await service.get(path, { accept: 'text/html' });
      assert.equal(page.status, 404, path);
      assert.match(page.headers['content-type'], /^text\/html/);
      assert.match(page.text, /<h1/);
    }
    const reply = await service.get('/anbieter/gibt-es-nicht.json');
    assert.equal(reply.status, 404);
    assert.match(reply.headers['content-type'], /^application\/problem\+json/);
    const problem = reply.json();
    assert.equal(problem.status, 404);
    for (const key of ['type', 'title', 'detail']) assert.ok(problem[key], `problem lacks ${key}`);
  });

  test('400 names the field and says what to do, for each kind of input', async (t) => {
    const cases = {
      umkreis: ['abc', '-1', '7', '1e2', '99999999999999999999', ''].slice(0, 5),
      anzahl: ['0', '101', 'x', '-5', '1.5'],
      seite: ['0', 'x', '-1'],
      kreis: ['1', '0661x', '066111'],
      land: ['hessen', 'H', 'XX'],
      handlungsfeld: ['gibt_es_nicht', "' or 1=1 --"],
      standard: ['S', 'Z99', 'S02;'],
      anlass: ['gibt_es_nicht'],
    };
    for (const [field, values] of Object.entries(cases)) {
      for (const value of values) {
        await t.test(`${field}=${value}`, async () => {
          const reply = await service.get(`/suche.json?${field}=${encodeURIComponent(value)}`);
          assert.equal(reply.status, 400, reply.text.slice(0, 200));
          const problem = reply.json();
          assert.equal(problem.status, 400);
          assert.ok(problem.detail?.length > 10, 'says nothing on what to do');
          assert.equal(problem.field, field);
          const page = await service.get(`/suche?${field}=${encodeURIComponent(value)}`, { accept: 'text/html' });
          assert.equal(page.status, 400);
          assert.match(page.headers['content-type'], /^text\/html/);
        });
      }
    }
  });

  test('a single input given twice, broken percent signs and broken UTF-8 are 400', async () => {
    for (const query of ['ort=a&ort=b', 'ort=%zz', 'ort=%', 'ort=%ff%fe', 'ort=%00', 'ort=a%0d%0aX-Injected:%201', `ort=${'x'.repeat(500)}`, 'ort=%c0%af']) {
      const reply = await service.get(`/suche?${query}`, json);
      assert.equal(reply.status, 400, query);
      assert.equal(reply.headers['x-injected'], undefined);
    }
  });

  test('406 when nothing offered is acceptable', async () => {
    const reply = await service.get('/suche', { accept: 'image/png' });
    assert.equal(reply.status, 406);
    assert.equal((await service.get('/suche?ort=20357', { accept: 'application/geo+json' })).headers['content-type'].split(';')[0], 'application/geo+json');
    assert.equal((await service.get('/suche?ort=20357', json)).headers['content-type'].split(';')[0], 'application/json');
    assert.equal((await service.get('/suche?ort=20357', { accept: '*/*' })).status, 200);
    assert.equal((await service.get('/suche?ort=20357', { accept: 'text/html;q=0.5, application/json;q=0.9' })).headers['content-type'].split(';')[0], 'application/json');
  });

  test('nothing that was sent comes back unescaped', async () => {
    const nasty = '"><script>alert(1)</script>\'';
    for (const target of [`/suche?ort=${encodeURIComponent(nasty)}`, `/suche?umkreis=${encodeURIComponent(nasty)}`,
      `/${encodeURIComponent(nasty)}`, `/suche?${encodeURIComponent(nasty)}=1`, `/anbieter/${encodeURIComponent(nasty)}`,
      `/suche?ort=20357&merken=${encodeURIComponent(nasty)}`, `/vergleich?anbieter=${encodeURIComponent(nasty)}`]) {
      const reply = await service.get(target, { accept: 'text/html', referer: `http://x/${nasty}`, 'user-agent': nasty });
      assert.ok(reply.status < 500, `${target}: ${reply.status}`);
      assert.ok(!reply.text.includes('<script>alert(1)'), `${target} reflects markup`);
    }
  });

  test('Host and X-Forwarded-Host never appear in a page', async () => {
    const reply = await service.get('/suche?ort=20357', { host: 'evil.example', 'x-forwarded-host': 'evil2.example', 'x-forwarded-proto': 'gopher' });
    assert.ok(!/evil|gopher/.test(reply.text + JSON.stringify(reply.headers)));
  });
});
