import { expect, test } from '@playwright/test';
import { Phone } from './phone';
import { DEMO, System } from './system';

/** Soon enough that no try by the clock can be what it came from, once the app tries as rarely as here. */
const AT_ONCE = { timeout: 10_000 };

test('a phone without Background Sync sends after a save, by itself, when seen, with the network, and when opened', async ({
  browser,
}) => {
  const system = await System.start();
  const phone = await Phone.start(browser, system);
  const { mast } = phone;
  // As Firefox and Safari are.
  await phone.context.addInitScript(() => {
    Reflect.deleteProperty(ServiceWorkerRegistration.prototype, 'sync');
    Reflect.deleteProperty(globalThis, 'SyncManager');
  });
  await phone.enrol(DEMO.codes[0], 'máy A');
  await phone.expectAllSent();
  expect(await phone.page.evaluate(async () => 'sync' in (await navigator.serviceWorker.ready))).toBe(false);

  // After a save: nothing else happens, the page stays open.
  mast.up();
  await phone.logSession('Nói chuyện đầu ca', 22);
  await expect.poll(() => mast.syncs, AT_ONCE).toBe(1);
  await phone.expectAllSent();

  // By itself: the mast is gone, and the browser believes all the while that there is a network.
  mast.down();
  await phone.logSession('Phát tờ rơi ở bản', 11);
  await expect(phone.page.getByText('Chưa tới được máy chủ').first()).toBeVisible();
  mast.up();
  await phone.expectAllSent();
  expect(mast.syncs).toBe(1);

  // Seen again: by now it tries as rarely as after minutes in a valley.
  mast.down();
  await phone.logSession('Học nghề chế biến chè', 19);
  await tryInVain(phone);
  mast.up();
  await phone.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect.poll(() => mast.syncs, AT_ONCE).toBe(1);
  await phone.expectAllSent();

  // The network is back.
  mast.down();
  await phone.logSession('Họp tổ sao chè', 12);
  await tryInVain(phone);
  await phone.loseSignal();
  await phone.findSignal();
  await expect.poll(() => mast.syncs, AT_ONCE).toBe(1);
  await phone.expectAllSent();

  // Opened: nobody sent while it was closed.
  await phone.loseSignal();
  await phone.logSession('Thăm công nhân ốm', 3);
  await phone.close();
  await phone.findSignal();
  expect(mast.calls).toEqual([]);
  await phone.reopen();
  await phone.open('/log');
  await expect.poll(() => mast.syncs, AT_ONCE).toBe(1);
  await expect(phone.page.getByRole('link', { name: 'Thăm công nhân ốm' }).getByText('Đã nhận')).toBeVisible();

  await phone.stop();
  await system.stop();
});

/**
 * Asks for a try again and again while the mast is down, so that the next by the clock is most of a minute away, as long
 * as the page stays open.
 */
async function tryInVain(phone: Phone): Promise<void> {
  const { mast, page } = phone;
  await page.getByRole('button', { name: /Xem gửi và nhận/ }).click();
  const again = page.getByRole('dialog').getByRole('button', { name: /gửi ngay/i });
  for (let time = 0; time < 6; time += 1) {
    const before = mast.turnedAway;
    await again.click();
    await expect.poll(() => mast.turnedAway).toBeGreaterThan(before);
    await expect(again).toBeEnabled();
  }
  await phone.closeSheet();
}
