import { expect, type Page, test } from '@playwright/test';
import { Phone } from './phone';
import { DEMO, System } from './system';

test('two tabs of one phone have one owner, show the same, and go on when the owner is closed', async ({ browser }) => {
  const system = await System.start();
  const phone = await Phone.start(browser, system);
  await phone.enrol(DEMO.codes[0], 'máy A');
  const first = phone.page;
  const second = await phone.context.newPage();
  await second.goto(`${phone.mast.url}/log`);
  await expect(second.getByRole('heading', { name: 'Nhật ký', level: 1 })).toBeVisible();
  expect(await owners(first)).toBe(1);

  // The first tab has the core; what it records, the second shows without being touched.
  await phone.logSession('Ghi ở trang thứ nhất', 11);
  await expect(second.getByRole('link', { name: 'Ghi ở trang thứ nhất' })).toBeVisible();

  // And the other way round: the second tab's request is answered by the first's worker.
  await phone.open('/log');
  await expect(first.getByRole('link', { name: 'Ghi ở trang thứ nhất' })).toBeVisible();
  phone.page = second;
  await phone.logSession('Ghi ở trang thứ hai', 22);
  await expect(first.getByRole('link', { name: 'Ghi ở trang thứ hai' })).toBeVisible();
  expect(await owners(second)).toBe(1);

  // The first is closed: the second goes on, and both records are with the server once.
  await first.close();
  await phone.logSession('Ghi sau khi đóng trang kia', 33);
  await phone.open('/');
  await phone.expectAllSent();
  await phone.open('/log');
  for (const title of ['Ghi ở trang thứ nhất', 'Ghi ở trang thứ hai', 'Ghi sau khi đóng trang kia']) {
    await expect(second.getByRole('link', { name: title })).toHaveCount(1);
  }
  expect(await owners(second)).toBe(1);
  await phone.stop();
  await system.stop();
});

/** How many workers own the replica. */
async function owners(page: Page): Promise<number> {
  const { held } = await page.evaluate(() => navigator.locks.query());
  return (held ?? []).filter((lock) => lock.name === 'replica').length;
}
