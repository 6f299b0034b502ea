import { expect, test } from '@playwright/test';
import { Phone } from './phone';
import { DEMO, System } from './system';

let system: System;

test.beforeAll(async () => {
  system = await System.start();
});

test.afterAll(async () => {
  await system.stop();
});

/** Screens that a phone opens by address, with what must be readable on each. */
const SCREENS = [
  { name: 'today', path: '/', shows: 'Hôm nay' },
  { name: 'record', path: '/record', shows: 'Ghi việc gì?' },
  { name: 'record-session', path: '/record/TT_BUOI', shows: 'Buổi tuyên truyền, sinh hoạt chuyên đề' },
  { name: 'record-initiative', path: '/record/SANGKIEN', shows: 'Sáng kiến' },
  { name: 'log', path: '/log', shows: 'Nhật ký' },
  { name: 'reports', path: '/reports', shows: 'Báo cáo' },
  { name: 'initiatives', path: '/initiatives', shows: 'Sáng kiến' },
  { name: 'plan', path: '/plan', shows: 'Kế hoạch 233' },
  { name: 'more', path: '/more', shows: 'Mục khác' },
] as const;

test('every screen of the phone opens without a network, by address and after a reload', async ({ browser }) => {
  const phone = await Phone.start(browser, system);
  const errors: string[] = [];
  phone.page.on('pageerror', (error) => errors.push(error.message));
  await phone.page.goto(`${phone.mast.url}/enrol`);
  await expect(phone.page.getByRole('heading', { level: 1 })).toBeVisible();
  await phone.page.screenshot({ path: 'results/screens/phone-enrol.png' });
  await phone.enrol(DEMO.codes[0], 'máy chị Mỷ');
  await phone.expectAllSent();
  await phone.loseSignal();
  for (const { name, path, shows } of SCREENS) {
    await phone.open(path);
    await phone.page.reload();
    await expect(phone.page.getByRole('heading', { name: shows, level: 1 })).toBeVisible();
    await phone.page.screenshot({ path: `results/screens/phone-${name}.png` });
  }
  // One report, one of its numbers, one entry, the sheet behind the chip.
  await phone.open('/reports');
  await phone.page.getByRole('main').getByRole('link').first().click();
  await expect(phone.page.getByRole('heading', { level: 1, name: /Báo cáo/ })).toBeVisible();
  await phone.page.screenshot({ path: 'results/screens/phone-report.png', fullPage: true });
  await phone.page.getByRole('link', { name: /Số buổi tuyên truyền/ }).click();
  await expect(phone.page.getByRole('heading', { level: 1, name: /Số buổi tuyên truyền/ })).toBeVisible();
  await phone.page.screenshot({ path: 'results/screens/phone-indicator.png' });
  await phone.open('/log');
  await phone.page.getByRole('main').getByRole('link').first().click();
  await expect(phone.page.getByRole('link', { name: 'Sửa', exact: true })).toBeVisible();
  await phone.page.screenshot({ path: 'results/screens/phone-entry.png' });
  await phone.open('/');
  await phone.page.getByRole('button', { name: /Xem gửi và nhận/ }).click();
  await expect(phone.page.getByRole('dialog')).toBeVisible();
  await phone.page.screenshot({ path: 'results/screens/phone-sync.png' });
  expect(errors).toEqual([]);
  await phone.stop();
});

test('staff go from the province to a district, a unit, and one activity', async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'vi-VN' });
  const page = await context.newPage();
  await page.goto(`${system.url}/desk`);
  await expect(page.getByLabel('Tên đăng nhập')).toBeVisible();
  await page.screenshot({ path: 'results/screens/desk-sign-in.png' });
  await page.getByLabel('Tên đăng nhập').fill(DEMO.login);
  await page.getByLabel('Mật khẩu', { exact: true }).fill('sai');
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByLabel('Mật khẩu', { exact: true }).fill(DEMO.password);
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
  await expect(page.getByRole('link', { name: /^Lượt người được tuyên truyền/ }).first()).toBeVisible();
  await page.screenshot({ path: 'results/screens/desk-overview.png' });

  await page
    .getByRole('main')
    .getByRole('link', { name: /Tam Đường/ })
    .first()
    .click();
  await expect(page.getByRole('link', { name: new RegExp(DEMO.unit) }).first()).toBeVisible();
  await page.screenshot({ path: 'results/screens/desk-district.png' });
  await page
    .getByRole('main')
    .getByRole('link', { name: new RegExp(DEMO.unit) })
    .first()
    .click();
  await expect(page.getByRole('heading', { level: 1, name: new RegExp(DEMO.unit) })).toBeVisible();
  await page.screenshot({ path: 'results/screens/desk-unit.png', fullPage: true });
  await page.locator('a[href*="/entries/"]').first().click();
  await expect(page).toHaveURL(/\/entries\//);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.screenshot({ path: 'results/screens/desk-entry.png' });
  await context.close();
});
