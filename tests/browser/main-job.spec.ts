import { type Browser, expect, type Locator, type Page, test } from '@playwright/test';
import { openDesk } from './desk';
import { SYNC } from './mast';
import { Phone } from './phone';
import { DEMO, quarter, System } from './system';

const SHARED = 'Sinh hoạt chuyên đề tiết kiệm điện';

let system: System;

test.beforeEach(async () => {
  system = await System.start();
});

test.afterEach(async () => {
  await system.stop();
});

test('two phones work without a signal, one request each brings it together, and staff see it happen', async ({
  browser,
}) => {
  const a = await Phone.start(browser, system);
  const b = await Phone.start(browser, system);
  await a.enrol(DEMO.codes[0], 'máy A');
  await b.enrol(DEMO.codes[1], 'máy B');

  await a.logSession(SHARED, 40);
  await a.open('/');
  await a.expectAllSent();
  await b.sendNow();
  await b.open('/log');
  await expect(b.page.getByRole('link', { name: SHARED })).toBeVisible();

  // Staff open the overview and leave it open.
  const overview = await openOverview(browser);
  const attendances = overview.getByRole('link', { name: /^Lượt người được tuyên truyền/ }).first();
  const before = await readNumber(attendances);

  // No signal: both log an activity of their own and edit the same field of the shared one.
  await a.loseSignal();
  await b.loseSignal();
  await a.logSession('Phát tờ rơi ở bản', 11);
  await a.editParticipants(SHARED, 46);
  await b.logSession('Nói chuyện đầu ca', 22);
  await b.editParticipants(SHARED, 52);
  await b.open('/');
  await expect(b.page.getByText('Không có sóng, vẫn ghi được').first()).toBeVisible();
  await expect(b.page.getByText('2 chờ gửi').first()).toBeVisible();

  // The signal returns. A's app is closed: the browser wakes the service worker.
  await a.close();
  await a.findSignal();
  await expect.poll(() => a.mast.syncs).toBe(1);
  // B's is open.
  await b.findSignal();
  await b.expectAllSent();

  // 40 became 46 or 52, and 11 and 22 came: merged, on the open page, without a reload.
  const merged = [46, 52].map((shared) => before - 40 + shared + 11 + 22);
  await expect.poll(async () => merged.includes(await readNumber(attendances))).toBe(true);

  // Both values are there, by name, on the phone that was open and at the desk.
  await b.openEntry(SHARED);
  await expect(b.page.getByText('46 lượt người').first()).toBeVisible();
  await expect(b.page.getByText('52 lượt người').first()).toBeVisible();
  await expect(b.page.getByText(/máy A/).first()).toBeVisible();
  await overview.goto(`${system.url}/desk/units/${DEMO.unitId}?period=${quarter()}`);
  await overview.getByRole('link', { name: SHARED }).click();
  for (const [value, device] of [
    ['46 lượt người', 'máy A'],
    ['52 lượt người', 'máy B'],
  ] as const) {
    await expect(overview.getByRole('listitem').filter({ hasText: value }).getByText(device)).toBeVisible();
  }

  // Neither phone needed more than one request, of any kind.
  expect([a.mast.calls, b.mast.calls]).toEqual([[SYNC], [SYNC]]);

  // A finds the same when it is opened again.
  await a.reopen();
  await a.sendNow();
  await a.openEntry(SHARED);
  await expect(a.page.getByText('46 lượt người').first()).toBeVisible();
  await expect(a.page.getByText('52 lượt người').first()).toBeVisible();

  await a.stop();
  await b.stop();
});

/** The province's overview of the running quarter. */
async function openOverview(browser: Browser): Promise<Page> {
  const page = await openDesk(browser, system, DEMO.login, DEMO.password);
  await page.goto(`${system.url}/desk?period=${quarter()}`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  return page;
}

async function readNumber(figure: Locator): Promise<number> {
  const text = (await figure.innerText()).replaceAll('.', '');
  const found = /\d+/.exec(text);
  if (!found) throw new Error(`no number in "${text}"`);
  return Number(found[0]);
}
