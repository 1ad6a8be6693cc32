// Starts services for tests and talks to them. Every test file has a service of its own on a free port; the database
// is the one tests/run.sh has loaded (JCAP_TEST_VAR, default var/test).
import { spawn, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
export const testVar = process.env.JCAP_TEST_VAR ?? path.join(root, 'var/test');

export function pg(...args) {
  return execFileSync(path.join(root, 'conf/pg.sh'), args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

// One value by psql as the given role; the test's window into the database.
export function sql(statement, { role = 'postgres', cluster = 'pg', db = 'jcap' } = {}) {
  const url = pg('url', path.join(testVar, cluster), role, db);
  return execFileSync('psql', ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', url, '-c', statement],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

export const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

// What a promise gives, or undefined after so many ms. Unlike a race with sleep() it does not keep the process alive.
export function within(ms, promise) {
  let timer;
  const late = new Promise((resolve) => { timer = setTimeout(resolve, ms); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export async function until(what, condition, timeout = 10000) {
  const end = Date.now() + timeout;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`still not so after ${timeout} ms: ${what}`);
    await sleep(25);
  }
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export class Service {
  constructor(port, child, folder) {
    this.port = port;
    this.base = `http://127.0.0.1:${port}`;
    this.child = child;
    this.folder = folder;
    this.log = '';
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => { this.log += text; });
    }
  }

  // One request; resolves to { status, headers, rawHeaders, body (Buffer), text, json() }. Nothing is followed.
  request(target, { method = 'GET', headers = {}, body, timeout = 15000, agent = this.agent, localAddress } = {}) {
    return new Promise((resolve, reject) => {
      const req = http.request({ host: '127.0.0.1', port: this.port, path: target, method, headers, agent, localAddress }, (res) => {
        const chunks = [];
        res.on('data', (chunk) => chunks.push(chunk));
        res.on('error', reject);
        res.on('end', () => {
          const bytes = Buffer.concat(chunks);
          resolve({
            status: res.statusCode,
            headers: res.headers,
            rawHeaders: res.rawHeaders,
            body: bytes,
            get text() { return bytes.toString('utf8'); },
            json() { return JSON.parse(bytes.toString('utf8')); },
          });
        });
      });
      req.setTimeout(timeout, () => req.destroy(new Error(`no answer within ${timeout} ms: ${method} ${target}`)));
      req.on('error', reject);
      req.end(body);
    });
  }

  get(target, headers = {}) { return this.request(target, { headers }); }

  // Bytes as they are, for what no HTTP library would send; resolves to what came back until the peer closed.
  raw(bytes, { timeout = 3000 } = {}) {
    return new Promise((resolve) => {
      const chunks = [];
      const socket = net.connect(this.port, '127.0.0.1', () => socket.write(bytes));
      const done = () => { socket.destroy(); resolve(Buffer.concat(chunks).toString('latin1')); };
      socket.setTimeout(timeout, done);
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.on('error', done);
      socket.on('close', done);
    });
  }

  // Process ids of the workers: children of Kore's parent process.
  workers() {
    const parent = fs.readFileSync(path.join(this.folder, 'kore.pid'), 'utf8').trim();
    return execFileSync('ps', ['-o', 'pid=', '--ppid', parent], { encoding: 'utf8' })
      .trim().split(/\s+/).map(Number).sort((a, b) => a - b);
  }

  async stop() {
    this.agent.destroy();
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = new Promise((resolve) => { this.child.once('exit', resolve); });
      this.child.kill('SIGTERM');
      await within(5000, ended);
      if (this.child.exitCode === null && this.child.signalCode === null) process.kill(-this.child.pid, 'SIGKILL');
    }
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

// env overrides the service's configuration; ready=false does not wait for /ready; port is a free one unless given.
export async function startService({ env = {}, cluster = 'pg', ready = true, port: wanted } = {}) {
  const port = wanted ?? await freePort();
  const folder = path.join(testVar, `service-${port}`);
  fs.mkdirSync(folder, { recursive: true });
  const child = spawn(path.join(root, 'conf/serve.sh'), [folder, String(port)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      JCAP_ENV: 'development',
      JCAP_BASE_URL: `http://127.0.0.1:${port}`,
      JCAP_DATABASE_URL: pg('url', path.join(testVar, cluster), 'jcap_web'),
      JCAP_GEOIP: '',
      // all tests come from one address; those of fair use set these to '' for the defaults
      JCAP_LIMIT_CONNECTIONS: '0',
      JCAP_LIMIT_QUERIES: '0',
      JCAP_LIMIT_EXPORTS: '0',
      ...env,
    },
  });
  const service = new Service(port, child, folder);
  if (ready) {
    try {
      await until('the service answers /ready', async () => {
        if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}:\n${service.log}`);
        try {
          return (await service.request('/ready', { timeout: 1000 })).status === 200;
        } catch {
          return false;
        }
      });
    } catch (error) {
      await service.stop();
      throw new Error(`${error.message}\n${service.log}`);
    }
  }
  return service;
}

// A database of its own with 10,000 invented providers, in the cluster of the tests; made once per run (about 15 s).
// Result: the service's connection string.
export function largeDatabase() {
  const cluster = path.join(testVar, 'pg');
  const owner = pg('url', cluster, 'jcap_owner', 'large');
  const url = pg('url', cluster, 'jcap_web', 'large');
  if (sql("select count(*) from pg_database where datname = 'large'") === '1' &&
      sql("select to_regclass('directory.provider_doc') is not null and (select count(*) from directory.provider_doc) >= 10000", { db: 'large' }) === 't') return url;
  pg('setup', cluster, 'large');
  execFileSync(path.join(root, 'conf/load.sh'), [owner], { env: { ...process.env, JCAP_ENV: 'production' }, stdio: 'pipe' });
  execFileSync('psql', ['-X', '-q', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', owner, '-c', 'set client_min_messages = error',
    '-c', 'select demo.generate(10000)', '-c', 'analyze'], { stdio: 'pipe' });
  return url;
}

// The value that so many percent of the numbers do not exceed.
export function percentile(numbers, percent) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * percent) / 100) - 1)];
}

// Measures up to three times and gives the smallest 95th percentile: a neighbour on the machine spoils one of them, a fault in the
// service all three.
export async function calmest(measure, limit) {
  let best = Infinity;
  for (let i = 0; i < 3 && best >= limit; i += 1) best = Math.min(best, percentile(await measure(), 95));
  return best;
}

// Every public page once, with addresses that exist in the demo data. One list for validation, axe and screenshots.
export async function pages(service) {
  const reply = await service.get('/suche.json?ort=20357&umkreis=50');
  if (reply.status !== 200) throw new Error(`the search answers ${reply.status}: ${reply.text.slice(0, 300)}`);
  const slugs = reply.json().results.slice(0, 2).map((result) => result.slug);
  return [
    '/', '/suche', '/suche?ort=20357', '/suche?ort=Kassel', '/suche?ort=Landkreis+Fulda&handlungsfeld=sicherung',
    '/suche?ort=Hessen', '/suche?ort=Neustadt', '/suche?ort=Hamburgg', '/suche?ort=xqzvw', '/suche?kreis=06631',
    `/suche?ort=20357&merken=${slugs[0]}&merken=${slugs[1]}`,
    `/anbieter/${slugs[0]}`, `/vergleich?anbieter=${slugs[0]}&anbieter=${slugs[1]}`,
    '/standards', '/standards/S02', '/phasen', '/kreis/06611', '/land/HE', '/leistungstraeger', '/abdeckung',
    '/leichte-sprache', '/barrierefreiheit', '/impressum', '/datenschutz', '/daten',
    '/anbieter/gibt-es-nicht', '/suche?umkreis=abc', `/suche?ort=Kassel&${'x'.repeat(90)}=1`,
  ];
}
