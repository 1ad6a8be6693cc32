// The measurements of make bench. Everything runs on this machine at the same time as its own load generator, so the
// ratios say more than the figures.
import { execFile, execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort, pg, sleep, sql, startService, testVar, until } from '../lib/service.mjs';

const RUNS = Number(process.env.RUNS ?? 5);
const SECONDS = Number(process.env.SECONDS_EACH ?? 4);
const MANY = Number(process.env.MANY ?? 1000000);
const CONNECTIONS = 32;
const PAGE = '/suche?ort=20357&umkreis=50';
const SEARCH = '/suche.json?ort=20357&umkreis=50&handlungsfeld=sicherung';
const cluster = path.join(testVar, 'pg');
const run = promisify(execFile);
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const figure = (number, digits = 0) => number.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: digits });
const database = (db) => ({ JCAP_DATABASE_URL: pg('url', cluster, 'jcap_web', db) });

// One run of wrk: requests per second; anything but a 2xx answer makes the figure worthless.
async function wrk(url, headers = {}) {
  const { stdout } = await run('wrk', ['-t2', `-c${CONNECTIONS}`, `-d${SECONDS}s`, ...Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]), url]);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`${url}\n${stdout}`);
  return Number(stdout.match(/Requests\/sec:\s+([\d.]+)/)[1]);
}

// nginx with the given files at /0, /1, ...: two workers like the service, nothing logged, files kept open.
async function startNginx(bodies) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'jcap-nginx-'));
  fs.chmodSync(folder, 0o755);
  const port = await freePort();
  bodies.forEach(({ body }, index) => fs.writeFileSync(path.join(folder, String(index)), body));
  const locations = bodies.map(({ headers }, index) => `location = /${index} { ${Object.entries(headers).map(([name, value]) => `add_header ${name} "${value}";`).join(' ')} }`);
  fs.writeFileSync(path.join(folder, 'nginx.conf'), `
    daemon off; worker_processes 2; pid ${folder}/pid; error_log ${folder}/error.log;
    ${process.getuid() === 0 ? 'user www-data;' : ''}
    events { worker_connections 1024; }
    http {
      access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; etag on; default_type "text/html; charset=utf-8"; types { }
      open_file_cache max=10; open_file_cache_valid 60s;
      client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
      server { listen 127.0.0.1:${port}; root ${folder}; ${locations.join('\n')} }
    }`);
  const child = spawn('nginx', ['-c', path.join(folder, 'nginx.conf'), '-e', path.join(folder, 'error.log')], { stdio: 'ignore' });
  await until('nginx answers', async () => {
    try { return (await fetch(`http://127.0.0.1:${port}/0`)).ok; } catch { return false; }
  });
  return { base: `http://127.0.0.1:${port}`, stop: async () => { child.kill('SIGTERM'); await sleep(300); fs.rmSync(folder, { recursive: true, force: true }); } };
}

// The statement of SEARCH as the service itself sends it, with its parameters, out of PostgreSQL's own log.
async function captured(db) {
  const log = path.join(fs.realpathSync(cluster), 'postgres.log');
  const from = fs.statSync(log).size;
  sql('alter role jcap_web set log_min_duration_statement = 0', { db });
  try {
    const service = await startService({ env: { ...database(db), JCAP_CACHE_MB: '0' } });
    await service.get(SEARCH);
    await service.stop();
  } finally {
    sql('alter role jcap_web reset log_min_duration_statement', { db });
  }
  const entries = fs.readFileSync(log, 'utf8').slice(from).split(/^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \w+ \[\d+\] )/m);
  for (let i = 0; i < entries.length - 1; i += 1) {
    const statement = entries[i].match(/LOG: {2}duration: [\d.]+ ms {2}execute [^:]+: ([^]*)$/)?.[1];
    const parameters = entries[i + 1].match(/DETAIL: {2}parameters: ([^]*)$/)?.[1];
    if (statement && parameters?.includes("'20357'") && /'sicherung'|\{sicherung\}/.test(parameters)) {
      return { statement, parameters: [...parameters.matchAll(/\$\d+ = (NULL|'(?:[^']|'')*')/g)].map((match) => match[1]) };
    }
  }
  throw new Error('the statement of the search is not in the log of PostgreSQL');
}

// pgbench with exactly that statement, prepared once per connection; transactions per second.
async function pgbench(db, { statement, parameters }) {
  const script = path.join(testVar, 'search.pgbench');
  const body = statement.replace(/^\s*--.*$/gm, '').trim().replace(/;$/, '');
  fs.writeFileSync(script, `\\if :ready = 0\nprepare search as ${body};\n\\set ready 1\n\\endif\nexecute search(${parameters.join(', ')});\n`);
  const { stdout } = await run('/usr/lib/postgresql/15/bin/pgbench', ['-n', '-M', 'simple', '-c', '8', '-j', '2', '-T', String(SECONDS), '-D', 'ready=0', '-f', script, '-h',
    pg('url', cluster).match(/host='([^']+)'/)[1], '-U', 'jcap_web', db]);
  return Number(stdout.match(/tps = ([\d.]+)/)[1]);
}

// Median milliseconds of one search after the other, over places and filters all over the country.
async function latency(service, rounds) {
  const places = ['20357', 'Kassel', '36037', 'München', '01067', 'Landkreis Fulda', 'Hessen', '50667', 'Rostock', '79098'];
  const filters = ['', '&handlungsfeld=sicherung', '&umkreis=100', '&umkreis=200&kapazitaet=frei'];
  const times = [];
  for (let i = 0; i < rounds; i += 1) {
    for (const place of places) {
      for (const filter of filters) {
        const begun = process.hrtime.bigint();
        const reply = await service.get(`/suche.json?ort=${encodeURIComponent(place)}${filter}`);
        const ms = Number(process.hrtime.bigint() - begun) / 1e6;
        if (reply.status !== 200) throw new Error(`${place}${filter}: ${reply.status}`);
        if (i > 0) times.push(ms);
      }
    }
  }
  return { p50: median(times), p95: [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.95)] };
}

function memory(pid) {
  const text = fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kb = (name) => Number(text.match(new RegExp(`^${name}:\\s+(\\d+)`, 'm'))[1]);
  return { rss: kb('Rss') / 1024, pss: kb('Pss') / 1024 };
}

const rows = [];
const row = (what, figures, ratio, goal) => rows.push(`| ${what} | ${figures} | ${ratio} | ${goal} |`);

// 1. cached page against nginx --------------------------------------------------------------------------------------
process.stderr.write('bench: cached page\n');
const cached = await startService({ env: database('bench_small') });
const variants = [['identity', {}], ['brotli', { 'accept-encoding': 'br' }]];
const bodies = [];
for (const [, headers] of variants) {
  const reply = await cached.get(PAGE, { accept: 'text/html', ...headers });
  const kept = {};
  for (const name of ['content-encoding', 'vary', 'content-security-policy', 'cache-control', 'x-content-type-options', 'referrer-policy']) {
    if (reply.headers[name]) kept[name] = reply.headers[name];
  }
  bodies.push({ body: reply.body, headers: kept });
}
const nginx = await startNginx(bodies);
for (const [index, [name, headers]] of variants.entries()) {
  const ours = [];
  const theirs = [];
  for (let i = 0; i < RUNS; i += 1) {
    theirs.push(await wrk(`${nginx.base}/${index}`, headers));
    ours.push(await wrk(`${cached.base}${PAGE}`, { accept: 'text/html', ...headers }));
  }
  row(`cached search page, ${name}, ${figure(bodies[index].body.length / 1000, 1)} kB: service / nginx`, `${figure(median(ours))} / ${figure(median(theirs))} requests/s`, figure(median(ours) / median(theirs), 2), '≥ 0.90');
}
await nginx.stop();

// 2. memory of a worker, after many different pages filled its cache ---------------------------------------------------
process.stderr.write('bench: memory\n');
for (let i = 0; i < 400; i += 1) await cached.request(`/suche?ort=${48 + (i % 60) / 10},${8 + (i % 40) / 10}&umkreis=100`, { agent: false });
const workers = cached.workers().map(memory);
row('memory of a worker, 10,000 providers, cache filled: RSS (PSS)', workers.map(({ rss, pss }) => `${figure(rss)} (${figure(pss)}) MB`).join(', '), '', '≤ 64 MB');
await cached.stop();

// 3. uncached search against pgbench ----------------------------------------------------------------------------------
process.stderr.write('bench: uncached search\n');
const statement = await captured('bench_small');
const uncached = await startService({ env: { ...database('bench_small'), JCAP_CACHE_MB: '0' } });
const searches = [];
const transactions = [];
for (let i = 0; i < RUNS; i += 1) {
  transactions.push(await pgbench('bench_small', statement));
  searches.push(await wrk(`${uncached.base}${SEARCH}`));
}
row('uncached search, 10,000 providers: service / pgbench with the same statement', `${figure(median(searches))} requests/s / ${figure(median(transactions))} transactions/s`, figure(median(searches) / median(transactions), 2), '≥ 0.60');

// 4. growth ------------------------------------------------------------------------------------------------------------
process.stderr.write('bench: growth\n');
const large = await startService({ env: { ...database('bench_large'), JCAP_CACHE_MB: '0', JCAP_DB_TIMEOUT_MS: '60000' } });
const small = [];
const big = [];
for (let i = 0; i < RUNS; i += 1) {
  small.push(await latency(uncached, 3));
  big.push(await latency(large, 2));
}
const p50 = (list) => median(list.map((one) => one.p50));
const p95 = (list) => median(list.map((one) => one.p95));
row(`search with facets, p50 (p95): 10,000 / ${figure(MANY)} providers`, `${figure(p50(small), 1)} (${figure(p95(small), 1)}) ms / ${figure(p50(big), 1)} (${figure(p95(big), 1)}) ms`, figure(p50(big) / p50(small), 1), '≤ 10');
await uncached.stop();
await large.stop();

// 5. large exports ------------------------------------------------------------------------------------------------------
process.stderr.write('bench: exports\n');
const exporting = await startService({ env: { ...database('bench_small'), JCAP_CACHE_MB: '0' } });
const seconds = [];
let megabytes = 0;
for (let i = 0; i < RUNS; i += 1) {
  const begun = performance.now();
  megabytes = (await exporting.request('/suche.kml', { timeout: 60000 })).body.length / 1e6;
  seconds.push((performance.now() - begun) / 1000);
}
// Twenty readers at 1 MB/s, who begin anew when they are through.
let reading = true;
const readers = Array.from({ length: 20 }, () => new Promise((resolve) => {
  const read = () => http.get(`${exporting.base}/suche.kml`, { agent: false }, (response) => {
    const begun = performance.now();
    let bytes = 0;
    response.on('data', (chunk) => {
      bytes += chunk.length;
      if (!reading) { response.destroy(); resolve(); return; }
      const ahead = bytes / 1000 - (performance.now() - begun);
      if (ahead > 20) { response.pause(); setTimeout(() => response.resume(), ahead); }
    });
    response.on('end', read);
    response.on('error', () => {});
  });
  read();
}));
await sleep(1000);
const meanwhile = [];
for (let i = 0; i < RUNS; i += 1) meanwhile.push(await latency(exporting, 2));
const holding = exporting.workers().map(memory);
reading = false;
await Promise.all(readers);
row(`export of 10,000 providers as KML, ${figure(megabytes)} MB, one reader`, `${figure(median(seconds), 2)} s`, '', '');
row('search with facets while 20 such exports run at 1 MB/s each, p50 (p95); RSS of a worker', `${figure(p50(meanwhile), 1)} (${figure(p95(meanwhile), 1)}) ms; ${holding.map(({ rss }) => `${figure(rss)} MB`).join(', ')}`, '', 'p95 ≤ 100 ms');
await exporting.stop();

const cpu = os.cpus()[0].model;
const version = execFileSync('psql', ['--version'], { encoding: 'utf8' }).match(/[\d.]+/)[0];
process.stdout.write(`\n${os.cpus().length} × ${cpu}, ${figure(os.totalmem() / 2 ** 30)} GiB, PostgreSQL ${version}, ${new Date().toISOString().slice(0, 10)}; medians of ${RUNS} runs of ${SECONDS} s, ${CONNECTIONS} connections, load generator on the same machine\n
| measured | figures | ratio | goal |
|---|---|---|---|
${rows.join('\n')}\n`);
process.exit(0);
