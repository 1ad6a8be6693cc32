// jcapctl import-regions: official files replace the derived regions in one transaction; a file with a mistake changes
// nothing and says which line or feature is wrong. Runs on a database of its own beside the one the service uses.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { pg, root, testVar } from '../lib/service.mjs';

const DATABASE = 'jcap_import';
const fixture = (name) => path.join(root, 'tests/fixtures/regions', name);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'jcap-import-'));
let url;

function psql(statement, role = 'jcap_owner', database = DATABASE) {
  return execFileSync('psql', ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', pg('url', path.join(testVar, 'pg'), role, database), '-c', statement],
    { encoding: 'utf8', cwd: root, maxBuffer: 1 << 26 }).trim();
}
function jcapctl(...args) {
  const run = spawnSync(path.join(root, 'build/jcapctl'), args, { cwd: root, encoding: 'utf8', env: { ...process.env, JCAP_DATABASE_URL: url } });
  return { status: run.status, out: run.stdout, err: run.stderr };
}
// All that an import may change, as one fingerprint.
const state = () => psql(`select md5(string_agg(t, '' order by t)) from (
  select d::text as t from geo.district d union all select p::text from geo.postcode p union all select l::text from geo.licence l
  union all select c.relname from pg_class c where c.relnamespace = 'geo'::regnamespace) a`);

// The loaded regions written the way BKG and GeoNames write theirs.
function exportDistricts(srid) {
  const file = path.join(folder, `kreise-${srid}.geojson`);
  fs.writeFileSync(file, psql(`select jsonb_build_object('type', 'FeatureCollection', 'features', jsonb_agg(jsonb_build_object('type', 'Feature',
    'properties', jsonb_build_object('AGS', ags, 'GEN', name, 'BEZ', kind, 'EWZ', population + 1, 'GF', 4),
    'geometry', st_asgeojson(st_transform(outline, ${srid}), 7, 0)::jsonb))) from geo.district`));
  return file;
}
function exportPostcodes() {
  const file = path.join(folder, 'DE.txt');
  const rows = psql(`select concat_ws(E'\\t', 'DE', p.code, g.name, s.name, s.code, '', '00', d.name,
      case when d.ags = '16063' and g.name = 'Eisenach' then '16056' else d.ags end,
      round(p.lat::numeric, 4), round(p.lon::numeric, 4), '4')
    from geo.postcode p join geo.postcode_place pp using (code) join geo.place g on g.id = pp.place_id
    join geo.district d on d.ags = g.ags join geo.state s on s.code = d.state
    where st_dwithin(d.outline, p.geom, 20000) order by 1`);
  fs.writeFileSync(file, `${rows}\n`);
  return file;
}

before(() => {
  psql(`drop database if exists ${DATABASE}`, 'postgres', 'postgres');
  pg('setup', path.join(testVar, 'pg'), DATABASE);
  url = pg('url', path.join(testVar, 'pg'), 'jcap_owner', DATABASE);
  assert.equal(jcapctl('migrate').status, 0);
  execFileSync('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', url, '-f', 'sql/data/regions/load.sql'], { cwd: root, stdio: 'pipe' });
});
after(() => {
  fs.rmSync(folder, { recursive: true, force: true });
  psql(`drop database if exists ${DATABASE}`, 'postgres', 'postgres');
});

const mistakes = [
  ['--districts', 'kreise_broken.geojson', ['Zeile 3: Das ist kein JSON']],
  ['--districts', 'kreise_other_system.geojson', ['weder EPSG:4326 noch EPSG:25832']],
  ['--districts', 'kreise_wrong.geojson', ['Feature 1: Der Kreisschlüssel (AGS) fehlt', 'Feature 2: AGS 06611: Name (GEN)',
    'Feature 3: AGS 06631: Ein Punkt liegt nicht in Deutschland', 'Feature 4: AGS 06632: Ein Ring ist nicht geschlossen',
    'Feature 5: AGS 06633: Der Umriss ist kein Polygon', 'Feature 6: AGS 06634: Ein Punkt besteht nicht aus zwei Zahlen']],
  ['--districts', 'kreise_unknown.geojson', ['Feature 1 (AGS 16056): Diesen Kreisschlüssel gibt es nicht',
    'Feature 3 (AGS 06611): Dieser Kreis steht schon in Feature 2', 'Feature 2 (AGS 06611): Der Umriss ist ungültig', 'Es fehlen 399 von 400 Kreisen']],
  ['--postcodes', 'postcodes_wrong.txt', ['Zeile 2: Sie hat 11 Spalten statt 12', 'Zeile 3: Die Postleitzahl „3411“', 'Zeile 4: Das Land ist „AT“',
    'Zeile 5: Der Ort fehlt', 'Zeile 6: Der Kreisschlüssel „6611“', 'Zeile 7: Breite und Länge „51,3“', 'Zeile 8: Der Punkt 9.5, 51.3',
    'Zeile 9: Sie ist kein Text in UTF-8']],
  ['--postcodes', 'postcodes_elsewhere.txt', ['Zeile 3: Den Kreisschlüssel „06699“', 'Zeile 5: Der Punkt von 26723 Nordsee liegt in keinem Kreis',
    'Zeile 4: 20357 Hamburg liegt', 'Zeile 2: 34117 Kassel steht schon in Zeile 1', 'Die Datei nennt 4 Postleitzahlen']],
  ['--postcodes', 'gibt_es_nicht.txt', ['Die Datei gibt es nicht']],
];
for (const [option, name, sentences] of mistakes) {
  test(`import-regions refuses ${name} and names each mistake`, () => {
    const old = state();
    const { status, err } = jcapctl('import-regions', option, fixture(name));
    assert.equal(status, 1);
    for (const sentence of sentences) assert.ok(err.includes(sentence), `"${sentence}" is said in:\n${err}`);
    assert.match(err, /Es hat sich nichts geändert/);
    assert.equal(state(), old, 'nothing changed');
  });
}

test('import-regions: right Kreise with wrong postcodes change nothing either', () => {
  const old = state();
  const { status } = jcapctl('import-regions', '--districts', exportDistricts(4326), '--postcodes', fixture('postcodes_wrong.txt'));
  assert.equal(status, 1);
  assert.equal(state(), old);
});

test('import-regions: without or with unknown options it says how it is called', () => {
  assert.match(jcapctl('import-regions').err, /Aufruf:/);
  assert.equal(jcapctl('import-regions', '--kreise', 'x').status, 1);
});

test('import-regions replaces Kreise and postcodes, in degrees and in metres', () => {
  const people = Number(psql('select sum(population) from geo.state'));
  const postcodes = exportPostcodes();
  for (const srid of [4326, 25832]) {
    const { status, out, err } = jcapctl('import-regions', '--districts', exportDistricts(srid), '--postcodes', postcodes);
    assert.equal(status, 0, err);
    assert.match(out, /400 Kreise/);
    assert.match(out, /8168 Postleitzahlen/);
  }
  assert.equal(Number(psql('select sum(population) from geo.state')), people + 800);
  assert.equal(psql(`select count(*) from geo.postcode where basis <> 'official'`), '0');
  assert.equal(psql(`select ags from geo.postcode where code = '99817'`), '16063', 'keys that a reform ended are understood');
  assert.equal(psql(`select label || ' ' || parts from geo.postcode where code = '20357'`), 'Hamburg Sternschanze, St. Pauli');
  assert.equal(psql(`select count(*) from geo.district d where not exists (select from geo.district_neighbour n where n.ags = d.ags)`), '0');
  assert.equal(psql(`select count(*) from geo.district where st_isvalid(outline) and st_isvalid(outline_coarse) and svg_path <> ''`), '400');
  assert.match(psql(`select string_agg(attribution, ' ') from geo.licence`), /GeoBasis-DE \/ BKG/);
  assert.equal(psql(`select label from geo.find_place('20357')`), '20357 Hamburg');
});
