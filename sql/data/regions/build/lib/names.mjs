// Spelling of German place names: keys under which "Bad Homburg v.d. Höhe" and "Bad Homburg vor der Höhe" meet.
// Used at build time only; what people type is folded by geo.fold_name (sql/functions/geo_fold.sql).

const LINKS = new Set(['a', 'am', 'an', 'auf', 'aus', 'b', 'bei', 'd', 'dem', 'den', 'der', 'die', 'i', 'im', 'in',
  'o', 'ob', 'v', 'vom', 'von', 'vor', 'vorm', 'zu', 'zum', 'zur']);
const SHORT = new Map(Object.entries({
  st: 'sankt', opf: 'oberpfalz', nb: 'niederbayern', westf: 'westfalen', oldb: 'oldenburg', holst: 'holstein',
  thur: 'thuringen', erzgeb: 'erzgebirge', vogtl: 'vogtland', sachs: 'sachsen', ol: 'oberlausitz', bay: 'bayern',
  wurtt: 'wurttemberg', hess: 'hessen', odw: 'odenwald',
}));
const TITLES = new Set(['hansestadt', 'lutherstadt', 'goethestadt', 'stadt', 'insel', 'hallig']);

/** Lower case, no accents, ß as ss; words parted by one blank. */
export const plain = s => s.toLowerCase().replace(/ß/g, 'ss').normalize('NFD').replace(/[\u0300-\u036f]/g, '')
  .replace(/o\.\s?l\./g, 'ol').replace(/[^a-z0-9]+/g, ' ').trim();

/** The German half of a bilingual name: 'Cottbus - Chóśebuz' -> 'Cottbus'. */
export const german = s => s.split(' - ')[0];

/** The words that tell places apart: abbreviations written out, linking words and titles left away. */
export function words(name) {
  const all = plain(german(name)).split(' ').map(w => SHORT.get(w) ?? w);
  const own = all.filter((w, i) => (i === 0 || !LINKS.has(w)) && !(TITLES.has(w) && all.length > 1));
  return own.length ? own : all;
}

export const key = name => words(name).join(' ');

/** The name without what is added to tell it apart: 'Frankfurt (Oder)' -> 'Frankfurt', 'Dillingen/Saar' -> 'Dillingen'. */
export function base(name) {
  const g = german(name);
  const cut = g.search(/ ?\(| ?\/|,| (am|an|auf|bei|im|in|ob|vor|vorm|unter|ober) | (a|b|i|v|o)\. ?|-(?=Land$)/);
  return cut > 2 ? g.slice(0, cut).trim() : g;
}

/** The members of a joined name: 'Blankenfelde-Mahlow' -> ['Blankenfelde', 'Mahlow']. */
export function members(name) {
  const parts = german(name).split(/[-/]| und /).map(p => p.trim()).filter(p => p.length > 3);
  return parts.length > 1 ? parts.map(base) : [];
}

/** How many of the shorter name's word beginnings stand in the longer one, 0 to 1; for names that changed a little. */
export function likeness(a, b) {
  const [x, y] = [words(a).join(''), words(b).join('')];
  const grams = s => new Set(Array.from({ length: Math.max(1, s.length - 2) }, (_, i) => s.slice(i, i + 3)));
  const [gx, gy] = [grams(x), grams(y)];
  const shared = [...gx].filter(g => gy.has(g)).length;
  return shared / (gx.size + gy.size - shared);
}
