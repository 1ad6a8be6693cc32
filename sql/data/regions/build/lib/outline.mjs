// The sites whose Voronoi cells become the Kreise. A city known by one point would get a cell that depends on its
// neighbours only, so each city Kreis gets a ring of further sites, wide enough that its share of Germany comes near
// its official area.
import { Delaunay } from 'd3-delaunay';
import { toPlane, distance } from './read.mjs';

const CELL_KM = 1.2;       // grid on which areas are measured while the rings are fitted
const RING = 12;
const ROUNDS = 14;
const KEEP_OFF_KM = 0.9;   // ring sites keep this distance from places of other Kreise

/** Grid points inside the outline, each with the area it stands for. */
function grid(outline) {
  const rings = outline.coordinates.flat().map(r => r.map(([lon, lat]) => toPlane(lat, lon)));
  const points = [];
  for (let y = -420; y < 470; y += CELL_KM) {
    const cuts = [];
    for (const ring of rings)
      for (let i = 1; i < ring.length; i++) {
        const [[x1, y1], [x2, y2]] = [ring[i - 1], ring[i]];
        if ((y1 > y) !== (y2 > y)) cuts.push(x1 + (y - y1) / (y2 - y1) * (x2 - x1));
      }
    cuts.sort((a, b) => a - b);
    const shrink = Math.cos((y / 111.2 + 51) * Math.PI / 180) / Math.cos(51 * Math.PI / 180);
    for (let i = 0; i + 1 < cuts.length; i += 2)
      for (let x = Math.ceil(cuts[i] / CELL_KM) * CELL_KM; x <= cuts[i + 1]; x += CELL_KM) points.push([x, y, CELL_KM ** 2 * shrink]);
  }
  return points;
}

function areas(sites, points) {
  const delaunay = Delaunay.from(sites, s => s.xy[0], s => s.xy[1]);
  const sum = new Map();
  let last = 0;
  for (const [x, y, area] of points) {
    last = delaunay.find(x, y, last);
    const { ags } = sites[last];
    sum.set(ags, (sum.get(ags) ?? 0) + area);
  }
  return sum;
}

/** Ring sites of one city at factor x radius of a circle of its area, without those close to other Kreise's places. */
function ring(city, factor, nearest) {
  const radius = Math.sqrt(city.area / Math.PI) * factor;
  const sites = [];
  for (let i = 0; i < RING; i++) {
    const angle = (i + 0.5) / RING * 2 * Math.PI;
    const xy = [city.xy[0] + radius * Math.cos(angle), city.xy[1] + radius * Math.sin(angle)];
    const other = nearest(xy, city.ags);
    if (other > KEEP_OFF_KM) sites.push({ xy, ags: city.ags });
  }
  return sites;
}

/**
 * Where big rural municipalities surround a city, their few places leave it too much: sites outside its circle, each
 * given to the Kreis whose place is nearest.
 */
function moat(city, nearestPlace) {
  const radius = Math.sqrt(city.area / Math.PI) * 1.3;
  return Array.from({ length: RING }, (_, i) => {
    const angle = (i + 0.5) / RING * 2 * Math.PI;
    const xy = [city.xy[0] + radius * Math.cos(angle), city.xy[1] + radius * Math.sin(angle)];
    return { xy, ags: nearestPlace(xy, city.ags) };
  });
}

const toDegrees = ([x, y]) => ({ lat: y / 111.2 + 51, lon: x / (111.32 * Math.cos(51 * Math.PI / 180)) + 10.5 });

/**
 * @param places    [{xy, ags}] every known place, city postcodes included
 * @param districts described Kreise
 * @returns [{lat, lon, ags}] sites for the Voronoi diagram
 */
export function sites(places, districts, outline) {
  const points = grid(outline);
  const fixed = places.map(p => ({ xy: p.xy, ags: p.ags }));
  const cities = districts.filter(d => d.kind === 'Kreisfreie Stadt' || d.kind === 'Stadtkreis').map(d => {
    const seat = places.filter(p => p.ags === d.ags).sort((a, b) => (b.population ?? 0) - (a.population ?? 0))[0];
    return { ags: d.ags, area: d.area, xy: seat.xy, factor: 0.5 };
  });
  const nearest = (xy, ags) => fixed.reduce((m, f) => f.ags === ags ? m : Math.min(m, distance(f.xy, xy)), Infinity);
  const nearestPlace = (xy, ags) => fixed.reduce((best, f) => {
    const d = f.ags === ags ? Infinity : distance(f.xy, xy);
    return d < best.d ? { d, ags: f.ags } : best;
  }, { d: Infinity, ags }).ags;
  let all;
  for (let round = 0; round < ROUNDS; round++) {
    all = [...fixed, ...cities.flatMap(c => [...ring(c, c.factor, nearest), ...(c.moat ?? [])])];
    const got = areas(all, points);
    for (const c of cities) if (round === 6 && got.get(c.ags) > 1.25 * c.area) c.moat = moat(c, nearestPlace);
    for (const c of cities) c.factor = Math.min(1.15, Math.max(0.05, c.factor * (c.area / (got.get(c.ags) ?? 1)) ** 0.7));
  }
  return all.map(s => ({ ...toDegrees(s.xy), ags: s.ags }));
}
