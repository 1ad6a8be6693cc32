// Large exports: 10,000 providers, written and sent in pieces. Every row comes once and in order, in every format and encoding;
// a slow reader gets all of it; nobody else waits; and a reply that cannot be ended does not look whole.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { calmest, largeDatabase, sleep, sql, startService, until } from '../lib/service.mjs';
import { parseCsv } from '../lib/csv.mjs';

let service;
let slow;
let stalled;
before(async () => {
  service = await startService({ env: { JCAP_DATABASE_URL: largeDatabase(), JCAP_LIMIT_EXPORTS: '', JCAP_CACHE_MB: '1' } });
  slow = read('/suche.kml', { rate: 1e6, localAddress: '127.0.0.99' });
  slow.catch(() => {});
  // takes something, then nothing for longer than the service waits
  let pause = 33000;
  stalled = curl(`${service.base}/suche.kml`, '127.0.0.98', [], async () => { await sleep(pause); pause = 0; });
});
after(() => service?.stop());

// Reads a reply, at most `rate` bytes a second; calls `onData` with what has come so far. Resolves to { status, headers, body, ms, whole }.
function read(path, { rate, localAddress, headers = {}, onData, port = service.port } = {}) {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const request = http.request({ host: '127.0.0.1', port, path, localAddress, agent: false, headers: { 'accept-encoding': 'identity', ...headers } }, (response) => {
      const chunks = [];
      let length = 0;
      const done = (whole) => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks), ms: performance.now() - begun, whole });
      response.on('data', (chunk) => {
        chunks.push(chunk);
        length += chunk.length;
        onData?.(length, request);
        const ahead = rate ? (length / rate) * 1000 - (performance.now() - begun) : 0;
        if (ahead > 20) { response.pause(); setTimeout(() => response.resume(), ahead); }
      });
      response.on('end', () => done(response.complete));
      response.on('error', () => done(false));
    });
    request.on('error', reject);
    request.end();
  });
}

// Reads by curl, whose exit code tells a reset (56) from an orderly end (0); Node does not always. What `onData` promises is
// waited for before more is read. Resolves to { code, length }.
function curl(url, localAddress, args, onData) {
  return new Promise((resolve) => {
    let length = 0;
    const child = spawn('curl', ['-s', '-N', '--interface', localAddress, ...args, url], { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.on('data', async (chunk) => {
      length += chunk.length;
      child.stdout.pause();
      await onData(length);
      child.stdout.resume();
    });
    child.on('close', (code) => resolve({ code, length }));
  });
}

async function pages(query, count) {
  const rows = [];
  for (let page = 1; page <= count; page += 1) rows.push(...(await service.get(`/suche.json?${query}&anzahl=100&seite=${page}`)).json().results);
  return rows;
}

test('an export has every provider once, in the order of the pages', async () => {
  const reply = await read('/suche.csv');
  assert.equal(reply.headers['transfer-encoding'], 'chunked');
  const [head, ...rows] = parseCsv(reply.body.toString());
  const total = (await service.get('/suche.json')).json().total;
  assert.equal(rows.length, Math.min(total, 10000));
  const slugs = rows.map((row) => row[head.indexOf('Kennung')]);
  assert.equal(new Set(slugs).size, rows.length);
  assert.deepEqual(slugs.slice(0, 700), (await pages('', 7)).map((row) => row.slug));
  const last = Math.ceil(total / 100);
  assert.deepEqual(slugs.slice(-20), (await service.get(`/suche.json?anzahl=100&seite=${last}`)).json().results.map((row) => row.slug).slice(-20));
});

test('the rows behind the first piece say the same as the pages: reason, distance, site, covers', async () => {
  for (const query of ['ort=Kassel&umkreis=200', 'ort=Bayern', 'ort=20357&umkreis=100&handlungsfeld=sicherung']) {
    const [head, ...rows] = parseCsv((await read(`/suche.csv?${query}`)).body.toString());
    assert.ok(rows.length > 500, `${query}: ${rows.length} rows`);
    const at = (row, name) => row[head.indexOf(name)];
    const expected = await pages(query, Math.ceil(rows.length / 100));
    assert.equal(rows.length, expected.length);
    rows.forEach((row, i) => {
      const want = expected[i];
      assert.deepEqual([at(row, 'Kennung'), at(row, 'Grund'), at(row, 'Entfernung in km'), at(row, 'Ort'), at(row, 'Einsatzgebiet umfasst den Ort'), at(row, 'Adresse im Register')],
        [want.slug, want.reason, want.distance_km === null ? '' : String(want.distance_km), want.site.city, want.covers ? 'ja' : 'nein', want.url], `${query}, row ${i + 1}`);
    });
  }
});

test('every format is well-formed and has as many entries', async () => {
  const csv = parseCsv((await read('/suche.csv')).body.toString()).length - 1;
  const geojson = JSON.parse((await read('/suche.geojson')).body);
  assert.equal(geojson.type, 'FeatureCollection');
  assert.equal(geojson.features.length, csv);
  assert.ok(geojson.links.self);
  const kml = (await read('/suche.kml')).body;
  assert.equal(kml.toString().split('<Placemark>').length - 1, csv);
  execFileSync('xmllint', ['--noout', '--huge', '-'], { input: kml });
  const atom = (await read('/suche.atom')).body.toString();
  assert.equal(atom.split('<entry>').length - 1, 100);
  const german = (await read('/suche.csv?trenner=semikolon')).body.toString();
  assert.equal(german.split('\ufeff').length, 2, 'one byte order mark');
  assert.equal(german.split('Kennung;Name').length, 2, 'one heading');
});

test('compressed, it is the same', async () => {
  for (const path of ['/suche.csv?ort=Bayern', '/suche.geojson?ort=Bayern', '/suche.kml?ort=Bayern']) {
    const plain = await read(path);
    const gzip = await read(path, { headers: { 'accept-encoding': 'gzip' } });
    const brotli = await read(path, { headers: { 'accept-encoding': 'br' } });
    assert.equal(gzip.headers['content-encoding'], 'gzip');
    assert.equal(brotli.headers['content-encoding'], 'br');
    assert.ok(gunzipSync(gzip.body).equals(plain.body), path);
    assert.ok(brotliDecompressSync(brotli.body).equals(plain.body), path);
    assert.ok(gzip.body.length < plain.body.length / 3 && brotli.body.length < plain.body.length / 3);
  }
});

test('HEAD, 304 and the name of the download', async () => {
  const reply = await read('/suche.csv?ort=Bayern');
  assert.match(reply.headers.etag, /^W\//);
  assert.match(reply.headers['content-disposition'], /filename="suche\.csv"/);
  assert.equal((await read('/suche.csv?ort=Bayern', { headers: { 'if-none-match': `"x", ${reply.headers.etag}` } })).status, 304);
  assert.equal((await read('/suche.geojson?ort=Bayern', { headers: { 'if-none-match': reply.headers.etag } })).status, 200);
  const head = await service.request('/suche.csv?ort=Bayern', { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(head.body.length, 0);
  // the connection is as good as before
  assert.equal((await service.get('/live')).text, 'live\n');
});

test('without chunks the end of the connection is the end of the body', async () => {
  const plain = (await read('/suche.csv?ort=Bayern')).body.toString();
  for (const request of ['GET /suche.csv?ort=Bayern HTTP/1.0\r\n\r\n', 'GET /suche.csv?ort=Bayern HTTP/1.0\r\nHost: a\r\nConnection: close\r\n\r\n']) {
    const text = Buffer.from(await service.raw(request, { timeout: 10000 }), 'latin1').toString();
    const [head, body] = [text.slice(0, text.indexOf('\r\n\r\n')), text.slice(text.indexOf('\r\n\r\n') + 4)];
    assert.doesNotMatch(head, /chunked|content-length/i);
    assert.equal(body, plain);
  }
  const closed = await service.raw('GET /suche.csv?ort=Bayern HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', { timeout: 10000 });
  assert.ok(closed.endsWith('0\r\n\r\n'));
  const pipelined = await service.raw(`${'GET /suche.csv?ort=Bayern HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(2)}GET /live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`, { timeout: 10000 });
  assert.equal(pipelined.split('0\r\n\r\nHTTP/1.1 200').length, 3);
  assert.ok(pipelined.endsWith('live\n'));
});

const memory = () => service.workers().map((pid) => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024);

test('with twenty exports running a search stays under 100 ms, and the workers stay small', async () => {
  let running = true;
  let largest = 0;
  const got = Array(20).fill(0);
  const loops = Array.from({ length: 20 }, async (_, i) => {
    const options = { rate: 1.5e6, localAddress: `127.0.0.${10 + (i >> 1)}`, onData: (length, request) => { got[i] = Math.max(got[i], length); if (!running) request.destroy(); } };
    while (running) assert.equal((await read(['/suche.kml', '/suche.geojson'][i % 2], options).catch(() => ({ status: 200 }))).status, 200);
  });
  await sleep(500);
  const places = ['Kassel', '20357', 'Fulda', 'Bremen', '80331', 'Ulm', 'Jena'];
  const p95 = await calmest(async () => {
    const times = [];
    for (let i = 0; i < 60; i += 1) {
      const begun = performance.now();
      const reply = await service.get(`/suche.json?ort=${places[i % places.length]}&umkreis=${[5, 10, 25, 50, 100][i % 5]}&seite=${1 + Math.floor(i / 35)}`);
      times.push(performance.now() - begun);
      assert.equal(reply.status, 200);
      largest = Math.max(largest, ...memory());
      await sleep(20);
    }
    return times;
  }, 100);
  running = false;
  await Promise.all(loops);
  assert.ok(got.every((bytes) => bytes > 3e5), `all of them ran: ${got}`);
  assert.ok(p95 < 100, `p95 is ${p95.toFixed(0)} ms`);
  assert.ok(largest < 120, `a worker holds ${largest.toFixed(0)} MB`);
});

test('a fourth export of one network is told to wait; others are not, and a place is free again when one ends', async () => {
  const from = { localAddress: '127.0.0.50' };
  // Both workers have three places; no more than six of seven can run.
  const replies = await Promise.all(Array.from({ length: 9 }, () => read('/suche.kml', { ...from, rate: 8e6 })));
  const refused = replies.filter((reply) => reply.status === 429);
  assert.ok(refused.length >= 3 && replies.some((reply) => reply.status === 200), replies.map((reply) => reply.status).join());
  assert.equal(refused[0].headers['retry-after'], '30');
  assert.match(refused[0].body.toString(), /Downloads/);
  assert.equal((await read('/suche.csv', from)).status, 200);
});

test('clients that go in the middle leave nothing behind', async () => {
  const from = { localAddress: '127.0.0.51' };
  for (let i = 0; i < 20; i += 1) {
    await read('/suche.kml', { ...from, onData: (length, request) => { if (length > 100000) request.destroy(); } }).catch(() => {});
  }
  const again = await Promise.all([1, 2, 3].map(() => read('/suche.csv?ort=Bayern', from)));
  assert.deepEqual(again.map((reply) => reply.status), [200, 200, 200]);
});

// What the service asks of the large database alone.
const disturb = (statement) => sql(statement, { db: 'large' });
const killed = "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = 'large' and application_name = 'jcap'";

test('connections that die in the middle are made up for', async () => {
  let kills = 0;
  const whole = await read('/suche.geojson');
  const reply = await read('/suche.geojson', { rate: 6e6, localAddress: '127.0.0.52', onData: (length) => {
    if (length > 300000 * (kills + 1) && kills < 3) { kills += 1; disturb(killed); }
  } });
  assert.ok(kills === 3 && reply.whole);
  assert.ok(reply.body.equals(whole.body));
  await until('the service is ready again', async () => (await service.get('/ready')).status === 200);
});

// KML, since 23 MB do not fit between service and client: the last provider is still to be read when it leaves.
test('a provider that leaves in the middle is left out, the rest comes', async () => {
  const slugsOf = (reply) => [...reply.body.toString().matchAll(/<atom:link href="[^"]*\/anbieter\/([^"]+)"/g)].map(([, slug]) => slug);
  const whole = slugsOf(await read('/suche.kml'));
  assert.ok(whole.length > 9900);
  const gone = whole[whole.length - 1];
  let changed = false;
  const reply = await read('/suche.kml', { rate: 2e7, localAddress: '127.0.0.53', onData: (length) => {
    if (length > 50000 && !changed) {
      changed = true;
      disturb(`update register.provider set status = 'left', left_on = current_date where slug = '${gone}'`);
    }
  } });
  disturb(`update register.provider set status = 'active', left_on = null where slug = '${gone}'`);
  assert.deepEqual(slugsOf(reply), whole.filter((slug) => slug !== gone));
});

test('a client that stops reading keeps nobody waiting', async () => {
  const socket = net.connect({ port: service.port, host: '127.0.0.1', localAddress: '127.0.0.55' });
  socket.on('error', () => {});
  socket.write('GET /suche.kml HTTP/1.1\r\nHost: a\r\n\r\n');
  socket.pause();
  await sleep(300);
  const begun = performance.now();
  assert.equal((await service.get('/suche.json?ort=Kassel&umkreis=25')).status, 200);
  assert.ok(performance.now() - begun < 300);
  socket.destroy();
});

test('a reader at 1 MB/s gets all of 23 MB', async () => {
  const reply = await slow;
  assert.ok(reply.whole);
  assert.ok(reply.ms > 15000, `it took ${reply.ms.toFixed(0)} ms`);
  assert.ok(reply.body.length > 20e6);
  assert.ok(reply.body.toString('utf8', reply.body.length - 40).trim().endsWith('</kml>'));
});

test('a client that stops reading is let go after half a minute', async () => {
  const { code, length } = await stalled;
  assert.equal(code, 56);
  assert.ok(length < 15e6);
});

// The large database lets nobody in then: asked from the other one.
const disturbFrom = (statement) => sql(statement);

test('when the rest cannot be had, the reply does not look whole', async () => {
  let cut = false;
  const cutOff = (length) => {
    if (length > 200000 && !cut) {
      cut = true;
      sql('alter database large allow_connections false');
      disturbFrom(killed);
    }
  };
  try {
    // 23 MB: more than the kernel takes in advance
    const [reply, old] = await Promise.all([
      read('/suche.kml', { rate: 6e6, localAddress: '127.0.0.54', onData: cutOff }).catch(() => ({ whole: false, body: Buffer.alloc(0) })),
      curl(`${service.base}/suche.kml`, '127.0.0.56', ['-0'], (length) => { cutOff(length); return sleep(10); }),
    ]);
    assert.ok(cut && !reply.whole);
    assert.equal(old.code, 56);
  } finally {
    sql('alter database large allow_connections true');
  }
  await until('the service is ready again', async () => (await service.get('/ready')).status === 200);
});

test('when the service ends in the middle, the reply does not look whole, and it ends soon', async () => {
  const other = await startService({ env: { JCAP_DATABASE_URL: largeDatabase() } });
  let ended = 0;
  const end = (length) => { if (length > 200000 && ended === 0) { ended = performance.now(); other.child.kill('SIGTERM'); } return sleep(10); };
  const exited = new Promise((resolve) => { other.child.once('exit', () => resolve(performance.now())); });
  assert.equal((await curl(`${other.base}/suche.kml`, '127.0.0.57', ['-0'], end)).code, 56);
  const took = (await exited) - ended;
  assert.ok(took < 3000, `it ended after ${took.toFixed(0)} ms`);
  await other.stop();
});
