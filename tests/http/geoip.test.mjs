// The region guess prefills and nothing more: by address, from a tiny database of our own, believing X-Forwarded-For only
// when it comes through a configured proxy.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { root, startService, testVar } from '../lib/service.mjs';

const file = path.join(testVar, 'tiny.mmdb');
let behindProxy;
let direct;
let none;
before(async () => {
  execFileSync('perl', [path.join(root, 'tests/fixtures/geoip.pl'), file]);
  behindProxy = await startService({ env: { JCAP_GEOIP: file, JCAP_TRUSTED_PROXIES: '127.0.0.1,192.0.2.1' } });
  direct = await startService({ env: { JCAP_GEOIP: file } });
  none = await startService({ env: { JCAP_GEOIP: '' } });
});
after(() => Promise.all([behindProxy?.stop(), direct?.stop(), none?.stop()]));

const guessed = /Vermutete Region/;
async function start(service, forwarded, target = '/') {
  return (await service.get(target, forwarded ? { 'x-forwarded-for': forwarded } : {})).text;
}

test('a German address gives its city, or its Land when the city is unknown; IPv6 too', async () => {
  assert.match(await start(behindProxy, '198.51.100.7'), /Vermutete Region[^]{0,200}Kassel/);
  assert.match(await start(behindProxy, '198.51.100.200'), /Vermutete Region[^]{0,200}Bayern/);
  assert.match(await start(behindProxy, '2001:db8::1'), /Vermutete Region[^]{0,200}Fulda/);
});

test('no guess abroad, for unknown addresses, for broken headers', async () => {
  for (const address of ['203.0.113.5', '192.0.2.99', 'unsinn', '', '198.51.100.7, unsinn', '999.1.1.1', undefined]) {
    assert.doesNotMatch(await start(behindProxy, address), guessed, String(address));
  }
});

test('the last address that is no trusted proxy counts, not the first one claimed', async () => {
  assert.match(await start(behindProxy, '203.0.113.5, 198.51.100.7'), /Vermutete Region[^]{0,200}Kassel/);
  assert.match(await start(behindProxy, '203.0.113.5, 198.51.100.7, 192.0.2.1'), /Vermutete Region[^]{0,200}Kassel/);
  assert.doesNotMatch(await start(behindProxy, '198.51.100.7, 203.0.113.5'), guessed);
});

test('X-Forwarded-For is believed from nobody when no proxy is configured', async () => {
  assert.doesNotMatch(await start(direct, '198.51.100.7'), guessed);
});

test('it can be switched off, by the visitor and by the operator', async () => {
  const page = await start(behindProxy, '198.51.100.7');
  const off = page.match(/href="(\/\?region=[a-z]+)"/)?.[1];
  assert.ok(off, 'the page offers no way to switch it off');
  assert.doesNotMatch(await start(behindProxy, '198.51.100.7', off), guessed);
  assert.doesNotMatch(await start(none, '198.51.100.7'), guessed);
});

test('a database that is missing, cut short or damaged: the service runs without a guess and says so', { timeout: 60000 }, async () => {
  const bytes = fs.readFileSync(file);
  const damaged = path.join(testVar, 'damaged.mmdb');
  const flipped = Buffer.from(bytes);
  flipped.fill(0xff, 0, 600); // the start of the tree points nowhere
  for (const [what, content] of [['missing', null], ['empty', ''], ['half', bytes.subarray(0, bytes.length / 2)], ['no end', bytes.subarray(0, -100)], ['flipped', flipped]]) {
    if (content === null) fs.rmSync(damaged, { force: true });
    else fs.writeFileSync(damaged, content);
    const service = await startService({ env: { JCAP_GEOIP: damaged, JCAP_TRUSTED_PROXIES: '127.0.0.1' } });
    try {
      assert.match(service.log, /damaged\.mmdb für die Vermutung der Region ist nicht brauchbar .*make geoip/, what);
      assert.doesNotMatch(await start(service, '198.51.100.7'), guessed, what);
    } finally {
      await service.stop();
    }
  }
});

test('a database that is cut short while the service runs: guesses go on, no worker dies', { timeout: 30000 }, async () => {
  const copy = path.join(testVar, 'cut.mmdb');
  fs.copyFileSync(file, copy);
  const service = await startService({ env: { JCAP_GEOIP: copy, JCAP_TRUSTED_PROXIES: '127.0.0.1' } });
  try {
    const workers = service.workers();
    fs.truncateSync(copy, 0);
    for (let i = 0; i < 10; i += 1) {
      const page = (await service.request('/', { headers: { 'x-forwarded-for': '198.51.100.7' }, agent: false })).text;
      assert.match(page, /Vermutete Region[^]{0,200}Kassel/);
    }
    assert.deepEqual(service.workers(), workers);
  } finally {
    await service.stop();
  }
});

test('it never hides results: the search is the same for every address', async () => {
  const totals = await Promise.all(['198.51.100.7', '203.0.113.5', undefined].map(async (address) =>
    (await behindProxy.get('/suche.json', address ? { 'x-forwarded-for': address } : {})).json().total));
  assert.equal(new Set(totals).size, 1, String(totals));
});

test('one visitor\'s guess is never shown to another out of the cache, and a hostile name is escaped', async () => {
  await start(behindProxy, '198.51.100.7');
  assert.doesNotMatch(await start(behindProxy, '203.0.113.5'), guessed);
  assert.ok(!(await start(behindProxy, '203.0.113.200')).includes('<script>x'));
});
