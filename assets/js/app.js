// Everything here is an addition: each page works without it.
import { suggestPlaces } from './suggest.js';
import { prepareMap, switchViews } from './lazy_map.js';

document.documentElement.classList.add('js');
document.querySelectorAll('[data-suggest]').forEach(suggestPlaces);
document.querySelectorAll('[data-map]').forEach(prepareMap);
document.querySelectorAll('[data-switch]').forEach(switchViews);

// Back in the history: the page shows its own search, so the form must not keep what was ticked later.
window.addEventListener('pageshow', (event) => {
  const [navigation] = performance.getEntriesByType('navigation');
  if (event.persisted || navigation?.type === 'back_forward') document.querySelectorAll('form').forEach((form) => form.reset());
});
