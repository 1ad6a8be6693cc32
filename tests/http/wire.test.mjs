// The guard at the wire: what no HTTP library would send. Everything ambiguous is refused in German and the connection
// closed; what is right is answered one after the other, however it arrives.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { calmest, sleep, startService } from '../lib/service.mjs';

let service;
let late;
let idle;
let unfinished;
before(async () => {
  // as the Dockerfile binds it
  service = await startService({ env: { BIND: '0.0.0.0' } });
  // these take their time; the last tests look at them
  late = send(['GET /live HTTP/1.1\r\nHo', 12000], { quiet: 1000 });
  unfinished = send(['POST /suche HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc', 18000], { quiet: 1000 });
  idle = send(['GET /live HTTP/1.1\r\nHost: a\r\n\r\n', 17500], { quiet: 1000 });
});
after(() => service?.stop());

// Sends bytes, in pieces if it is a list (a number is a pause in ms); resolves to { text, closed } when the peer closes or nothing
// has come for `quiet` ms.
function send(pieces, { quiet = 700, port = service.port, localAddress } = {}) {
  return new Promise((resolve) => {
    const chunks = [];
    let timer;
    const socket = net.connect({ port, host: '127.0.0.1', localAddress });
    const done = (closed) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ text: Buffer.concat(chunks).toString('latin1'), closed });
    };
    let pausing = false;
    const wait = () => { clearTimeout(timer); if (!pausing) timer = setTimeout(() => done(false), quiet); };
    socket.on('data', (chunk) => { chunks.push(chunk); wait(); });
    socket.on('error', () => done(true));
    socket.on('close', () => done(true));
    socket.on('connect', async () => {
      wait();
      for (const piece of [pieces].flat()) {
        pausing = typeof piece === 'number';
        wait();
        if (pausing) await sleep(piece); else socket.write(piece, 'latin1');
      }
      pausing = false;
      wait();
    });
  });
}

// The replies in a stream of bytes: [{ status, headers, body }]. Fails if the bytes are not exactly whole replies.
function replies(text) {
  const found = [];
  let rest = text;
  while (rest.length > 0) {
    const end = rest.indexOf('\r\n\r\n');
    assert.ok(end > 0, `no end of a head in ${JSON.stringify(rest.slice(0, 200))}`);
    const [first, ...lines] = rest.slice(0, end).split('\r\n');
    const status = Number(/^HTTP\/1\.[01] (\d{3}) /.exec(first)?.[1]);
    assert.ok(status > 0, `no status line: ${JSON.stringify(first)}`);
    const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
    const length = Number(headers['content-length'] ?? 0);
    const body = rest.slice(end + 4, end + 4 + length);
    assert.equal(body.length, length, 'the body is as long as announced');
    found.push({ status, headers, body });
    rest = rest.slice(end + 4 + length);
  }
  return found;
}

const many = (n) => Array.from({ length: n }, (_, i) => `X-${i}: y\r\n`).join('');
const REFUSED = [
  ['a body behind GET', 'GET /live HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello'],
  ['a request as the body of GET', 'GET /live HTTP/1.1\r\nHost: a\r\nContent-Length: 30\r\n\r\nGET /suche HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a length on HEAD', 'HEAD /live HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n', { head: true }],
  ['a length on OPTIONS', 'OPTIONS /live HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx'],
  ['a length on DELETE', 'DELETE /live HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx'],
  ['chunks on GET', 'GET /live HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['chunks on HEAD', 'HEAD /live HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', { head: true }],
  ['an odd transfer coding on OPTIONS', 'OPTIONS /live HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n'],
  ['chunks and a length', 'POST /live HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n'],
  ['chunks in HTTP/1.0', 'POST /live HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['two lengths', 'POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello'],
  ['two equal lengths', 'POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello'],
  ['a list of lengths', 'POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello'],
  ['a length with a sign', 'POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello'],
  ['a negative length', 'POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\nhello'],
  ['a hexadecimal length', 'POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\nhello'],
  ['an empty length', 'POST /live HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\nhello'],
  ['a length with NUL', 'POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: 5\0\r\n\r\nhello'],
  ['bytes beyond the length', 'POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nxy'],
  ['a request beyond the length', 'POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nxGET /suche HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['bytes beyond the length, behind a body that came later', ['POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe', 100, 'lloGET /suche HTTP/1.1\r\n']],
  ['bytes beyond a length of 0', 'POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\nxy'],
  ['NUL in a header', 'GET /live HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n'],
  ['NUL in the name of a header', 'GET /live HTTP/1.1\r\nHost: a\r\nX\0A: b\r\n\r\n'],
  ['NUL in the address', 'GET /li\0ve HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a control byte in a header', 'GET /live HTTP/1.1\r\nHost: a\r\nAccept: text/\x01html\r\n\r\n'],
  ['DEL in a header', 'GET /live HTTP/1.1\r\nHost: a\r\nX-A: b\x7f\r\n\r\n'],
  ['CR inside a header', 'GET /live HTTP/1.1\r\nHost: a\r\nX-A: b\rContent-Length: 5\r\n\r\n'],
  ['LF alone ends a line', 'GET /live HTTP/1.1\nHost: a\n\n'],
  ['LF alone inside', 'GET /live HTTP/1.1\r\nHost: a\r\nX-A: b\nContent-Length: 5\r\n\r\n'],
  ['a continued line', 'GET /live HTTP/1.1\r\nHost: a\r\nX-A: b\r\n Content-Length: 5\r\n\r\n'],
  ['a line continued by a tab', 'GET /live HTTP/1.1\r\nHost: a\r\nX-A: b\r\n\tc\r\n\r\n'],
  ['a blank before the colon', 'GET /live HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\n'],
  ['no colon', 'GET /live HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n'],
  ['an empty name', 'GET /live HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n'],
  ['21 header lines', `GET /live HTTP/1.1\r\nHost: a\r\n${many(20)}\r\n`],
  ['60 header lines', `GET /live HTTP/1.1\r\nHost: a\r\n${many(59)}\r\n`],
  ['21 lines of one list', `GET /live HTTP/1.1\r\nHost: a\r\n${'Accept: a/b\r\n'.repeat(20)}\r\n`],
  ['22 empty lines of X-Forwarded-For', `GET /live HTTP/1.1\r\nHost: a\r\n${'X-Forwarded-For:\r\n'.repeat(21)}\r\n`],
  ['22 lines of X-Forwarded-For', `GET /live HTTP/1.1\r\nHost: a\r\n${'X-Forwarded-For: 1.2.3.4\r\n'.repeat(21)}\r\n`],
  ['no Host in HTTP/1.1', 'GET /live HTTP/1.1\r\n\r\n'],
  ['two Hosts', 'GET /live HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
  ['two equal Hosts', 'GET /live HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n'],
  ['two Hosts in HTTP/1.0', 'GET /live HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n'],
  ['Hostile instead of Host', 'GET /live HTTP/1.1\r\nHostile: a\r\n\r\n'],
  ['an empty Host', 'GET /live HTTP/1.1\r\nHost:\r\n\r\n'],
  ['a Host with a path', 'GET /live HTTP/1.1\r\nHost: a/b\r\n\r\n'],
  ['a Host with half an IPv6 address', 'GET /live HTTP/1.1\r\nHost: [::1\r\n\r\n'],
  ['a Host with a blank', 'GET /live HTTP/1.1\r\nHost: a b\r\n\r\n'],
  ['no version', 'GET /live\r\nHost: a\r\n\r\n'],
  ['two blanks in the request line', 'GET  /live HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a blank in the address', 'GET /li ve HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a version that is none', 'GET /live HTTP/1.x\r\nHost: a\r\n\r\n'],
  ['a relative address', 'GET live HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['an asterisk for GET', 'GET * HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['an authority alone', 'GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['another scheme', 'GET ftp://a/live HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['an absolute address without host', 'GET http:///live HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['TLS on a plain port', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'],
  ['a newer major version', 'GET /live HTTP/2.0\r\nHost: a\r\n\r\n', { status: 505 }],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', { status: [400, 505] }],
  ['an address that is too long for HEAD', `HEAD /suche?ort=${'a'.repeat(3000)} HTTP/1.1\r\nHost: a\r\n\r\n`, { status: 414, head: true }],
  ['an unknown method', 'BREW /live HTTP/1.1\r\nHost: a\r\n\r\n', { status: 405 }],
  ['TRACE', 'TRACE /live HTTP/1.1\r\nHost: a\r\n\r\n', { status: 405 }],
  ['CONNECT', 'CONNECT /live HTTP/1.1\r\nHost: a\r\n\r\n', { status: 405 }],
  ['a method in small letters', 'get /live HTTP/1.1\r\nHost: a\r\n\r\n', { status: 405 }],
  ['chunks on POST', 'POST /live HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n', { status: 411 }],
  ['a body that is too long', 'POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n', { status: 413 }],
  ['a length beyond all numbers', `POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: ${'9'.repeat(60)}\r\n\r\n`, { status: 413 }],
  ['an address that is too long', `GET /suche?ort=${'a'.repeat(3000)} HTTP/1.1\r\nHost: a\r\n\r\n`, { status: 414 }],
  ['a request line without end', `GET /${'a'.repeat(20000)}`, { status: 414 }],
  ['headers without end', `GET /live HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(20000)}`, { status: 431 }],
];

// One subtest per row, eight at a time.
const each = (t, rows, check) => Promise.all(rows.map((row) => t.test(row[0], () => check(row))));

test('what is ambiguous is refused once, in German, and the connection is closed', { concurrency: 8 }, (t) =>
  each(t, REFUSED, async ([, bytes, { status = 400, head = false } = {}]) => {
    const { text, closed } = await send(bytes);
    assert.ok(closed, 'the connection is closed');
    // a refused HEAD has no body either
  const found = replies(head ? text.replace(/content-length: \d+/, 'content-length: 0') : text);
    assert.equal(found.length, 1, `one reply: ${text.slice(0, 300)}`);
    assert.ok([status].flat().includes(found[0].status), `status ${found[0].status}`);
    assert.equal(found[0].headers.connection, 'close');
    assert.ok(found[0].headers.date, 'it says when');
    if (!head) assert.match(found[0].body, /lang="de"/);
    if (found[0].status === 405) assert.equal(found[0].headers.allow, 'GET, HEAD, OPTIONS');
  }));

test('a refusal comes as problem+json to who asked for JSON', async () => {
  const { text } = await send('GET /live HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\nContent-Length: 5\r\n\r\nhello');
  const [reply] = replies(text);
  assert.equal(reply.headers['content-type'], 'application/problem+json');
  assert.equal(JSON.parse(Buffer.from(reply.body, 'latin1').toString()).code, 'bad_request');
});

const ANSWERED = [
  ['HTTP/1.0 without Host', 'GET /live HTTP/1.0\r\n\r\n', { closed: true }],
  ['OPTIONS in HTTP/1.0, as haproxy asks by itself', 'OPTIONS / HTTP/1.0\r\n\r\n', { status: [204], closed: true }],
  ['DELETE in HTTP/1.0', 'DELETE /suche HTTP/1.0\r\n\r\n', { status: [405], closed: true }],
  ['PUT in HTTP/1.0', 'PUT /suche HTTP/1.0\r\nContent-Length: 2\r\n\r\nxy', { status: [405], closed: true }],
  ['HTTP/1.1 that closes', 'GET /live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', { closed: true }],
  ['close as one of several', 'GET /live HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, close\r\n\r\n', { closed: true }],
  ['20 header lines', `GET /live HTTP/1.1\r\nHost: a\r\n${many(19)}\r\n`],
  ['20 header lines and the proxy\'s own', `GET /live HTTP/1.1\r\nHost: a\r\n${many(19)}X-Forwarded-For: 1.2.3.4\r\n\r\n`],
  ['an empty header', 'GET /live HTTP/1.1\r\nHost: a\r\nAccept:\r\nX-A:\r\nAccept-Encoding:  \t\r\n\r\n'],
  ['umlauts in a header nobody reads', 'GET /live HTTP/1.1\r\nHost: a\r\nReferer: http://x/K\xf6ln\r\nX-\u00e4: b\r\n\r\n', { status: 400, closed: true }],
  ['umlauts in the value of a header nobody reads', 'GET /live HTTP/1.1\r\nHost: a\r\nReferer: http://x/K\xc3\xb6ln\r\n\r\n'],
  ['tabs around a value', 'GET /live HTTP/1.1\r\nHost:\ta\t\r\nAccept:\ttext/html,\tapplication/json\r\n\r\n'],
  ['an absolute address', 'GET http://register.example/live HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['an absolute address with port and https', 'GET HTTPS://register.example:8443/live HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['an absolute address without path', 'GET http://register.example HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['an absolute address with query only', 'GET http://register.example?region=aus HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['the asterisk of OPTIONS', 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n', { status: [204] }],
  ['a length of 0', 'GET /live HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n'],
  ['a later minor version', 'GET /live HTTP/1.2\r\nHost: a\r\n\r\n'],
  ['an IPv6 Host', 'GET /live HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n'],
  ['a line end before the request', '\r\nGET /live HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['a query typed without encoding', 'GET /suche.json?ort=K\xc3\xb6ln HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['POST with a body', 'POST /suche HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello', { status: [405] }],
  ['POST without length', 'POST /suche HTTP/1.1\r\nHost: a\r\n\r\n', { status: [405] }],
  ['POST whose body comes later', ['POST /suche HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n', 100, 'he', 100, 'llo'], { status: [405] }],
  ['a head in single bytes', [...'GET /live HTTP/1.1\r\nHost: a\r\n\r\n'].flatMap((byte) => [byte, 3])],
];

test('what is unusual but clear is answered, and the connection goes on where HTTP/1.1 says so', { concurrency: 8 }, (t) =>
  each(t, ANSWERED, async ([, bytes, { status = [200], closed = false } = {}]) => {
    const reply = await send(bytes);
    const found = replies(reply.text);
    assert.equal(found.length, 1, reply.text.slice(0, 300));
    assert.ok([status].flat().includes(found[0].status), `status ${found[0].status}`);
    assert.equal(reply.closed, closed);
    if (found[0].status === 405) assert.equal(found[0].headers.allow, 'GET, HEAD, OPTIONS');
  }));

test('lines of one list header are one list', async () => {
  const tag = (await service.get('/impressum', { 'accept-encoding': 'identity' })).headers.etag;
  const etag = replies((await send(`GET /impressum HTTP/1.1\r\nHost: a\r\nIf-None-Match: "a"\r\nIf-None-Match: ${tag}\r\nIf-None-Match: "b"\r\n\r\n`)).text);
  assert.equal(etag[0].status, 304);
  const [json] = replies((await send('GET /suche?ort=20357 HTTP/1.1\r\nHost: a\r\nAccept: text/html;q=0.1\r\nAccept: application/json\r\n\r\n')).text);
  assert.equal(json.headers['content-type'], 'application/json');
  const [gzip] = replies((await send('GET /impressum HTTP/1.1\r\nHost: a\r\nAccept-Encoding: identity\r\nAccept-Encoding: gzip\r\n\r\n')).text);
  assert.equal(gzip.headers['content-encoding'], 'gzip');
});

test('an absolute address is the same page and its host is not believed', async () => {
  const [plain] = replies((await send('GET /daten.json HTTP/1.1\r\nHost: a\r\n\r\n')).text);
  const [absolute] = replies((await send('GET http://evil.example/daten.json HTTP/1.1\r\nHost: a\r\n\r\n')).text);
  assert.equal(absolute.body, plain.body);
  assert.ok(!absolute.body.includes('evil.example'));
});

test('pipelined requests are all answered, in order, however they are cut into packets', async () => {
  const paths = ['/live', '/suche.json?ort=20357', '/impressum', '/gibt-es-nicht', '/suche.json?ort=Kassel&umkreis=25', '/ready'];
  const bytes = paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join('');
  const alone = [];
  for (const path of paths) alone.push(replies((await send(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)).text)[0]);
  for (const size of [bytes.length, 7, 61]) {
    const pieces = bytes.match(new RegExp(`[^]{1,${size}}`, 'g')).flatMap((piece) => (size > 10 ? [piece, 5] : [piece, 1]));
    const found = replies((await send(pieces, { quiet: 700 })).text);
    assert.deepEqual(found.map((reply) => reply.status), alone.map((reply) => reply.status), `pieces of ${size}`);
    assert.deepEqual(found.map((reply) => reply.body), alone.map((reply) => reply.body), `pieces of ${size}`);
  }
});

test('two hundred requests at once on one connection are answered, the last one closes', async () => {
  const bytes = `${'GET /live HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(199)}GET /live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
  const begun = performance.now();
  const { text, closed } = await send(bytes, { quiet: 5000 });
  assert.ok(closed);
  assert.equal(replies(text).filter((reply) => reply.status === 200 && reply.body === 'live\n').length, 200);
  // none of them waits for a timer
  assert.ok(performance.now() - begun < 2000, `it took ${(performance.now() - begun).toFixed(0)} ms`);
});

test('garbage behind a good request: that one is answered, then 400 and the end', async () => {
  const { text, closed } = await send('GET /live HTTP/1.1\r\nHost: a\r\n\r\nnonsense\r\n\r\nGET /live HTTP/1.1\r\nHost: a\r\n\r\n');
  assert.ok(closed);
  assert.deepEqual(replies(text).map((reply) => reply.status), [200, 400]);
});

test('attackers and victims on one connection, as a proxy shares it: no victim gets what is not theirs', async () => {
  const poison = REFUSED.filter(([, , options]) => !options?.head).map(([, bytes]) => bytes);
  let wrong = 0;
  let served = 0;
  for (let round = 0; round < 3; round += 1) {
    await Promise.all(poison.map(async (bytes) => {
      // the victim's request comes behind the attacker's, on the same connection
      const { text } = await send([...[bytes].flat(), 20, 'GET /live?opfer HTTP/1.1\r\nHost: a\r\n\r\n'], { quiet: 400 });
      const found = replies(text);
      if (found.length !== 1 || found[0].status < 400) wrong += 1;
      served += 1;
    }));
  }
  assert.equal(wrong, 0);
  assert.equal(served, poison.length * 3);
});

// Resident memory of all workers in kB, and processor time used so far in ms.
function workers() {
  return service.workers().map((pid) => {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return { rss: Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]), cpu: (Number(stat[11]) + Number(stat[12])) * 10 };
  });
}

test('a POST that goes on behind its length is ended at once and costs nothing', async () => {
  const before = workers();
  const sockets = await Promise.all(Array.from({ length: 16 }, () => new Promise((resolve) => {
    const socket = net.connect(service.port, '127.0.0.1', () => {
      socket.write('POST /suche HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n');
      socket.ended = false;
      socket.stream = setInterval(() => socket.write(Buffer.alloc(65536, 120)), 2);
      resolve(socket);
    });
    for (const event of ['end', 'error', 'close']) socket.on(event, () => { socket.ended = true; clearInterval(socket.stream); });
    socket.resume();
  })));
  const p95 = await calmest(async () => {
    const times = [];
    for (let i = 0; i < 30; i += 1) {
      const begun = performance.now();
      assert.equal((await service.get('/live')).status, 200);
      times.push(performance.now() - begun);
      await sleep(25);
    }
    return times;
  }, 100);
  assert.ok(sockets.every((socket) => socket.ended), 'all of them are cut off');
  for (const socket of sockets) socket.destroy();
  assert.ok(p95 < 100, `others wait ${p95.toFixed(0)} ms`);
  const after = workers();
  assert.ok(after.every((worker, i) => worker.rss - before[i].rss < 8192), `memory grows: ${JSON.stringify([before, after])}`);
});

test('a POST that comes by drips does not hold the service, nor does one that never comes', async () => {
  const sockets = Array.from({ length: 50 }, (_, i) => {
    const socket = net.connect(service.port, '127.0.0.1', () => {
      socket.write(`POST /suche HTTP/1.1\r\nHost: a\r\nContent-Length: 4000\r\n\r\n${i % 2 ? 'x' : ''}`);
      if (i % 2) socket.stream = setInterval(() => socket.write('x'), 100);
    });
    socket.on('error', () => {});
    return socket;
  });
  await sleep(500);
  const begun = performance.now();
  assert.equal((await service.get('/suche.json?ort=20357')).status, 200);
  assert.ok(performance.now() - begun < 500);
  for (const socket of sockets) { clearInterval(socket.stream); socket.destroy(); }
});

test('who begins a head and does not end it is told so after ten seconds', async () => {
  const { text, closed } = await late;
  assert.ok(closed);
  const [reply] = replies(text);
  assert.equal(reply.status, 408);
  assert.match(reply.body, /lang="de"/);
});

test('a body that does not come is answered after fifteen seconds as what it is', async () => {
  const { text, closed } = await unfinished;
  assert.ok(closed);
  assert.deepEqual(replies(text).map((reply) => reply.status), [408]);
});

test('a client that stays away from its connection loses it quietly', async () => {
  const { text, closed } = await idle;
  assert.ok(closed);
  assert.equal(replies(text).length, 1);
});
