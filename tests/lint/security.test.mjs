// docs/security.md must not rot: what it names is there, and what must be named is.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const read = (name) => fs.readFileSync(path.join(root, name), 'utf8');
const page = read('docs/security.md');

// The text below a heading, and the rows of its tables: arrays of cells.
const section = (heading) => page.split(/^## /m).find((one) => one.startsWith(heading)) ?? assert.fail(`no section "${heading}"`);
const rows = (heading) => section(heading).split('\n').filter((line) => /^\| /.test(line)).slice(1)
  .map((line) => line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim()));

// What a cell names: [{ path, titles }]; the titles in quotes belong to the path before them. A word in backticks is a path if it
// begins with a folder of ours or is a file at the top.
const TOP = /^(app|conf|assets|sql|tests|docs)\/|^(Makefile|Dockerfile|\.dockerignore|SECURITY\.md|README\.md)$/;
function named(cell) {
  const found = [];
  for (const [, code, title] of cell.matchAll(/`([^`]+)`|"((?:[^"\\]|\\.)+)"/g)) {
    if (code !== undefined) found.push({ path: code, titles: [] });
    else if (found.length) found.at(-1).titles.push(title.replace(/\\"/g, '"'));
  }
  return found.filter((one) => TOP.test(one.path));
}

// The titles that a test file gives its tests, as they stand in the source.
const QUOTED = `('(?:[^'\\\\\\n]|\\\\.)*'|"(?:[^"\\\\\\n]|\\\\.)*"|\`(?:[^\`\\\\]|\\\\.)*\`)`;
const TITLES = {
  mjs: new RegExp(`\\b(?:(?:test|describe)\\(|name:)\\s*${QUOTED}`, 'g'),
  c: new RegExp(`\\b(?:[A-Z]+_)?TEST\\(\\s*${QUOTED}`, 'g'),
  sh: new RegExp(`\\bcheck\\s+${QUOTED}`, 'g'),
  sql: /('(?:[^'\n]|'')*')\)?[,;)\n]/g,
};
function titlesOf(name) {
  const kind = name.split('.').pop();
  const text = kind === 'sql' ? read(name).replace(/--.*$/gm, '') : read(name);
  return new Set([...text.matchAll(TITLES[kind])].map(([, literal]) => literal.slice(1, -1).replace(/\\(['"`])/g, '$1').replace(/''/g, "'")));
}

function faults(table, accepted) {
  const found = [];
  for (const [number, words, places, tests] of table) {
    const at = `${number} ${words}`;
    const exists = (one) => fs.existsSync(path.join(root, one)) || found.push(`${at}: there is no ${one}`);
    for (const one of named(places)) exists(one.path);
    const [, reason] = tests.match(/^accepted: (K\d+)$/) ?? [];
    const proofs = named(tests);
    if (reason) {
      if (!accepted.has(reason)) found.push(`${at}: ${reason} is not in the list`);
    } else if (proofs.length === 0) {
      found.push(`${at}: neither a test nor a reason`);
    }
    for (const one of proofs) {
      if (!one.path.startsWith('tests/')) {
        found.push(`${at}: ${one.path} is no test`);
        continue;
      }
      if (exists(one.path) !== true) continue;
      if (one.titles.length === 0 && !one.path.startsWith('tests/fuzz/')) found.push(`${at}: which test of ${one.path}?`);
      if (one.titles.length === 0) continue;
      const titles = titlesOf(one.path);
      for (const title of one.titles) if (!titles.has(title)) found.push(`${at}: ${one.path} has no test "${title}"`);
    }
  }
  return found;
}

describe('docs/security.md', () => {
  const table = rows('Requirements');
  const accepted = new Set(rows('Known and accepted').map(([key]) => key));

  test('every place and every test exists', () => {
    assert.ok(table.length > 80, `${table.length} rows`);
    assert.deepEqual(faults(table, accepted), []);
    // the other sections name places, too
    const missing = [...page.matchAll(/`([^`]+)`/g)].map(([, name]) => name).filter((name) => TOP.test(name) && !fs.existsSync(path.join(root, name)));
    assert.deepEqual(missing, []);
  });

  test('and this check sees what does not', () => {
    const good = ['1.1.1', 'x', '`app/serve.c`', '`tests/lint/security.test.mjs` "every place and every test exists"'];
    assert.deepEqual(faults([good], accepted), []);
    const bad = [['1.1.1', 'x', '`app/gone.c`', good[3]], ['1.1.1', 'x', good[2], ''], ['1.1.1', 'x', good[2], 'accepted: K99'], ['1.1.1', 'x', good[2], 'by hand'],
      ['1.1.1', 'x', good[2], '`tests/lint/gone.test.mjs` "x"'], ['1.1.1', 'x', good[2], '`tests/lint/security.test.mjs` "every place"'],
      ['1.1.1', 'x', good[2], '`tests/lint/security.test.mjs`'], ['1.1.1', 'x', good[2], '`app/serve.c` "serve_check"'],
      ['1.1.1', 'x', good[2], '`tests/unit/test_csv.c` "CSV: no text starts as"'], ['1.1.1', 'x', good[2], '`tests/sql/directory_roles.sql` "no table can be"']];
    for (const row of bad) assert.equal(faults([row], accepted).length, 1, row.join(' | '));
  });

  test('requirements stand once and in order, each accepted point is used or explained', () => {
    const numbers = table.map(([number]) => number);
    const key = (number) => number.split('.').reduce((sum, part) => sum * 100 + Number(part), 0);
    for (const number of numbers) assert.match(number, /^\d{1,2}\.\d\.\d{1,2}$/);
    for (let i = 1; i < numbers.length; i += 1) assert.ok(key(numbers[i - 1]) < key(numbers[i]), `${numbers[i]} after ${numbers[i - 1]}`);
    for (const [name, what, why] of rows('Known and accepted')) {
      const [, number] = what.match(/^(\d+\.\d\.\d+):/) ?? [];
      if (number) assert.equal(table.find(([one]) => one === number)?.[3], `accepted: ${name}`, `${name} ${what}`);
      assert.ok(why.length > 20, name);
    }
  });

  test('the classification names every table', () => {
    const text = section('Data');
    const tables = fs.readdirSync(path.join(root, 'sql/schema')).flatMap((name) => [...read(`sql/schema/${name}`).matchAll(/^create (?:unlogged )?table (\w+)\.(\w+)/gm)]);
    assert.ok(tables.length > 30);
    for (const [, schema, name] of tables) assert.ok(text.includes(`\`${schema}.${name}\``) || text.includes(`\`${schema}.*\``), `${schema}.${name} has no class`);
  });

  test('the inventory of cryptography names every file that calls libsodium', () => {
    const text = section('Cryptography');
    const walk = (folder) => fs.readdirSync(path.join(root, folder), { withFileTypes: true })
      .flatMap((entry) => (entry.isDirectory() ? walk(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`]));
    const callers = walk('app').filter((name) => /\.c$/.test(name) && /\b(crypto_\w+|randombytes_\w+)\s*\(/.test(read(name)));
    assert.ok(callers.length > 2);
    for (const name of callers) assert.ok(text.includes(`\`${name}\``), `${name} is not in the inventory`);
    const weak = walk('app').concat(walk('sql/functions'), walk('conf'), ['assets/build.mjs']).filter((name) => /\b(md5|sha1)(sum)?\s*\(|'(md5|sha1)'|\bmd5sum\b|\bsha1sum\b/i.test(read(name)));
    assert.deepEqual(weak, []);
  });
});

test('every npm package is pinned by version and hash', () => {
  const folders = ['assets', 'tests', 'conf/geoip', 'sql/data/regions/build'];
  for (const folder of folders) {
    const { dependencies, devDependencies } = JSON.parse(read(`${folder}/package.json`));
    const { packages } = JSON.parse(read(`${folder}/package-lock.json`));
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, `${folder}: ${name}`);
      assert.equal(packages[`node_modules/${name}`]?.version, version, `${folder}: ${name} in the lock file`);
    }
    for (const [name, one] of Object.entries(packages).filter(([key]) => key !== '')) assert.match(one.integrity ?? '', /^sha512-[\w+/]{86}==$/, `${folder}: ${name}`);
  }
  // and nothing is fetched around the lock files
  const scripts = fs.readdirSync(path.join(root, 'conf')).filter((name) => name.endsWith('.sh')).map((name) => `conf/${name}`);
  for (const name of [...scripts, 'Makefile', 'Dockerfile']) {
    for (const [line] of read(name).matchAll(/^(?!\s*#).*\bnpm (install|i|exec|x)\b.*$|^(?!\s*#).*\bnpx\b.*$/gm)) assert.doesNotMatch(line, /npm (install|i|exec|x) |npx/, `${name}: ${line}`);
  }
});
