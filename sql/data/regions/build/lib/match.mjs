// Settles which municipality each name in the postcode list means.
// A name alone is not enough ("Neuenkirchen" stands under eleven postcodes in six Länder). Numbers that are close lie
// close together, so each (postcode, name) takes the candidate nearest to where its own other names and its number's
// neighbours lie; that is repeated until it is stable. Municipalities that bear the name of no village ("Wedemark") are
// not in GeoNames: hand/municipalities.tsv adds them.
import { key, base, members, likeness, german } from './names.mjs';
import { distance } from './read.mjs';

const SEAT = { PPLC: 0, PPLA: 0, PPLA2: 0, PPLA3: 0, PPLA4: 0 };
// Penalties in km: how much farther away a better kind of match may be.
const FULL = 0, ALTERNATE = 6, BASE = 8, MEMBER = 14, NOT_SEAT = 5;
const GIVEN = -100;

const push = (map, k, v) => { if (!map.has(k)) map.set(k, []); map.get(k).push(v); };

/** Weighted geometric median of [xy, weight] pairs: unlike a mean, a few wrong ones do not move it. */
export function median(points) {
  let [x, y, w] = points.reduce(([a, b, c], [p, q]) => [a + p[0] * q, b + p[1] * q, c + q], [0, 0, 0]);
  let centre = [x / w, y / w];
  for (let i = 0; i < 25; i++) {
    [x, y, w] = [0, 0, 0];
    for (const [p, q] of points) {
      const g = q / Math.max(distance(p, centre), 0.5);
      x += p[0] * g; y += p[1] * g; w += g;
    }
    centre = [x / w, y / w];
  }
  return centre;
}

/** Places by key, with the kind of name that led to them. */
export function nameIndex(places) {
  const index = { full: new Map(), alternate: new Map(), base: new Map() };
  for (const p of places) {
    push(index.full, key(p.name), p);
    push(index.base, key(base(p.name)), p);
    for (const k of new Set(p.alt.map(key))) if (k) push(index.alternate, k, p);
  }
  return index;
}

/** The umlauts of a name: Bützow is not Butzow. */
const dots = s => s.toLowerCase().replace(/[^äöü]/g, '');

/** All places that a name can mean: [{place, penalty}], each place once with its least penalty. */
export function candidates(name, index) {
  const found = new Map();
  const add = (list, penalty) => {
    for (const place of list ?? []) {
      const p = penalty + (place.feature in SEAT ? 0 : NOT_SEAT) + (place.population ? 0 : 1);
      if (!found.has(place) || found.get(place) > p) found.set(place, p);
    }
  };
  const spelled = german(name).toLowerCase();
  const same = index.full.get(key(name)) ?? [];
  add(same.filter(p => dots(p.name) === dots(spelled)), FULL);
  add(same, BASE);
  add(index.alternate.get(key(name)), ALTERNATE);
  add(index.base.get(key(base(name))), BASE);
  add(index.full.get(key(base(name))), BASE);
  for (const m of members(name)) add(index.full.get(key(m)), MEMBER);
  return [...found].map(([place, penalty]) => ({ place, penalty }));
}

/** Numbers before and after in the same Leitregion (first two digits), closer ones with more weight. */
function neighbours(codes, i, at) {
  const out = [];
  for (const step of [-1, 1]) {
    let seen = 0;
    for (let j = i + step; seen < 10 && codes[j]?.slice(0, 2) === codes[i].slice(0, 2); j += step) {
      const xy = at.get(codes[j]);
      if (!xy) continue;
      seen++;
      out.push([xy, (codes[j].slice(0, 3) === codes[i].slice(0, 3) ? 2 : 0.7) / (1 + seen / 3)]);
    }
  }
  return out;
}

/** Where postcode i should lie, judged by its number alone. */
export function byNumber(codes, i, at) {
  const around = neighbours(codes, i, at);
  return around.length ? median(around) : null;
}

const centreOf = list => median(list.map(c => [c.place.xy, 1]));

/**
 * @param postcodes Map of code -> names
 * @param index     from nameIndex
 * @param hand      Map of 'code name' or name -> place id for what no rule settles
 * @returns Map of code -> Map of name -> {place, how, off} (off: km from where the number points)
 */
export function settle(postcodes, index, hand, byId) {
  const codes = [...postcodes.keys()];
  const options = new Map();
  const fixed = (code, name) => byId.get(hand.get(`${code} ${name}`) ?? hand.get(name));
  for (const [code, names] of postcodes)
    for (const name of names) {
      const place = fixed(code, name);
      options.set(`${code} ${name}`, place ? [{ place, penalty: GIVEN }] : candidates(name, index));
    }
  const at = new Map();
  for (const [code, names] of postcodes) {
    const sure = names.map(n => options.get(`${code} ${n}`)).filter(o => o.length === 1).map(o => o[0]);
    if (sure.length) at.set(code, centreOf(sure));
  }
  let chosen;
  for (let round = 0; round < 6; round++) {
    chosen = new Map();
    codes.forEach((code, i) => chosen.set(code, chooseFor(code, postcodes.get(code), options, neighbours(codes, i, at))));
    for (const code of codes) {
      const list = [...chosen.get(code).values()];
      if (list.length) at.set(code, centreOf(list)); else at.delete(code);
    }
  }
  return chosen;
}

/** How far in km from its anchor a candidate may lie. Places that share a number seldom lie 30 km apart. */
function reach(option, all, company) {
  if (option.penalty === GIVEN) return Infinity;
  if (company) return option.penalty >= BASE ? 20 : 30;
  if (option.penalty >= BASE) return 36;
  return all.length === 1 && option.penalty < ALTERNATE ? 48 : 38;
}

/** The best candidate for each name of one postcode, seen from its number's neighbours and from its other names. */
function chooseFor(code, names, options, around) {
  const of = name => options.get(`${code} ${name}`);
  const pick = (name, anchor, company) => {
    let best = null;
    for (const o of of(name)) {
      const off = anchor ? distance(o.place.xy, anchor) : 0;
      const cost = off + o.penalty;
      if (off <= reach(o, of(name), company) && (!best || cost < best.cost)) best = { place: o.place, penalty: o.penalty, cost, off, how: 'name' };
    }
    return best;
  };
  // Names that exist once in Germany and agree with each other say more than the numbers around.
  const once = names.filter(n => of(n).length === 1 && of(n)[0].penalty < BASE).map(n => [of(n)[0].place.xy, 5]);
  const first = once.length + around.length ? median([...once, ...around]) : null;
  let picks = new Map(names.map(n => [n, pick(n, first)]));
  for (let again = 0; again < 2 && names.length > 1; again++) {
    const next = new Map();
    for (const n of names) {
      const others = [...picks].filter(([m, o]) => m !== n && o).map(([, o]) => [o.place.xy, o.penalty < BASE ? 5 : 2]);
      next.set(n, pick(n, others.length ? median([...others, ...around]) : first, others.length > 0));
    }
    picks = next;
  }
  return new Map([...picks].filter(([, o]) => o));
}

/**
 * Gives names that are left a municipality nearby that no name has taken and that is called much the same
 * ("Schretstaken": Klein Schretstaken). Changes `chosen`.
 */
export function settleRest(postcodes, chosen, places) {
  const codes = [...postcodes.keys()];
  const at = new Map(codes.filter(c => chosen.get(c).size).map(c => [c, centreOf([...chosen.get(c).values()])]));
  const taken = new Set([...chosen.values()].flatMap(m => [...m.values()].map(o => o.place.municipality)));
  const free = places.filter(p => p.municipality && !taken.has(p.municipality));
  codes.forEach((code, i) => {
    for (const name of postcodes.get(code)) {
      if (chosen.get(code).has(name)) continue;
      const own = at.get(code);
      const anchor = median([...(own ? [[own, 30]] : []), ...neighbours(codes, i, at)]);
      const [best] = free.map(place => ({ place, off: distance(place.xy, anchor), like: likeness(place.name, name) }))
        .filter(o => o.off < (own ? 12 : 16) && o.like >= 0.45).sort((a, b) => b.like - a.like || a.off - b.off || a.place.id - b.place.id);
      if (best) chosen.get(code).set(name, { place: best.place, off: best.off, how: 'free' });
    }
  });
}

/** The place that stands for a municipality: its seat, else its largest place. */
export const seatOf = list => [...list].sort((a, b) =>
  (a.feature in SEAT ? 0 : 1) - (b.feature in SEAT ? 0 : 1) || (b.population ?? 0) - (a.population ?? 0) || a.id - b.id)[0];
