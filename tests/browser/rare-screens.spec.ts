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

test('what a person may not see is not shown, and the page says so and leads back', async ({ browser }) => {
  await system.setPassword('tam-duong.reviewer', 'mat-khau-thu-233');
  const desk = await signIn(await (await browser.newContext(DESK)).newPage(), 'tam-duong', 'mat-khau-thu-233');
  await desk.goto(`${system.url}/desk/units/${DEMO.unitId}`);
  await expect(desk.getByRole('heading', { level: 1, name: new RegExp(DEMO.unit) })).toBeVisible();
  // A unit of another district.
  await desk.goto(`${system.url}/desk/units/PT-CHUOI`);
  await expect(desk.getByText('không nằm dưới đơn vị của bạn')).toBeVisible();
  await expect(desk.getByText('Huổi Luông')).toBeHidden();
  await desk.screenshot({ path: 'results/screens/desk-no-permission.png' });
  await desk.getByRole('link', { name: 'Về tổng quan' }).click();
  await expect(desk.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(desk).toHaveURL(/\/desk(\?|$)/);

  // An officer's phone opens the address of a record that is another unit's, and the desk.
  const phone = await Phone.start(browser, system);
  await phone.open('/log/01JD0000000000000000000000');
  await expect(phone.page.getByLabel('Mã 8 ký tự')).toBeVisible();
  await phone.enrol(DEMO.codes[0], 'máy chị Mỷ');
  await phone.open('/log/01JD0000000000000000000000');
  await expect(phone.page.getByText('Không có trên máy này')).toBeVisible();
  await phone.screenshot('phone-no-permission');
  await phone.open('/desk/units/PT-CHUOI');
  await expect(phone.page.getByLabel('Tên đăng nhập')).toBeVisible();
  await phone.screenshot('phone-no-permission-desk');
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
