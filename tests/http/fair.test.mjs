// Fair use, with 10,000 providers, so that a search costs something: what one address does must not keep others waiting, and who asks too much is told when to
// come back. Addresses are those of the loopback network: 127.0.0.2 is somebody else than 127.0.0.1.
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { calmest, largeDatabase, percentile, sleep, startService } from '../lib/service.mjs';

const SHIPPED = { JCAP_LIMIT_CONNECTIONS: '', JCAP_LIMIT_QUERIES: '', JCAP_LIMIT_EXPORTS: '' };
let service;
before(async () => { // a fifth of what is shipped, so that the tests reach it soon
  service = await startService({ env: { ...SHIPPED, JCAP_LIMIT_QUERIES: '10', JCAP_TRUSTED_PROXIES: '127.0.0.77', JCAP_DATABASE_URL: largeDatabase() } }); });
after(() => service?.stop());

// One request on a connection of its own (or of an agent) from an address.
function get(path, localAddress, { headers = {}, agent = false, port = service.port } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port, path, localAddress, agent, headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString() }));
    });
    request.on('error', reject);
    request.end();
  });
}

let n = 0;
// A search that nobody asked before: it misses the cache.
const fresh = () => { n += 1; return `/suche.json?ort=${50 + (n % 400) / 100},${9 + Math.floor(n / 400) / 100}&umkreis=50`; };

// How long others wait, in ms, for pages from the cache and for searches of their own.
async function others(count, localAddress = '127.0.0.1') {
  const agent = new http.Agent({ keepAlive: true });
  const times = [];
  for (let i = 0; i < count; i += 1) {
    const begun = performance.now();
    const reply = await get(i % 2 ? '/impressum' : fresh(), localAddress, { agent });
    times.push(performance.now() - begun);
    assert.equal(reply.status, 200);
    await sleep(10);
  }
  agent.destroy();
  return times;
}

test('2,500 connections from one address keep nobody out', async () => {
  const sockets = [];
  let closed = 0;
  const statuses = new Map();
  for (let i = 0; i < 2500; i += 1) {
    const socket = net.connect({ port: service.port, host: '127.0.0.1', localAddress: '127.0.0.2' }, () => socket.write('GET /live HTTP/1.1\r\nHost: a\r\n\r\n'));
    socket.on('data', (data) => { const status = data.toString('latin1').slice(9, 12); statuses.set(status, (statuses.get(status) ?? 0) + 1); });
    socket.on('error', () => {});
    socket.on('close', () => { closed += 1; });
    sockets.push(socket);
    if (i % 100 === 99) await sleep(5);
  }
  const p95 = await calmest(() => others(60), 100);
  assert.ok(p95 < 100, `p95 is ${p95.toFixed(0)} ms`);
  await sleep(300);
  assert.ok(closed > 2000, `${closed} are closed`);
  assert.ok(statuses.get('200') >= 128 && statuses.get('200') <= 256, `served: ${[...statuses]}`);
  assert.ok(statuses.get('429') >= 1, 'some are told why');
  for (const socket of sockets) socket.destroy();
  await sleep(300);
  assert.equal((await get('/live', '127.0.0.2')).status, 200, 'afterwards the address is served as before');
});

test('the answer beyond the limit of connections is a page and says when to come back', async () => {
  const single = await startService({ env: { ...SHIPPED, WORKERS: '1' } });
  const sockets = Array.from({ length: 128 }, () => net.connect({ port: single.port, host: '127.0.0.1', localAddress: '127.0.0.3' }).on('error', () => {}));
  await sleep(200);
  const replies = [];
  for (let i = 0; i < 4; i += 1) replies.push(await get('/live', '127.0.0.3', { port: single.port, headers: i % 2 ? { accept: 'application/json' } : {} }));
  for (const socket of sockets) socket.destroy();
  await single.stop();
  for (const reply of replies) {
    assert.equal(reply.status, 429);
    assert.equal(reply.headers['retry-after'], '10');
    assert.equal(reply.headers.connection, 'close');
    assert.match(reply.text, /Aus Ihrem Netz/);
  }
});

// 32 searches at once, one after the other, from an address, while `measure` runs. Result: what came of them, and how long they took.
async function greedily(port, localAddress, measure) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
  const statuses = new Map();
  const times = [];
  let greedy = true;
  const loops = Array.from({ length: 32 }, async () => {
    while (greedy) {
      const begun = performance.now();
      const { status } = await get(fresh(), localAddress, { agent, port });
      times.push(performance.now() - begun);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  });
  await sleep(300);
  const measured = await measure();
  greedy = false;
  await Promise.all(loops);
  agent.destroy();
  return { measured, statuses, times };
}

test('32 greedy searches from one address leave others under 100 ms', async () => {
  const { measured, statuses } = await greedily(service.port, '127.0.0.4', async () => {
    const first = await calmest(() => others(30), 100);
    // by then what was saved up is used up
    return [first, await calmest(() => others(60, '127.0.0.5'), 100)];
  });
  assert.ok(measured[0] < 100, `while it is served, p95 is ${measured[0].toFixed(0)} ms`);
  assert.ok(measured[1] < 100, `while it is refused, p95 is ${measured[1].toFixed(0)} ms`);
  assert.ok(statuses.get(200) >= 300, `people search as they like: ${[...statuses]}`);
});

test('turns are fair before any limit: who asks for much waits for itself', async () => {
  // one worker: else the others might find the one without the greedy
  const open = await startService({ env: { JCAP_DATABASE_URL: largeDatabase(), JCAP_CACHE_MB: '0', WORKERS: '1' } });
  const { measured, times } = await greedily(open.port, '127.0.0.9', async () => {
    const own = [];
    for (let i = 0; i < 40; i += 1) {
      const begun = performance.now();
      assert.equal((await get(fresh(), '127.0.0.1', { port: open.port })).status, 200);
      own.push(performance.now() - begun);
    }
    return percentile(own, 50);
  });
  await open.stop();
  assert.ok(measured < percentile(times, 50) / 2.5, `others wait ${measured.toFixed(0)} ms, the greedy one ${percentile(times, 50).toFixed(0)} ms`);
});

test('who asks too much is told so, keeps what needs no database, and is served again', async () => {
  const from = '127.0.0.6';
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  const replies = await Promise.all(Array.from({ length: 1200 }, () => get(fresh(), from, { agent })));
  const refused = replies.filter((reply) => reply.status === 429);
  assert.ok(refused.length > 200, `${refused.length} of 1200 are refused`);
  assert.equal(refused[0].headers['retry-after'], '10');
  assert.equal(JSON.parse(refused[0].text).code, 'too_many_requests');
  await get('/impressum', '127.0.0.1');
  let page;
  do page = await get(fresh().replace('.json', ''), from, { agent }); while (page.status === 200);
  assert.equal(page.status, 429);
  assert.match(page.text, /<h1[^>]*>Zu viele Anfragen aus Ihrem Netz/);
  assert.equal((await get('/impressum', from)).status, 200);
  assert.equal((await get(fresh(), '127.0.0.1')).status, 200, 'others are not meant');
  await sleep(1500);
  assert.equal((await get(fresh(), from)).status, 200, 'after a pause it goes on');
  agent.destroy();
});

test('behind the proxy the client counts, and only the proxy is believed', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  const ask = (client, from = '127.0.0.77') => get(fresh(), from, { agent, headers: { 'x-forwarded-for': client } });
  const one = await Promise.all(Array.from({ length: 900 }, () => ask('198.51.100.7')));
  assert.ok(one.some((reply) => reply.status === 429));
  assert.equal((await ask('198.51.100.8')).status, 200);
  // a home network is one, whatever address it takes
  const home = await Promise.all(Array.from({ length: 900 }, (_, i) => ask(`2001:db8:1:2${(i % 200).toString(16).padStart(2, '0')}::${i.toString(16)}`)));
  assert.ok(home.some((reply) => reply.status === 429));
  assert.equal((await ask('2001:db8:1:300::1')).status, 200);
  // who is no proxy cannot take another's name
  const liar = await Promise.all(Array.from({ length: 900 }, (_, i) => ask(`203.0.113.${i % 250}`, '127.0.0.8')));
  assert.ok(liar.some((reply) => reply.status === 429));
  // the proxy's own connections are not counted
  const sockets = Array.from({ length: 600 }, () => net.connect({ port: service.port, host: '127.0.0.1', localAddress: '127.0.0.77' }).on('error', () => {}));
  await sleep(400);
  assert.ok(sockets.every((socket) => !socket.destroyed), 'none is closed');
  for (const socket of sockets) socket.destroy();
  agent.destroy();
});
