// The hand-made lists: what the packages do not hold. Marked as such in README.md.
import fs from 'node:fs';
import { toPlane } from './read.mjs';

const file = name => new URL(`../hand/${name}`, import.meta.url);

function rows(name) {
  return fs.readFileSync(file(name), 'utf8').split('\n').filter(l => l && !l.startsWith('#')).map(l => l.split('\t'));
}

/** Places made here are numbered from 9e11, far above any geonameid: 9e11 + postcode * 1000 + n. */
export const ownId = (code, n) => 900000000000 + Number(code) * 1000 + n;

/** Municipalities that GeoNames cities500 lacks, in the form of readPlaces(); and 'code name' -> id. */
export function readMunicipalities() {
  const given = new Map();
  const places = rows('municipalities.tsv').map(([code, name, lat, lon, ags, population], i) => {
    const id = ownId(code, i % 500);
    given.set(`${code} ${name}`, id);
    return { id, name, alt: [], lat: Number(lat), lon: Number(lon), xy: toPlane(Number(lat), Number(lon)),
      feature: 'PPLA4', ags, municipality: null, population: Number(population), hand: true };
  });
  for (const [code, name, id] of rows('names.tsv')) given.set(`${code} ${name}`, Number(id));
  return { places, given };
}

/** Postcodes of big cities: Map of code -> {lat, lon, xy, parts[]}. */
export function readCityPostcodes() {
  return new Map(rows('city_postcodes.tsv').map(([code, lat, lon, parts]) => [code, { lat: Number(lat), lon: Number(lon),
    xy: toPlane(Number(lat), Number(lon)), parts: (parts ?? '').split(',').map(p => p.trim()).filter(Boolean) }]));
}

/** Populations that GeoNames leaves at 0: Map of 'name Kreis' -> population. */
export function readPopulations() {
  return new Map(rows('populations.tsv').map(([name, ags, population]) => [`${name} ${ags}`, Number(population)]));
}
