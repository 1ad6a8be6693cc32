// Starts haproxy with the very file that is shipped (conf/haproxy.cfg) and talks to it: HTTP/1.1 and HTTP/2 by Node, and
// raw bytes and frames for what no library would send.
import { execFileSync, spawn } from 'node:child_process';
import dgram from 'node:dgram';
import fs from 'node:fs';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { freePort, root, testVar, until } from './service.mjs';

export const config = path.join(root, 'conf/haproxy.cfg');

// A self-signed certificate of this test run, chain and key in one file as haproxy wants it; returns its path.
export function certificate() {
  fs.mkdirSync(testVar, { recursive: true });
  const file = path.join(testVar, 'proxy.pem');
  if (!fs.existsSync(file)) {
    const made = path.join(testVar, `proxy-${process.pid}.pem`);
    const pem = execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '3650', '-subj', '/CN=register.example',
      '-addext', 'subjectAltName=DNS:register.example,DNS:localhost,IP:127.0.0.1', '-keyout', '-', '-out', '-'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    fs.writeFileSync(made, pem, { mode: 0o600 });
    fs.renameSync(made, file);
  }
  return file;
}

export class Proxy {
  constructor(child, ports, log) {
    Object.assign(this, ports);
    this.base = `https://127.0.0.1:${this.https}`;
    this.child = child;
    this.socket = log;
    this.log = '';
    this.agent = new https.Agent({ keepAlive: true, maxSockets: 32, rejectUnauthorized: false });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => { this.log += text; });
    }
    log.on('message', (message) => { this.log += `${message}\n`; });
  }

  // One request over HTTP/1.1 and TLS; resolves to { status, headers, text }.
  request(target, { method = 'GET', headers = {}, body, agent = this.agent, timeout = 10000, ...rest } = {}) {
    return new Promise((resolve, reject) => {
      const req = https.request({ host: '127.0.0.1', port: this.https, path: target, method, headers, agent, rejectUnauthorized: false, ...rest }, (res) => {
        const chunks = [];
        res.on('data', (chunk) => chunks.push(chunk));
        res.on('error', reject);
        res.on('end', () => resolve({ status: res.statusCode, headers: res.headers, text: Buffer.concat(chunks).toString('utf8') }));
      });
      req.setTimeout(timeout, () => req.destroy(new Error(`no answer within ${timeout} ms: ${method} ${target}`)));
      req.on('error', reject);
      req.end(body);
    });
  }

  // A session of HTTP/2 with request(headers, body) as above; the caller closes it.
  session(options = {}) {
    return new Promise((resolve, reject) => {
      const session = http2.connect(this.base, { rejectUnauthorized: false, ...options });
      session.ask = (headers, body) => new Promise((answer, fail) => {
        const stream = session.request({ ':path': '/', ...headers }, { endStream: body === undefined });
        const chunks = [];
        let reply;
        stream.on('response', (head) => { reply = head; });
        stream.on('data', (chunk) => chunks.push(chunk));
        stream.on('error', fail);
        stream.on('close', () => (reply ? answer({ status: reply[':status'], headers: reply, text: Buffer.concat(chunks).toString('utf8') }) : fail(new Error('closed without a reply'))));
        if (body !== undefined) stream.end(body);
      });
      session.once('error', reject);
      session.once('connect', () => resolve(session));
    });
  }

  // Bytes over TLS as they are; resolves to what came back until the proxy closed, was silent for `quiet` ms, or, some ms
  // after `enough(reply)` was true (so that what comes too much is seen).
  raw(bytes, { alpn = 'http/1.1', quiet = 2000, plain = false, enough = () => false, linger = 30, localAddress } = {}) {
    return new Promise((resolve) => {
      let reply = Buffer.alloc(0);
      const where = { port: plain ? this.http : this.https, host: '127.0.0.1', localAddress };
      const socket = plain ? net.connect(where, () => socket.write(bytes))
        : tls.connect({ ...where, ALPNProtocols: [alpn], rejectUnauthorized: false }, () => socket.write(bytes));
      const done = () => { socket.destroy(); resolve(reply); };
      socket.setTimeout(quiet, done);
      socket.on('data', (chunk) => {
        reply = Buffer.concat([reply, chunk]);
        if (enough(reply)) socket.setTimeout(linger);
      });
      socket.on('error', done);
      socket.on('close', done);
    });
  }

  async stop() {
    this.agent.destroy();
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = new Promise((resolve) => { this.child.once('exit', resolve); });
      this.child.kill('SIGTERM');
      await ended;
    }
    this.socket.close();
  }
}

// Environment in which conf/haproxy.cfg listens on the given ports, as whoever runs the tests.
export function environment(ports, service, log) {
  const user = process.getuid() === 0 ? {}
    : { JCAP_PROXY_USER: execFileSync('id', ['-un'], { encoding: 'utf8' }).trim(), JCAP_PROXY_GROUP: execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim() };
  return { ...process.env, ...user, JCAP_PROXY_HTTP: `127.0.0.1:${ports.http}`, JCAP_PROXY_HTTPS: `127.0.0.1:${ports.https}`, JCAP_PROXY_CERT: certificate(),
    JCAP_PROXY_SERVICE: `127.0.0.1:${service}`, JCAP_PROXY_LOG: `127.0.0.1:${log}` };
}

// haproxy in front of 127.0.0.1:service (port). What it logs, to syslog and to its own output, gathers in proxy.log.
export async function startProxy(service, { file = config } = {}) {
  const ports = { http: await freePort(), https: await freePort() };
  const log = dgram.createSocket('udp4');
  await new Promise((resolve) => { log.bind(0, '127.0.0.1', resolve); });
  const child = spawn('haproxy', ['-f', file], { env: environment(ports, service, log.address().port), stdio: ['ignore', 'pipe', 'pipe'] });
  const proxy = new Proxy(child, ports, log);
  process.on('exit', () => child.kill());
  try {
    await until('haproxy listens', async () => {
      if (child.exitCode !== null) throw new Error(`haproxy ended with ${child.exitCode}:\n${proxy.log}`);
      return (await proxy.raw('GET / HTTP/1.0\r\n\r\n', { plain: true })).length > 0;
    });
  } catch (error) {
    await proxy.stop();
    throw error;
  }
  return proxy;
}

// Stands where the service would and keeps every byte that reaches it (but the health checks). It answers each head with
// the path it read and does not know what a body is: a service that can be smuggled to. /bytes/N answers with N bytes,
// /silent not at all.
export class StandIn {
  constructor() {
    this.bytes = '';
    this.sockets = new Set();
    this.server = net.createServer((socket) => {
      let pending = '';
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        const text = chunk.toString('latin1');
        pending += text;
        if (!pending.startsWith('GET /live ')) this.bytes += text;
        for (let end = pending.indexOf('\r\n\r\n'); end >= 0; end = pending.indexOf('\r\n\r\n')) {
          const target = pending.split(' ', 2)[1] ?? '';
          pending = pending.slice(end + 4);
          const size = Number(/^\/bytes\/(\d+)$/.exec(target)?.[1] ?? 0);
          const body = size ? Buffer.alloc(size, 'x') : target;
          if (target !== '/silent') socket.write(Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nContent-Type: text/plain\r\n\r\n`), Buffer.from(body)]));
        }
      });
    });
  }

  async start() {
    await new Promise((resolve) => { this.server.listen(0, '127.0.0.1', resolve); });
    this.port = this.server.address().port;
    return this;
  }

  stop() {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}

// HTTP/2 by hand (RFC 9113, RFC 7541) -------------------------------------------------------------------------------------
// A string without Huffman coding, its length as an integer with a prefix of seven bits.
function literal(text) {
  const bytes = Buffer.from(text, 'latin1');
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const size = [127];
  let rest = bytes.length - 127;
  for (; rest >= 128; rest = Math.floor(rest / 128)) size.push((rest % 128) + 128);
  return Buffer.concat([Buffer.from([...size, rest]), bytes]);
}

export const H2 = { DATA: 0, HEADERS: 1, RST_STREAM: 3, SETTINGS: 4, GOAWAY: 7, CONTINUATION: 9, END_STREAM: 1, END_HEADERS: 4 };

// One frame.
export function frame(type, flags, stream, payload = Buffer.alloc(0)) {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

// A header block: every field a literal that is not kept.
export const block = (fields) => Buffer.concat(fields.map(([name, value]) => Buffer.concat([Buffer.from([0]), literal(name), literal(value)])));

export const preface = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(H2.SETTINGS, 0, 0)]);

// Statuses by stream in what came back; RST_STREAM counts as 'reset', GOAWAY with an error as 'goaway' of stream 0.
export function statuses(bytes) {
  const found = {};
  for (let at = 0; at + 9 <= bytes.length;) {
    const size = bytes.readUIntBE(at, 3);
    const type = bytes[at + 3];
    const stream = bytes.readUInt32BE(at + 5);
    let body = bytes.subarray(at + 9, at + 9 + size);
    if (type === H2.HEADERS && !(stream in found)) {
      while ((body[0] & 0xe0) === 0x20) body = body.subarray(1); // size of the dynamic table
      const known = [200, 204, 206, 304, 400, 404, 500][body[0] - 0x88];
      found[stream] = known ?? Number(body.subarray(2, 5).toString('latin1'));
    }
    if (type === H2.RST_STREAM && !(stream in found)) found[stream] = 'reset';
    if (type === H2.GOAWAY && body.readUInt32BE(4) !== 0) found[0] = 'goaway';
    at += 9 + size;
  }
  return found;
}
