// What search engines, previews and home screens see: descriptions, Open Graph, robots.txt, security.txt, sitemap, icons, manifest.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pages, root, sql, startService } from '../lib/service.mjs';

const BASE = 'https://register.example';
let service;
let replies; // [{ target, status, head: { name: content }, html }]
before(async () => {
  service = await startService({ env: { JCAP_BASE_URL: BASE } });
  replies = [];
  for (const target of await pages(service)) replies.push(await look(target));
});
after(() => service?.stop());

const decoded = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
async function look(target) {
  const reply = await service.get(target, { accept: 'text/html' });
  const html = reply.text;
  const head = {};
  for (const [, , name, content] of html.matchAll(/<meta (name|property)="([^"]+)" content="([^"]*)">/g)) {
    assert.equal(head[name], undefined, `${target}: ${name} twice`);
    head[name] = decoded(content);
  }
  head.title = decoded(html.match(/<title>([^<]*)<\/title>/)[1]);
  head.canonical = html.match(/<link rel="canonical" href="([^"]*)">/)?.[1];
  if (head.canonical) head.canonical = decoded(head.canonical);
  return { target, status: reply.status, head, html };
}

// RFC 9309: the longest rule that matches decides, "allow" in a draw.
function robots(text) {
  const rules = [];
  for (const line of text.split('\n').map((one) => one.replace(/#.*/, '').trim())) {
    const [, kind, value] = line.match(/^(allow|disallow): *(\S+)$/i) ?? [];
    if (kind) {
      const pattern = value.replace(/[.+?^{}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replace(/\\?\$$/, '$');
      rules.push({ allow: kind.toLowerCase() === 'allow', length: value.length, pattern: new RegExp(`^${pattern}`) });
    }
  }
  return (target) => rules.filter(({ pattern }) => pattern.test(target)).sort((a, b) => b.length - a.length || b.allow - a.allow)[0]?.allow ?? true;
}
const allowed = async () => robots((await service.get('/robots.txt')).text);
const locations = (xml) => [...xml.matchAll(/<loc>([^<]*)<\/loc>/g)].map(([, loc]) => decoded(loc));
const indexable = ({ status, head }) => status === 200 && !/noindex/.test(head.robots ?? '');

describe('descriptions', () => {
  test('every page says what it shows, in its own words, in a length that is read', async (t) => {
    const seen = new Map();
    for (const { target, status, head } of replies) {
      await t.test(target, () => {
        const { description } = head;
        assert.ok([...description].length >= 60 && [...description].length <= 160, `${[...description].length} characters: ${description}`);
        assert.doesNotMatch(description, /[<>{}\n\t]| {2}|undefined|null|^ | $/);
        assert.match(description, /^\P{Ll}.*[.?…]$/u, 'no sentence');
        if (status === 200) assert.match(description, /Register|Jobcoaching|Ort/);
        assert.equal(seen.get(description), undefined, `the same as ${seen.get(description)}: ${description}`);
        seen.set(description, target);
      });
    }
  });

  test('a provider is named with place and offer, and marked when it is made up', async () => {
    const { results } = (await service.get('/suche.json?ort=Kassel&umkreis=100')).json();
    for (const { slug } of results.slice(0, 5)) {
      const provider = (await service.get(`/anbieter/${slug}.json`)).json();
      const { head } = await look(`/anbieter/${slug}`);
      assert.ok(head.description.startsWith(`Beispieldaten: ${provider.name} in ${provider.sites.find(({ main }) => main).city}`), head.description);
      assert.ok(head.description.includes(provider.fields_of_action[0]), head.description);
    }
  });

  test('a search names place, number and filters', async () => {
    const found = (await service.get('/suche.json?ort=Kassel')).json();
    const { head } = await look('/suche?ort=Kassel');
    assert.match(head.description, new RegExp(`^${found.total} Anbieter .* für Kassel: ${found.covering} `));
    const one = await look('/suche?ort=Kassel&handlungsfeld=sicherung');
    const two = await look('/suche?ort=Kassel&handlungsfeld=anbahnung');
    assert.match(one.head.description, /Arbeitsplatzsicherung/);
    assert.notEqual(one.head.description, two.head.description);
  });

  test('names with markup and quotes are text in every field of the head', async () => {
    const name = 'Muster & "Söhne" <b>\'GmbH\'';
    // one that no other file asks for
    const { slug } = (await service.get('/suche.json?kreis=14626')).json().results[0];
    const before = sql(`select name from register.provider where slug = '${slug}'`);
    sql(`update register.provider set name = $n$${name}$n$ where slug = '${slug}'`);
    try {
      const { head, html } = await look(`/anbieter/${slug}`);
      assert.equal(head['og:title'], name);
      assert.ok(head.description.includes(name), head.description);
      assert.equal(head['og:description'], head.description);
      assert.doesNotMatch(html, /<b>'GmbH|&amp;amp;|&amp;quot;/);
    } finally {
      sql(`update register.provider set name = $n$${before}$n$ where slug = '${slug}'`);
    }
  });
});

test('Open Graph: title, description, address and picture, all of this host', async (t) => {
  const pictures = new Set();
  for (const { target, status, head } of replies) {
    await t.test(target, () => {
      assert.equal(head['og:title'], head.title.replace(/ – JobcoachingAP-Register$/, ''));
      assert.equal(head['og:description'], head.description);
      assert.equal(head['og:type'], 'website');
      assert.equal(head['og:locale'], 'de_DE');
      assert.equal(head['og:site_name'], 'JobcoachingAP-Register');
      assert.equal(head['twitter:card'], 'summary');
      assert.equal(head['og:url'], head.canonical);
      assert.equal(head['og:url'] === undefined, status !== 200);
      assert.ok(head['og:image'].startsWith(`${BASE}/assets/`), head['og:image']);
      assert.ok(head['og:image:alt'].length > 10);
      pictures.add(head['og:image']);
    });
  }
  for (const picture of pictures) {
    const reply = await service.get(new URL(picture).pathname);
    assert.equal(reply.status, 200);
    assert.equal(reply.headers['content-type'], 'image/png');
    assert.deepEqual([reply.body.readUInt32BE(16), reply.body.readUInt32BE(20)], [1200, 630]);
    assert.ok(reply.body.length < 150000);
  }
});

test('noindex: errors, filtered and paged searches, comparisons, places; not the pages with a name of their own', async () => {
  const hidden = ['/gibt-es-nicht', '/suche?ort=Kassel', '/suche?handlungsfeld=sicherung', '/suche?seite=2', '/suche?ort=xqzvw', '/vergleich', '/abdeckung?handlungsfeld=sicherung',
    '/?region=aus', '/leistungstraeger?land=HE'];
  for (const target of hidden) assert.equal((await look(target)).head.robots, 'noindex', target);
  for (const one of replies) assert.equal(indexable(one), one.status === 200 && !one.target.includes('?'), one.target);
});

describe('robots.txt', () => {
  test('is plain text for everybody, whatever they accept, and names the sitemap', async () => {
    for (const accept of ['*/*', 'text/html', 'application/json']) {
      const reply = await service.get('/robots.txt', { accept });
      assert.equal(reply.status, 200);
      assert.match(reply.headers['content-type'], /^text\/plain; *charset=utf-8/);
      for (const line of reply.text.split('\n')) assert.match(line, /^(#.*|(User-agent|Allow|Disallow|Sitemap): \S+|)$/, line);
      assert.match(reply.text, new RegExp(`^Sitemap: ${BASE}/sitemap\\.xml$`, 'm'));
      assert.match(reply.text, /^User-agent: \*$/m);
    }
  });

  test('pages may be read, what has no end may not', async () => {
    const may = await allowed();
    for (const { target } of replies) if (!target.includes('?')) assert.equal(may(target), true, target);
    for (const target of ['/assets/app.1.css', '/sitemap.xml', '/favicon.ico', '/openapi.json', '/suche?ort=Kassel', '/suche?standard=S02']) assert.equal(may(target), true, target);
    const { paths } = (await service.get('/openapi.json')).json();
    const inputs = paths['/suche'].get.parameters.map(({ name }) => name);
    for (const one of inputs) for (const two of inputs) assert.equal(may(`/suche?${one}=x&${two}=y`), false, `${one} ${two}`);
    for (const target of ['/suche.csv', '/suche?merken=a', '/suche.json?ort=Kassel', '/vergleich?anbieter=a', '/vorschlaege?ort=k', '/anbieter/a.vcf', '/anbieter/a.json', '/anbieter/a/qr.svg']) {
      assert.equal(may(target), false, target);
    }
  });
});

describe('/.well-known/security.txt', () => {
  // RFC 9116: lines of comment or "Field: value"; Contact and Expires must be there, Expires once and less than a year ahead.
  const read = async (at, headers = {}) => {
    const reply = await at.get('/.well-known/security.txt', headers);
    assert.equal(reply.status, 200);
    assert.match(reply.headers['content-type'], /^text\/plain; *charset=utf-8$/);
    const fields = {};
    for (const line of reply.text.split('\n').filter((one) => one !== '' && !one.startsWith('#'))) {
      const [, name, value] = line.match(/^([A-Za-z-]+): (\S(?:.*\S)?)$/) ?? assert.fail(`no field: ${line}`);
      (fields[name] ??= []).push(value);
    }
    assert.deepEqual(Object.keys(fields).sort(), ['Canonical', 'Contact', 'Expires', 'Preferred-Languages']);
    for (const [name, values] of Object.entries(fields)) assert.equal(values.length, 1, name);
    assert.match(fields.Expires[0], /^\d{4}-\d\d-\d\dT00:00:00Z$/);
    return fields;
  };
  const other = async (env, check) => {
    const one = await startService({ env: { JCAP_BASE_URL: BASE, ...env } });
    try {
      await check(one);
    } finally {
      await one.stop();
    }
  };

  test('says where to report, in which languages and until when, whatever is accepted', async () => {
    for (const accept of ['*/*', 'text/html', 'application/json']) {
      const fields = await read(service, { accept });
      const days = (Date.parse(fields.Expires[0]) - Date.now()) / 86400000;
      assert.ok(days > 170 && days < 190, `expires in ${days} days`);
      assert.equal(fields.Canonical[0], `${BASE}/.well-known/security.txt`);
      assert.equal(fields['Preferred-Languages'][0], 'de, en');
      assert.equal(fields.Contact[0], `${BASE}/impressum`, 'no operator is set: the page that will name one');
    }
  });

  test('the day it expires is counted from the day of the register, over the end of a year and of February', async () => {
    for (const [today, day] of [['2027-09-15', '2028-03-13'], ['2026-09-04', '2027-03-03'], ['2026-12-31', '2027-06-29']]) {
      await other({ JCAP_TODAY: today }, async (one) => assert.equal((await read(one)).Expires[0], `${day}T00:00:00Z`, today));
    }
  });

  test('the operator\'s mail address is the contact, unless there is one for this', async () => {
    const operator = { JCAP_OPERATOR_EMAIL: 'post@register.example' };
    await other(operator, async (one) => assert.equal((await read(one)).Contact[0], 'mailto:post@register.example'));
    await other({ JCAP_OPERATOR_EMAIL: 'entfällt' }, async (one) => assert.equal((await read(one)).Contact[0], `${BASE}/impressum`));
    for (const contact of ['mailto:sicherheit@register.example', 'https://register.example/melden?a=1&b=2']) {
      await other({ ...operator, JCAP_SECURITY_CONTACT: contact }, async (one) => assert.equal((await read(one)).Contact[0], contact));
    }
  });
});

describe('sitemap.xml', () => {
  let xml;
  before(async () => {
    const reply = await service.get('/sitemap.xml', { accept: 'text/html' });
    assert.equal(reply.status, 200);
    assert.match(reply.headers['content-type'], /^application\/xml/);
    xml = reply.text;
  });

  test('is what the protocol allows', () => {
    execFileSync('xmllint', ['--noout', '--nonet', '--schema', path.join(root, 'tests/fixtures/sitemap.xsd'), '-'], { input: xml, stdio: ['pipe', 'pipe', 'pipe'] });
    assert.ok(Buffer.byteLength(xml) < 50 * 1024 * 1024);
    assert.match(xml, /<urlset xmlns="http:\/\/www\.sitemaps\.org\/schemas\/sitemap\/0\.9">/);
  });

  test('holds every page that may be found, and no other', async () => {
    const listed = locations(xml);
    const may = await allowed();
    for (const { target, status, head } of replies) {
      assert.equal(listed.includes(BASE + target), status === 200 && indexable({ status, head }) && may(target), target);
    }
    const count = (prefix) => listed.filter((loc) => loc.startsWith(BASE + prefix)).length;
    assert.equal(count('/anbieter/'), Number(sql("select count(*) from register.provider where status = 'active'")));
    assert.equal(count('/kreis/'), Number(sql('select count(*) from geo.district')));
    assert.equal(count('/land/'), 16);
    assert.equal(count('/standards/'), Number(sql('select count(*) from directory.in_force() f join directory.standard s on s.catalogue = f.catalogue')));
    for (const loc of listed) assert.ok(may(loc.slice(BASE.length)), `${loc} is forbidden by robots.txt`);
    // all that OpenAPI knows as a page without parameters in its path
    const { paths } = (await service.get('/openapi.json')).json();
    for (const [one, { get }] of Object.entries(paths)) {
      if (!one.includes('{') && one !== '/vergleich') assert.equal(listed.includes(BASE + one), 'text/html' in (get.responses[200]?.content ?? {}), one);
    }
  });

  test('every address in it answers as itself: 200, canonical, to be indexed, described unlike all others', { timeout: 120000 }, async () => {
    const listed = locations(xml);
    const seen = new Map();
    assert.ok(listed.length > 500);
    // all pages of one kind are made of one template: of those with many, a sample
    const sample = listed.filter((loc, i) => !/\/(anbieter|kreis)\//.test(loc) || i % 7 === 0);
    for (const loc of sample) {
      const one = await look(loc.slice(BASE.length));
      assert.equal(one.status, 200, loc);
      assert.equal(one.head.canonical, loc);
      assert.ok(indexable(one), loc);
      assert.ok([...one.head.description].length <= 160, loc);
      assert.equal(seen.get(one.head.description), undefined, `${loc} and ${seen.get(one.head.description)}: ${one.head.description}`);
      seen.set(one.head.description, loc);
    }
  });

  test('tells the day of a provider\'s last change', async () => {
    const slug = (await service.get('/suche.json?ort=Kassel')).json().results[0].slug;
    const provider = (await service.get(`/anbieter/${slug}.json`)).json();
    assert.ok(xml.includes(`<url><loc>${BASE}/anbieter/${slug}</loc><lastmod>${provider.updated_on}</lastmod></url>`), slug);
    assert.doesNotMatch(xml, /\/kreis\/\d+<\/loc><lastmod>/, 'a Kreis has no day of change in the data');
  });

  test('parts: the first is the whole of a small register, others are not there', async () => {
    assert.deepEqual(locations((await service.get('/sitemap.xml?teil=1')).text), locations(xml));
    assert.equal((await service.get('/sitemap.xml?teil=2')).status, 404);
    for (const part of ['0', '-1', 'x', '50001']) assert.equal((await service.get(`/sitemap.xml?teil=${part}`)).status, 400, part);
  });
});

describe('icons and manifest', () => {
  const picture = async (target, type) => {
    const reply = await service.get(target, { accept: 'image/avif,image/webp,image/*' });
    assert.equal(reply.status, 200, target);
    assert.equal(reply.headers['content-type'], type, target);
    assert.ok(reply.headers.etag);
    return reply.body;
  };
  const size = (png) => {
    assert.equal(png.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n');
    return `${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`;
  };

  test('/favicon.ico is an icon with one picture, and asked again it is 304', async () => {
    const ico = await picture('/favicon.ico', 'image/x-icon');
    assert.deepEqual([ico.readUInt16LE(0), ico.readUInt16LE(2), ico.readUInt16LE(4), ico.readUInt8(6), ico.readUInt8(7)], [0, 1, 1, 32, 32]);
    assert.equal(ico.readUInt32LE(18) + ico.readUInt32LE(14), ico.length);
    assert.equal(size(ico.subarray(ico.readUInt32LE(18))), '32x32');
    const { etag } = (await service.get('/favicon.ico')).headers;
    assert.equal((await service.get('/favicon.ico', { 'if-none-match': etag })).status, 304);
    assert.equal((await service.request('/favicon.ico', { method: 'HEAD' })).headers['content-length'], String(ico.length));
  });

  test('the head names pictures that are there', async () => {
    const [{ html }] = replies;
    const link = (rel) => html.match(new RegExp(`<link rel="${rel}" href="([^"]+)"`))?.[1];
    assert.match((await picture(link('icon'), 'image/svg+xml')).toString(), /^<svg /);
    assert.equal(size(await picture(link('apple-touch-icon'), 'image/png')), '180x180');
    assert.equal(size(await picture('/apple-touch-icon.png', 'image/png')), '180x180');
    assert.equal(link('manifest'), '/manifest.webmanifest');
  });

  test('the manifest is German, allowed by the policy, and its icons are what it says', async () => {
    const reply = await service.get('/manifest.webmanifest', { accept: '*/*' });
    assert.equal(reply.headers['content-type'], 'application/manifest+json');
    const manifest = reply.json();
    assert.equal(manifest.lang, 'de');
    assert.equal(manifest.name, 'JobcoachingAP-Register');
    assert.ok(manifest.short_name.length <= 12);
    assert.equal((await service.get(manifest.start_url)).status, 200);
    assert.deepEqual(manifest.icons.map(({ sizes, purpose }) => `${sizes} ${purpose}`), ['192x192 any', '512x512 any', '512x512 maskable']);
    for (const icon of manifest.icons) assert.equal(size(await picture(icon.src, icon.type)), icon.sizes);
    assert.match((await service.get('/')).headers['content-security-policy'], /(^|; )manifest-src 'self'(;|$)/);
  });

  test('a tile server in the policy leaves the manifest allowed', async () => {
    const other = await startService({ env: { JCAP_TILE_URL: 'https://tiles.example/{z}/{x}/{y}.png', JCAP_TILE_ATTRIBUTION: 'Kacheln' } });
    try {
      const policy = (await other.get('/impressum')).headers['content-security-policy'];
      assert.match(policy, /manifest-src 'self'/);
      assert.match(policy, /tiles\.example/);
    } finally {
      await other.stop();
    }
  });
});
