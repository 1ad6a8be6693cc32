// Nothing about a visitor is kept: no cookie, no log line, and in the database only the counter of searches in vain.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { root, sql, startService, testVar } from '../lib/service.mjs';

let service;
before(async () => { service = await startService({ env: { JCAP_TRUSTED_PROXIES: '127.0.0.1' } }); });
after(() => service?.stop());

test('logs hold neither addresses nor queries, even for requests that fail', async () => {
  for (const target of ['/suche?ort=Geheimdorf', '/suche?umkreis=geheimwert', '/geheimpfad', '/anbieter/geheimslug', '/suche?ort=%ffgeheim']) {
    await service.get(target, { 'x-forwarded-for': '203.0.113.77', 'user-agent': 'geheimagent', referer: 'http://geheim.example/' });
  }
  await service.raw('GET /geheim%00 HTTP/1.1\r\nHost: geheim\r\nX: \x01\r\n\r\n', { timeout: 500 });
  const database = fs.readFileSync(path.join(fs.realpathSync(path.join(testVar, 'pg')), 'postgres.log'), 'utf8');
  for (const [name, log] of [['service', service.log], ['database', database]]) {
    assert.doesNotMatch(log, /geheim/i, `${name} log`);
    assert.doesNotMatch(log, /203\.0\.113\.77/, `${name} log`);
  }
});

test('the proxy forgets an address as soon as the page on data protection says', async () => {
  assert.match((await service.get('/datenschutz')).text, /IP-Adresse nur im Arbeitsspeicher, solange die Verbindung besteht und höchstens eine halbe Minute danach/);
  const tables = fs.readFileSync(path.join(root, 'conf/haproxy.cfg'), 'utf8').match(/^\s*stick-table .*$/gm);
  assert.equal(tables.length, 2);
  for (const table of tables) assert.match(table, / expire 30s /);
});

test('a search in vain is counted by month, Kreis and Handlungsfeld, and nothing else is stored', async () => {
  const columns = sql("select string_agg(column_name, ' ' order by column_name) from information_schema.columns where table_schema = 'register' and table_name = 'search_miss'");
  assert.equal(columns, 'ags field_of_action month n');
  const count = (ags) => Number(sql(`select coalesce(sum(n), 0) from register.search_miss where ags = '${ags}'`));
  let spots = 0;
  for (const ags of sql('select unnest(demo.white_spots())').split('\n')) {
    const earlier = count(ags);
    const ask = async (localAddress, query = '') => (await service.request(`/suche.json?kreis=${ags}${query}`, { localAddress, agent: false })).json();
    if ((await ask('127.0.0.3')).covering !== 0) continue;
    spots += 1;
    assert.equal(count(ags), earlier + 1, `the search for Kreis ${ags} was not counted`);
    // once a day for each network and worker, whatever is reloaded
    for (let i = 0; i < 8; i += 1) await ask('127.0.0.3', i % 2 ? '&umkreis=25' : '');
    assert.ok(count(ags) <= earlier + service.workers().length, `reloading counts: ${count(ags) - earlier}`);
    const reloaded = count(ags);
    await ask('127.0.0.2');
    assert.equal(count(ags), reloaded + 1, 'another network is another person');
    await ask('127.0.0.2', '&handlungsfeld=sicherung');
    assert.equal(count(ags), reloaded + 2, 'another Handlungsfeld is another wish');
  }
  assert.ok(spots > 0, 'the demo data has no white spot');
});
