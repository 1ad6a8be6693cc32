// Fetches the movable map (Leaflet, about 50 kB) only when it comes into view, the browser is idle and nobody saves data.

let loading = null;

function load(frame) {
  loading ??= new Promise((done, failed) => {
    const style = document.createElement('link');
    style.rel = 'stylesheet';
    style.href = frame.dataset.style;
    const script = document.createElement('script');
    script.src = frame.dataset.script;   // upgrades every [data-map] on the page
    script.onload = done;
    script.onerror = failed;
    style.onload = () => document.head.append(script);
    style.onerror = failed;
    document.head.append(style);
  });
  return loading.catch(() => {});        // the server's drawing stays
}

const savesData = () => navigator.connection?.saveData === true || matchMedia('(prefers-reduced-data: reduce)').matches;

/** @param {HTMLElement} frame  element with data-map, data-script and data-style around the server's SVG */
export function prepareMap(frame) {
  if (!frame.dataset.script || !frame.querySelector('svg')) return;
  // All results of the country are too much to fetch unasked; the drawing shows their numbers.
  if (savesData() || 'wait' in frame.dataset) {
    const tools = frame.parentElement.parentElement.querySelector('[data-map-tools]');
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn';
    button.textContent = 'Bewegliche Karte laden';
    button.addEventListener('click', () => {
      button.textContent = 'Karte wird geladen …';
      load(frame);
    });
    frame.addEventListener('map-ready', () => {
      if (document.activeElement === button) frame.querySelector('.live-map').focus();
      button.remove();
    });
    tools.hidden = false;
    tools.append(button);
    return;
  }
  const whenIdle = window.requestIdleCallback ?? ((task) => setTimeout(task, 200));
  const watch = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watch.disconnect();
    whenIdle(() => load(frame));
  }, { rootMargin: '200px' });
  watch.observe(frame);
}

/** Buttons "Liste" and "Karte" where there is no room for both. @param {HTMLElement} bar */
export function switchViews(bar) {
  const grid = bar.parentElement.querySelector('.search-grid');
  if (!grid) return;
  bar.hidden = false;
  bar.addEventListener('click', (event) => {
    const pressed = event.target.closest('button[data-view]');
    if (!pressed) return;
    grid.classList.toggle('show-map', pressed.dataset.view === 'map');
    bar.querySelectorAll('button').forEach((button) => button.setAttribute('aria-pressed', String(button === pressed)));
  });
}
