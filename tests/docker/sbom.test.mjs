// make sbom: a valid CycloneDX document that names what ships, with the versions that are there, and what only builds.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { root, testVar } from '../lib/service.mjs';

const json = (name) => JSON.parse(fs.readFileSync(path.join(root, name), 'utf8'));
const list = (name) => fs.readFileSync(path.join(root, 'conf', name), 'utf8').split('\n')
  .map((line) => line.replace(/#.*/, '').trim().split(/\s+/)[0]).filter(Boolean);
const version = (name) => execFileSync('dpkg-query', ['-W', '-f', '${Version}', name], { encoding: 'utf8' });
const validate = (bom) => new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(JSON.stringify(bom));
const full = ({ group, name }) => (group ? `${group}/${name}` : name);

let bom;
const of = (kind, scope) => bom.components.filter((one) => one.purl.startsWith(`pkg:${kind}/`) && one.scope === scope);
before(() => {
  const out = path.join(testVar, 'sbom.cdx.json');
  execFileSync(process.execPath, [path.join(root, 'conf/sbom.mjs'), out], { stdio: ['ignore', 'ignore', 'inherit'] });
  bom = JSON.parse(fs.readFileSync(out, 'utf8'));
});

describe('the SBOM', () => {
  test('is CycloneDX 1.6 by the official schema, which sees faults', async () => {
    assert.equal(await validate(bom), null);
    for (const fault of [{ scope: 'perhaps' }, { type: 'thing' }, { versions: '1' }, { hashes: [{ alg: 'SHA-512', content: 'x' }] }]) {
      assert.notEqual(await validate({ ...bom, components: [{ ...bom.components[0], ...fault }] }), null, JSON.stringify(fault));
    }
  });

  test('is whole: every component once, reachable from the register, with a version and a package address', () => {
    const refs = bom.components.map((one) => one['bom-ref']);
    assert.equal(new Set(refs).size, refs.length);
    const edges = new Map(bom.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn ?? []]));
    const seen = new Set();
    const visit = (ref) => {
      if (seen.has(ref)) return;
      seen.add(ref);
      assert.ok(edges.has(ref), ref);
      edges.get(ref).forEach(visit);
    };
    visit(bom.metadata.component['bom-ref']);
    assert.deepEqual(refs.filter((ref) => !seen.has(ref)), []);
    for (const one of bom.components) assert.ok(one.version && one.purl && one.scope, full(one));
  });

  test('npm: ships what assets/package.json depends on, in the versions of the lock; tools are excluded', () => {
    const { dependencies, devDependencies } = json('assets/package.json');
    const lock = json('assets/package-lock.json').packages;
    assert.deepEqual(of('npm', 'required').map(full).sort(), Object.keys(dependencies).sort());
    for (const name of Object.keys(devDependencies)) assert.ok(of('npm', 'excluded').some((one) => full(one) === name), name);
    for (const one of [...of('npm', 'required'), ...of('npm', 'excluded')]) assert.equal(one.version, lock[`node_modules/${full(one)}`].version, full(one));
  });

  test('assets/package.json calls dependencies what style sheets, scripts and fonts are made of', () => {
    const sources = [...fs.readdirSync(path.join(root, 'assets/js')).map((name) => `js/${name}`), ...fs.readdirSync(path.join(root, 'assets/css')).map((name) => `css/${name}`)]
      .map((name) => fs.readFileSync(path.join(root, 'assets', name), 'utf8')).join('\n');
    const packages = [...sources.matchAll(/(?:@use|@forward|@import|import|from) ["'](?!\.|sass:)((?:@[\w.-]+\/)?[\w.-]+)/g)].map(([, name]) => name)
      .filter((name) => !fs.existsSync(path.join(root, `assets/css/_${name}.scss`)));
    const fonts = [...fs.readFileSync(path.join(root, 'assets/build.mjs'), 'utf8').matchAll(/'node_modules', '(@fontsource)', '([\w-]+)'/g)].map(([, scope, name]) => `${scope}/${name}`);
    assert.deepEqual([...new Set([...packages, ...fonts])].sort(), Object.keys(json('assets/package.json').dependencies).sort());
  });

  test('Debian: names what is installed to run and what the module is linked with, in the version that is there', () => {
    const shipped = new Map(of('deb', 'required').map((one) => [one.name, one]));
    for (const name of list('packages-run')) assert.equal(shipped.get(name)?.version, version(name), name);
    // two libraries further: what libpq and PostGIS bring along
    for (const name of ['libc6', 'libssl3', 'libgssapi-krb5-2', 'libgeos-c1v5', 'libgdal32', 'libproj25']) assert.equal(shipped.get(name)?.version, version(name), name);
    for (const { name, purl } of shipped.values()) assert.match(purl, /^pkg:deb\/debian\/[^@]+@[^@?]+\?arch=\w+&distro=debian-12$/, name);
  });

  test('Debian: tools that only build are excluded', () => {
    for (const name of ['gcc', 'make', 'nodejs', 'npm', 'libc6-dev', 'libxml2-dev']) assert.ok(!of('deb', 'required').some((one) => one.name === name), name);
    assert.ok(of('deb', 'excluded').some(({ name }) => name === 'libxml2-dev'));
  });

  test('the region guess\'s database is named with its hash', () => {
    const [one] = bom.components.filter(({ type }) => type === 'data');
    const { version: pinned, integrity } = json('conf/geoip/package-lock.json').packages[`node_modules/${full(one)}`];
    assert.equal(one.version, pinned);
    assert.equal(`sha512-${Buffer.from(one.hashes[0].content, 'hex').toString('base64')}`, integrity);
    assert.equal(one.scope, 'optional');
  });
});
