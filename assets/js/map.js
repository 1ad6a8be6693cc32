// The movable map: Leaflet over the server's own drawing. Loaded by lazy_map.js, upgrades every [data-map].
//
// The list stays the primary way: markers are not in the tab order, there are no pop-ups, choosing a marker leads to the
// entry in the list. The base is the drawing that is in the page already; /karte/*.geojson is fetched when somebody moves
// beyond it. Nothing is requested from elsewhere unless the operator has configured a tile server (data-tiles).
import L from 'leaflet';
import 'leaflet.markercluster';
import { fromPlane, toPlane } from './plane.js';

const DISTRICTS_FROM = 2;   // zoom of the plane (4 pixels per kilometre) at which Kreise are worth drawing
const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;

L.MarkerCluster.prototype.options = { ...L.MarkerCluster.prototype.options, keyboard: false };

/** The plane as a Leaflet CRS: one pixel per kilometre at zoom 0; radii are in kilometres. */
const PLANE = {
  ...L.CRS,
  code: 'EPSG:25832',
  infinite: true,
  projection: {
    project: ({ lat, lng }) => L.point(toPlane(lat, lng)),
    unproject: ({ x, y }) => L.latLng(fromPlane(x, y)),
  },
  transformation: new L.Transformation(1, 0, 1, 0),
  scale: (zoom) => 2 ** zoom,
  zoom: (scale) => Math.log2(scale),
  distance: (a, b) => Math.hypot(...[0, 1].map((i) => toPlane(a.lat, a.lng)[i] - toPlane(b.lat, b.lng)[i])),
};

const corner = (x, y) => L.latLng(fromPlane(x, y));

function bounds(viewBox) {
  const [x, y, width, height] = viewBox.split(/[\s,]+/).map(Number);
  return L.latLngBounds(corner(x, y), corner(x + width, y + height));
}

/** Shows the drawing's window. Not fitBounds: that takes the middle of the wrong corners in a plane that leans. */
function showWindow(map, viewBox, animate) {
  const [x, y, width, height] = viewBox.split(/[\s,]+/).map(Number);
  map.setView(corner(x + width / 2, y + height / 2), map.getBoundsZoom(bounds(viewBox)), { animate });
}

function icon(text, size, extra) {
  const html = document.createElement('span');
  html.textContent = text;
  return L.divIcon({ html, className: `live-pin ${extra}`, iconSize: [size, size] });
}

async function json(address) {
  const { pathname, search } = new URL(address, location);   // always this server, under whatever name it was reached
  const url = pathname + search;
  const reply = await fetch(url, { headers: { accept: 'application/geo+json, application/json' } });
  if (!reply.ok) throw new Error(`${url}: ${reply.status}`);
  return reply.json();
}

function firstPoint(geometry) {
  if (!geometry) return null;
  if (geometry.type === 'Point') return geometry.coordinates;
  if (geometry.type === 'MultiPoint') return geometry.coordinates[0] ?? null;
  if (geometry.type === 'GeometryCollection') return geometry.geometries.map(firstPoint).find(Boolean) ?? null;
  return null;
}

/** Puts an empty Leaflet map into the frame, in the place of the drawing. */
function createMap(frame, box) {
  const element = document.createElement('div');
  element.className = 'live-map';
  element.setAttribute('role', 'region');
  element.setAttribute('aria-label', 'Bewegliche Karte: mit den Pfeiltasten verschieben, mit Plus und Minus vergrößern und verkleinern');
  const [, , width, height] = box.split(/[\s,]+/).map(Number);
  element.style.aspectRatio = `${width} / ${height}`;   // as large as the drawing: nothing jumps
  frame.append(element);
  frame.classList.add('is-live');
  const tiled = Boolean(frame.dataset.tiles);
  const map = L.map(element, {
    crs: tiled ? L.CRS.EPSG3857 : PLANE,
    minZoom: tiled ? 5 : -2,
    maxZoom: tiled ? 16 : 6,
    zoomSnap: 0.25,
    zoomDelta: 1,
    zoomControl: false,
    attributionControl: tiled,
    scrollWheelZoom: false,   // until the map is in use, scrolling scrolls the page
    fadeAnimation: !calm,
    zoomAnimation: !calm,
    markerZoomAnimation: !calm,
    inertia: !calm,
  });
  L.control.zoom({ zoomInTitle: 'Karte vergrößern', zoomOutTitle: 'Karte verkleinern' }).addTo(map);
  map.on('focus click', () => map.scrollWheelZoom.enable());
  map.on('blur', () => map.scrollWheelZoom.disable());
  showWindow(map, box, false);
  return map;
}

/** The base: the page's drawing first, the outlines of the whole country once somebody moves. */
function addBase(map, frame, drawing) {
  map.createPane('base').style.zIndex = 200;
  if (frame.dataset.tiles) {
    map.attributionControl.setPrefix(false);
    L.tileLayer(frame.dataset.tiles, { attribution: frame.dataset.tilesAttribution, maxZoom: 18 }).addTo(map);
    return;
  }
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', frame.dataset.viewbox);
  svg.setAttribute('class', 'atlas');
  svg.setAttribute('aria-hidden', 'true');
  drawing.querySelectorAll('[data-base] path, [data-base] circle').forEach((shape) => svg.append(shape.cloneNode()));
  const overlay = L.svgOverlay(svg, bounds(frame.dataset.viewbox), { pane: 'overlayPane' }).addTo(map);
  const covered = drawing.querySelector('.covered, .circle') !== null;
  const outline = (className) => ({ pane: 'base', interactive: false, className, weight: 1 });
  const asked = new Set();

  async function add(url, className) {
    if (!url || asked.has(url)) return;
    asked.add(url);
    try {
      const layer = L.geoJSON(await json(url), outline(className)).addTo(map);
      if (className === 'base-state') layer.bringToBack();
      if (className === 'base-district' && !covered) overlay.remove();
    } catch {
      asked.delete(url);   // tried again with the next move
    }
  }

  map.on('movestart', () => {
    add(frame.dataset.states, 'base-state');
    if (map.getZoom() >= DISTRICTS_FROM) add(frame.dataset.districts, 'base-district');
  });
  map.on('zoomend', () => {
    if (map.getZoom() >= DISTRICTS_FROM) add(frame.dataset.districts, 'base-district');
  });
}

function addPlace(map, frame, drawing) {
  const place = drawing.querySelector('[data-place]');
  if (!place) return;
  const [x, y] = place.dataset.place.split(' ').map(Number);
  const radius = Number(place.querySelector('.reach')?.getAttribute('r') ?? 0);
  if (radius > 0) {
    L.circle(corner(x, y), { radius: frame.dataset.tiles ? radius * 1000 : radius, className: 'reach', interactive: false }).addTo(map);
  }
  L.marker(corner(x, y), { icon: icon('', 16, 'is-place'), keyboard: false, interactive: false, zIndexOffset: -1000 }).addTo(map);
}

const hitOf = (slug) => document.querySelector(`[data-hit="${CSS.escape(slug)}"]`);

function showInList(feature, note) {
  const hit = hitOf(feature.slug);
  if (!hit) {
    const link = document.createElement('a');
    link.href = `/anbieter/${encodeURIComponent(feature.slug)}`;
    link.textContent = feature.name;
    note.replaceChildren('Auf einer anderen Seite der Liste: ', link);
    return;
  }
  document.querySelector('[data-switch] [data-view="list"]')?.click();
  hit.focus({ preventScroll: true });
  hit.scrollIntoView({ block: 'nearest', behavior: calm ? 'auto' : 'smooth' });
}

/** Markers of all results, clustered, in step with the cards of this page. Returns slug -> marker. */
function addResults(map, features, note) {
  const markers = new Map();
  const group = L.markerClusterGroup({
    maxClusterRadius: 34,
    showCoverageOnHover: false,
    animate: !calm,
    spiderLegPolylineOptions: { weight: 1, className: 'base-district' },
    iconCreateFunction: (cluster) => icon(cluster.getChildCount(), 38, 'is-group'),
  });
  for (const { geometry, properties } of features) {
    const at = firstPoint(geometry);
    if (!at) continue;
    const number = hitOf(properties.slug)?.querySelector('.num')?.textContent;
    const marker = L.marker([at[1], at[0]], {
      icon: icon(number ?? '', number ? 30 : 18, properties.covers === false ? 'is-far' : ''),
      keyboard: false,
      title: properties.name,
    });
    marker.on('click', () => showInList(properties, note));
    marker.on('mouseover', () => hitOf(properties.slug)?.classList.add('is-active'));
    marker.on('mouseout', () => hitOf(properties.slug)?.classList.remove('is-active'));
    markers.set(properties.slug, marker);
  }
  group.addLayers([...markers.values()]);
  map.addLayer(group);
  followCards(group, markers);
  return markers;
}

function followCards(group, markers) {
  const light = (on) => (event) => {
    const hit = event.target.closest?.('[data-hit]');
    const marker = hit && markers.get(hit.dataset.hit);
    if (!marker || hit.contains(event.relatedTarget)) return;
    (group.getVisibleParent(marker) ?? marker).getElement()?.classList.toggle('is-active', on);
  };
  const list = document.querySelector('.hits');
  list?.addEventListener('mouseover', light(true));
  list?.addEventListener('mouseout', light(false));
  list?.addEventListener('focusin', light(true));
  list?.addEventListener('focusout', light(false));
}

/** Below the map: how many results are in view, the list limited to them if wanted, and the way back. */
function addTools(map, frame, markers, note) {
  const tools = frame.closest('section').querySelector('[data-map-tools]');
  const count = document.createElement('p');
  const reset = document.createElement('button');
  const limit = document.createElement('input');
  const label = document.createElement('label');
  count.className = 'view-count';
  reset.type = 'button';
  reset.className = 'btn btn--quiet';
  reset.textContent = 'Ausgangsansicht';
  limit.type = 'checkbox';
  limit.className = 'kern-form-check__checkbox';
  limit.id = 'nur-ausschnitt';
  label.className = 'kern-label';
  label.htmlFor = limit.id;
  label.textContent = 'Liste auf den Kartenausschnitt begrenzen';
  const check = document.createElement('div');
  check.className = 'kern-form-check';
  check.append(limit, label);

  function update() {
    const view = map.getBounds();
    const inView = (slug) => markers.has(slug) && view.contains(markers.get(slug).getLatLng());
    let shown = 0;
    for (const slug of markers.keys()) shown += inView(slug) ? 1 : 0;
    let hidden = 0;
    document.querySelectorAll('[data-hit]').forEach((hit) => {
      const away = limit.checked && !inView(hit.dataset.hit);
      hit.parentElement.hidden = away;
      hidden += away ? 1 : 0;
    });
    count.textContent = `${shown} von ${markers.size} Treffern im Kartenausschnitt${hidden ? `, ${hidden} auf dieser Seite ausgeblendet` : ''}`;
  }

  reset.addEventListener('click', () => showWindow(map, frame.dataset.viewbox, !calm));
  limit.addEventListener('change', update);
  update();
  tools.append(count, check, reset, note);
  tools.hidden = false;
  count.setAttribute('role', 'status');   // speaks from the first move on, not on loading
  map.on('moveend', update);
}

async function upgrade(frame) {
  const drawing = frame.querySelector('svg');
  // Data first: if they do not come, the drawing stays.
  const results = frame.dataset.map === 'search' ? (await json(frame.dataset.results)).features : [];
  const map = createMap(frame, frame.dataset.viewbox);
  addBase(map, frame, drawing);
  addPlace(map, frame, drawing);
  if (frame.dataset.map === 'search') {
    const note = document.createElement('p');
    note.setAttribute('role', 'status');
    addTools(map, frame, addResults(map, results, note), note);
  } else {
    drawing.querySelectorAll('[data-site]').forEach((site) => {
      const [x, y] = site.dataset.site.split(' ').map(Number);
      L.marker(corner(x, y), { icon: icon('', 18, ''), keyboard: false, title: site.querySelector('title')?.textContent ?? '' }).addTo(map);
    });
  }
  new ResizeObserver(() => map.invalidateSize()).observe(frame);
  frame.dispatchEvent(new Event('map-ready'));
}

document.querySelectorAll('[data-map]').forEach((frame) => {
  upgrade(frame).catch(() => {});
});
