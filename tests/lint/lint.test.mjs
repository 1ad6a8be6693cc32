// make lint: the house against its rules, each rule against its own sample, and shellcheck over the scripts.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../lib/service.mjs';
import { rules } from './rules.mjs';

const SKIP = new Set(['node_modules', 'build', 'var', '.git']);
function walk(folder, found = []) {
  for (const entry of fs.readdirSync(path.join(root, folder), { withFileTypes: true })) {
    if (SKIP.has(entry.name)) continue;
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) walk(name, found);
    else if (entry.isFile()) found.push(name);
  }
  return found;
}
const files = walk('.');

describe('the house keeps its rules', () => {
  for (const rule of rules) {
    test(rule.name, () => {
      const found = files.filter(rule.files)
        .flatMap((file) => rule.check(fs.readFileSync(path.join(root, file), 'utf8'), file).map(({ line, what }) => `${file}:${line} ${what}`));
      assert.deepEqual(found, []);
    });
  }
});

describe('each rule still sees', () => {
  for (const rule of rules) {
    test(rule.name, () => {
      assert.notEqual(rule.check(rule.sample, rule.sampleFile ?? 'app/x.c').length, 0, 'the sample passes unnoticed');
    });
  }
});

test('shell scripts pass shellcheck', () => {
  const scripts = [...files.filter((file) => file.endsWith('.sh')), '.ci/run'];
  const run = spawnSync('shellcheck', ['-x', '-S', 'warning', ...scripts], { cwd: root, encoding: 'utf8' });
  assert.equal(run.error, undefined);
  assert.equal(run.status, 0, run.stdout);
});

test('JavaScript parses', () => {
  for (const file of files.filter((name) => name.endsWith('.mjs'))) execFileSync(process.execPath, ['--check', path.join(root, file)]);
});
