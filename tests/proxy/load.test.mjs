// Fair use: one network that floods, or takes its time, leaves the places of the others alone; and who reads slowly but
// steadily gets all of a large download. Networks are loopback addresses here.
import assert from 'node:assert/strict';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { after, before, describe, test } from 'node:test';
import { block, frame, H2, preface, StandIn, startProxy, statuses } from '../lib/proxy.mjs';
import { percentile, sleep, startService, until, within } from '../lib/service.mjs';

const BASE = [[':method', 'GET'], [':scheme', 'https'], [':authority', 'x']];
const ask = (target, id = 1) => frame(H2.HEADERS, H2.END_HEADERS | H2.END_STREAM, id, block([...BASE, [':path', target]]));
// A preface by which the client takes no byte of a body until it says so.
const closedWindow = Buffer.concat([preface.subarray(0, 24), frame(H2.SETTINGS, 0, 0, Buffer.from([0, 4, 0, 0, 0, 0]))]);

// Connects over TLS; the socket's `got` gathers what came, `gone` resolves to the seconds after which it ended.
function connect(proxy, alpn, options = {}) {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host: '127.0.0.1', port: proxy.https, ALPNProtocols: [alpn], rejectUnauthorized: false, ...options }, () => resolve(gather(socket)));
    socket.once('error', reject);
  });
}
function gather(socket) {
  const begun = Date.now();
  socket.got = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.on('data', (chunk) => { socket.got = Buffer.concat([socket.got, chunk]); });
  socket.gone = new Promise((resolve) => { socket.on('close', () => resolve((Date.now() - begun) / 1000)); });
  return socket;
}

// Times in ms of page views by a visitor from 127.0.0.1 over kept and new connections; fails if one is not 200.
async function views(proxy, target, count) {
  const times = [];
  const agent = new https.Agent({ keepAlive: true, maxSockets: 2, rejectUnauthorized: false });
  for (let i = 0; i < count; i += 1) {
    const begun = performance.now();
    const reply = await proxy.request(target, { agent: i % 4 ? agent : false });
    times.push(performance.now() - begun);
    assert.equal(reply.status, 200);
    await sleep(5);
  }
  agent.destroy();
  return times;
}
const p95 = (times) => percentile(times, 95);

// Takes bytes of an answer at a pace (bytes per second) for some seconds, then the rest; resolves to { length, seconds }.
function reader(proxy, size, pace, seconds) {
  return new Promise((resolve, reject) => {
    const begun = Date.now();
    let length = 0;
    const req = https.get({ host: '127.0.0.1', port: proxy.https, path: `/bytes/${size}`, rejectUnauthorized: false, agent: false }, (res) => {
      res.on('data', (chunk) => {
        length += chunk.length;
        const ahead = (length / pace) * 1000 - (Date.now() - begun);
        if (ahead > 0 && Date.now() - begun < seconds * 1000) {
          res.pause();
          setTimeout(() => res.resume(), ahead);
        }
      });
      res.on('error', reject);
      res.on('end', () => resolve({ length, seconds: (Date.now() - begun) / 1000 }));
    });
    req.on('error', reject);
  });
}

// The two stand side by side, because most of the first is waiting.
describe('fair use', { concurrency: true, timeout: 90000 }, () => {
  describe('who takes his time', { concurrency: true }, () => {
    let proxy;
    let standIn;
    before(async () => {
      standIn = await new StandIn().start();
      proxy = await startProxy(standIn.port);
    });
    after(async () => {
      await proxy?.stop();
      standIn?.stop();
    });

    // name: [how it begins, what it adds each second, after how many seconds it is sent away at the latest]
    const head = frame(H2.HEADERS, H2.END_STREAM, 1, block([...BASE, [':path', '/'], ['x-a', 'a'.repeat(200)]]).subarray(0, 20));
    const post = [[':method', 'POST'], ...BASE.slice(1), [':path', '/'], ['content-length', '1000']];
    const slow = {
      'silent after the handshake': ['http/1.1', '', null, 5],
      'half a head': ['http/1.1', 'GET / HTTP/1.1\r\nHost: x\r\nX-', null, 5],
      'a head, a byte a second': ['http/1.1', 'GET / HTTP/1.1\r\nHost: x\r\nX-', () => 'a', 5],
      'a second head, a byte a second': ['http/1.1', 'GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nX-', () => 'a', 5],
      'a body, a byte a second': ['http/1.1', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n', () => 'a', 5],
      'nothing more to ask': ['http/1.1', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', null, 10],
      'HTTP/2, silent': ['h2', preface, null, 5],
      'HTTP/2, pings only': ['h2', preface, () => frame(6, 0, 0, Buffer.alloc(8)), 5],
      'HTTP/2, a head in pieces': ['h2', Buffer.concat([preface, head]), () => frame(H2.CONTINUATION, 0, 1, Buffer.from([0])), 5],
      'HTTP/2, a body, a byte a second': ['h2', Buffer.concat([preface, frame(H2.HEADERS, H2.END_HEADERS, 1, block(post))]), () => frame(H2.DATA, 0, 1, Buffer.from('a')), 15],
      'HTTP/2, nothing more to ask': ['h2', Buffer.concat([preface, ask('/')]), null, 10],
    };
    for (const [name, [alpn, begin, drip, limit]] of Object.entries(slow)) {
      test(`is sent away: ${name}`, async () => {
        const socket = await connect(proxy, alpn);
        if (begin.length) socket.write(begin);
        const timer = drip && setInterval(() => socket.write(drip()), 1000);
        const seconds = await within((limit + 5) * 1000, socket.gone);
        clearInterval(timer);
        socket.destroy();
        assert.ok(seconds <= limit + 3, `still there after ${limit + 5} s`);
      });
    }
    for (const bytes of ['', '\x16\x03\x01\x02\x00']) {
      test(`is sent away: ${bytes ? 'half a handshake' : 'no handshake'}`, async () => {
        const socket = gather(net.connect(proxy.https, '127.0.0.1', () => socket.write(bytes)));
        const seconds = await within(25000, socket.gone);
        socket.destroy();
        assert.ok(seconds <= 23, 'still there after 25 s');
      });
    }
    test('a slow body gets the page for it', async () => {
      const text = (await proxy.raw('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc', { quiet: 9000 })).toString();
      assert.match(text, /^HTTP\/1\.1 408 /);
      assert.match(text, /<html lang="de">[\s\S]*Fehler 408/);
      assert.match(text, /strict-transport-security: max-age=31536000/);
    });
    test('a service that is silent is a 504 with Retry-After', async () => {
      const reply = await proxy.request('/silent', { timeout: 25000, agent: false });
      assert.equal(reply.status, 504);
      assert.match(reply.text, /Die Antwort dauert zu lange/);
      assert.match(reply.headers['retry-after'], /^\d+$/);
    });
    test('a reader at 1 MB/s gets all of 23 MB', async () => {
      const { length, seconds } = await reader(proxy, 23e6, 1e6, 60);
      assert.equal(length, 23e6);
      assert.ok(seconds > 20, `${seconds} s: it was not slow`);
    });
    test('a reader at 100 kB/s is not cut off', async () => {
      const { length, seconds } = await reader(proxy, 23e6, 1e5, 23);
      assert.equal(length, 23e6);
      assert.ok(seconds > 22, `${seconds} s: it was not slow`);
    });
  });

  describe('who wants everything', { concurrency: false }, () => {
    const target = '/suche?ort=20357';
    let proxy;
    let service;
    before(async () => {
      service = await startService({ env: { JCAP_TRUSTED_PROXIES: '127.0.0.1' } });
      proxy = await startProxy(service.port);
      await until('haproxy has seen the service', async () => (await proxy.request('/live')).status === 200);
      await views(proxy, target, 30);
    });
    after(async () => {
      await proxy?.stop();
      await service?.stop();
    });

    test('2,500 connections from one address leave others under 100 ms; the address keeps 200', async () => {
      const sockets = new Set();
      let opened = 0;
      const open = () => {
        opened += 1;
        const socket = net.connect({ port: proxy.https, host: '127.0.0.1', localAddress: '127.0.0.2' });
        sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => sockets.delete(socket));
      };
      const flood = (async () => { while (opened < 2500) { for (let i = 0; i < 50; i += 1) open(); await sleep(20); } })();
      const times = await views(proxy, target, 120);
      await flood;
      await until('the surplus is closed', async () => sockets.size <= 200, 5000);
      assert.ok(sockets.size > 150, `only ${sockets.size} are left: offices would be shut out`);
      const later = await views(proxy, target, 60);
      for (const socket of sockets) socket.destroy();
      assert.ok(p95(times) < 100 && p95(later) < 100, `p95 ${p95(times)} ms during, ${p95(later)} ms after`);
    });

    test('requests that stay under way: 100 of a network, then 429; others do not notice', async () => {
      const held = await Promise.all([1, 2, 3].map(() => connect(proxy, 'h2', { localAddress: '127.0.0.3' })));
      try {
        const ids = Array.from({ length: 50 }, (_, i) => 2 * i + 1);
        for (const socket of held) socket.write(Buffer.concat([closedWindow, ...ids.map((id) => ask(target, id))]));
        const seen = () => held.flatMap((socket) => Object.values(statuses(socket.got)));
        await until('all are answered', async () => seen().length >= 150, 5000);
        assert.equal(seen().filter((status) => status === 200).length, 100);
        assert.equal(seen().filter((status) => status === 429).length, 50);
        const times = await views(proxy, target, 60);
        assert.ok(p95(times) < 100, `p95 ${p95(times)} ms`);
      } finally {
        for (const socket of held) socket.destroy();
      }
      await until('the places are free again', async () => (await proxy.request(target, { localAddress: '127.0.0.3', agent: false })).status === 200, 3000);
    });

    test('more than 3,000 requests in ten seconds: 429 with Retry-After, for that network only', async () => {
      const session = await proxy.session({ localAddress: '127.0.0.4' });
      const seen = {};
      let last;
      await Promise.all(Array.from({ length: 32 }, async () => {
        for (let i = 0; i < 100; i += 1) {
          const reply = await session.ask({ ':path': '/live' });
          seen[reply.status] = (seen[reply.status] ?? 0) + 1;
          if (reply.status === 429) last = reply;
        }
      }));
      session.close();
      assert.deepEqual(seen, { 200: 3000, 429: 200 });
      assert.equal(last.headers['retry-after'], '10');
      assert.match(last.headers['content-type'], /^text\/html/);
      assert.match(last.text, /Bitte warten Sie zehn Sekunden/);
      assert.equal((await proxy.request('/live')).status, 200);
      const again = await proxy.session({ localAddress: '127.0.0.4' });
      await until('it may ask again', async () => (await again.ask({ ':path': '/live' })).status === 200, 15000);
      again.close();
    });
  });
});
