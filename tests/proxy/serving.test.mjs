// The shipped conf/haproxy.cfg in front of the register: real browsers get their pages over HTTP/1.1 and HTTP/2, HSTS is on
// everything, the proxy's own pages help, outages heal by themselves, and no log knows a visitor.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { after, before, describe, test } from 'node:test';
import { openPage, startBrowser } from '../lib/browser.mjs';
import { config, environment, startProxy } from '../lib/proxy.mjs';
import { pg, root, sleep, startService, testVar, until } from '../lib/service.mjs';

const HSTS = 'max-age=31536000; includeSubDomains';
const VNU = path.join(root, 'tests/node_modules/vnu-jar/build/dist/vnu.jar');
const OWN = fs.readdirSync(path.join(root, 'conf/haproxy')).sort();
const search = '/suche?ort=20357&umkreis=50';
let service;
let proxy;
let database;

// The database behind a socket of our own, so that it can be taken away and given back without a cluster of our own.
class Away {
  constructor() {
    this.folder = fs.mkdtempSync('/tmp/jcap-proxy-');
    this.url = pg('url', path.join(testVar, 'pg'), 'jcap_web');
    this.real = path.join(/host='([^']+)'/.exec(this.url)[1], '.s.PGSQL.5432');
    this.sockets = new Set();
  }

  async give() {
    this.server = net.createServer((socket) => {
      const onward = net.connect(this.real);
      for (const one of [socket, onward]) {
        this.sockets.add(one);
        one.on('error', () => {});
        one.on('close', () => { this.sockets.delete(one); socket.destroy(); onward.destroy(); });
      }
      socket.pipe(onward).pipe(socket);
    });
    const socket = path.join(this.folder, '.s.PGSQL.5432');
    await new Promise((resolve) => { this.server.listen(socket, resolve); });
    // the service may run as somebody else
    fs.chmodSync(this.folder, 0o755);
    fs.chmodSync(socket, 0o777);
    return this;
  }

  async take() {
    const closed = new Promise((resolve) => { this.server.close(resolve); });
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  get through() { return this.url.replace(/host='[^']+'/, `host='${this.folder}'`); }
}

const start = (port) => startService({ port, env: { JCAP_TRUSTED_PROXIES: '127.0.0.1', JCAP_BASE_URL: 'https://register.example', JCAP_DATABASE_URL: database.through, JCAP_DB_TIMEOUT_MS: '1500' } });
before(async () => {
  database = await new Away().give();
  service = await start();
  proxy = await startProxy(service.port);
  await until('haproxy has seen the service', async () => (await proxy.request('/live')).status === 200);
});
after(async () => {
  await proxy?.stop();
  await service?.stop();
  await database?.take();
  if (database) fs.rmSync(database.folder, { recursive: true });
});

// The headers a browser sends when somebody follows a link to a page, in its order. Cookies and tracing headers of
// a company's own are what people have on top.
const CHROMIUM = {
  'sec-ch-ua': '"Chromium";v="142", "Google Chrome";v="142", "Not_A Brand";v="99"', 'sec-ch-ua-mobile': '?0', 'sec-ch-ua-platform': '"Windows"', 'upgrade-insecure-requests': '1',
  'user-agent': 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7',
  'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate', 'sec-fetch-user': '?1', 'sec-fetch-dest': 'document', referer: 'https://register.example/',
  'accept-encoding': 'gzip, deflate, br, zstd', 'accept-language': 'de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7', priority: 'u=0, i', cookie: 'a=b; c=d', dnt: '1',
};
const FIREFOX = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0', accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'accept-language': 'de,en-US;q=0.7,en;q=0.3', 'accept-encoding': 'identity', dnt: '1', 'sec-gpc': '1', 'upgrade-insecure-requests': '1',
  'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'none', 'sec-fetch-user': '?1', priority: 'u=0, i', pragma: 'no-cache', 'cache-control': 'no-cache', te: 'trailers',
};

test('the file loads without a warning, and says where the pages are', () => {
  const run = spawnSync('haproxy', ['-c', '-f', config], { env: environment({ http: 1, https: 2 }, 3, 4), encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
  assert.doesNotMatch(run.stdout + run.stderr, /WARNING|ALERT/);
  // as a copy in another folder, the way the header comment describes
  const folder = fs.mkdtempSync(path.join(testVar, 'copy-'));
  fs.cpSync(config, path.join(folder, 'haproxy.cfg'));
  fs.cpSync(path.join(root, 'conf/haproxy'), path.join(folder, 'haproxy'), { recursive: true });
  const copy = spawnSync('haproxy', ['-c', '-f', path.join(folder, 'haproxy.cfg')], { env: environment({ http: 1, https: 2 }, 3, 4), encoding: 'utf8', cwd: '/' });
  fs.rmSync(folder, { recursive: true });
  assert.equal(copy.status, 0, copy.stderr);
});

test('http:// leads to https://, same address, for good', async () => {
  const reply = await new Promise((resolve, reject) => {
    http.get({ port: proxy.http, host: '127.0.0.1', path: '/suche?ort=K%C3%B6ln', headers: { host: 'register.example' } }, (res) => { res.resume(); resolve(res); }).on('error', reject);
  });
  assert.equal(reply.statusCode, 308);
  assert.equal(reply.headers.location, 'https://register.example/suche?ort=K%C3%B6ln');
  assert.equal(reply.headers['strict-transport-security'], undefined, 'HSTS belongs to TLS (RFC 6797, 7.2)');
});

describe('browsers get their pages', () => {
  for (const [name, headers] of Object.entries({ Chromium: CHROMIUM, Firefox: FIREFOX })) {
    const { te: _, ...h1 } = headers; // HTTP/2 only
    test(`${name}, HTTP/1.1`, async () => {
      const reply = await proxy.request(search, { headers: { connection: 'keep-alive', ...h1 } });
      assert.equal(reply.status, 200);
      assert.equal(reply.headers['content-encoding'], name === 'Chromium' ? 'br' : undefined);
      if (name === 'Firefox') assert.match(reply.text, /20357/);
      assert.equal(reply.headers['set-cookie'], undefined);
    });
    test(`${name}, HTTP/2, six at once`, async () => {
      const session = await proxy.session();
      const replies = await Promise.all(Array.from({ length: 6 }, () => session.ask({ ':path': search, ...headers })));
      session.close();
      for (const reply of replies) assert.equal(reply.status, 200);
    });
  }
  test('the real Chromium: search page with map, nothing on the console', { timeout: 60000 }, async () => {
    const browser = await startBrowser();
    try {
      const page = await openPage(browser, proxy, { ignoreHTTPSErrors: true });
      const reply = await page.goto(search);
      assert.equal(reply.status(), 200);
      await page.waitForSelector('.leaflet-container path, .leaflet-container .leaflet-marker-icon');
      assert.equal(await page.evaluate(() => performance.getEntriesByType('navigation')[0].nextHopProtocol), 'h2');
      assert.ok(await page.evaluate(() => document.styleSheets.length > 0 && [...document.styleSheets].every((sheet) => sheet.cssRules.length > 0)));
      assert.deepEqual(page.problems, []);
      assert.deepEqual(page.foreign, []);
    } finally {
      await browser.close();
    }
  });
});

describe('TLS', () => {
  // Resolves to the negotiated protocol, or the error the server's alert makes; our own side allows everything.
  const hello = (options) => new Promise((resolve) => {
    const { ciphers, ...rest } = options;
    const socket = tls.connect({ port: proxy.https, host: '127.0.0.1', rejectUnauthorized: false, minVersion: 'TLSv1', ciphers: `${ciphers ?? 'ALL'}@SECLEVEL=0`, ...rest },
      () => { resolve(`${socket.getProtocol()} ${socket.getCipher().name}`); socket.destroy(); });
    socket.on('error', (error) => resolve(error.code));
  });
  for (const maxVersion of ['TLSv1', 'TLSv1.1']) {
    test(`${maxVersion} is refused`, async () => assert.equal(await hello({ maxVersion }), 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'));
  }
  for (const ciphers of ['ECDHE-RSA-AES128-SHA', 'ECDHE-RSA-AES256-SHA384', 'ECDHE-RSA-AES128-SHA256', 'AES128-GCM-SHA256', 'AES256-SHA256', 'AES128-SHA', 'DHE-RSA-AES128-SHA', 'ECDHE-RSA-CAMELLIA128-SHA256']) {
    test(`${ciphers} is refused`, async () => assert.equal(await hello({ maxVersion: 'TLSv1.2', ciphers }), 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE'));
  }
  test('a curve that is not on the list is refused', async () => assert.match(await hello({ ecdhCurve: 'secp521r1' }), /ALERT_HANDSHAKE_FAILURE/));
  for (const ciphers of ['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-RSA-CHACHA20-POLY1305']) {
    test(`${ciphers} is spoken`, async () => assert.equal(await hello({ maxVersion: 'TLSv1.2', ciphers }), `TLSv1.2 ${ciphers}`));
  }
  test('TLS 1.3 is spoken', async () => assert.match(await hello({}), /^TLSv1\.3 TLS_(AES|CHACHA20)/));
});

// What holds for every page of the proxy's own.
function assertOwnPage(reply, status) {
  assert.equal(reply.status, status);
  assert.equal(reply.headers['strict-transport-security'], HSTS);
  assert.equal(reply.headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(reply.headers['x-content-type-options'], 'nosniff');
  assert.equal(reply.headers['cache-control'], 'no-store');
  assert.match(reply.headers['content-security-policy'], /^default-src 'none'/);
  assert.match(reply.text, /<html lang="de">/);
  assert.match(reply.text, new RegExp(`Fehler ${status}`));
}

describe('replies', () => {
  test('HSTS on what the service answers, once', async () => {
    for (const [target, status] of [[search, 200], ['/anbieter/gibt-es-nicht', 404], ['/suche?umkreis=abc', 400], ['/live', 200]]) {
      const reply = await proxy.request(target);
      assert.equal(reply.status, status);
      assert.equal(reply.headers['strict-transport-security'], HSTS);
      const direct = await service.get(target);
      for (const name of ['content-security-policy', 'cache-control', 'x-content-type-options', 'referrer-policy', 'etag', 'content-type']) {
        assert.equal(reply.headers[name], direct.headers[name], `${name} of ${target} was changed on the way`);
      }
    }
  });
  test('400, 405 and 413 of the proxy are pages that help', async () => {
    const session = await proxy.session();
    const many = Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`x-${i}`, 'a']));
    assertOwnPage(await proxy.request('/', { headers: many }), 400);
    assertOwnPage(await session.ask(many), 400);
    const refused = await proxy.request('/', { method: 'DELETE' });
    assertOwnPage(refused, 405);
    assert.equal(refused.headers.allow, 'GET, HEAD, OPTIONS, POST');
    assertOwnPage(await proxy.request('/suche', { method: 'POST', body: 'x'.repeat(65537) }), 413);
    session.close();
  });
  test('HEAD of a refused request has no body', async () => {
    const text = (await proxy.raw(`HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${Array.from({ length: 25 }, (_, i) => `X-${i}: a\r\n`).join('')}\r\n`)).toString();
    assert.match(text, /^HTTP\/1\.1 400 /);
    assert.ok(text.endsWith('\r\n\r\n'), text.slice(-80));
  });
  test('the pages are valid HTML, without style or script', () => {
    const files = OWN.map((name) => path.join(root, 'conf/haproxy', name));
    execFileSync('java', ['-Xss4m', '-jar', VNU, '--Werror', ...files], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const file of files) assert.doesNotMatch(fs.readFileSync(file, 'utf8'), /<style|<script|style=|src=|<link/);
  });
  test('every status haproxy makes by itself has its page; waiting is told where it helps', () => {
    const text = fs.readFileSync(config, 'utf8');
    assert.deepEqual(OWN, ['400', '405', '408', '413', '429', '500', '502', '503', '504'].map((status) => `${status}.html`));
    for (const name of OWN) assert.ok(text.includes(`file haproxy/${name}`), name);
    for (const status of [429, 500, 502, 503, 504]) assert.match(text, new RegExp(`http-error status ${status} .* hdr Retry-After \\d+\\n`));
    for (const [, status] of text.matchAll(/deny_status (\d+)/g)) assert.ok(OWN.includes(`${status}.html`));
  });
});

test('with the database away, what is cached goes on and the rest is the service\'s own 503', { timeout: 30000 }, async () => {
  for (let i = 0; i < 30; i += 1) await service.request(search, { agent: false });
  await database.take();
  try {
    await until('/ready says no', async () => (await service.get('/ready')).status === 503, 8000);
    await sleep(3000); // longer than the health check takes to give up
    for (let i = 0; i < 10; i += 1) assert.equal((await proxy.request(search, { agent: false })).status, 200);
    const reply = await proxy.request('/suche?ort=51.23,9.87', { headers: { accept: 'text/html' } });
    assert.equal(reply.status, 503);
    assert.match(reply.text, /Datenbank antwortet gerade nicht/);
    assert.match(reply.headers['retry-after'], /^\d+$/);
    assert.equal(reply.headers['strict-transport-security'], HSTS);
  } finally {
    await database.give();
  }
  await until('searches are answered again', async () => (await proxy.request('/suche?ort=51.24,9.87')).status === 200, 8000);
});

test('with the service away, a German 503 that says when to come back; then 200 by itself', { timeout: 60000 }, async () => {
  const { port } = service;
  await service.stop();
  const session = await proxy.session();
  const begun = Date.now();
  for (const ask of [() => proxy.request(search), () => session.ask({ ':path': search })]) {
    const reply = await ask();
    assertOwnPage(reply, 503);
    assert.match(reply.headers['retry-after'], /^\d+$/);
    assert.match(reply.text, /Bitte versuchen Sie es/);
  }
  assert.ok(Date.now() - begun < 5000, `the visitor waited ${Date.now() - begun} ms to learn that`);
  await until('haproxy knows that the service is away', async () => proxy.log.includes('is DOWN'), 10000);
  service = await start(port);
  await until('pages come back', async () => (await proxy.request(search)).status === 200, 4000);
  assert.equal((await session.ask({ ':path': search })).status, 200);
  session.close();
});

test('no log of the proxy knows a visitor or what was asked', async () => {
  await proxy.raw(`GET /suche?ort=Geheim HTTP/1.1\r\nHost: x\r\nX: \x01\r\n\r\n`, { quiet: 300 });
  await proxy.raw('no HTTP at all\r\n\r\n', { quiet: 300 });
  await proxy.raw('no HTTP/2 at all', { alpn: 'h2', quiet: 300 });
  await new Promise((resolve) => { const socket = net.connect(proxy.https, '127.0.0.1', () => socket.end('no handshake')); socket.on('error', resolve); socket.on('close', resolve); });
  await until('the state of the service is logged', async () => /Server register\/register is DOWN/.test(proxy.log) && /Server register\/register is UP/.test(proxy.log), 5000);
  assert.doesNotMatch(proxy.log, /127\.0\.0|Connect from|suche|ort=|Geheim|GET |Mozilla/);
});
