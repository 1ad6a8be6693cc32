// From GeoNames rows and settled postcode names to the places of the register: what they are called, which municipality
// they belong to, and under which other names they are found.
import { base, german, key } from './names.mjs';
import { seatOf } from './match.mjs';
import { shares } from './position.mjs';
import { ownId } from './hand.mjs';

const MIN_FOREIGN_NAMES = 100000;  // cities of this size are also found under their names in other languages

/** The names the postcode list has for each place, best kind of match first. */
function officialNames(chosen) {
  const names = new Map();
  for (const m of chosen.values())
    for (const [name, o] of m) {
      const list = names.get(o.place) ?? [];
      const n = german(name);
      if (!list.some(x => x.name === n)) list.push({ name: n, penalty: o.penalty ?? 50 });
      names.set(o.place, list.sort((a, b) => a.penalty - b.penalty || (a.name < b.name ? -1 : 1)));
    }
  return names;
}

/** A joined or new name ('Oebisfelde-Weferlingen') belongs to the municipality, not to the village that stands for it. */
const isOwnName = (place, official) => key(base(official)) === key(base(place.name)) ||
  place.alt.some(a => key(a) === key(base(official)));

/** Gives every place `title`, `kind`, `municipalityName` and `aliases`; population 0 of a seat is filled from the list. */
export function describe(places, chosen, populations) {
  const official = officialNames(chosen);
  const groups = new Map();
  for (const p of places) {
    const g = p.municipality ?? `own ${p.id}`;
    groups.set(g, [...(groups.get(g) ?? []), p]);
  }
  for (const group of groups.values()) {
    const called = group.filter(p => official.get(p)?.some(o => key(base(o.name)) === key(base(p.name))));
    const seat = seatOf(called.length ? called : group);
    const known = group.flatMap(p => official.get(p) ?? []).sort((a, b) => a.penalty - b.penalty)[0];
    for (const p of group) {
      // GeoNames gives some parts the population of their city.
      if (p !== seat && seat.population > 50000 && p.population > 0.7 * seat.population) p.population = null;
      p.title = p.name.replace(/^Berlin (?=[A-ZÄÖÜ])/, '');
      p.aliases = new Set([p.name]);
      p.kind = p === seat || /^PPL(C|A\d?)$/.test(p.feature) ? 'city' : 'part';
      p.population ??= populations.get(`${p.name} ${p.ags}`) ?? null;
      for (const o of official.get(p) ?? []) {
        p.aliases.add(o.name);
        // The official spelling, unless it only abbreviates: 'Essen (Oldenburg)', not 'Limburg a. d. Lahn'.
        if (p.kind === 'city' && isOwnName(p, o.name) && (key(o.name) !== key(p.name) || !o.name.includes('.'))) p.title = o.name;
      }
    }
    for (const p of group) p.municipalityName = p === seat ? p.title : known && isOwnName(seat, known.name) ? seat.title : known?.name ?? seat.title;
  }
  foreignNames(places);
  return dropDoubles(places);
}

function foreignNames(places) {
  const taken = new Set(places.flatMap(p => [key(p.name), key(base(p.name))]));
  for (const p of places)
    if (p.population >= MIN_FOREIGN_NAMES && p.kind === 'city')
      for (const a of p.alt) if (/^[A-ZÀ-Ý][\p{Script=Latin} -]{3,}$/u.test(a) && !/^[A-Z]+$/.test(a) && !taken.has(key(a))) p.aliases.add(a);
}

/** Of places with one name in one municipality only one is kept: the seat, else the largest. */
function dropDoubles(places) {
  const best = new Map();
  for (const p of places) {
    const k = `${p.municipality ?? p.id} ${key(p.title)}`;
    const b = best.get(k);
    const better = !b || (b.kind === 'part' && (p.kind === 'city' || (p.population ?? 0) > (b.population ?? 0)));
    if (better) best.set(k, p);
  }
  const kept = new Set(best.values());
  return places.filter(p => kept.has(p));
}

/** The Kreis that most of a postcode belongs to, places under many numbers counting less. */
function mostly(spot, share) {
  const votes = new Map();
  for (const p of spot.places) votes.set(p.ags, (votes.get(p.ags) ?? 0) + 1 / share.get(p));
  return [...votes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0][0];
}

/** Municipalities that only the postcode list names: small ones. They lie where the rest of their postcode lies. */
export function villages(postcodes, chosen, spots) {
  const open = new Map();
  const share = shares(chosen);
  for (const [code, names] of postcodes)
    for (const name of names) {
      const spot = spots.get(code);
      if (chosen.get(code).has(name) || !spot.main) continue;
      const ags = mostly(spot, share);
      const k = `${german(name)} ${ags}`;
      if (!open.has(k)) open.set(k, { name: german(name), ags, codes: [] });
      open.get(k).codes.push(code);
    }
  const count = new Map();
  return [...open.values()].map(v => {
    const code = v.codes[0];
    const n = 500 + (count.get(code) ?? 0);
    count.set(code, n - 499);
    const { lat, lon, xy } = spots.get(code);
    return { id: ownId(code, n), title: v.name, name: v.name, kind: 'city', municipality: null, municipalityName: v.name, ags: v.ags,
      population: null, lat, lon, xy, aliases: new Set(), codes: v.codes };
  });
}

/** Parts of big cities that the hand-made postcode list names and GeoNames does not know. */
export function cityParts(spots, places, chosen) {
  const share = shares(chosen);
  const known = new Set(places.flatMap(p => [p.title, base(p.title)].map(t => `${p.municipality} ${key(t)}`)));
  const parts = new Map();
  for (const s of spots.values())
    for (const title of s.parts) {
      const city = s.main;
      if (!city || !share.has(city) || known.has(`${city.municipality} ${key(title)}`)) continue;
      const k = `${city.municipality} ${key(title)}`;
      if (!parts.has(k)) parts.set(k, { title, city, spots: [] });
      parts.get(k).spots.push(s);
    }
  const count = new Map();
  return [...parts.values()].map(({ title, city, spots: at }) => {
    const code = at[0].code;
    const n = 700 + (count.get(code) ?? 0);
    count.set(code, n - 699);
    const mean = f => at.reduce((s, a) => s + f(a), 0) / at.length;
    return { id: ownId(code, n), title, name: title, kind: 'part', municipality: city.municipality, municipalityName: city.title, ags: city.ags,
      population: null, lat: mean(a => a.lat), lon: mean(a => a.lon), xy: [mean(a => a.xy[0]), mean(a => a.xy[1])], aliases: new Set(),
      codes: at.map(a => a.code) };
  });
}
