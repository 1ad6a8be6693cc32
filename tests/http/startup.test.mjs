// What the service refuses to start with, and what it says then.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { root, sleep, startService, testVar } from '../lib/service.mjs';

const OPERATOR = Object.fromEntries(fs.readFileSync(path.join(root, 'conf/jcap.env.example'), 'utf8')
  .match(/^JCAP_OPERATOR_\w+/gm).map((name) => [name, 'Musterstelle']));

async function refuses(env, pattern) {
  const service = await startService({ env, ready: false });
  for (let i = 0; i < 100 && service.child.exitCode === null; i += 1) await sleep(50);
  const { exitCode } = service.child;
  await service.stop();
  assert.notEqual(exitCode, null, 'it started all the same');
  assert.notEqual(exitCode, 0);
  assert.match(service.log, pattern);
}

test('outside development, an empty operator field stops the start and is named', { timeout: 20000 }, () =>
  refuses({ ...OPERATOR, JCAP_ENV: 'production', JCAP_OPERATOR_EMAIL: '' }, /JCAP_OPERATOR_EMAIL/));

test('with all fields filled in, production starts', { timeout: 20000 }, async () => {
  const service = await startService({ env: { ...OPERATOR, JCAP_ENV: 'production' } });
  assert.match((await service.get('/impressum')).text, /Musterstelle/);
  await service.stop();
});

test('numbers out of range and an unknown mode are named', { timeout: 40000 }, async () => {
  await refuses({ JCAP_CACHE_MB: 'viel' }, /JCAP_CACHE_MB/);
  await refuses({ JCAP_ENV: 'test' }, /JCAP_ENV/);
});

test('without the built files, or with one that is damaged, it says what to do', { timeout: 60000 }, async () => {
  const folder = fs.mkdtempSync(path.join(testVar, 'assets-'));
  const built = path.join(root, 'build/assets');
  const manifest = JSON.parse(fs.readFileSync(path.join(built, 'manifest.json'), 'utf8'));
  const broken = async (change, pattern) => {
    fs.cpSync(built, folder, { recursive: true });
    change();
    await refuses({ JCAP_ASSETS: folder }, pattern);
  };
  await broken(() => fs.writeFileSync(path.join(folder, 'manifest.json'), '{"css": "app'), /manifest\.json ist nicht lesbar .*make build/);
  await broken(() => fs.writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify({ ...manifest, js: undefined })), /fehlt „js“.*make build/);
  await broken(() => fs.truncateSync(path.join(folder, manifest.js), 100), /ist beschädigt.*make/);
  await broken(() => fs.rmSync(path.join(folder, manifest.css)), /fehlt oder ist nicht lesbar.*make/);
  fs.rmSync(folder, { recursive: true });
  await refuses({ JCAP_ASSETS: folder }, /manifest\.json ist nicht lesbar/);
});

test('the workers drop root', { timeout: 20000, skip: process.getuid() !== 0 && 'not root' }, async () => {
  const service = await startService();
  for (const pid of service.workers()) assert.notEqual(fs.statSync(`/proc/${pid}`).uid, 0);
  await service.stop();
});

test('stopping takes every process along', { timeout: 20000 }, async () => {
  const service = await startService();
  const pids = service.workers();
  await service.stop();
  for (const pid of pids) assert.equal(fs.existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8')), false, `${pid} lives on`);
});
