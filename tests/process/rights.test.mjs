// A database of the operator's, over TCP and with passwords: no password can be seen anywhere, the service signs in as
// somebody who can become nobody else, and refuses every login that could.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { processes, startRun, tree } from '../lib/run.mjs';
import { freePort, pg, root, sleep, sql as anySql, startService, testVar, until } from '../lib/service.mjs';

const folder = path.join(testVar, 'process-rights');
const cluster = 'process-rights/pg';
const sql = (statement, options = {}) => anySql(statement, { cluster, ...options });
// A quote, a colon, a backslash are what passfiles and connection strings escape; the word stays as it is everywhere.
const WORD = 'Wortschatz2026';
const PASSWORD = `Geh:ei\\m'${WORD}`;
const IN_URL = encodeURIComponent(PASSWORD).replaceAll("'", '%27');
const outside = Object.values(os.networkInterfaces()).flat().find((one) => !one.internal && one.family === 'IPv4')?.address;
let port;
const url = (user, { host = '127.0.0.1', password = IN_URL, rest = '' } = {}) => `postgresql://${user}${password ? `:${password}` : ''}@${host}:${port}/jcap${rest}`;

before(async () => {
  port = await freePort();
  process.env.PGPORT = String(port); // for psql and pg.sh over the socket, which carries the port in its name
  const data = path.join(fs.realpathSync(path.join(folder, 'pg')), 'data');
  fs.appendFileSync(path.join(data, 'pg_hba.conf'), 'host all all all scram-sha-256\n');
  pg('start', path.join(folder, 'pg'), 'fsync=off', 'shared_buffers=128MB', 'listen_addresses=*', `port=${port}`);
  const password = `'${PASSWORD.replaceAll("'", "''")}'`;
  // the operator's login: prepares the database, and is no superuser
  sql(`create role register login createrole password ${password} in role jcap_owner`);
});
after(() => pg('stop', path.join(folder, 'pg'), 'immediate'));

// Who of the processes shows one of the words, in arguments or environment.
function leaks(words, list = processes()) {
  return list.filter((one) => words.some((word) => one.command.includes(word) || one.environ.includes(word)))
    .map((one) => `${one.pid} ${one.command.slice(0, 80)}`);
}
const webPassword = () => fs.readFileSync(path.join(folder, 'jcap_web.pgpass'), 'utf8').trim().split(':').pop();
const service = (run) => tree(run.child.pid).map((one) => one.pid);

test('a password in DATABASE_URL: the whole tree shows it nowhere, the service has a login of its own', { timeout: 60000 }, async () => {
  const run = await startRun({ folder, env: { DATABASE_URL: url('register') } });
  try {
    await run.ready();
    assert.ok(service(run).length >= 4);
    assert.equal(fs.statSync(path.join(folder, 'jcap_web.pgpass')).mode & 0o777, 0o600);
    assert.ok(webPassword().length >= 40);
    const list = tree(run.child.pid);
    assert.deepEqual(leaks([WORD, webPassword()], list), []);
    assert.ok(list.every((one) => one.environ === '' || !/PGPASSWORD=/.test(one.environ)));
    const [passfile] = fs.readdirSync(folder).filter((name) => name.startsWith('pgpass.'));
    assert.equal(fs.statSync(path.join(folder, passfile)).mode & 0o777, 0o600);
    assert.equal(sql("select string_agg(distinct usename, ' ') from pg_stat_activity where application_name = 'jcap'"), 'jcap_web');
    assert.equal((await run.get('/suche.json?ort=Fulda')).status, 200);
    // the role's own limits hold for its sessions; the service sets a shorter time for statements
    assert.match(sql("select rolconfig::text from pg_roles where rolname = 'jcap_web'"), /temp_file_limit=256MB/);
    for (const log of [run.log, fs.readFileSync(path.join(fs.realpathSync(path.join(folder, 'pg')), 'postgres.log'), 'utf8')]) {
      assert.ok(!log.includes(WORD) && !log.includes(webPassword()), 'a log shows a password');
    }
  } finally {
    await run.stop();
  }
  assert.deepEqual(fs.readdirSync(folder).filter((name) => name.startsWith('pgpass.')), []);
});

test('a password in conf/jcap.env: not for a moment, in no process, from the first one on', { timeout: 60000 }, async () => {
  const checkout = fs.mkdtempSync(path.join(os.tmpdir(), 'jcap-checkout-'));
  fs.chmodSync(checkout, 0o755);
  for (const name of ['app', 'assets', 'build', 'sql']) fs.symlinkSync(path.join(root, name), path.join(checkout, name));
  fs.cpSync(path.join(root, 'conf'), path.join(checkout, 'conf'), { recursive: true });
  fs.writeFileSync(path.join(checkout, 'conf/jcap.env'), `DATABASE_URL=${url('register')}\n`, { mode: 0o600 });
  const known = webPassword();
  const run = await startRun({ folder, command: [path.join(checkout, 'conf/run.sh')] });
  try {
    const found = new Set();
    let looks = 0;
    const watching = until('the register answers', async () => {
      for (let i = 0; i < 5; i += 1) {
        for (const leak of leaks([WORD, known])) found.add(leak);
        looks += 1;
        await sleep(2);
      }
      return run.answers();
    }, 30000);
    await watching;
    assert.ok(looks > 20, `${looks} looks`);
    assert.deepEqual([...found], []);
    assert.equal(webPassword(), known, 'a login that works got another password');
  } finally {
    await run.stop();
    fs.rmSync(checkout, { recursive: true, force: true });
  }
});

test('a second register in the same cluster does not take the first one\'s login away', { timeout: 60000 }, () => {
  const passfile = path.join(folder, 'second.pgpass');
  const second = () => spawnSync(path.join(root, 'conf/database.sh'), ['web-url', url('register', { password: '' }), path.join(folder, 'second/jcap_web.pgpass')],
    { encoding: 'utf8', env: { ...process.env, PGPASSFILE: passfile } });
  fs.mkdirSync(path.join(folder, 'second'));
  fs.writeFileSync(passfile, `*:*:*:register:${PASSWORD.replace(/[\\:]/g, '\\$&')}\n`, { mode: 0o600 });
  const refused = second();
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /is kept in .*process-rights\/jcap_web\.pgpass/);
  assert.equal(fs.existsSync(path.join(folder, 'second/jcap_web.pgpass')), false);
  fs.copyFileSync(path.join(folder, 'jcap_web.pgpass'), path.join(folder, 'second/jcap_web.pgpass'));
  const shared = second();
  assert.equal(shared.status, 0, shared.stderr);
  assert.match(shared.stdout, /user='jcap_web'/);
  assert.ok(!shared.stdout.includes(webPassword()));
});

test('PGPASSFILE and PGPASSWORD do as well; without any it says so and does not ask', { timeout: 60000 }, async () => {
  const load = async (env) => {
    const run = await startRun({ folder, env, command: [path.join(root, 'conf/run.sh'), '--load-only'] });
    await run.ended(30000);
    return { status: run.child.exitCode, log: run.log };
  };
  const passfile = path.join(folder, 'operator.pgpass');
  fs.writeFileSync(passfile, `127.0.0.1:*:jcap:register:${PASSWORD.replace(/[\\:]/g, '\\$&')}\n`, { mode: 0o600 });
  const DATABASE_URL = url('register', { password: '' });
  assert.deepEqual(await load({ DATABASE_URL, PGPASSFILE: passfile }), { status: 0, log: '' });
  assert.deepEqual(await load({ DATABASE_URL, PGPASSWORD: PASSWORD }), { status: 0, log: '' });
  // as keywords, with what the URL's form cannot hold
  assert.deepEqual(await load({ DATABASE_URL: `host=127.0.0.1 port=${port} dbname=jcap user=register password='${PASSWORD.replace(/[\\']/g, '\\$&')}'` }), { status: 0, log: '' });
  fs.rmSync(passfile);
  const refused = await load({ DATABASE_URL, HOME: '/nonexistent' });
  assert.equal(refused.status, 1);
  assert.match(refused.log, /DATABASE_URL: no connection/);
  const broken = await load({ DATABASE_URL: `postgresql://register:${PASSWORD}%zz@127.0.0.1/jcap` });
  assert.equal(broken.status, 1);
  assert.match(broken.log, /Verbindungsangabe .* ist nicht lesbar/);
  assert.ok(!broken.log.includes(WORD), 'the message repeats the password');
});

test('the database is away when the service starts: it comes up by itself, with a password its workers cannot read', { timeout: 60000 }, async () => {
  const settings = ['fsync=off', 'shared_buffers=128MB', 'listen_addresses=*', `port=${port}`];
  pg('stop', path.join(folder, 'pg'), 'immediate');
  const started = await startService({ ready: false,
    env: { JCAP_DATABASE_URL: url('jcap_web', { password: '' }), PGPASSFILE: path.join(folder, 'jcap_web.pgpass') } });
  try {
    await until('cached and static pages are served', async () => {
      try { return (await started.get('/impressum')).status === 200; } catch { return false; }
    });
    assert.match(started.log, /noch nicht erreichbar/);
    assert.equal((await started.get('/ready')).status, 503);
    pg('start', path.join(folder, 'pg'), ...settings);
    await until('it is ready', async () => (await started.get('/ready')).status === 200, 5000);
    assert.equal((await started.get('/suche.json?ort=Kassel')).status, 200);
  } finally {
    pg('start', path.join(folder, 'pg'), ...settings);
    await started.stop();
  }
});

test('the database is away when the service starts, and its login can become owner: nobody is served by it', { timeout: 60000 }, async () => {
  const settings = ['fsync=off', 'shared_buffers=128MB', 'listen_addresses=*', `port=${port}`];
  pg('stop', path.join(folder, 'pg'), 'immediate');
  const started = await startService({ ready: false, env: { JCAP_DATABASE_URL: url('register') } });
  try {
    await until('static pages are served', async () => {
      try { return (await started.get('/impressum')).status === 200; } catch { return false; }
    });
    pg('start', path.join(folder, 'pg'), ...settings);
    await until('the log says why', () => /„register“ darf mehr, als der Dienst darf: sie kann Rollen/.test(started.log));
    assert.equal((await started.get('/ready')).status, 503);
    assert.equal((await started.get('/suche.json?ort=Kassel')).status, 503);
  } finally {
    pg('start', path.join(folder, 'pg'), ...settings);
    await started.stop();
  }
});

test('a remote database without verify-full is warned of, a local one is not', { timeout: 60000, skip: outside === undefined && 'this machine has no address but its own' }, async () => {
  for (const [host, warned] of [['127.0.0.1', false], [outside, true]]) {
    const started = await startService({ env: { JCAP_DATABASE_URL: url('jcap_web', { host, password: webPassword() }) } });
    await started.stop();
    assert.equal(/sslmode=verify-full/.test(started.log), warned, started.log);
  }
});

async function refuses(JCAP_DATABASE_URL, says) {
  const refused = await startService({ env: { JCAP_DATABASE_URL }, ready: false });
  try {
    await until(`the start is refused with ${says}`, () => refused.child.exitCode !== null, 10000);
    assert.notEqual(refused.child.exitCode, 0);
    assert.match(refused.log, says);
  } finally {
    await refused.stop();
  }
}

test('the service refuses every login that could do more, in words that help', { timeout: 120000 }, async () => {
  const password = `'${PASSWORD.replaceAll("'", "''")}'`;
  // name, attributes, more statements, what the refusal says
  const logins = [
    ['l_super', 'superuser', [], /alle Rechte/],
    ['l_owner', 'in role jcap_owner', [], /Eigentümer der Tabellen .*jcap_owner/],
    ['l_noinherit', 'noinherit in role jcap_owner', [], /Eigentümer der Tabellen/],
    ['l_web_owner', 'in role jcap_web', ['grant jcap_owner to l_web_owner'], /Eigentümer der Tabellen/],
    ['l_role', 'in role jcap_web', ['alter role l_role set role = jcap_web'], /kann zu ihrer eigenen zurück/],
    ['l_create', 'createrole in role jcap_web', [], /Rollen oder Datenbanken anlegen/],
    ['l_createdb', 'createdb in role jcap_web', [], /Rollen oder Datenbanken anlegen/],
    ['l_bypass', 'bypassrls in role jcap_web', [], /Zeilenrechte umgehen/],
    ['l_read', 'in role jcap_web, pg_read_all_data', [], /gehört zu pg_read_all_data/],
    ['l_schema', 'in role jcap_web', ['create schema mine authorization l_schema'], /Schemas oder Tabellen anlegen/],
  ];
  for (const [name, attributes, more, says] of logins) {
    sql(`create role ${name} login password ${password} ${attributes}; grant connect on database jcap to ${name}`);
    for (const one of more) sql(one);
    await refuses(url(name), new RegExp(`Die Anmeldung „${name}“ darf mehr[^]*${says.source}[^]*Bitte JCAP_DATABASE_URL`));
  }
  // what was the documented way before: the owner's login with another role
  await refuses(url('l_super', { rest: '?options=-c%20role%3Djcap_web' }), /kann zu ihrer eigenen zurück/);
  sql(`create role l_fine login password ${password} in role jcap_web`);
  const fine = await startService({ env: { JCAP_DATABASE_URL: url('l_fine') } });
  assert.equal((await fine.get('/suche.json?ort=Fulda')).status, 200);
  await fine.stop();
});

test('the web role, from a session of its own: no large object, no temporary table, no other database, no way up', { timeout: 60000 }, () => {
  const env = { ...process.env, PGPASSFILE: path.join(folder, 'jcap_web.pgpass') };
  const web = (statement, db = 'jcap') => spawnSync('psql', ['-X', '-q', '-w', '-At', '-v', 'ON_ERROR_STOP=1',
    `host=127.0.0.1 port=${port} user=jcap_web dbname=${db}`, '-c', '\\set VERBOSITY sqlstate', '-c', statement], { env, encoding: 'utf8' });
  assert.equal(web('select count(*) > 0 from directory.search_row').stdout, 't\n');
  for (const statement of ['select lo_creat(-1)', 'select lo_create(0)', "select lo_from_bytea(0, 'x')", "select lo_put(1, 0, 'x')", 'select lo_open(1, 131072)',
    "select lowrite(0, 'x')", 'select loread(0, 1)', "select lo_import('/etc/hostname')", "select lo_export(1, '/tmp/x')", 'select lo_unlink(1)', 'select lo_get(1)',
    "select pg_logical_emit_message(false, 'x', 'y')", 'create temporary table x (a int)', 'select 1 into temp x', 'create table public.x (a int)', 'create schema x',
    'set role jcap_owner', 'set session authorization jcap_owner', 'set temp_file_limit = -1', 'alter role jcap_web superuser', 'alter role jcap_web connection limit -1',
    'grant jcap_owner to jcap_web', 'create extension lo', "copy (select 1) to program 'true'", 'begin; declare c cursor with hold for select 1; commit; create role x']) {
    const refused = web(statement);
    assert.notEqual(refused.status, 0, `allowed: ${statement}`);
    assert.match(refused.stderr, /42501/, `${statement}: ${refused.stderr}`);
  }
  for (const db of ['postgres', 'template1']) assert.match(web('select 1', db).stderr, /permission denied for database|42501/, db);
  assert.equal(web("select current_setting('statement_timeout') || ' ' || current_setting('idle_in_transaction_session_timeout') || ' ' || current_setting('temp_file_limit') || ' ' || current_setting('lock_timeout')").stdout, '1min 10s 256MB 10s\n');
  assert.ok(Number(sql("select rolconnlimit from pg_roles where rolname = 'jcap_web'")) >= 50);
});

test('what the operator\'s login may not close is named, and closed once somebody may', { timeout: 60000 }, () => {
  const open = () => spawnSync(path.join(root, 'conf/database.sh'), [`host=127.0.0.1 port=${port} user=register dbname=jcap`],
    { encoding: 'utf8', env: { ...process.env, PGPASSFILE: path.join(folder, 'register.pgpass') } });
  fs.writeFileSync(path.join(folder, 'register.pgpass'), `*:*:*:register:${PASSWORD.replace(/[\\:]/g, '\\$&')}\n`, { mode: 0o600 });
  sql('grant execute on function lo_create(oid) to public');
  sql('grant connect, temporary on database template1 to public');
  sql('alter role jcap_web reset temp_file_limit');
  // a login of the operator's: what is set for jcap_web does not hold for it
  sql('create role "L-limits" login in role jcap_web');
  const told = open();
  assert.equal(told.status, 0, told.stderr);
  assert.match(told.stderr, /may still call lo_create\(oid\)\./);
  assert.match(told.stderr, /temporary tables in template1\./);
  assert.match(told.stderr, /Database: (?=.*jcap_web)(?=.*"L-limits").* may fill the disk .*temp_file_limit = '256MB'/);
  execFileSync(path.join(root, 'conf/pg.sh'), ['setup', path.join(folder, 'pg')]);
  assert.deepEqual([open().status, open().stderr], [0, '']);
  assert.equal(sql("select has_function_privilege('jcap_web', 'lo_create(oid)', 'execute')"), 'f');
  const limits = (role) => sql(`select array_agg(s order by s) from pg_roles, unnest(rolconfig) s where rolname = '${role}'`);
  assert.match(limits('jcap_web'), /statement_timeout=60s.*temp_file_limit=256MB/);
  assert.equal(limits('L-limits'), limits('jcap_web'));
  assert.equal(limits('register'), '', 'the operator\'s own login keeps its freedom');
});
