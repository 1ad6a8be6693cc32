// conf/run.sh and what it keeps alive: SIGHUP harms nobody, what dies comes back, and whoever is killed leaves nothing behind.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { alive, startRun, tree } from '../lib/run.mjs';
import { root, sleep, testVar, until } from '../lib/service.mjs';

const folder = path.join(testVar, 'process-processes');
const assets = path.join(folder, 'assets');
const env = { JCAP_ASSETS: assets };
const gone = (pids, timeout) => until(`${pids} are gone`, () => pids.every((pid) => !alive(pid)), timeout);
const below = (run) => tree(run.child.pid).map((one) => one.pid);
let run;

before(async () => {
  fs.cpSync(path.join(root, 'build/assets'), assets, { recursive: true });
  run = await startRun({ folder, env });
  await run.ready();
});
after(() => run?.stop());

// What Kore's parent forks takes a moment to set itself up.
async function workers(not = []) {
  return until('two workers', () => {
    const found = run.workers();
    return found.length === 2 && !found.some((pid) => not.includes(pid)) && found;
  });
}

test('twenty SIGHUPs to the parent and the workers: answers throughout, nobody dies', { timeout: 30000 }, async () => {
  const { kore } = run;
  const before_ = await workers();
  for (let i = 0; i < 20; i += 1) {
    for (const pid of [kore, ...before_]) process.kill(pid, 'SIGHUP');
    assert.equal((await run.request('/impressum', { agent: false })).status, 200);
    assert.equal((await run.request(`/suche.json?ort=${34117 + 2 * i}&umkreis=25`, { agent: false })).status, 200);
    await sleep(20);
  }
  assert.equal(run.kore, kore);
  assert.deepEqual(await workers(), before_);
});

test('a killed worker is replaced; the log says when, and the new one ignores SIGHUP as well', { timeout: 30000 }, async () => {
  const [victim, other] = await workers();
  const from = run.log.length;
  process.kill(victim, 'SIGKILL');
  await gone([victim], 2000);
  const now = await workers([victim]);
  assert.ok(now.includes(other), 'the other worker went as well');
  await until('the log tells', () => /restarting worker/.test(run.log.slice(from)));
  const lines = run.log.slice(from).trim().split('\n');
  for (const line of lines) assert.match(line, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4} \[parent\]: /);
  const age = Date.now() - Date.parse(lines[0].replace(/^(\S+[+-]\d\d)(\d\d) .*/, '$1:$2'));
  assert.ok(Math.abs(age) < 10000, `${lines[0]} is ${age} ms off`);
  await sleep(200);
  for (const pid of now) process.kill(pid, 'SIGHUP');
  await sleep(200);
  assert.ok(await run.answers());
  assert.deepEqual(await workers(), now);
});

test('the folder of the assets vanishes: old and new workers serve on', { timeout: 30000 }, async () => {
  const page = (await run.get('/')).text;
  const links = [...new Set(page.match(/\/assets\/[\w.-]+/g))];
  assert.ok(links.length >= 3, String(links));
  fs.renameSync(assets, `${assets}.away`);
  try {
    const [victim] = await workers();
    process.kill(victim, 'SIGKILL');
    await workers([victim]);
    for (let i = 0; i < 8; i += 1) for (const link of links) assert.equal((await run.request(link, { agent: false })).status, 200, link);
  } finally {
    fs.renameSync(`${assets}.away`, assets);
  }
});

test('Kore\'s parent is killed: its workers go with it, and the service is started again', { timeout: 30000 }, async () => {
  const { kore } = run;
  const old = await workers();
  process.kill(kore, 'SIGKILL');
  await gone([kore, ...old], 2000);
  await until('another parent', () => { try { return run.kore !== kore && run.answers(); } catch { return false; } });
  await workers(old);
  const segments = fs.readFileSync('/proc/sysvipc/shm', 'utf8').trim().split('\n').slice(1).map((line) => Number(line.trim().split(/\s+/)[4]));
  assert.ok(segments.includes(run.kore) && !segments.includes(kore), `shared memory of ${kore} is left behind: ${segments}`);
  assert.match(run.log, /^\d{4}-\S+ service has ended \(status 137\) and is started again in 0 s\.$/m);
});

test('PostgreSQL is killed: it is started again, and the service finds it', { timeout: 30000 }, async () => {
  const { kore, postmaster } = run;
  process.kill(postmaster, 'SIGKILL');
  await until('another PostgreSQL', () => { try { return run.postmaster !== postmaster && alive(run.postmaster); } catch { return false; } }, 20000);
  await until('a search that was not cached', async () => (await run.request('/suche.json?ort=Fulda&umkreis=10', { agent: false })).status === 200);
  assert.equal(run.kore, kore, 'the service was started again as well');
  assert.match(run.log, /postgres has ended/);
});

test('a service that cannot start is tried again after growing pauses, each said once; it comes back when it can', { timeout: 60000 }, async () => {
  const from = run.log.length;
  fs.renameSync(assets, `${assets}.away`);
  try {
    process.kill(run.kore, 'SIGKILL');
    await sleep(6500);
  } finally {
    fs.renameSync(`${assets}.away`, assets);
  }
  const said = [...run.log.slice(from).matchAll(/service has ended \(status \d+\) and is started again in (\d+) s/g)].map((match) => Number(match[1]));
  for (const [i, pause] of said.entries()) assert.ok(i === 0 ? pause <= 1 : pause === Math.max(1, 2 * said[i - 1]), String(said));
  assert.ok(said.length >= 2 && said.length <= 4, String(said));
  assert.match(run.log.slice(from), /Die gebauten Dateien fehlen/);
  await run.ready(15000);
});

test('run.sh is killed: the port is free within two seconds, nothing stays, and it can be started again at once', { timeout: 60000 }, async () => {
  const pids = below(run);
  assert.ok(pids.length > 8, `only ${pids.length} processes`);
  run.child.kill('SIGKILL');
  await until('the port is free', async () => !(await run.answers()) && (await run.raw('GET /live HTTP/1.0\r\n\r\n')) === '', 2000);
  const { port } = run;
  run = await startRun({ folder, env, port });
  await run.ready();
  await gone(pids, 5000);
  assert.deepEqual(fs.readdirSync(folder).filter((name) => name.startsWith('pgpass.')), [`pgpass.${run.child.pid}`], 'a passfile was left behind');
  assert.doesNotMatch(run.log, /already runs/);
  const kore = run.kore;
  assert.ok(tree(run.child.pid).some((one) => one.pid === kore) && tree(run.child.pid).some((one) => one.pid === run.postmaster));
});

test('the serving process is killed together with its starter: no orphan', { timeout: 30000 }, async () => {
  const pids = below(run);
  const { kore } = run;
  for (const pid of [run.child.pid, kore]) process.kill(pid, 'SIGKILL');
  await gone(pids, 5000);
  run = await startRun({ folder, env, port: run.port });
  await run.ready();
});

test('asked to stop, all stop', { timeout: 30000 }, async () => {
  const pids = below(run);
  await run.stop();
  assert.equal(run.child.exitCode, 143);
  await gone(pids, 1000);
  assert.deepEqual(fs.readdirSync(folder).filter((name) => name.startsWith('pgpass.')), []);
});

test('make run, and make is killed: nothing stays', { timeout: 60000 }, async () => {
  run = await startRun({ folder, env, command: ['make', 'run'] });
  await run.ready();
  const pids = below(run);
  assert.ok(pids.length > 9, `only ${pids.length} processes`);
  run.child.kill('SIGKILL');
  await gone(pids, 5000);
});

test('what cannot start at all says why and ends', { timeout: 60000 }, async () => {
  run = await startRun({ folder, env: { ...env, JCAP_CACHE_MB: 'viel' } });
  await run.ended(30000);
  assert.equal(run.child.exitCode, 1);
  assert.match(run.log, /JCAP_CACHE_MB[^]*did not start; its reason stands above/);
  await until('PostgreSQL has ended', () => !fs.existsSync(path.join(fs.realpathSync(path.join(folder, 'pg')), 'data/postmaster.pid')));
});

// A checkout of its own, with settings of its own: what make run says of them before it makes a database.
function runsWith(settings, { name = 'jcap-settings-', ...more } = {}) {
  const checkout = fs.mkdtempSync(path.join(os.tmpdir(), name));
  for (const part of ['app', 'assets', 'build', 'sql']) fs.symlinkSync(path.join(root, part), path.join(checkout, part));
  fs.cpSync(path.join(root, 'conf'), path.join(checkout, 'conf'), { recursive: true });
  fs.writeFileSync(path.join(checkout, 'conf/jcap.env'), settings, { mode: 0o644 });
  const { PORT, ...clean } = process.env;
  const { status, stderr } = spawnSync(path.join(checkout, 'conf/run.sh'), { env: { ...clean, ...more }, encoding: 'utf8', timeout: 20000 });
  const made = fs.existsSync(path.join(checkout, 'var/pg'));
  fs.rmSync(checkout, { recursive: true, force: true });
  assert.equal(status, 1, stderr);
  assert.equal(made, false, 'a database was made for nothing');
  return stderr;
}

test('settings that cannot work are named before a database is made', { timeout: 60000 }, () => {
  for (const port of ['0', '65536', '99999', 'abc', '8080 # the usual one']) assert.match(runsWith(`PORT=${port}\n`), /PORT=.* is not a port number/);
  assert.match(runsWith('', { PORT: '-1' }), /PORT=-1 is not a port number/);
  assert.match(runsWith('PORT=80\n', { PORT: '08x' }), /PORT=08x is not/, 'the environment comes before the file');
  assert.match(runsWith('# a comment = none\n\n  # nor this\nJCAP_ENV production\n'), /conf\/jcap\.env, line 4: not NAME=value/);
  assert.match(runsWith('', { name: 'jcap settings-' }), /cannot run from a folder with a space/);
});

test('settings are taken as they stand, with or without quotes, and are no program', { timeout: 60000 }, () => {
  const nobody = 'postgresql://register:geheim@127.0.0.1:1/register';
  for (const value of [`${nobody}?connect_timeout=2&application_name=a$b`, `"${nobody}?connect_timeout=2"`, `${nobody}?application_name=$(id) \r`]) {
    assert.match(runsWith(`JCAP_OPERATOR_NAME=Amt für "Teilhabe" & Arbeit (Süd)\nDATABASE_URL=${value}\n`),
      /^Other users can read conf\/jcap\.env[^\n]*\n[^]*port 1 failed[^]*DATABASE_URL: no connection\n$/);
  }
});

test('PostgreSQL\'s log goes on over all these starts, and its old half is kept when it has grown', { timeout: 60000 }, async () => {
  const log = path.join(fs.realpathSync(path.join(folder, 'pg')), 'postgres.log');
  assert.ok(fs.readFileSync(log, 'utf8').match(/database system is ready to accept connections/g).length >= 5);
  fs.appendFileSync(log, `${'x'.repeat(99)}\n`.repeat(101000));
  run = await startRun({ folder, env });
  await run.ready();
  assert.ok(fs.statSync(`${log}.1`).size > 10000000);
  assert.ok(fs.statSync(log).size < 100000);
  await run.stop();
});
