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
// What is built with, and what ships: the instructions from one FROM to the next.
const stages = steps.reduce((found, step) => {
  if (step.instruction === 'FROM') found.push([]);
  found.at(-1).push(step);
  return found;
}, []);
const [build, image] = stages;
const values = (instruction, stage = steps) => stage.filter((step) => step.instruction === instruction).map((step) => step.value);
const packages = (stage) => values('RUN', stage).join(' && ').split('&&').filter((command) => command.includes('apt-get install'))
  .flatMap((command) => command.replace(/.*apt-get install/, '').trim().split(/\s+/)).filter((word) => !word.startsWith('-'));
const list = (name) => fs.readFileSync(path.join(root, 'conf', name), 'utf8').split('\n')
  .map((line) => line.replace(/#.*/, '').trim().split(/\s+/)[0]).filter(Boolean);

describe('Dockerfile', () => {
  test('consists of known instructions; both parts start from Debian 12', () => {
    for (const { instruction } of steps) assert.ok(INSTRUCTIONS.has(instruction), instruction);
    assert.equal(steps[0].instruction, 'FROM');
    assert.deepEqual(values('FROM'), ['debian:12 AS build', 'debian:12']);
  });

  test('shell commands in it parse', () => {
    for (const command of values('RUN')) execFileSync('bash', ['-n', '-c', command]);
  });

  test('builds by the make targets, and checks its health by /live', () => {
    assert.ok(values('RUN', build).some((command) => /conf\/install\.sh build && make build$/.test(command)));
    assert.match(values('HEALTHCHECK', image)[0], /\/live"/);
    assert.equal(values('CMD').length, 1);
    const [start] = JSON.parse(values('CMD', image)[0]);
    fs.accessSync(path.join(root, start), fs.constants.X_OK);
    assert.match(fs.readFileSync(path.join(root, start), 'utf8'), /DATABASE_URL/);
  });

  test('does not run as root, and owns nothing but var', () => {
    const user = image.findIndex((step) => step.instruction === 'USER');
    assert.ok(user > 0 && !/^(root|0)\b/.test(image[user].value));
    assert.equal(values('USER', image).length, 1);
    assert.ok(image.slice(user).every((step) => !['RUN', 'COPY', 'ADD'].includes(step.instruction)));
    for (const value of values('COPY', image)) assert.doesNotMatch(value, /--chown/);
    assert.match(values('RUN', image).join(' && '), /useradd --no-create-home .*register/, 'who owns the folder can rename what is in it');
    assert.deepEqual(values('RUN', image).join(' && ').match(/install -d -o \S+ -g \S+ .*?(?= &&|$)/g), ['install -d -o register -g register var']);
  });

  test('ships no compiler, no npm and no sources: only what is built, conf and sql', () => {
    for (const tool of ['gcc', 'make', 'nodejs', 'npm', 'libc6-dev', 'pkg-config']) assert.ok(!packages(image).includes(tool), tool);
    const copied = values('COPY', image).flatMap((value) => value.split(' ').slice(0, -1)).filter((word) => !word.startsWith('--'));
    const built = ['assets', 'jcap.so', 'jcapctl'].map((name) => `/srv/register/build/${name}`);
    assert.deepEqual(copied.sort(), [...built, 'conf', 'sql'].sort());
    for (const value of values('COPY', image).filter((one) => one.includes('build/'))) assert.match(value, /^--from=build /);
  });

  test('installs the same packages as conf/packages-build and conf/packages-run', () => {
    assert.deepEqual([...packages(build)].sort(), list('packages-build').sort());
    assert.deepEqual([...packages(image)].sort(), list('packages-run').sort());
  });

  test('what it copies and calls exists, and secrets stay outside', () => {
    for (const command of values('RUN').join(' && ').split('&&').map((one) => one.trim())) {
      const [word] = command.split(' ');
      if (word.includes('/')) fs.accessSync(path.join(root, word), fs.constants.X_OK);
    }
    for (const name of ['conf', 'sql', 'build/assets', 'build/jcap.so', 'build/jcapctl']) assert.ok(fs.existsSync(path.join(root, name)), name);
    const ignored = fs.readFileSync(path.join(root, '.dockerignore'), 'utf8').split('\n');
    for (const name of ['.git', 'var', 'build', 'conf/jcap.env']) assert.ok(ignored.includes(name), `.dockerignore lacks ${name}`);
  });

  // What is linked must be there where it runs: the packages of the image, with what Debian says they depend on.
  test('the image has every library that the module and jcapctl are linked with', () => {
    const closure = new Set(execFileSync('apt-cache', ['depends', '--recurse', '--no-recommends', '--no-suggests', '--no-conflicts', '--no-breaks',
      '--no-replaces', '--no-enhances', ...packages(image)], { encoding: 'utf8', maxBuffer: 64e6 }).split('\n').filter((line) => /^\S/.test(line)));
    const needed = ['build/jcap.so', 'build/jcapctl'].flatMap((file) => [...execFileSync('objdump', ['-p', path.join(root, file)], { encoding: 'utf8' })
      .matchAll(/^\s+NEEDED\s+(\S+)/gm)].map(([, library]) => library));
    assert.ok(needed.includes('libxml2.so.2') && needed.length > 7, needed.join(' '));
    for (const library of new Set(needed)) {
      const owners = execFileSync('dpkg-query', ['-S', `*/${library}`], { encoding: 'utf8' }).split('\n').filter(Boolean).map((line) => line.split(':')[0]);
      assert.ok(owners.some((name) => closure.has(name)), `${library} (${owners.join(', ')}) is not in the image`);
    }
  });
});

// What a module can do to the outside, it must import.
test('the module reads no XML and opens no connection but libpq\'s', () => {
  const imports = execFileSync('nm', ['-D', '--undefined-only', path.join(root, 'build/jcap.so')], { encoding: 'utf8' }).split('\n').map((line) => line.trim().split(/[\s@]+/)[1]);
  assert.ok(imports.includes('PQconnectStartParams') && imports.includes('xmlNewTextWriter'), 'nm shows no imports');
  const outside = /^(socket|connect|bind|listen|sendto|getaddrinfo|gethostbyname\w*|system|popen|posix_spawnp?|exec[lv]\w*|v?fork|dlopen|curl_\w+)$/;
  const reader = /^(xml(Read|Parse|SAX|Ctxt|CreateFileParser|CreatePushParser|NewTextReader|TextReader|Recover|XPath|XInclude)|html(Read|Parse|Ctxt))/;
  assert.deepEqual(imports.filter((name) => outside.test(name ?? '') || reader.test(name ?? '')), []);
});

describe('Debian has each package', () => {
  for (const name of new Set([...list('packages-build'), ...list('packages-run'), ...list('packages-test')])) {
    test(name, () => {
      const policy = execFileSync('apt-cache', ['policy', name], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
      const candidate = policy.match(/Candidate: (\S+)/)?.[1] ?? policy.match(/Installed: (\S+)/)?.[1];
      assert.ok(candidate && candidate !== '(none)', `apt knows no package ${name}`);
    });
  }
});
