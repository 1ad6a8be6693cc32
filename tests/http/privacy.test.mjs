// Nothing about a visitor is kept: no cookie, no log line, and in the database only the counter of searches in vain.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { sql, startService, testVar } from '../lib/service.mjs';

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

test('a search in vain is counted by month, Kreis and Handlungsfeld, and nothing else is stored', async () => {
  const columns = sql("select string_agg(column_name, ' ' order by column_name) from information_schema.columns where table_schema = 'register' and table_name = 'search_miss'");
  assert.equal(columns, 'ags field_of_action month n');
  let ags;
  for (const one of sql("select unnest(demo.white_spots())").split('\n')) {
    if ((await service.get(`/suche.json?kreis=${one}`)).json().covering === 0) ags = one;
  }
  assert.ok(ags, 'the demo data has no white spot');
  const count = () => Number(sql(`select coalesce(sum(n), 0) from register.search_miss where ags = '${ags}'`));
  const before_ = count();
  await service.get(`/suche.json?kreis=${ags}`);
  assert.equal(count(), before_ + 1, `the search for Kreis ${ags} was not counted`);
});
