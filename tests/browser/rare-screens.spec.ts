import { expect, type Page, test } from '@playwright/test';
import { Phone } from './phone';
import { DEMO, System } from './system';

const DESK = { viewport: { width: 1440, height: 900 }, locale: 'vi-VN', timezoneId: 'Asia/Ho_Chi_Minh' };

let system: System;

test.beforeEach(async () => {
  system = await System.start();
});

test.afterEach(async () => {
  await system.stop();
});

test('a phone that was revoked says so, stays readable, and the desk lists it as revoked', async ({ browser }) => {
  await system.setPassword('tinh.administrator', 'mat-khau-thu-233');
  const phone = await Phone.start(browser, system);
  await phone.enrol(DEMO.codes[0], 'máy chị Mỷ');
  await phone.expectAllSent();
  const desk = await signIn(await (await browser.newContext(DESK)).newPage(), 'quantri', 'mat-khau-thu-233');
  const revoked = await desk.evaluate(async () => {
    const devices = (await (await fetch('/api/v1/devices')).json()) as { device: string; device_name: string }[];
    const device = devices.find(({ device_name }) => device_name === 'máy chị Mỷ');
    return (await fetch(`/api/v1/devices/${device?.device}/revoke`, { method: 'POST' })).status;
  });
  expect(revoked).toBe(204);
  await phone.logSession('Nói chuyện đầu ca', 22);
  await phone.open('/');
  await expect(phone.page.getByText('Máy này đã bị thu hồi mã').first()).toBeVisible();
  await phone.screenshot('phone-revoked');
  await phone.openEntry('Nói chuyện đầu ca');
  await phone.open('/');
  await phone.page.getByRole('button', { name: /Xem gửi và nhận/ }).click();
  await expect(phone.page.getByRole('link', { name: 'Nhập mã mới' })).toBeVisible();
  await phone.screenshot('phone-revoked-sheet');

  await desk.goto(`${system.url}/desk/devices`);
  await expect(desk.getByRole('row', { name: /máy chị Mỷ/ }).getByText('Đã thu hồi')).toBeVisible();
  await desk.screenshot({ path: 'results/screens/desk-devices.png' });
  await phone.stop();
});

async function signIn(page: Page, login: string, password: string): Promise<Page> {
  await page.goto(`${system.url}/desk/sign-in`);
  await page.getByLabel('Tên đăng nhập').fill(login);
  await page.getByLabel('Mật khẩu', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
  await expect(page).toHaveURL(/\/desk\?|\/desk$/);
  return page;
}
