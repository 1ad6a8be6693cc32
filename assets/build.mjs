// Builds what the browser loads: node assets/build.mjs OUTDIR   (after `npm ci --prefix assets`)
//
// In:  css/*.scss, js/*.js, icons/*, templates/*.mustache (read only to see which classes are used), npm packages of package-lock.json
// Out: OUTDIR/<name>.<hash>.<ext> (pictures made of icons/*.svg and the web app manifest among them) and OUTDIR/manifest.json ({"css":"app.1a2b3c4d.css", ...}).
// The same input gives the same bytes: names are hashes of contents, the manifest is sorted, nothing carries a time.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { build as bundle, transform } from 'esbuild';
import postcss from 'postcss';
import * as sass from 'sass';
import subsetFont from 'subset-font';

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
if (!out) {
  console.error('usage: node build.mjs OUTDIR');
  process.exit(2);
}

const manifest = {};

/** Writes one file under its hashed name and notes it in the manifest. Returns the name. */
function emit(key, name, ext, bytes) {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 10);
  const file = `${name}.${hash}.${ext}`;
  writeFileSync(join(out, file), bytes);
  manifest[key] = file;
  return file;
}

const read = (...path) => readFileSync(join(here, ...path));
const texts = (dir, ext) => readdirSync(join(here, dir)).sort()
  .filter((name) => name.endsWith(ext)).map((name) => read(dir, name).toString());

/** Every word that a template or a script mentions, and every prefix of a computed class (`tag--{{state}}`). */
function vocabulary() {
  const words = new Set();
  const prefixes = new Set();
  for (const text of [...texts('templates', '.mustache'), ...texts('js', '.js')]) {
    for (const word of text.match(/[A-Za-z_][\w-]*/g) ?? []) words.add(word);
    for (const [, prefix] of text.matchAll(/([A-Za-z_][\w-]*-)(?:\{\{|\$\{)/g)) prefixes.add(prefix);
  }
  return (name) => words.has(name) || [...prefixes].some((prefix) => name.startsWith(prefix));
}

/** Leaves out what no page uses: rules of KERN components nobody mentions, then tokens nobody reads. */
function prune(css, isUsed) {
  const root = postcss.parse(css);
  root.walkComments((comment) => { comment.remove(); });
  // Paper is light, whatever the screen prefers.
  root.walkAtRules('media', (media) => {
    if (media.params === '(prefers-color-scheme: light)') media.params = 'print, (prefers-color-scheme: light)';
    if (media.params === '(prefers-color-scheme: dark)') media.params = 'screen and (prefers-color-scheme: dark)';
  });
  // Leaflet's pictures are not used: markers are drawn by map.scss.
  root.walkDecls((decl) => { if (decl.value.includes('url(images/')) decl.remove(); });
  root.walkRules((rule) => {
    if (rule.parent.type === 'atrule' && rule.parent.name.endsWith('keyframes')) return;
    rule.selectors = rule.selectors.filter((selector) => {
      // Classes inside :not(), :is() and :has() are conditions, not names of what is styled.
      const plain = selector.replace(/:(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)/g, '');
      const names = [...plain.matchAll(/\.([A-Za-z_][\w-]*)/g)].map((match) => match[1]);
      return !selector.startsWith('[data-kern-theme') && names.every(isUsed);
    });
    if (rule.selector.trim() === '') rule.remove();
  });
  for (let removed = true; removed;) {
    removed = false;
    const text = root.toString();
    const readTokens = new Set([...text.matchAll(/var\(\s*(--[\w-]+)/g)].map((match) => match[1]));
    root.walkDecls(/^--/, (decl) => {
      if (!readTokens.has(decl.prop)) {
        decl.remove();
        removed = true;
      }
    });
  }
  root.walkRules((rule) => { if (rule.nodes.length === 0) rule.remove(); });
  root.walkAtRules((rule) => { if (rule.nodes?.length === 0) rule.remove(); });
  return root.toString();
}

async function style(key, entry, fonts, isUsed) {
  const { css } = sass.compile(join(here, 'css', entry), {
    loadPaths: [join(here, 'node_modules')],
    style: 'expanded',
    quietDeps: true,
    silenceDeprecations: ['import'],
  });
  let text = prune(css, isUsed);
  for (const [name, file] of Object.entries(fonts)) text = text.replaceAll(`"font:${name}"`, `"${file}"`);
  const { code } = await transform(text, { loader: 'css', minify: true });
  emit(key, entry.replace('.scss', ''), 'css', Buffer.from(code));
}

async function script(key, entry) {
  const result = await bundle({
    entryPoints: [join(here, 'js', entry)],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2020',
    legalComments: 'inline',
    absWorkingDir: here,
    logLevel: 'warning',
  });
  emit(key, entry.replace('.js', ''), 'js', Buffer.from(result.outputFiles[0].contents));
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

// What German pages are written with, and the letters of neighbouring languages in names. Others come from the reader's own fonts.
const ASCII = String.fromCharCode(...Array.from({ length: 95 }, (_, i) => 32 + i));
const GLYPHS = `${ASCII}ÄÖÜäöüßÀÁÂÅÆÇÈÉÊËÑÓØàáâãåæçèéêëìíîïñòóôõøùúûŒœŠšŽž\u00a0\u00ad§°·²³«»½×©®–—‘’‚“”„†•…‹›€™−←→↑↓≤≥`;
const font = (weight) => subsetFont(
  read('node_modules', '@fontsource', 'fira-sans', 'files', `fira-sans-latin-${weight}-normal.woff2`), GLYPHS, { targetFormat: 'woff2' });
const fonts = {
  regular: emit('font_regular', 'fira-sans-400', 'woff2', await font(400)),
  semibold: emit('font_semibold', 'fira-sans-600', 'woff2', await font(600)),
};

// Pictures for those that cannot use the SVG. Drawn by resvg with the page's own font, so that every machine gets the same bytes.
await initWasm(read('node_modules', '@resvg', 'resvg-wasm', 'index_bg.wasm'));
const ttf = async (weight) => subsetFont(
  read('node_modules', '@fontsource', 'fira-sans', 'files', `fira-sans-latin-${weight}-normal.woff2`), GLYPHS, { targetFormat: 'sfnt' });
const fontBuffers = [await ttf(400), await ttf(600)];
const png = (svg, width) => Buffer.from(new Resvg(svg, { fitTo: { mode: 'width', value: width },
  font: { fontBuffers, loadSystemFonts: false, defaultFontFamily: 'Fira Sans' } }).render().asPng());

/** One PNG as an .ico: what browsers ask for at /favicon.ico. */
function ico(bytes, size) {
  const head = Buffer.alloc(22);
  head.writeUInt16LE(1, 2); // an icon
  head.writeUInt16LE(1, 4); // with one picture
  head.writeUInt8(size, 6);
  head.writeUInt8(size, 7);
  head.writeUInt16LE(1, 10); // planes
  head.writeUInt16LE(32, 12); // bits per pixel
  head.writeUInt32LE(bytes.length, 14);
  head.writeUInt32LE(head.length, 18);
  return Buffer.concat([head, bytes]);
}

const icon = read('icons', 'favicon.svg').toString();
const square = icon.replace(' rx="7"', ''); // telephones cut the corners themselves
emit('favicon', 'favicon', 'svg', Buffer.from(icon));
emit('favicon_ico', 'favicon', 'ico', ico(png(icon, 32), 32));
emit('apple_touch_icon', 'apple-touch-icon', 'png', png(square, 180));
emit('preview', 'preview', 'png', png(read('icons', 'preview.svg').toString(), 1200));
const picture = (key, svg, width, purpose) => ({
  src: `/assets/${emit(key, key.replaceAll('_', '-'), 'png', png(svg, width))}`, sizes: `${width}x${width}`, type: 'image/png', purpose,
});
emit('webmanifest', 'manifest', 'webmanifest', Buffer.from(JSON.stringify({
  id: '/',
  name: 'JobcoachingAP-Register',
  short_name: 'Jobcoaching',
  description: 'Öffentliches Register der Anbieter von Jobcoaching am Arbeitsplatz',
  lang: 'de',
  dir: 'ltr',
  start_url: '/',
  scope: '/',
  display: 'browser',
  theme_color: '#1a3da5',
  background_color: '#ffffff',
  icons: [picture('icon_192', icon, 192, 'any'), picture('icon_512', icon, 512, 'any'), picture('icon_mask', square, 512, 'maskable')],
})));
await style('css', 'app.scss', fonts, vocabulary());
await style('map_css', 'map.scss', fonts, () => true);
await script('js', 'app.js');
await script('map_js', 'map.js');

const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(join(out, 'manifest.json'), `${JSON.stringify(sorted, null, 2)}\n`);
