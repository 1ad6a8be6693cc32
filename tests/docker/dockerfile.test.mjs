// The Dockerfile without a Docker engine: it parses, keeps the promises of the issue, and names only packages that exist.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../lib/service.mjs';

const INSTRUCTIONS = new Set(['FROM', 'RUN', 'CMD', 'LABEL', 'EXPOSE', 'ENV', 'ADD', 'COPY', 'ENTRYPOINT', 'VOLUME', 'USER', 'WORKDIR', 'ARG', 'ONBUILD', 'STOPSIGNAL', 'HEALTHCHECK', 'SHELL']);

// [{ instruction, value }] by the rules of the Dockerfile reference: comments, continuation lines, one instruction each.
function parse(text) {
  const found = [];
  let pending = '';
  for (const line of text.split('\n')) {
    if (/^\s*#/.test(line) || (line.trim() === '' && pending === '')) continue;
    pending += line.replace(/\\\s*$/, ' ');
    if (/\\\s*$/.test(line)) continue;
    const match = pending.match(/^\s*([A-Za-z]+)\s+(.+)$/s);
    assert.ok(match, `not an instruction: ${pending}`);
    found.push({ instruction: match[1].toUpperCase(), value: match[2].replace(/\s+/g, ' ').trim() });
    pending = '';
  }
  assert.equal(pending, '', 'the last line goes on into nothing');
  return found;
}

const steps = parse(fs.readFileSync(path.join(root, 'Dockerfile'), 'utf8'));
const values = (instruction) => steps.filter((step) => step.instruction === instruction).map((step) => step.value);
const packages = values('RUN').join(' && ').split('&&').filter((command) => command.includes('apt-get install'))
  .flatMap((command) => command.replace(/.*apt-get install/, '').trim().split(/\s+/)).filter((word) => !word.startsWith('-'));
const list = (name) => fs.readFileSync(path.join(root, 'conf', name), 'utf8').split('\n')
  .map((line) => line.replace(/#.*/, '').trim().split(/\s+/)[0]).filter(Boolean);

describe('Dockerfile', () => {
  test('consists of known instructions and starts from Debian 12', () => {
    for (const { instruction } of steps) assert.ok(INSTRUCTIONS.has(instruction), instruction);
    assert.equal(steps[0].instruction, 'FROM');
    assert.match(steps[0].value, /^debian:(12|bookworm)/);
  });

  test('shell commands in it parse', () => {
    for (const command of values('RUN')) execFileSync('bash', ['-n', '-c', command]);
  });

  test('does not run as root, checks its health by /ready, and uses the make targets', () => {
    const user = steps.findIndex((step) => step.instruction === 'USER');
    assert.ok(user > 0 && !/^(root|0)\b/.test(steps[user].value));
    assert.ok(steps.slice(user).some((step) => step.instruction === 'RUN' && step.value.includes('make build')));
    assert.ok(steps.slice(user).every((step) => step.instruction !== 'USER' || step === steps[user]));
    assert.match(values('HEALTHCHECK')[0], /\/ready/);
    assert.equal(values('CMD').length, 1);
    const [start] = JSON.parse(values('CMD')[0]);
    fs.accessSync(path.join(root, start), fs.constants.X_OK);
    assert.match(fs.readFileSync(path.join(root, start), 'utf8'), /DATABASE_URL/);
  });

  test('installs the same packages as conf/packages-run', () => {
    assert.deepEqual([...packages].sort(), list('packages-run').sort());
  });

  test('what it copies and calls exists, and secrets stay outside', () => {
    for (const command of values('RUN').join(' && ').split('&&').map((one) => one.trim())) {
      const [word] = command.split(' ');
      if (word.includes('/')) fs.accessSync(path.join(root, word), fs.constants.X_OK);
    }
    const ignored = fs.readFileSync(path.join(root, '.dockerignore'), 'utf8').split('\n');
    for (const name of ['.git', 'var', 'build', 'conf/jcap.env']) assert.ok(ignored.includes(name), `.dockerignore lacks ${name}`);
  });
});

describe('Debian has each package', () => {
  for (const name of new Set([...packages, ...list('packages-run'), ...list('packages-test')])) {
    test(name, () => {
      const policy = execFileSync('apt-cache', ['policy', name], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
      const candidate = policy.match(/Candidate: (\S+)/)?.[1] ?? policy.match(/Installed: (\S+)/)?.[1];
      assert.ok(candidate && candidate !== '(none)', `apt knows no package ${name}`);
    });
  }
});
