// Rows that are due, clocks that were wrong, databases that cannot be written: the service answers, catches up, and /ready says how it stands.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { pages, pg, root, sleep, sql, startService, testVar, until } from '../lib/service.mjs';

const CLUSTER = 'spare';
const folder = path.join(testVar, CLUSTER);
const SETTINGS = ['fsync=off', 'synchronous_commit=off', 'shared_buffers=128MB'];
const db = (statement, cluster = CLUSTER) => sql(statement, { cluster });
// On a database that is set to read only.
const write = (statement) => db(`begin read write; ${statement}; commit`);
const TODAY = "(now() at time zone 'Europe/Berlin')::date";
const DUE = `select count(*) from directory.due(${TODAY}, null)`;
const VAIN = '/suche.json?kreis=13075';
const services = [];
let fresh = 0;
const uncached = () => { fresh += 1; return `/suche.json?ort=${(48 + (fresh % 600) / 100).toFixed(2)},${(8 + Math.floor(fresh / 600) / 100).toFixed(2)}&umkreis=25`; };

async function start(env = {}, cluster = CLUSTER) {
  const service = await startService({ cluster, env: { JCAP_DB_TIMEOUT_MS: '1500', ...env } });
  services.push(service);
  return service;
}
async function end(service) {
  services.splice(services.indexOf(service), 1);
  await service.stop();
}
// What /ready says, of every worker: 20 connections reach all of them.
async function ready(service) {
  const replies = await Promise.all(Array.from({ length: 20 }, () => service.request('/ready', { agent: false })));
  return [...new Set(replies.map((reply) => `${reply.status} ${reply.text}`))].sort();
}
const isReady = async (service) => (await ready(service)).join() === '200 ready\n';

before(() => { pg('start', folder, ...SETTINGS); });
after(async () => {
  for (const service of services) await service.stop();
  for (const cluster of ['standby', CLUSTER]) pg('stop', path.join(testVar, cluster), 'immediate');
});

// Waits in the database for a batch to run, at most a second, and kills it there: from outside a batch of a tenth of a second is missed.
const KILL_A_BATCH = `create or replace function pg_temp.kill_a_batch() returns int language plpgsql as $$
begin
    for i in 1..200 loop
        perform pg_stat_clear_snapshot();
        if (select count(pg_terminate_backend(pid)) from pg_stat_activity where state = 'active' and usename = 'jcap_web' and query like '%refresh_due%') > 0 then
            return 1;
        end if;
        perform pg_sleep(0.005);
    end loop;
    return 0;
end
$$;
select pg_temp.kill_a_batch()`;

test('10,000 due rows after a pause: caught up with while serving, also when batches are killed', { timeout: 180000 }, async () => {
  db('select demo.generate(10000)');
  db(`update directory.search_row set changes_on = ${TODAY} - 30; update directory.version set day = ${TODAY} - 30`);
  const total = Number(db(DUE));
  assert.ok(total > 9900);
  // in one go it takes longer than a statement may
  const service = await start();
  const seen = { statuses: {}, slowest: 0, write: 0, killed: 0, stale: 0, dues: [] };
  const begun = Date.now();
  for (let due = total; due > 0; due = Number(db(DUE))) {
    assert.ok(Date.now() - begun < 90000, `still ${due} rows due`);
    seen.dues.push(due);
    const at = Date.now();
    const reply = await service.request(uncached(), { agent: false });
    seen.slowest = Math.max(seen.slowest, Date.now() - at);
    seen.statuses[reply.status] = (seen.statuses[reply.status] ?? 0) + 1;
    const wrote = Date.now();
    db('update register.provider set mobility = mobility where id = 5');
    seen.write = Math.max(seen.write, Date.now() - wrote);
    const said = await ready(service);
    assert.ok(said.every((text) => /^200 ready\n(stale: [0-9]+ rows due since \d{4}-\d\d-\d\d(, refreshing fails)?\n)?$/.test(text)), String(said));
    seen.stale += said.some((text) => text.includes('stale')) ? 1 : 0;
    if (seen.killed < 3) seen.killed += Number(db(KILL_A_BATCH));
    await sleep(50);
  }
  assert.deepEqual(Object.keys(seen.statuses), ['200'], JSON.stringify(seen.statuses));
  assert.ok(seen.dues.length > 5, `in too few steps: ${seen.dues}`);
  assert.ok(seen.stale > 3, 'nobody said that rows were due');
  assert.ok(seen.killed > 0, 'no batch was killed');
  assert.ok(seen.slowest < 1500, `a search took ${seen.slowest} ms`);
  assert.ok(seen.write < 1500, `a writer waited ${seen.write} ms`);
  assert.equal(db(`select day = ${TODAY} from directory.version`), 't');
  await until('every worker is ready', () => isReady(service), 5000);
  await end(service);
});

test('a few hundred due rows: nobody is shown yesterday', { timeout: 60000 }, async () => {
  db('select demo.generate(600)');   // the rest needs no thousands
  // the stored capacity of 400 providers is yesterday's; only a refresh tells what is true
  db(`update directory.provider_doc set card = jsonb_set(card, '{name}', '"Von gestern"'), doc = json_build_object('name', 'Von gestern') where id between 100 and 499;
      update directory.search_row set changes_on = ${TODAY} where id between 100 and 499`);
  const slug = db('select slug from directory.provider_doc where id = 250');
  const service = await startService({ cluster: CLUSTER, ready: false });
  services.push(service);
  const texts = [];
  await until('it answers', async () => {
    try {
      for (let i = 0; i < 8; i += 1) texts.push((await service.request(`/anbieter/${slug}.json`, { agent: false })));
      return true;
    } catch {
      return false;
    }
  });
  for (const reply of texts) {
    if (reply.status === 503) continue;   // the database is not connected yet
    assert.equal(reply.status, 200);
    assert.ok(!reply.text.includes('Von gestern'));
  }
  assert.ok(texts.some((reply) => reply.status === 200));
  await end(service);
});

test('a refresh that is refused is told, tried again, and heals', { timeout: 60000 }, async () => {
  const service = await start();
  db('revoke execute on function directory.refresh_due(int) from jcap_web');
  try {
    // a new connection asks at once
    db("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'jcap_web'");
    await until('/ready says so', async () => (await ready(service)).some((text) => text.startsWith('200 ready\nstale: looking for due rows fails')), 8000);
    await sleep(3000);
    assert.equal((await service.request(uncached(), { agent: false })).status, 200);
    const complaints = service.log.match(/refresh_due failed with SQLSTATE 42501/g) ?? [];
    assert.ok(complaints.length >= 1 && complaints.length <= 4, `the log says it ${complaints.length} times`);
  } finally {
    db('grant execute on function directory.refresh_due(int) to jcap_web');
  }
  await until('it is well again', () => isReady(service), 8000);
  await end(service);
});

test('a clock that ran ahead is healed without a hand', { timeout: 60000 }, async () => {
  const state = () => db("select md5(string_agg(concat_ws('|', d.id, d.status, d.doc, r.changes_on), ',' order by d.id)) from directory.provider_doc d left join directory.search_row r using (id)");
  const right = state();
  db("update directory.version set test_day = '2031-01-01'");
  const service = await start();
  await until('the rows are those of 2031', () => db("select day = '2031-01-01' from directory.version") === 't', 30000);
  assert.notEqual(state(), right);
  assert.ok((await ready(service)).some((text) => /clock: the service says 20\d\d-\d\d-\d\d, the database 2031-01-01/.test(text)));
  db('update directory.version set test_day = null');
  await until('they are those of today again', () => db(`select day = ${TODAY} from directory.version`) === 't', 30000);
  assert.equal(state(), right);
  await until('every worker is ready', () => isReady(service), 8000);
  await end(service);
});

// Every page and format once, and a search in vain; statuses as on a database that can be written.
async function reads(service) {
  const statuses = {};
  const targets = await pages(service);
  const slug = targets.find((target) => target.startsWith('/anbieter/') && !target.includes('gibt-es')).slice('/anbieter/'.length);
  targets.push('/suche.csv', '/suche.geojson', '/suche.kml', '/suche.atom', `/anbieter/${slug}.json`, `/anbieter/${slug}.vcf`, `/anbieter/${slug}/qr.svg`, '/karte/kreise.geojson',
    '/karte/laender.geojson', '/vorschlaege.json?ort=Kas', '/abdeckung.csv', VAIN, '/suche?kreis=13075&handlungsfeld=sicherung');
  for (const target of targets) statuses[target] = (await service.get(target)).status;
  return statuses;
}

test('a database set to read only serves all reads', { timeout: 90000 }, async () => {
  let service = await start();
  const expected = await reads(service);
  await end(service);
  assert.ok(Object.values(expected).every((status) => status === 200 || status === 404 || status === 400), JSON.stringify(expected));
  const counted = db('select sum(n) from register.search_miss');
  db('alter database jcap set default_transaction_read_only = on');
  try {
    write(`update directory.search_row set changes_on = ${TODAY} where id < 50`);
    service = await start();
    assert.deepEqual(await reads(service), expected);
    assert.equal(db('select sum(n) from register.search_miss'), counted, 'something was counted');
    await until('/ready says what it cannot do', async () => (await ready(service)).every((text) => /^200 ready\nstale: \d+ rows due since /.test(text)), 5000);
    const name = `Umbenannt ${Date.now()}`;
    const slug = db('select slug from register.provider where id = 77');
    assert.equal((await service.get(`/anbieter/${slug}.json`)).status, 200);
    write(`update register.provider set name = '${name}' where id = 77`);
    await until('the new name shows', async () => (await service.get(`/anbieter/${slug}.json`)).json().name === name, 3000);
  } finally {
    write('alter database jcap reset default_transaction_read_only');
  }
  await end(service);
});

test('a search in vain answers although it cannot be counted: table locked, right missing', { timeout: 60000 }, async () => {
  const service = await start();
  const n = () => Number(db("select coalesce(sum(n), 0) from register.search_miss where ags = '13075'"));
  // every time somebody else: a network is counted once a day
  let network = 1;
  const ask = (target) => { network += 1; return service.request(target, { localAddress: `127.0.0.${network}`, agent: false }); };
  const first = n();
  assert.equal((await ask(VAIN)).status, 200);
  assert.equal(n(), first + 1);
  const holder = spawn('psql', ['-X', '-q', pg('url', folder, 'postgres')], { stdio: ['pipe', 'pipe', 'ignore'] });
  holder.stdin.write("begin; lock table register.search_miss in access exclusive mode; select 'locked';\n");
  await new Promise((resolve) => { holder.stdout.once('data', resolve); });
  try {
    for (let i = 0; i < 5; i += 1) {
      const begun = Date.now();
      const reply = await ask(`${VAIN}&handlungsfeld=sicherung&handlungsfeld=anbahnung`);
      assert.equal(reply.status, 200);
      assert.equal(reply.json().counted, true, 'a search in vain must not be cached');
      assert.ok(Date.now() - begun < 600, `it waited ${Date.now() - begun} ms for the count`);
    }
  } finally {
    holder.stdin.end('rollback;\n');
  }
  db('revoke execute on function directory.count_miss(text, text, date) from jcap_web');
  try {
    assert.equal((await ask(VAIN)).status, 200);
    assert.equal((await ask(VAIN.replace('.json', ''))).status, 200);
  } finally {
    db('grant execute on function directory.count_miss(text, text, date) to jcap_web');
  }
  assert.equal(n(), first + 1);
  assert.equal((await ask(VAIN)).status, 200);
  assert.equal(n(), first + 2, 'counted again as soon as it can be');
  await end(service);
});

test('a standby serves all reads, and new versions are noticed without LISTEN', { timeout: 120000 }, async () => {
  let service = await start();
  const expected = await reads(service);
  await end(service);
  const standby = path.join(testVar, 'standby');
  execFileSync(path.join(root, 'tests/lib/standby.sh'), [standby, folder], { stdio: 'pipe' });
  pg('start', standby, ...SETTINGS);
  assert.equal(db('select pg_is_in_recovery()', 'standby'), 't');
  service = await start({}, 'standby');
  assert.deepEqual(await reads(service), expected);
  const slug = db('select slug from register.provider where id = 77');
  const target = `/anbieter/${slug}.json`;
  for (let i = 0; i < 20; i += 1) await service.request(target, { agent: false });
  const name = `Auf dem Original ${Date.now()}`;
  db(`update register.provider set name = '${name}' where id = 77`);
  let inARow = 0;
  await until('20 answers in a row show the new name', async () => {
    const reply = await service.request(target, { agent: false });
    inARow = reply.json().name === name ? inARow + 1 : 0;
    return inARow >= 20;
  }, 8000);
  await sleep(2500);
  const complaints = service.log.match(/listen failed with SQLSTATE 25006/g) ?? [];
  assert.ok(complaints.length >= 1 && complaints.length <= 2, `each worker says once that LISTEN is refused: ${complaints.length}`);
  await end(service);
});
