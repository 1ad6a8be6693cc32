// Response cache, validators and compression: fast, but never stale and never somebody else's answer.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import zlib from 'node:zlib';
import { sql, startService, until } from '../lib/service.mjs';

let service;
let slug;
before(async () => {
  service = await startService();
  slug = (await service.get('/suche.json?ort=Hamburg')).json().results[0].slug;
});
after(() => service?.stop());

test('strong ETag, 304, and If-None-Match with lists, weak marks and *', async () => {
  for (const target of ['/suche?ort=20357', '/suche.json?ort=20357', '/standards', '/suche.geojson', '/suche.csv']) {
    const first = await service.get(target);
    const { etag } = first.headers;
    assert.match(etag ?? '', /^"[^"]+"$/, `${target}: no strong ETag`);
    for (const value of [etag, `"x", ${etag}`, `W/${etag}`, '*']) {
      const again = await service.get(target, { 'if-none-match': value });
      assert.equal(again.status, 304, `${target} If-None-Match: ${value}`);
      assert.equal(again.body.length, 0);
      assert.equal(again.headers.etag, etag);
    }
    assert.equal((await service.get(target, { 'if-none-match': '"other"' })).status, 200);
  }
});

test('gzip and brotli carry the same page; the ETag differs; Vary says why', async () => {
  const plain = await service.get('/suche?ort=20357');
  const gzip = await service.get('/suche?ort=20357', { 'accept-encoding': 'gzip' });
  const brotli = await service.get('/suche?ort=20357', { 'accept-encoding': 'br, gzip' });
  assert.equal(plain.headers['content-encoding'], undefined);
  assert.equal(gzip.headers['content-encoding'], 'gzip');
  assert.equal(brotli.headers['content-encoding'], 'br');
  assert.equal(zlib.gunzipSync(gzip.body).toString(), plain.text);
  assert.equal(zlib.brotliDecompressSync(brotli.body).toString(), plain.text);
  assert.equal(new Set([plain, gzip, brotli].map((reply) => reply.headers.etag)).size, 3);
  for (const reply of [plain, gzip]) {
    assert.match(reply.headers.vary ?? '', /accept-encoding/i);
    assert.match(reply.headers.vary, /accept(?!-)/i);
  }
  assert.equal((await service.get('/suche?ort=20357', { 'accept-encoding': 'gzip;q=0, br;q=0' })).headers['content-encoding'], undefined);
});

test('a change in the register shows at once, in every worker', async () => {
  const name = sql(`select name from register.provider where slug = '${slug}'`);
  const target = `/anbieter/${slug}`;
  for (let i = 0; i < 20; i += 1) await service.get(target, { connection: 'close' });
  try {
    sql(`update register.provider set name = 'Umbenannt vom Test' where slug = '${slug}'`);
    const begun = Date.now();
    let inARow = 0;
    await until('20 answers in a row show the new name', async () => {
      const reply = await service.request(target, { agent: false });
      inARow = reply.text.includes('Umbenannt vom Test') ? inARow + 1 : 0;
      return inARow >= 20;
    }, 3000);
    assert.ok(Date.now() - begun < 2000, `took ${Date.now() - begun} ms`);
  } finally {
    sql(`update register.provider set name = $n$${name}$n$ where slug = '${slug}'`);
  }
});

test('the order of inputs does not matter to the cache, their values do', async () => {
  const one = await service.get('/suche.json?ort=20357&umkreis=50');
  const two = await service.get('/suche.json?umkreis=50&ort=20357');
  const three = await service.get('/suche.json?umkreis=25&ort=20357');
  assert.equal(one.json().total, two.json().total);
  assert.equal(one.json().radius_km, 50);
  assert.equal(three.json().radius_km, 25);
});

test('assets are named by content and kept for a year', async () => {
  const page = (await service.get('/')).text;
  const assets = [...page.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((match) => match[1]);
  assert.ok(assets.length >= 2, 'no assets on the start page');
  for (const asset of assets) {
    const reply = await service.get(asset);
    assert.equal(reply.status, 200, asset);
    assert.match(reply.headers['cache-control'] ?? '', /max-age=31536000.*immutable|immutable.*max-age=31536000/);
  }
  assert.equal((await service.get('/assets/../conf/run.sh')).status, 404);
  assert.equal((await service.get('/assets/%2e%2e/conf/run.sh')).status, 404);
});

test('the first view of the search page weighs at most 150 kB over the wire, all included', async () => {
  const headers = { 'accept-encoding': 'br, gzip', accept: 'text/html' };
  const page = await service.get('/suche?ort=20357&umkreis=50', headers);
  const html = page.headers['content-encoding'] === 'br' ? zlib.brotliDecompressSync(page.body).toString() : zlib.gunzipSync(page.body).toString();
  let weight = page.body.length;
  const loaded = new Set([...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((match) => match[1]));
  for (const asset of [...loaded]) {
    const reply = await service.get(asset, { 'accept-encoding': 'br, gzip' });
    weight += reply.body.length;
    if (asset.endsWith('.css')) {
      const css = reply.headers['content-encoding'] === 'br' ? zlib.brotliDecompressSync(reply.body).toString()
        : reply.headers['content-encoding'] === 'gzip' ? zlib.gunzipSync(reply.body).toString() : reply.text;
      for (const [, address] of css.matchAll(/url\(["']?(\/assets\/[^"')]+)/g)) {
        if (!loaded.has(address)) { loaded.add(address); weight += (await service.get(address, { 'accept-encoding': 'br, gzip' })).body.length; }
      }
    }
  }
  assert.ok(weight <= 150_000, `${weight} bytes: ${[...loaded].join(' ')}`);
});
