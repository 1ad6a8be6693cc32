// The shipped unit: systemd understands it, and it fits what conf/run.sh does.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { root } from '../lib/service.mjs';

const unit = fs.readFileSync(path.join(root, 'conf/systemd/jcap.service'), 'utf8');

test('systemd-analyze finds no mistake in the unit', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'jcap-unit-'));
  const verify = (text) => {
    const file = path.join(folder, 'jcap.service');
    fs.writeFileSync(file, text.replaceAll('/srv/register', root));
    return spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
  };
  const good = verify(unit);
  assert.equal(good.error, undefined);
  assert.deepEqual([good.status, good.stderr.split('\n').filter((line) => line.includes('jcap.service'))], [0, []]);
  assert.match(verify(unit.replace('Restart=always', 'Restart=sometimes')).stderr, /jcap\.service/, 'it would not notice');
  fs.rmSync(folder, { recursive: true });
});

test('it comes back whatever ends it, without a limit, and gives the password as a credential', () => {
  assert.match(unit, /^Restart=always$/m);
  assert.match(unit, /^StartLimitIntervalSec=0$/m);
  assert.match(unit, /^LoadCredential=pgpass:/m);
  assert.match(unit, /^Environment=PGPASSFILE=%d\/pgpass$/m);
});
