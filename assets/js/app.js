// Everything here is an addition: each page works without it.
import { suggestPlaces } from './suggest.js';
import { prepareMap, switchViews } from './lazy_map.js';

document.documentElement.classList.add('js');
document.querySelectorAll('[data-suggest]').forEach(suggestPlaces);
document.querySelectorAll('[data-map]').forEach(prepareMap);
document.querySelectorAll('[data-switch]').forEach(switchViews);
