// Every page: valid HTML by the Nu checker, no violation by axe in light and dark, no sideways scrolling at 320 px.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openPage, startBrowser } from '../lib/browser.mjs';
import { pages, root, startService, testVar } from '../lib/service.mjs';

const AXE = fs.readFileSync(path.join(root, 'tests/node_modules/axe-core/axe.min.js'), 'utf8');
const VNU = path.join(root, 'tests/node_modules/vnu-jar/build/dist/vnu.jar');
let service;
let browser;
let targets;
before(async () => {
  service = await startService();
  browser = await startBrowser();
  targets = await pages(service);
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

describe('HTML', () => {
  test('every page is valid', { timeout: 180000 }, async (t) => {
    const folder = fs.mkdtempSync(path.join(testVar, 'html-'));
    const names = new Map();
    for (const [index, target] of targets.entries()) {
      const file = path.join(folder, `${index}.html`);
      fs.writeFileSync(file, (await service.get(target, { accept: 'text/html' })).body);
      names.set(file, target);
    }
    const run = execFileSync('java', ['-Xmx512m', '-jar', VNU, '--format', 'json', '--exit-zero-always', '--stdout', ...names.keys()],
      { encoding: 'utf8', maxBuffer: 1 << 26 });
    const messages = JSON.parse(run).messages.filter((message) => message.type === 'error' || message.subType === 'fatal');
    for (const [file, target] of names) {
      await t.test(`vnu ${target}`, () => {
        const own = messages.filter((message) => message.url.endsWith(`/${path.basename(path.dirname(file))}/${path.basename(file)}`));
        assert.deepEqual(own.map((message) => `line ${message.lastLine}: ${message.message}  ${(message.extract ?? '').trim()}`), []);
      });
    }
    fs.rmSync(folder, { recursive: true });
  });
});

describe('axe', () => {
  for (const colorScheme of ['light', 'dark']) {
    test(`no violation on any page (${colorScheme})`, { timeout: 300000 }, async (t) => {
        const page = await openPage(browser, service, { colorScheme, bypassCSP: true });
        for (const target of targets) {
          await t.test(`axe ${colorScheme} ${target}`, async () => {
            await page.goto(target, { waitUntil: 'load' });
            await page.evaluate(AXE);
            const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'],
              runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
            assert.deepEqual(violations.map((one) => `${one.id}: ${one.help} (${one.nodes.length}x, first: ${one.nodes[0].html.slice(0, 160)} ${one.nodes[0].failureSummary?.slice(0, 200)})`), []);
          });
        }
        await page.context().close();
    });
  }
});

describe('narrow and large', () => {
  for (const [name, viewport] of [['320 px wide', { width: 320, height: 640 }], ['1280 px at 400 % zoom', { width: 320, height: 256 }], ['768 px wide', { width: 768, height: 1024 }]]) {
    test(`no sideways scrolling: ${name}`, { timeout: 180000 }, async (t) => {
      const page = await openPage(browser, service, { viewport });
      for (const target of targets) {
        await t.test(`${name} ${target}`, async () => {
          await page.goto(target);
          const { wide, by } = await page.evaluate(() => {
            const limit = document.documentElement.clientWidth;
            const culprit = [...document.body.querySelectorAll('*')].find((node) => {
              const box = node.getBoundingClientRect();
              return box.right > limit + 1 && box.width > 0;
            });
            return { wide: document.documentElement.scrollWidth - limit, by: culprit?.outerHTML.slice(0, 160) };
          });
          assert.ok(wide <= 0, `${wide} px too wide, first: ${by}`);
        });
      }
      await page.context().close();
    });
  }
});
