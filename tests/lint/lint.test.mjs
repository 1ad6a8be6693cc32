// make lint: the house against its rules, each rule against samples planted in a folder, and shellcheck over the scripts.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { rules } from './rules.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const SKIP = new Set(['node_modules', 'build', 'var', '.git']);

function walk(base, folder = '.', found = []) {
  for (const entry of fs.readdirSync(path.join(base, folder), { withFileTypes: true })) {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      // sql/data/regions/build/ is source: only the build at the top is made
      if (!SKIP.has(entry.name) || (entry.name === 'build' && folder !== '.')) walk(base, name, found);
    } else if (entry.isFile()) {
      found.push(name);
    }
  }
  return found;
}
const files = walk(root);

// What a rule finds below a folder, as "file:line what".
function findings(rule, base, list) {
  return list.filter(rule.files)
    .flatMap((file) => rule.check(fs.readFileSync(path.join(base, file), 'utf8'), file).map(({ line, what }) => `${file}:${line} ${what}`));
}

// The same, with one file planted in a folder of its own.
function planted(rule, [file, text]) {
  const base = fs.mkdtempSync(path.join(os.tmpdir(), 'jcap-lint-'));
  try {
    fs.mkdirSync(path.dirname(path.join(base, file)), { recursive: true });
    fs.writeFileSync(path.join(base, file), text);
    return findings(rule, base, walk(base));
  } finally {
    fs.rmSync(base, { recursive: true });
  }
}

describe('the house keeps its rules', () => {
  for (const rule of rules) {
    test(rule.name, () => {
      assert.ok(files.some(rule.files), 'the rule reads no file at all');
      assert.deepEqual(findings(rule, root, files), []);
    });
  }
});

describe('each rule still sees', () => {
  for (const rule of rules) {
    test(rule.name, () => {
      assert.ok(rule.bad.length > 0);
      for (const sample of rule.bad) assert.notDeepEqual(planted(rule, sample), [], `passes unnoticed: ${sample}`);
      for (const sample of rule.fine) assert.deepEqual(planted(rule, sample), [], `refused without reason: ${sample}`);
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
