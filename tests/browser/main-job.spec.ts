import { expect, test } from '@playwright/test';
import { CountingProxy } from './counting-proxy';
import { Phone } from './phone';
import { DEMO, System } from './system';

const SHARED = 'Sinh hoạt chuyên đề tiết kiệm điện';

let system: System;
let proxy: CountingProxy;

test.beforeEach(async () => {
  system = await System.start();
  proxy = await CountingProxy.before(system.url);
});

test.afterEach(async () => {
  await proxy.stop();
  await system.stop();
});

test('two phones work without a signal, one request each brings it together, and staff see it happen', async ({
  browser,
}) => {
  const a = await Phone.start(browser, proxy.url);
  const b = await Phone.start(browser, proxy.url);
  await a.enrol(DEMO.codes[0], 'máy A');
  await b.enrol(DEMO.codes[1], 'máy B');

  await a.logSession(SHARED, 40);
  await a.open('/');
  await a.expectAllSent();
  await b.page.getByRole('button', { name: /Xem gửi và nhận/ }).click();
  await b.page.getByRole('button', { name: 'Gửi ngay' }).click();
  await b.open('/log');
  await expect(b.page.getByRole('link', { name: SHARED })).toBeVisible();

  // Staff open the overview and leave it open.
  const desk = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'vi-VN' });
  const overview = await desk.newPage();
  await overview.goto(`${proxy.url}/desk/sign-in`);
  await overview.getByLabel('Tên đăng nhập').fill(DEMO.login);
  await overview.getByLabel('Mật khẩu').fill(DEMO.password);
  await overview.getByRole('button', { name: 'Đăng nhập' }).click();
  await expect(overview.getByRole('heading', { level: 1 })).toBeVisible();
  await showRunningQuarter(overview);
  const attendances = overview.getByTestId('figure-II.1-02');
  const before = await readNumber(attendances);

  // No signal: both log an activity of their own and edit the same field of the shared one.
  await a.setOffline(true);
  await b.setOffline(true);
  await a.logSession('Phát tờ rơi ở bản', 11);
  await a.editParticipants(SHARED, 46);
  await b.logSession('Nói chuyện đầu ca', 22);
  await b.editParticipants(SHARED, 52);
  await b.open('/');
  await expect(b.page.getByText('Không có sóng, vẫn ghi được').first()).toBeVisible();
  await expect(b.page.getByText('2 chờ gửi').first()).toBeVisible();

  // The signal returns. A's app is closed: the browser wakes the service worker. B's is open.
  await a.page.close();
  proxy.reset();
  await a.setOffline(false);
  await expect.poll(() => [...proxy.counts().values()]).toEqual([1]);
  await b.setOffline(false);
  await b.expectAllSent();
  await expect.poll(() => [...proxy.counts().values()].sort()).toEqual([1, 1]);

  // 40 became 46 or 52, and 11 and 22 came: merged, on the open page, without a reload.
  const merged = [46, 52].map((shared) => before - 40 + shared + 11 + 22);
  await expect.poll(async () => merged.includes(await readNumber(attendances))).toBe(true);

  // Both values are there, by name.
  await b.openEntry(SHARED);
  await expect(b.page.getByText('46', { exact: false }).first()).toBeVisible();
  await expect(b.page.getByText('52', { exact: false }).first()).toBeVisible();
  await expect(b.page.getByText(/máy A/).first()).toBeVisible();
  a.page = await a.context.newPage();
  await a.openEntry(SHARED);
  await expect(a.page.getByText('52', { exact: false }).first()).toBeVisible();

  // Nothing more was said than had to be.
  expect([...proxy.counts().values()].every((count) => count <= 2)).toBe(true);
});

async function showRunningQuarter(page: import('@playwright/test').Page): Promise<void> {
  const now = new Date(Date.now() + 7 * 3600_000);
  const key = `${now.getUTCFullYear()}-Q${Math.floor(now.getUTCMonth() / 3) + 1}`;
  const url = new URL(page.url());
  url.searchParams.set('period', key);
  await page.goto(url.toString());
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

async function readNumber(locator: import('@playwright/test').Locator): Promise<number> {
  const text = (await locator.innerText()).replaceAll('.', '');
  const found = /\d+/.exec(text);
  if (!found) throw new Error(`no number in "${text}"`);
  return Number(found[0]);
}
