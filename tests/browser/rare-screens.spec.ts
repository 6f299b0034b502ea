import { expect, test } from '@playwright/test';
import { openDesk, revoke } from './desk';
import { Phone } from './phone';
import { DEMO, System } from './system';

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
  const desk = await openDesk(browser, system, 'quantri', 'mat-khau-thu-233');
  await revoke(desk, 'máy chị Mỷ');
  await phone.logSession('Nói chuyện đầu ca', 22);
  await phone.open('/');
  await expect(phone.page.getByText('Máy này đã bị thu hồi mã').first()).toBeVisible();
  await phone.screenshot('phone-revoked');
  await phone.openEntry('Nói chuyện đầu ca');
  await phone.openSheet();
  await expect(phone.page.getByRole('link', { name: 'Nhập mã mới' })).toBeVisible();
  await phone.screenshot('phone-revoked-sheet');

  await desk.goto(`${system.url}/desk/devices`);
  await expect(desk.getByRole('row', { name: /máy chị Mỷ/ }).getByText('Đã thu hồi')).toBeVisible();
  await desk.screenshot({ path: 'results/screens/desk-devices.png' });
  await phone.stop();
});

test('what a person may not see is not shown, and the page says so and leads back', async ({ browser }) => {
  await system.setPassword('tam-duong.reviewer', 'mat-khau-thu-233');
  const desk = await openDesk(browser, system, 'tam-duong', 'mat-khau-thu-233');
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
