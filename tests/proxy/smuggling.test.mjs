// One request is one request: nothing that two parsers could read in two ways gets through the proxy, and nobody gets the
// answer to somebody else's request. Told with bytes and frames, because no library sends such things.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import https from 'node:https';
import { after, before, describe, test } from 'node:test';
import { block, config, frame, H2, preface, StandIn, startProxy, statuses } from '../lib/proxy.mjs';
import { sleep, startService, testVar } from '../lib/service.mjs';

const MARK = 'POISON';
const HIDDEN = `GET /${MARK} HTTP/1.1\r\nHost: x\r\n\r\n`;
// waits in the service for the head of the next visitor's request, whose first line becomes the value of X
const BAIT = `GET /${MARK} HTTP/1.1\r\nHost: x\r\nX: `;
const lines = (count) => Array.from({ length: count }, (_, i) => `X-${i}: a,b,c\r\n`).join('');

// more than haproxy and Kore take at once: what is behind arrives on its own
const LONG = HIDDEN.repeat(1200);

// Refused over HTTP/1.1; the service sees not a byte of it.
const H1_REFUSED = {
  ...Object.fromEntries(['GET', 'HEAD', 'OPTIONS'].flatMap((method) => [
    [`${method} with Content-Length`, `${method} / HTTP/1.1\r\nHost: x\r\nContent-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`],
    [`${method} with half a request as its body`, `${method} / HTTP/1.1\r\nHost: x\r\nContent-Length: ${BAIT.length}\r\n\r\n${BAIT}`],
    [`${method} with a long body`, `${method} / HTTP/1.1\r\nHost: x\r\nContent-Length: ${LONG.length}\r\n\r\n${LONG}`],
    [`${method} with a long chunk`, `${method} / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${LONG.length.toString(16)}\r\n${LONG}\r\n0\r\n\r\n`],
    [`${method} with Content-Length, body to come`, `${method} / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n`],
    [`${method} with chunks`, `${method} / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${HIDDEN.length.toString(16)}\r\n${HIDDEN}\r\n0\r\n\r\n`],
    [`${method} with no chunk`, `${method} / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ])),
  'PUT with body': `PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
  'a method of its own with body': `PURGE / HTTP/1.1\r\nHost: x\r\nContent-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
  'get in small letters': 'get / HTTP/1.1\r\nHost: x\r\n\r\n',
  CONNECT: 'CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n',
  'POST with chunks': `POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n${MARK}\r\n0\r\n\r\n`,
  'POST with a trailer': `POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-T: ${MARK}\r\n\r\n`,
  'Content-Length and Transfer-Encoding': `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'Transfer-Encoding and Content-Length': `POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n${HIDDEN}`,
  'Transfer-Encoding in HTTP/1.0': 'POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ...Object.fromEntries(['identity', 'gzip', 'gzip, chunked', 'chunked, identity', 'xchunked', 'chunked\x0b', '"chunked"', ''].map((coding) =>
    [`Transfer-Encoding: ${JSON.stringify(coding)}`, `POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: ${coding}\r\nContent-Length: 6\r\n\r\n${MARK}`])),
  'folded Transfer-Encoding': 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n',
  'blank before the colon': `POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\nContent-Length: 6\r\n\r\n${MARK}`,
  'two lengths': `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nContent-Length: 5\r\n\r\n${MARK}`,
  'two lengths in a line': `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6, 5\r\n\r\n${MARK}`,
  ...Object.fromEntries(['+6', '-6', '0x6', '6 6', '6;', '', '99999999999999999999999'].map((value) =>
    [`Content-Length: ${JSON.stringify(value)}`, `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${value}\r\n\r\n${MARK}`])),
  'POST over 64 kB': `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n${MARK}`,
  ...Object.fromEntries([0, 1, 8, 11, 12, 14, 27, 31, 127].map((code) =>
    [`byte ${code} in a value`, `GET /${MARK} HTTP/1.1\r\nHost: x\r\nX-A: a${String.fromCharCode(code)}b\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n`])),
  'CR in a value': `GET /${MARK} HTTP/1.1\r\nHost: x\r\nX-A: a\rX-B: c\r\n\r\n`,
  'NUL in a name': `GET /${MARK} HTTP/1.1\r\nHost: x\r\nX\0A: b\r\n\r\n`,
  'control byte in the address': `GET /\x01${MARK} HTTP/1.1\r\nHost: x\r\n\r\n`,
  'blank in the address': `GET /a ${MARK} HTTP/1.1\r\nHost: x\r\n\r\n`,
  'first line folded': `GET /${MARK} HTTP/1.1\r\n X-A: a\r\nHost: x\r\n\r\n`,
  '21 header lines': `GET /${MARK} HTTP/1.1\r\nHost: x\r\n${lines(20)}\r\n`,
  '200 header lines': `GET /${MARK} HTTP/1.1\r\nHost: x\r\n${lines(199)}\r\n`,
  'two hosts': `GET /${MARK} HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n`,
  'address and Host differ': `GET http://y/${MARK} HTTP/1.1\r\nHost: x\r\n\r\n`,
  'upgrade to h2c': `GET /${MARK} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n`,
  'upgrade to a web socket': `GET /${MARK} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  'no HTTP': `\x01\x02${MARK}\r\n\r\n`,
  'HTTP/0.9': `GET /${MARK}\r\n\r\n`,
};

// What goes through, and as what: [sent, what the service reads].
const FORWARDED = 'x-forwarded-for: 127.0.0.1\r\n\r\n';
const H1_PASSED = {
  'a plain GET': ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', `GET / HTTP/1.1\r\nhost: x\r\n${FORWARDED}`],
  'length 0 goes': ['GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n', `GET / HTTP/1.1\r\nhost: x\r\n${FORWARDED}`],
  'POST with its body': ['POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nabcd', `POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n${FORWARDED}abcd`],
  'the same length twice is one': ['POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nabcd', `POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n${FORWARDED}abcd`],
  // RFC 9112 section 5.2 leaves the choice between 400 and blanks
  'a folded line becomes one line': ['GET / HTTP/1.1\r\nHost: x\r\nX-A: a\r\n b\r\n\r\n', `GET / HTTP/1.1\r\nhost: x\r\nx-a: a   b\r\n${FORWARDED}`],
  'a tab stays': ['GET / HTTP/1.1\r\nHost: x\r\nX-A: a\tb\r\n\r\n', `GET / HTTP/1.1\r\nhost: x\r\nx-a: a\tb\r\n${FORWARDED}`],
  '20 lines with commas': [`GET / HTTP/1.1\r\nHost: x\r\n${lines(19)}\r\n`, `GET / HTTP/1.1\r\nhost: x\r\n${lines(19).toLowerCase()}${FORWARDED}`],
  'who asks is told by the proxy alone': ['GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-For: 5.6.7.8\r\nX-FORWARDED-Proto: http\r\nX-Forwarded-Host: y\r\nForwarded: for=1.2.3.4\r\nX-Real-IP: 1.2.3.4\r\nCookie: a=b\r\n\r\n',
    `GET / HTTP/1.1\r\nhost: x\r\n${FORWARDED}`],
};

const BASE = [[':method', 'GET'], [':scheme', 'https'], [':authority', 'x'], [':path', `/${MARK}`]];
// Frames of one stream: its head with some pseudo headers other than usual, then DATA frames; the last one ends the stream
// unless `open`.
function stream(id, over = {}, extra = [], data = [], open = false) {
  const fields = [...BASE.map(([name, value]) => [name, over[name] ?? value]), ...extra];
  const end = data.length || open ? 0 : H2.END_STREAM;
  return Buffer.concat([frame(H2.HEADERS, H2.END_HEADERS | end, id, block(fields)),
    ...data.map((bytes, i) => frame(H2.DATA, i === data.length - 1 && !open ? H2.END_STREAM : 0, id, Buffer.from(bytes)))]);
}
const POST = { ':method': 'POST' };
const H2_REFUSED = {
  ...Object.fromEntries(['GET', 'HEAD', 'OPTIONS'].flatMap((method) => [
    [`${method} with DATA`, (id) => stream(id, { ':method': method }, [], [HIDDEN])],
    [`${method} with DATA and length`, (id) => stream(id, { ':method': method }, [['content-length', String(HIDDEN.length)]], [HIDDEN])],
    [`${method} with half a request as DATA`, (id) => stream(id, { ':method': method }, [['content-length', String(BAIT.length)]], [BAIT])],
    [`${method} with much DATA`, (id) => stream(id, { ':method': method }, [], [LONG.slice(0, 14000), LONG.slice(0, 14000)])],
    [`${method} with empty DATA`, (id) => stream(id, { ':method': method }, [], [''])],
    [`${method} with empty DATA, then more`, (id) => stream(id, { ':method': method }, [], ['', HIDDEN])],
    [`${method} left open`, (id) => stream(id, { ':method': method }, [], [], true)],
    [`${method} left open with a length`, (id) => stream(id, { ':method': method }, [['content-length', '50']], [], true)],
    [`${method} with a length and no body`, (id) => stream(id, { ':method': method }, [['content-length', '50']])],
    [`${method} with length 0 and DATA`, (id) => stream(id, { ':method': method }, [['content-length', '0']], [HIDDEN])],
    [`${method} with trailers`, (id) => Buffer.concat([stream(id, { ':method': method }, [], [], true), frame(H2.HEADERS, 5, id, block([['x-t', MARK]]))])],
  ])),
  'PUT with DATA': (id) => stream(id, { ':method': 'PUT' }, [], [HIDDEN]),
  'POST without length': (id) => stream(id, POST, [], [MARK]),
  'POST with a length and no body': (id) => stream(id, POST, [['content-length', '50']]),
  'POST shorter than said': (id) => stream(id, POST, [['content-length', '50']], [MARK]),
  'POST longer than said': (id) => stream(id, POST, [['content-length', '2']], [MARK]),
  'POST over 64 kB': (id) => stream(id, POST, [['content-length', '65537']], [], true),
  'POST with two lengths': (id) => stream(id, POST, [['content-length', '6'], ['content-length', '5']], [MARK]),
  'transfer-encoding': (id) => stream(id, POST, [['transfer-encoding', 'chunked']], [MARK]),
  'connection header': (id) => stream(id, {}, [['connection', 'close']]),
  ...Object.fromEntries([0, 1, 8, 10, 11, 13, 31, 127].map((code) => [`byte ${code} in a value`, (id) => stream(id, {}, [['x-a', `a${String.fromCharCode(code)}b`]])])),
  'a line in a value': (id) => stream(id, {}, [['x-a', 'a\r\nx-b: c']]),
  ...Object.fromEntries(['X-A', 'x-a: b', 'x a', 'x\r\na', 'x\0a', ''].map((name) => [`name ${JSON.stringify(name)}`, (id) => stream(id, {}, [[name, 'a']])])),
  ...Object.fromEntries([`/ HTTP/1.1\r\nHost: x\r\n\r\nGET /${MARK}`, `/a ${MARK}`, `/\0${MARK}`, `/\x01${MARK}`, MARK, ''].map((value) => [`path ${JSON.stringify(value)}`, (id) => stream(id, { ':path': value })])),
  ...Object.fromEntries(['GET / HTTP/1.1\r\nX:', 'get', 'TRACE'].map((value) => [`method ${JSON.stringify(value)}`, (id) => stream(id, { ':method': value })])),
  ...Object.fromEntries(['x\r\ny: z', 'x y', 'x\0y'].map((value) => [`authority ${JSON.stringify(value)}`, (id) => stream(id, { ':authority': value })])),
  'two paths': (id) => stream(id, {}, [[':path', '/b']]),
  'extended CONNECT': (id) => frame(H2.HEADERS, H2.END_HEADERS, id, block([[':method', 'CONNECT'], [':protocol', 'websocket'], ...BASE.slice(1)])),
  '21 header lines': (id) => stream(id, {}, Array.from({ length: 20 }, (_, i) => [`x-${i}`, 'a'])),
};
const answered = (count) => (bytes) => { const seen = statuses(bytes); return 0 in seen || Object.keys(seen).length >= count; };
const firstStatus = (bytes) => Number(/^HTTP\/1\.1 (\d{3})/.exec(bytes.toString('latin1'))?.[1] ?? 0);

describe('what two parsers could read in two ways', () => {
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

  for (const [name, bytes] of Object.entries(H1_REFUSED)) {
    test(`HTTP/1.1, refused: ${name}`, async () => {
      standIn.bytes = '';
      const reply = await proxy.raw(bytes, { enough: firstStatus });
      const status = firstStatus(reply);
      assert.ok(status >= 400 && status < 500, `answered with ${reply.toString('latin1').slice(0, 60)}`);
      assert.equal(reply.toString('latin1').split(/HTTP\/1\.1 \d{3}/).length - 1, 1, 'more than one answer');
      assert.equal(standIn.bytes, '', 'something reached the service');
    });
  }
  for (const [name, [bytes, expected]] of Object.entries(H1_PASSED)) {
    test(`HTTP/1.1, passed: ${name}`, async () => {
      standIn.bytes = '';
      assert.equal(firstStatus(await proxy.raw(bytes, { enough: firstStatus })), 200);
      assert.equal(standIn.bytes, expected);
    });
  }
  for (const [name, make] of Object.entries(H2_REFUSED)) {
    test(`HTTP/2, refused: ${name}`, async () => {
      standIn.bytes = '';
      const seen = statuses(await proxy.raw(Buffer.concat([preface, make(1)]), { alpn: 'h2', enough: answered(1) }));
      const outcome = seen[1] ?? seen[0];
      assert.ok(outcome === 'reset' || outcome === 'goaway' || (outcome >= 400 && outcome < 500), JSON.stringify(seen));
      // the body of a POST that breaks off may be on its way: it is bounded by the length in front of it
      if (/^POST (shorter|longer)/.test(name)) assert.ok(!standIn.bytes.includes('transfer-encoding'), standIn.bytes);
      else assert.equal(standIn.bytes, '', 'something reached the service');
    });
  }
  test('HTTP/2, passed: GET, HEAD, and POST with a length', async () => {
    standIn.bytes = '';
    const seen = statuses(await proxy.raw(Buffer.concat([preface, stream(1), stream(3, { ':method': 'HEAD' }), stream(5, POST, [['content-length', '4']], ['ab', 'cd']),
      stream(7, {}, Array.from({ length: 30 }, () => ['cookie', 'a=b']))]), { alpn: 'h2', enough: answered(4) }));
    assert.deepEqual(seen, { 1: 200, 3: 200, 5: 200, 7: 200 });
    assert.ok(!/transfer-encoding|cookie/i.test(standIn.bytes), standIn.bytes);
  });
});

// Attackers and victims ------------------------------------------------------------------------------------------------
// Victims ask for addresses of their own over kept connections; attackers send everything above, over HTTP/1.1 and HTTP/2,
// from other addresses. `right(reply, n)` says whether a reply belongs to victim request n.
async function storm(proxy, target, right, seconds) {
  const end = Date.now() + seconds * 1000;
  const count = { victims: 0, wrong: 0, attacks: 0, samples: [] };
  let number = 0;
  let from = 0;
  const judge = (reply, n) => {
    count.victims += 1;
    if (right(reply, n)) return;
    count.wrong += 1;
    if (count.samples.length < 3) count.samples.push(`${target(n)}: ${reply.status} ${reply.text.slice(0, 100)}`);
  };
  const failed = (error) => ({ status: 0, text: String(error) });
  const victims = Array.from({ length: 8 }, async (_, i) => {
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
    const session = i % 2 ? await proxy.session() : null;
    // not faster than one network may be
    for (; Date.now() < end; await sleep(20)) {
      number += 1;
      const n = number;
      judge(await (session ? session.ask({ ':path': target(n) }) : proxy.request(target(n), { agent })).catch(failed), n);
    }
    session?.close();
    agent.destroy();
  });
  const attackers = Array.from({ length: 6 }, async (_, i) => {
    const h1 = Object.values(H1_REFUSED);
    const h2 = Object.values(H2_REFUSED);
    while (Date.now() < end) {
      from = (from + 1) % 200;
      const options = { quiet: 300, linger: 5, localAddress: `127.0.1.${from + 1}` };
      count.attacks += 1;
      if (i % 2) await proxy.raw(h1[count.attacks % h1.length], { ...options, enough: firstStatus });
      else await proxy.raw(Buffer.concat([preface, ...[1, 3, 5].map((id, k) => h2[(count.attacks + k * 7) % h2.length](id))]), { alpn: 'h2', ...options, enough: answered(3) });
    }
  });
  await Promise.all([...victims, ...attackers]);
  return count;
}
const echoed = [(n) => `/victim/${n}`, (reply, n) => reply.status === 200 && reply.text === `/victim/${n}`];

describe('attackers and victims', () => {
  test('nobody gets a wrong reply from a service that could be smuggled to', { timeout: 30000 }, async () => {
    const standIn = await new StandIn().start();
    const proxy = await startProxy(standIn.port);
    try {
      const count = await storm(proxy, ...echoed, 2.5);
      assert.ok(count.victims > 300 && count.attacks > 200, JSON.stringify(count));
      assert.equal(count.wrong, 0, JSON.stringify(count));
    } finally {
      await proxy.stop();
      standIn.stop();
    }
  });

  test('nobody gets a wrong reply from the register', { timeout: 60000 }, async () => {
    const service = await startService({ env: { JCAP_TRUSTED_PROXIES: '127.0.0.1' } });
    const proxy = await startProxy(service.port);
    try {
      const workers = service.workers();
      const pages = ['/kreis/06611.json', '/kreis/06633.json', '/standards', '/suche?ort=20357', '/land/HE', '/phasen'];
      const expected = await Promise.all(pages.map(async (page) => (await service.get(page)).text));
      assert.equal(new Set(expected).size, pages.length);
      // every other request is for an address nobody else asks for: a field that does not exist, named in the answer
      const target = (n) => (n % 2 ? pages[n % pages.length] : `/suche.json?victim${n}=1`);
      const right = (reply, n) => (n % 2 ? reply.status === 200 && reply.text === expected[n % pages.length] : reply.status === 400 && reply.text.includes(`"victim${n}"`));
      const count = await storm(proxy, target, right, 6);
      assert.ok(count.victims > 800 && count.attacks > 300, JSON.stringify(count));
      assert.equal(count.wrong, 0, JSON.stringify(count));
      assert.deepEqual(service.workers(), workers, 'a worker died');
    } finally {
      await proxy.stop();
      await service.stop();
    }
  });

  test('without the rules the same victims do get wrong replies: the test can see them', { timeout: 30000 }, async () => {
    const text = fs.readFileSync(config, 'utf8').replace(/^\thttp-request deny deny_status 400 .*\n/gm, '').replace('default-path config', `default-path origin ${path.dirname(config)}`);
    const file = path.join(testVar, 'proxy-open.cfg');
    fs.writeFileSync(file, text);
    const standIn = await new StandIn().start();
    const proxy = await startProxy(standIn.port, { file });
    try {
      const count = await storm(proxy, ...echoed, 1.5);
      assert.ok(count.wrong > 0, JSON.stringify(count));
    } finally {
      await proxy.stop();
      standIn.stop();
    }
  });
});
