// PostgreSQL is killed, frozen and started again under load. Cached pages go on, everything else says 503 with
// Retry-After or 504, no worker dies, and answers are right again within two seconds without anybody doing anything.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { pg, root, sleep, sql, startService, testVar, until } from '../lib/service.mjs';

const CLUSTER = 'outage';
const folder = path.join(testVar, CLUSTER);
const SETTINGS = ['fsync=off', 'shared_buffers=128MB'];
const CACHED = '/suche?ort=20357&umkreis=50';
let service;
let fresh = 0;
// A search nobody has asked before: it must go to the database.
const uncached = () => { fresh += 1; return `/suche.json?ort=${(48 + (fresh % 600) / 100).toFixed(2)},${(8 + Math.floor(fresh / 600) / 100).toFixed(2)}&umkreis=25`; };

function postmaster() {
  return Number(fs.readFileSync(path.join(fs.realpathSync(folder), 'data/postmaster.pid'), 'utf8').split('\n')[0]);
}
// The postmaster is a child of this process, so that a killed one is reaped at once and its pid is free again. What its
// own children hold may keep a new one from starting for a moment.
async function startDatabase() {
  await until('PostgreSQL starts again', async () => {
    const child = spawn(path.join(root, 'conf/pg.sh'), ['serve', folder, ...SETTINGS], { stdio: 'ignore' });
    const ended = new Promise((resolve) => { child.once('exit', () => resolve(false)); });
    return Promise.race([ended, answers()]);
  }, 20000);
}
async function answers() {
  for (let i = 0; i < 100; i += 1) {
    try {
      return sql('select true', { cluster: CLUSTER }) === 't';
    } catch {
      await sleep(20);
    }
  }
  return false;
}

before(async () => {
  await startDatabase();
  service = await startService({ cluster: CLUSTER, env: { JCAP_DB_TIMEOUT_MS: '1500' } });
  for (let i = 0; i < 40; i += 1) await service.request(CACHED, { agent: false });
});
after(async () => {
  await service?.stop();
  pg('stop', folder, 'immediate');
});

test('killed with -9 and started again under load', { timeout: 120000 }, async () => {
  const workers = service.workers();
  const expected = (await service.get('/suche.json?ort=20357&umkreis=50')).json().total;
  const seen = { cached: {}, uncached: {}, broken: 0, noRetry: 0 };
  let stop = false;
  const load = Array.from({ length: 8 }, async (_, i) => {
    while (!stop) {
      const kind = i % 2 ? 'cached' : 'uncached';
      try {
        const reply = await service.request(kind === 'cached' ? CACHED : uncached(), { agent: false });
        seen[kind][reply.status] = (seen[kind][reply.status] ?? 0) + 1;
        if (reply.status === 503 && !/^\d+$/.test(reply.headers['retry-after'] ?? '')) seen.noRetry += 1;
      } catch {
        seen.broken += 1;
        await sleep(10);
      }
    }
  });
  try {
    await sleep(1000);
    for (let round = 0; round < 3; round += 1) {
      process.kill(postmaster(), 'SIGKILL');
      await sleep(1500);
      await startDatabase();
      const begun = Date.now();
      await until('uncached searches are answered again', async () => {
        const reply = await service.request(uncached(), { agent: false });
        return reply.status === 200;
      }, 10000);
      assert.ok(Date.now() - begun < 2000, `answers came back only after ${Date.now() - begun} ms`);
      for (let i = 0; i < 20; i += 1) {
        const reply = await service.request(uncached(), { agent: false });
        if (Date.now() - begun > 2000) assert.equal(reply.status, 200, 'an error after two seconds');
      }
      await sleep(500);
    }
  } finally {
    stop = true;
    await Promise.all(load);
  }
  assert.deepEqual(service.workers(), workers, 'a worker died');
  assert.equal(seen.broken, 0, 'connections broke off');
  assert.deepEqual(Object.keys(seen.cached), ['200'], `cached pages: ${JSON.stringify(seen.cached)}`);
  for (const status of Object.keys(seen.uncached)) assert.ok(['200', '503', '504'].includes(status), JSON.stringify(seen.uncached));
  assert.ok(seen.uncached['503'] > 0, `the outage was not seen: ${JSON.stringify(seen.uncached)}`);
  assert.equal(seen.noRetry, 0, '503 without Retry-After');
  assert.equal((await service.get('/suche.json?ort=20357&umkreis=50')).json().total, expected);
});

test('while the database is away: 503 for pages and problem+json, /live yes, /ready no', { timeout: 60000 }, async () => {
  pg('stop', folder, 'immediate');
  try {
    await until('/ready says no', async () => (await service.get('/ready')).status === 503, 5000);
    assert.equal((await service.get('/live')).status, 200);
    assert.equal((await service.get(CACHED)).status, 200, 'the cached page is gone');
    const page = await service.get(uncached().replace('.json', ''), { accept: 'text/html' });
    assert.equal(page.status, 503);
    assert.match(page.headers['content-type'], /^text\/html/);
    assert.ok(Number(page.headers['retry-after']) > 0);
    const problem = await service.get(uncached());
    assert.equal(problem.status, 503);
    assert.match(problem.headers['content-type'], /^application\/problem\+json/);
    assert.ok(!/host|socket|postgres|sql/i.test(problem.text), 'tells about the inside');
  } finally {
    await startDatabase();
  }
  await until('/ready says yes again', async () => (await service.get('/ready')).status === 200, 3000);
});

test('a frozen database is 504 in time, and the rest goes on', { timeout: 60000 }, async () => {
  const workers = service.workers();
  // an exclusive lock makes every statement on the read model wait
  const holder = spawn('psql', ['-X', '-q', pg('url', folder, 'postgres')], { stdio: ['pipe', 'pipe', 'ignore'] });
  holder.stdin.write("begin; lock table directory.search_row in access exclusive mode; select 'locked';\n");
  await new Promise((resolve) => { holder.stdout.once('data', resolve); });
  try {
    const begun = Date.now();
    const replies = await Promise.all([
      ...Array.from({ length: 6 }, () => service.request(uncached(), { agent: false, timeout: 20000 })),
      service.request(CACHED, { agent: false }).then((reply) => { assert.ok(Date.now() - begun < 1000, 'a cached page waited'); return reply; }),
      service.request('/live', { agent: false }),
    ]);
    const statuses = replies.map((reply) => reply.status);
    assert.deepEqual(statuses.slice(6), [200, 200]);
    for (const status of statuses.slice(0, 6)) assert.ok([503, 504].includes(status), String(statuses));
    assert.ok(statuses.includes(504), String(statuses));
    assert.ok(Date.now() - begun < 8000, `took ${Date.now() - begun} ms`);
  } finally {
    holder.stdin.end('rollback;\n');
  }
  await until('answers again', async () => (await service.request(uncached(), { agent: false })).status === 200, 3000);
  assert.deepEqual(service.workers(), workers);
  assert.equal(sql('select count(*) > 0 from directory.search_row', { cluster: CLUSTER }), 't');
});

test('a stopped postmaster (SIGSTOP, the network goes silent) does not block a worker', { timeout: 60000 }, async () => {
  const backends = sql("select string_agg(pid::text, ' ') from pg_stat_activity where usename = 'jcap_web'", { cluster: CLUSTER }).split(' ').map(Number);
  for (const pid of backends) process.kill(pid, 'SIGSTOP');
  const main = postmaster();
  process.kill(main, 'SIGSTOP');
  try {
    const begun = Date.now();
    const [slow, quick] = await Promise.all([service.request(uncached(), { agent: false, timeout: 20000 }),
      service.request(CACHED, { agent: false }).then((reply) => ({ reply, ms: Date.now() - begun }))]);
    assert.ok([503, 504].includes(slow.status), String(slow.status));
    assert.equal(quick.reply.status, 200);
    assert.ok(quick.ms < 1000, `a cached page took ${quick.ms} ms`);
  } finally {
    process.kill(main, 'SIGCONT');
    for (const pid of backends) try { process.kill(pid, 'SIGCONT'); } catch { /* cancelled meanwhile */ }
  }
  await until('answers again', async () => (await service.request(uncached(), { agent: false })).status === 200, 4000);
});
