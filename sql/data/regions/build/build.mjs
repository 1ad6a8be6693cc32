// Rebuilds ../*.tsv from the packages pinned in package.json:
//   npm ci && DATABASE_URL=postgresql:///scratch node build.mjs
// DATABASE_URL names a PostgreSQL database in which PostGIS can be created; everything there is rolled back at the end.
import fs from 'node:fs';
import { spawnSync } from 'node:child_process';
import { readPlaces, readPostcodes, readDistricts, readOutline } from './lib/read.mjs';
import { readMunicipalities, readCityPostcodes, readPopulations } from './lib/hand.mjs';
import { nameIndex, settle, settleRest } from './lib/match.mjs';
import { place, surprises } from './lib/position.mjs';
import { describe, villages, cityParts } from './lib/places.mjs';
import { STATES, describeDistrict } from './lib/regions.mjs';
import { sites } from './lib/outline.mjs';

const target = name => new URL(`../${name}.tsv`, import.meta.url);
const degrees = x => x.toFixed(5);

function write(name, header, rows) {
  const line = row => row.map(v => v ?? '').join('\t');
  const body = rows.map(line).sort();
  if (body.some(l => l.includes('\\'))) throw new Error(`${name}: a backslash would need quoting`);
  fs.writeFileSync(target(name), [header.join('\t'), ...body, ''].join('\n'));
  console.log(`${name}: ${rows.length}`);
}

/** Runs the outline SQL and returns [ags, fine, coarse] as text. */
function outlines(all, places, outline) {
  const own = new Set(places.map(p => `${degrees(p.lat)} ${degrees(p.lon)}`));
  const rows = all.map(s => [s.ags, degrees(s.lat), degrees(s.lon), own.has(`${degrees(s.lat)} ${degrees(s.lon)}`) ? 'f' : 't'].join('\t')).sort();
  const sql = [
    '\\set ON_ERROR_STOP on', '\\set QUIET on', 'begin;', 'create extension if not exists postgis;', 'create schema if not exists geo;',
    fs.readFileSync(new URL('../../../functions/geo_outline.sql', import.meta.url), 'utf8').split('/*\n * Derives')[0],
    'create temp table site (ags text, lat double precision, lon double precision, ring boolean);',
    'copy site from stdin;', ...rows, '\\.',
    'create temp table germany (geojson text);', 'copy germany from stdin;', JSON.stringify(outline), '\\.',
    fs.readFileSync(new URL('outlines.sql', import.meta.url), 'utf8'),
    'copy (select key, st_astext(fine.shape, 0), st_astext(coarse.shape, 0) from fine join coarse using (key) order by key) to stdout;',
    'rollback;',
  ].join('\n');
  if (!process.env.DATABASE_URL) throw new Error('DATABASE_URL is missing');
  const run = spawnSync('psql', ['-X', '-q', '-d', process.env.DATABASE_URL], { input: sql, maxBuffer: 1 << 28, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`psql: ${run.stderr}`);
  return run.stdout.trim().split('\n').map(l => l.split('\t'));
}

const postcodes = readPostcodes();
const districts = readDistricts().map(describeDistrict);
const hand = readMunicipalities();
const known = [...readPlaces(), ...hand.places];
const chosen = settle(postcodes, nameIndex(known), hand.given, new Map(known.map(p => [p.id, p])));
settleRest(postcodes, chosen, known);
const spots = place(postcodes, chosen, readCityPostcodes());
const named = describe(known, chosen, readPopulations());
const places = [...named, ...villages(postcodes, chosen, spots), ...cityParts(spots, named, chosen)];
const ids = new Set(places.map(p => p.id));

write('state', ['code', 'ags', 'name'], STATES);
write('district', ['ags', 'name', 'kind', 'label', 'state', 'population', 'area_km2', 'nuts3'],
  districts.map(d => [d.ags, d.name, d.kind, d.label, d.state, d.population, d.area.toFixed(2), d.nuts3]));
write('place', ['id', 'name', 'kind', 'municipality', 'municipality_name', 'ags', 'population', 'lat', 'lon'],
  places.map(p => [p.id, p.title, p.kind, p.municipality, p.municipalityName, p.ags, p.population, degrees(p.lat), degrees(p.lon)]));

const other = places.flatMap(p => [...p.aliases].filter(n => n !== p.title).map(n => [p.id, n]));
write('place_name', ['place_id', 'name'], other);

write('postcode', ['code', 'label', 'parts', 'place_id', 'ags', 'lat', 'lon', 'basis'], [...spots.values()].map(s =>
  [s.code, s.main?.title ?? '', s.parts.join(', '), ids.has(s.main?.id) ? s.main.id : '', s.main?.ags ?? '', degrees(s.lat), degrees(s.lon), s.basis]));
write('postcode_district', ['code', 'ags'], [...spots.values()].flatMap(s => [...new Set(s.places.map(p => p.ags))].map(a => [s.code, a])));
const extra = places.filter(p => p.codes).flatMap(p => p.codes.map(c => [c, p.id]));
write('postcode_place', ['code', 'place_id'], [...[...spots.values()].flatMap(s => s.places.filter(p => ids.has(p.id)).map(p => [s.code, p.id])), ...extra]);

const orphans = [...spots.values()].filter(s => !s.main);
if (orphans.length) throw new Error(`postcodes without any place: ${orphans.map(s => s.code)}`);
const off = surprises(postcodes, spots);
console.log(`postcodes against their number's neighbours: median ${off[off.length >> 1].off.toFixed(1)} km, 95 % ${off[Math.floor(off.length / 20)].off.toFixed(1)} km`);

if (!process.argv.includes('--without-outlines')) {
  const spread = [...places.filter(p => !p.codes), ...[...spots.values()].filter(s => s.basis === 'listed').map(s => ({ ...s, ags: s.main.ags }))];
  write('outline', ['ags', 'fine', 'coarse'], outlines(sites(spread, districts, readOutline()), spread, readOutline()));
}
