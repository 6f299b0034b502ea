import { type CDPSession, expect, test } from '@playwright/test';
import { Phone } from './phone';
import { DEMO, System } from './system';

const TITLE = 'Sinh hoạt chuyên đề tiết kiệm điện';

let system: System;
let phone: Phone;
let browserStorage: CDPSession;

// The browser gives a database an allotment that it may fill for half a minute before the quota is looked at again.
test.setTimeout(300_000);

test.beforeEach(async ({ browser }) => {
  system = await System.start();
  phone = await Phone.start(browser, system);
  await phone.enrol(DEMO.codes[0], 'máy A');
  await phone.expectAllSent();
  browserStorage = await phone.context.newCDPSession(phone.page);
});

test.afterEach(async () => {
  await phone.stop();
  await system.stop();
});

test('a full phone says so and keeps what is typed, and saves and sends it when there is room', async () => {
  const { page } = phone;
  const participants = page.getByRole('textbox', { name: 'Số lượt người tham gia' });
  const title = page.getByRole('textbox', { name: 'Tên hoạt động' });
  const full = page.getByText(/^Điện thoại hết chỗ, những gì vừa gõ chỉ còn trên màn hình/);
  await phone.open('/record/TT_BUOI');
  await fillDisk();
  await typeUntilFull();
  await phone.fillSession(TITLE, 46);
  await expect(full).toBeVisible();
  await expect(page.getByText('Nháp chưa lưu được')).toBeVisible();
  await expect(page.locator('label', { has: participants }).getByText('Chưa lưu được')).toBeVisible();
  await phone.screenshot('phone-full');

  await page.getByRole('button', { name: 'Ghi vào sổ' }).click();
  await expect(page.getByText(/^Máy đã đầy, chưa lưu được\./)).toBeVisible();
  await expect(participants).toHaveValue('46');

  // Leaving the form loses nothing either, as long as the app stays open.
  await page.getByRole('button', { name: 'Đóng, bản nháp vẫn còn' }).click();
  await expect(page.getByText('Máy đầy, chưa lưu được').first()).toBeVisible();
  await expect(page.getByRole('link', { name: new RegExp(TITLE) }).getByText(/nháp chưa lưu được/)).toBeVisible();
  await phone.screenshot('phone-full-today');
  await page.getByRole('link', { name: new RegExp(TITLE) }).click();
  await expect(participants).toHaveValue('46');
  await expect(title).toHaveValue(TITLE);
  await expect(page.getByText('Nháp chưa lưu được')).toBeVisible();

  // Photos were deleted. Nobody has to press anything for the draft to be kept.
  await freeDisk();
  await expect(page.getByText('Nháp đã lưu trên máy')).toBeVisible();
  await expect(full).toBeHidden();
  await phone.save();
  await phone.open('/');
  await phone.expectAllSent();
  await phone.open('/log');
  await expect(page.getByRole('link', { name: TITLE }).getByText('Đã nhận')).toBeVisible();
});

test('the log of a full phone can be read after the app was opened anew', async () => {
  const { page } = phone;
  await phone.logSession(TITLE, 46);
  await phone.open('/');
  await phone.expectAllSent();
  await phone.open('/record/TT_BUOI');
  await fillDisk();
  await typeUntilFull();

  await phone.openEntry(TITLE);
  await expect(page.getByRole('definition').filter({ hasText: '46 lượt người' })).toBeVisible();
  await page.getByRole('button', { name: 'Xóa' }).click();
  await expect(page.getByText(/^Máy đã đầy, chưa lưu được\./)).toBeVisible();
  await phone.open('/');
  await expect(page.getByRole('heading', { name: 'Hôm nay' })).toBeVisible();

  await freeDisk();
  await phone.editParticipants(TITLE, 47);
  await phone.open('/');
  await phone.expectAllSent();
});

/** No byte more for this phone. */
async function fillDisk(): Promise<void> {
  await browserStorage.send('Storage.overrideQuotaForOrigin', { origin: phone.mast.url, quotaSize: 1 });
}

async function freeDisk(): Promise<void> {
  await browserStorage.send('Storage.overrideQuotaForOrigin', { origin: phone.mast.url });
}

/** Types into the open form until the browser's allotment is used up and the app says that nothing is kept. */
async function typeUntilFull(): Promise<void> {
  const { page } = phone;
  const place = page.getByRole('textbox', { name: 'Tên hoạt động' });
  let turn = 0;
  await expect(async () => {
    await place.fill(`lần ${(turn += 1)}`);
    await place.blur();
    await expect(page.getByText(/^Nháp (đã lưu trên máy|chưa lưu được)$/)).toBeVisible();
    await expect(page.getByText('Nháp chưa lưu được')).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 120_000 });
}
