// What a clerk does, as a clerk does it: with the keyboard alone, without JavaScript, in the dark, on paper.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import { openPage, startBrowser } from '../lib/browser.mjs';
import { pages, startService } from '../lib/service.mjs';

let service;
let browser;
before(async () => {
  service = await startService();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

// Presses Tab until the focused element matches; fails if it is never reached or the focus cannot be seen.
async function tabTo(page, selector, limit = 80) {
  for (let i = 0; i < limit; i += 1) {
    await page.keyboard.press('Tab');
    const hit = await page.evaluate((wanted) => {
      const node = document.activeElement;
      if (!node?.matches(wanted)) return null;
      const style = getComputedStyle(node);
      return { visible: style.outlineStyle !== 'none' || style.boxShadow !== 'none' || node.parentElement?.matches(':focus-within') };
    }, selector);
    if (hit) {
      assert.ok(hit.visible, `focus on ${selector} cannot be seen`);
      return;
    }
  }
  assert.fail(`${selector} is not reached within ${limit} tabs`);
}

test('keyboard only: place, suggestion, search, filter, provider, shortlist', { timeout: 60000 }, async () => {
  const page = await openPage(browser, service);
  await page.goto('/');
  await tabTo(page, 'input[name=ort]');
  await page.keyboard.type('20357', { delay: 20 });
  await page.waitForSelector('[role=listbox] [role=option]', { timeout: 5000 });
  await page.keyboard.press('ArrowDown');
  const active = await page.evaluate(() => document.activeElement.getAttribute('aria-activedescendant'));
  assert.ok(active && await page.$(`#${active}[aria-selected=true]`), 'the arrow key selects no option');
  await page.keyboard.press('Enter');
  if (!page.url().includes('/suche')) await Promise.all([page.waitForURL(/\/suche/), page.keyboard.press('Enter')]);
  await page.waitForLoadState();
  assert.match(page.url(), /ort=/);
  assert.match(await page.textContent('main'), /20357/);
  await tabTo(page, 'a[href^="/anbieter/"]', 300);
  await Promise.all([page.waitForURL(/\/anbieter\//), page.keyboard.press('Enter')]);
  assert.ok((await page.textContent('h1')).trim());
  assert.deepEqual(page.foreign, []);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test('suggestions: a listbox with arrow keys, Escape and an announced count', { timeout: 60000 }, async () => {
  const page = await openPage(browser, service);
  await page.goto('/');
  const field = page.locator('input[name=ort]').first();
  await field.focus();
  await page.keyboard.type('Neust', { delay: 20 });
  await page.waitForSelector('[role=listbox] [role=option]', { timeout: 5000 });
  assert.equal(await field.getAttribute('role'), 'combobox');
  assert.equal(await field.getAttribute('aria-expanded'), 'true');
  const controls = await field.getAttribute('aria-controls');
  assert.ok(await page.$(`#${controls}[role=listbox]`), 'aria-controls names no listbox');
  await page.waitForFunction(() => [...document.querySelectorAll('[aria-live=polite], [role=status]')].some((node) => /\d+/.test(node.textContent)),
    null, { timeout: 3000 });
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  assert.ok(await field.getAttribute('aria-activedescendant'));
  await page.keyboard.press('Escape');
  assert.equal(await field.getAttribute('aria-expanded'), 'false');
  assert.match(await field.inputValue(), /^Neust/);
  await page.context().close();
});

test('without JavaScript: search, filter, page on, shortlist, compare, back', { timeout: 60000 }, async () => {
  const page = await openPage(browser, service, { javaScriptEnabled: false });
  await page.goto('/');
  await page.locator('input[name=ort]').first().fill('Kassel');
  await Promise.all([page.waitForURL(/\/suche\?/), page.locator('input[name=ort]').first().press('Enter')]);
  assert.match(await page.textContent('main'), /Kassel/);
  await page.goto('/suche?ort=20357&umkreis=100');
  assert.ok(await page.locator('main svg').count() > 0, 'no map without JavaScript');
  const box = page.locator('input[type=checkbox][name=handlungsfeld]').first();
  await page.locator('details', { has: box }).first().evaluate((node) => { node.open = true; }).catch(() => {});
  await box.check({ force: true });
  await page.locator('form button[type=submit]').last().click();
  await page.waitForURL(/handlungsfeld=/);
  await page.goto('/suche?ort=20357&umkreis=100');
  const keep = page.locator('a[href*="merken="]').first();
  await keep.click();
  await page.waitForURL(/merken=/);
  await page.locator('a[href*="merken="]').nth(1).click().catch(() => {});
  const compare = page.locator('a[href^="/vergleich"]').first();
  assert.ok(await compare.count(), 'no way to the comparison');
  await compare.click();
  await page.waitForURL(/\/vergleich\?anbieter=/);
  assert.equal((await page.context().cookies()).length, 0);
  await page.context().close();
});

test('with JavaScript: the map lies on the page, in step with the list, loading nothing from elsewhere', { timeout: 60000 }, async () => {
  const page = await openPage(browser, service);
  await page.goto('/suche?ort=20357&umkreis=100');
  await page.waitForSelector('.leaflet-container', { timeout: 10000 });
  await page.waitForSelector('.leaflet-marker-icon, .leaflet-interactive, .marker-cluster', { timeout: 10000 });
  await page.waitForTimeout(500);
  assert.deepEqual(page.foreign, []);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test('no page asks anybody else, complains in the console or sets a cookie', { timeout: 120000 }, async (t) => {
  const page = await openPage(browser, service);
  for (const target of await pages(service)) {
    await t.test(target, async () => {
      page.problems.length = 0;
      const reply = await page.goto(target, { waitUntil: 'load' });
      assert.deepEqual(page.foreign, []);
      // Chromium logs every 4xx answer of a page itself
      assert.deepEqual(page.problems.filter((text) => reply.ok() || !/status of 4\d\d/.test(text)), []);
    });
  }
  assert.equal((await page.context().cookies()).length, 0);
  assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0);
  await page.context().close();
});

test('the web app manifest is read without a complaint', { timeout: 30000 }, async () => {
  const page = await openPage(browser, service);
  await page.goto('/');
  const { url, errors, data } = await (await page.context().newCDPSession(page)).send('Page.getAppManifest');
  assert.equal(new URL(url).pathname, '/manifest.webmanifest');
  assert.deepEqual(errors, []);
  assert.equal(JSON.parse(data).lang, 'de');
  for (const { src } of JSON.parse(data).icons) {
    const size = await page.evaluate(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      return image.naturalWidth;
    }, src);
    assert.ok(size >= 192, src);
  }
  assert.deepEqual(page.problems, []);
  assert.deepEqual(page.foreign, []);
  await page.context().close();
});

// Their policy sandboxes them (app/http/reply.c); that must not keep anybody from having them.
test('downloads arrive, from a link and by their address; data can be looked at', { timeout: 30000 }, async () => {
  const page = await openPage(browser, service);
  const saved = async (act) => {
    const [download] = await Promise.all([page.waitForEvent('download', { timeout: 10000 }), act()]);
    assert.equal(await download.failure(), null);
    return [download.suggestedFilename(), fs.statSync(await download.path()).size];
  };
  for (const format of ['csv', 'kml', 'geojson']) {
    await page.goto('/suche?ort=Kassel');
    const [name, size] = await saved(() => page.evaluate((ending) => document.querySelector(`a[href*="/suche.${ending}?"]`).click(), format));
    assert.equal(name, `suche.${format}`);
    assert.ok(size > 500, `${name}: ${size} bytes`);
  }
  await page.goto('/suche?ort=Kassel');
  const [name] = await saved(() => page.goto('/suche.csv?ort=Kassel').catch(() => {}));
  assert.equal(name, 'suche.csv');
  for (const target of ['/suche.json?ort=Kassel', '/suche.atom?ort=Kassel', '/robots.txt', '/.well-known/security.txt']) {
    const reply = await page.goto(target);
    assert.equal(reply.status(), 200, target);
    assert.ok((await page.evaluate(() => document.documentElement.textContent)).length > 100, `${target} shows nothing`);
    assert.equal(await page.evaluate(() => window.origin), 'null', `${target} has an origin: it is not sandboxed`);
  }
  assert.deepEqual(page.foreign, []);
  await page.context().close();
});

test('dark: the page follows the system, and the text stays on a dark ground', { timeout: 30000 }, async () => {
  const light = await openPage(browser, service, { colorScheme: 'light' });
  const dark = await openPage(browser, service, { colorScheme: 'dark' });
  const ground = async (page) => {
    await page.goto('/suche?ort=20357');
    // drawn on a canvas, so that any notation of a colour becomes bytes
    return page.evaluate(() => {
      const canvas = document.createElement('canvas').getContext('2d');
      for (const node of [document.documentElement, document.body]) {
        canvas.fillStyle = getComputedStyle(node).backgroundColor;
        canvas.fillRect(0, 0, 1, 1);
      }
      const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
      return (red + green + blue) / 3;
    });
  };
  assert.ok(await ground(light) > 180, 'light ground');
  assert.ok(await ground(dark) < 80, 'dark ground');
  await light.context().close();
  await dark.context().close();
});

test('paper: a search and a provider print to a few pages, without navigation and form', { timeout: 60000 }, async () => {
  const page = await openPage(browser, service);
  for (const target of ['/suche?ort=20357&umkreis=50', '/anbieter/']) {
    if (target === '/anbieter/') {
      const { results } = (await service.get('/suche.json?ort=20357')).json();
      await page.goto(target + results[0].slug);
    } else await page.goto(target);
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('nav:visible').count(), 0, `${target}: navigation is printed`);
    assert.equal(await page.locator('main h1:visible').count(), 1);
    const pdf = await page.pdf({ format: 'A4' });
    const count = (pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g) ?? []).length;
    assert.ok(count >= 1 && count <= 12, `${target}: ${count} pages`);
    await page.emulateMedia({ media: null });
  }
  await page.context().close();
});

test('enlarged text spacing (WCAG 1.4.12) hides nothing', { timeout: 30000 }, async () => {
  const page = await openPage(browser, service, { bypassCSP: true, viewport: { width: 640, height: 900 } });
  await page.goto('/suche?ort=20357');
  await page.addStyleTag({ content: '* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }' });
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
  await page.context().close();
});
