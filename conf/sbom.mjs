// What the register consists of, as a CycloneDX 1.6 document (make sbom):  node conf/sbom.mjs OUT.json
//
// npm    the packages of assets/, by cyclonedx-npm; those that only build them are "excluded"
// Debian the packages of conf/packages-run with everything they depend on, and what build/jcap.so is linked with, by dpkg and
//        apt; those of conf/packages-build are "excluded"
// data   the region guess's database, which `make geoip` fetches: "optional"
//
// Needs a built tree and the packages of tests/ (conf/install.sh test). The same tree on the same machine gives the same bytes.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { Spec, Validation } = createRequire(join(root, 'tests/package.json'))('@cyclonedx/cyclonedx-library');
const { PackageURL } = createRequire(join(root, 'tests/package.json'))('packageurl-js');
const out = process.argv[2];
if (!out) {
  console.error('usage: node conf/sbom.mjs OUT.json');
  process.exit(2);
}
const run = (command, ...args) => execFileSync(command, args, { cwd: root, encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64e6, env: { ...process.env, LC_ALL: 'C' } });
const readJson = (name) => JSON.parse(readFileSync(join(root, name), 'utf8'));
const lines = (text) => text.split('\n').map((line) => line.trim()).filter(Boolean);

// npm ------------------------------------------------------------------------------------------------------------------
const bom = JSON.parse(run(process.execPath, 'tests/node_modules/.bin/cyclonedx-npm', '--output-reproducible', '--spec-version', '1.6',
  '--output-format', 'JSON', '--output-file', '-', 'assets/package.json'));
// What is shipped is told by the lock file: old versions of npm (Debian's) do not say it to cyclonedx-npm.
const locked = Object.entries(readJson('assets/package-lock.json').packages);
function onlyBuilds({ group, name, version }) {
  const place = `node_modules/${group ? `${group}/` : ''}${name}`;
  const found = locked.filter(([path, one]) => path.endsWith(place) && one.version === version);
  return found.length > 0 && found.every(([, one]) => one.dev || one.devOptional);
}
for (const component of bom.components) component.scope = onlyBuilds(component) ? 'excluded' : 'required';

// Debian ---------------------------------------------------------------------------------------------------------------
const installed = new Map(lines(run('dpkg-query', '-W', '-f', '${db:Status-Status}\t${Package}\t${Version}\t${Architecture}\t${Homepage}\n'))
  .map((line) => line.split('\t')).filter(([status]) => status === 'installed')
  .map(([, name, version, arch, homepage]) => [name, { version, arch, homepage }]));
const release = readFileSync('/etc/os-release', 'utf8').match(/^VERSION_ID="?([^"\n]*)/m)?.[1];
const list = (name) => lines(readFileSync(join(root, 'conf', name), 'utf8').replace(/#.*/g, '')).map((line) => line.split(/\s+/));

function debian(name, scope) {
  const { version, arch, homepage } = installed.get(name);
  const purl = new PackageURL('deb', 'debian', name, version, { arch, ...(release ? { distro: `debian-${release}` } : {}) }, null).toString();
  return { type: 'library', name, version, 'bom-ref': purl, scope, purl,
    ...(homepage ? { externalReferences: [{ type: 'website', url: homepage }] } : {}) };
}

// Of a library, the package that brought it. Since Debian joined /lib and /usr/lib, dpkg may know a file by either name.
function owner(file) {
  for (const path of [file, file.startsWith('/usr/') ? file.slice(4) : `/usr${file}`]) {
    try {
      return run('dpkg-query', '-S', path).split(':')[0];
    } catch { /* asked by the other name next */ }
  }
  throw new Error(`no Debian package owns ${file}`);
}

const asked = list('packages-run').map(([name]) => name);
const missing = asked.filter((name) => !installed.has(name));
if (missing.length) throw new Error(`not installed: ${missing.join(' ')}; call conf/install.sh run`);
const needed = lines(run('apt-cache', 'depends', '--recurse', '--installed', '--no-recommends', '--no-suggests', '--no-conflicts',
  '--no-breaks', '--no-replaces', '--no-enhances', ...asked)).filter((line) => !/^\||:|^<|^(Pre)?Depends/.test(line));
const linked = [...new Set(lines(run('ldd', 'build/jcap.so', 'build/jcapctl')).map((line) => line.match(/=> (\/\S+)/)?.[1]).filter(Boolean))].map(owner);
const required = new Set([...asked, ...needed, ...linked].filter((name) => installed.has(name)));
// a tool that did not come from Debian (conf/packages-build allows that) has no package to name
const tools = list('packages-build').map(([name]) => name).filter((name) => installed.has(name) && !required.has(name));
bom.components.push(...[...required].sort().map((name) => debian(name, 'required')), ...tools.sort().map((name) => debian(name, 'excluded')));

// Data -----------------------------------------------------------------------------------------------------------------
for (const [path, { version, integrity, license }] of Object.entries(readJson('conf/geoip/package-lock.json').packages).filter(([name]) => name !== '')) {
  const [group, name] = path.replace('node_modules/', '').split('/');
  const purl = new PackageURL('npm', group, name, version, null, null).toString();
  bom.components.push({ type: 'data', group, name, version, 'bom-ref': purl, scope: 'optional', purl,
    hashes: [{ alg: 'SHA-512', content: Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex') }],
    ...(license ? { licenses: [{ license: { name: license } }] } : {}) });
}

// The whole ------------------------------------------------------------------------------------------------------------
const assets = bom.dependencies.find(({ ref }) => ref === bom.metadata.component['bom-ref']);
const inGit = (...args) => {
  try {
    return run('git', ...args).trim();
  } catch {
    return undefined; // an unpacked archive
  }
};
const version = inGit('rev-parse', '--short=12', 'HEAD');
const timestamp = inGit('log', '-1', '--format=%cI');
bom.metadata.component = { type: 'application', name: 'jobcoachingap-register', 'bom-ref': 'jobcoachingap-register', ...(version ? { version } : {}),
  description: 'Public register of providers of JobcoachingAP', licenses: [{ license: { id: 'EUPL-1.2' } }] };
if (timestamp) bom.metadata.timestamp = timestamp;
const known = new Set(bom.dependencies.map(({ ref }) => ref));
const others = bom.components.map((component) => component['bom-ref']).filter((ref) => !known.has(ref));
assets.ref = 'jobcoachingap-register';
assets.dependsOn.push(...others);
bom.dependencies.push(...others.map((ref) => ({ ref })));

const text = `${JSON.stringify(bom, null, 2)}\n`;
const faults = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text);
if (faults !== null) throw new Error(`not CycloneDX 1.6: ${JSON.stringify(faults.slice?.(0, 5) ?? faults)}`);
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, text);
const count = (scope) => bom.components.filter((component) => component.scope === scope).length;
console.log(`${out}: ${count('required')} components shipped, ${count('optional')} optional, ${count('excluded')} that only build`);
