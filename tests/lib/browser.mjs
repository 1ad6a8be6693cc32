// Chromium as the tests use it: Debian's own, headless, and deaf to everything but the service under test.
import { chromium } from 'playwright-core';

export async function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
}

// A page in a context of its own; `foreign` collects every request that did not go to the service, `problems` what the
// console and the policy complain about.
export async function openPage(browser, service, options = {}) {
  const context = await browser.newContext({ baseURL: service.base, locale: 'de-DE', timezoneId: 'Europe/Berlin', viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.foreign = [];
  page.problems = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(service.base) && !request.url().startsWith('data:') && !request.url().startsWith('blob:')) page.foreign.push(request.url());
  });
  page.on('console', (message) => { if (message.type() === 'error') page.problems.push(message.text()); });
  page.on('pageerror', (error) => page.problems.push(String(error)));
  return page;
}
