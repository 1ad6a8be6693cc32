// Where a postcode lies and to which Kreise it belongs.
import { median, byNumber } from './match.mjs';
import { distance } from './read.mjs';

const OUTLIER_KM = 25;

/** How many postcodes each place appears under: a city under thirty numbers says little about any one of them. */
export function shares(chosen) {
  const n = new Map();
  for (const m of chosen.values()) for (const p of new Set([...m.values()].map(o => o.place))) n.set(p, (n.get(p) ?? 0) + 1);
  return n;
}

/** Weighted mean of the places of one postcode, without those that lie far from their middle. */
function centre(places, share) {
  const weighted = places.map(p => [p.xy, 1 / share.get(p), p]);
  const middle = median(weighted);
  const near = weighted.filter(([xy]) => distance(xy, middle) <= OUTLIER_KM);
  const use = near.length ? near : weighted;
  const sum = use.reduce((s, [, w]) => s + w, 0);
  const mean = f => use.reduce((s, [, w, p]) => s + f(p) * w, 0) / sum;
  return { lat: mean(p => p.lat), lon: mean(p => p.lon), xy: [mean(p => p.xy[0]), mean(p => p.xy[1])] };
}

/** Degrees from the plane of read.mjs. */
const fromPlane = ([x, y]) => ({ lat: y / 111.2 + 51, lon: x / (111.32 * Math.cos(51 * Math.PI / 180)) + 10.5, xy: [x, y] });

/** @returns Map of code -> {code, lat, lon, xy, basis, main, places[]} */
export function place(postcodes, chosen, cities) {
  const share = shares(chosen);
  const out = new Map();
  const at = new Map();
  for (const code of postcodes.keys()) {
    const places = [...new Set([...chosen.get(code).values()].map(o => o.place))];
    const weight = p => (p.population ?? 100) / share.get(p) ** 2;  // under many numbers: hardly the main place of any shared one
    const main = [...places].sort((a, b) => weight(b) - weight(a) || a.id - b.id)[0] ?? null;
    const listed = cities.get(code);
    const spot = listed ?? (places.length ? centre(places, share) : null);
    if (spot) at.set(code, spot.xy);
    out.set(code, { code, ...spot, basis: listed ? 'listed' : 'places', main, places, parts: listed?.parts ?? [] });
  }
  const codes = [...postcodes.keys()];
  codes.forEach((code, i) => {
    if (!at.has(code)) out.set(code, { ...out.get(code), ...fromPlane(byNumber(codes, i, at)), basis: 'number' });
  });
  return out;
}

/** Leave one out: how far each postcode lies from where its number's neighbours point. A measure of consistency, not of truth. */
export function surprises(postcodes, spots) {
  const codes = [...postcodes.keys()];
  const at = new Map([...spots].map(([c, s]) => [c, s.xy]));
  return codes.map((code, i) => ({ code, off: distance(at.get(code), byNumber(codes, i, at)) })).sort((a, b) => b.off - a.off);
}
