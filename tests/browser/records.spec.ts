import { expect, test } from '@playwright/test';
import { Phone } from './phone';
import { DEMO, System } from './system';

const TITLE = 'Sinh hoạt chuyên đề tiết kiệm điện';

let system: System;

test.beforeEach(async () => {
  system = await System.start();
});

test.afterEach(async () => {
  await system.stop();
});

test('what two people wrote differently is shown with both names, and one tap decides it for both', async ({
  browser,
}) => {
  const [a, b] = await twoPhones(browser);
  await a.logSession(TITLE, 40);
  await a.open('/');
  await a.expectAllSent();
  await b.sendNow();

  await a.loseSignal();
  await b.loseSignal();
  await a.editParticipants(TITLE, 46);
  await b.editParticipants(TITLE, 52);
  await a.findSignal();
  await a.sendNow();
  await b.findSignal();
  await b.sendNow();

  await b.open('/log');
  await expect(b.page.getByText('1 chỗ hai người ghi khác nhau')).toBeVisible();
  await b.openEntry(TITLE);
  const choice = b.page.getByRole('region', { name: 'Số lượt người tham gia' });
  await expect(choice.getByText('46 lượt người', { exact: true })).toBeVisible();
  await expect(choice.getByText('52 lượt người', { exact: true })).toBeVisible();
  await expect(choice.getByText(/máy A/)).toBeVisible();
  await expect(choice.getByText(/máy này/)).toBeVisible();
  await b.screenshot('phone-conflict');
  await choice.getByRole('button', { name: 'Giữ 46 lượt người' }).click();
  await expect(b.page.getByText('Đã chọn.')).toBeVisible();
  await expect(b.page.getByText('Hai người ghi khác nhau')).toBeHidden();
  await expect(b.page.getByRole('definition').filter({ hasText: '46 lượt người' })).toBeVisible();

  await b.open('/');
  await b.expectAllSent();
  await a.sendNow();
  await a.openEntry(TITLE);
  await expect(a.page.getByRole('definition').filter({ hasText: '46 lượt người' })).toBeVisible();
  await expect(a.page.getByText('Hai người ghi khác nhau')).toBeHidden();
  await a.stop();
  await b.stop();
});

test('a record that was deleted can be taken back at once, and later from the log', async ({ browser }) => {
  const [a, b] = await twoPhones(browser);
  await a.logSession(TITLE, 40);
  await a.openEntry(TITLE);
  await a.page.getByRole('button', { name: 'Xóa' }).click();
  await expect(a.page.getByText('Đã xóa bản ghi.')).toBeVisible();
  await a.page.getByRole('button', { name: 'Hoàn tác' }).click();
  await expect(a.page.getByText('Đã lấy lại bản ghi.')).toBeVisible();
  await a.open('/');
  await a.expectAllSent();
  await b.sendNow();
  await b.openEntry(TITLE);

  await b.page.getByRole('button', { name: 'Xóa' }).click();
  await expect(b.page.getByText('Đã xóa bản ghi.')).toBeVisible();
  await b.open('/log');
  await expect(b.page.getByRole('button', { name: 'Xem cả bản đã xóa' })).toBeVisible();
  await expect(b.page.getByRole('link', { name: TITLE })).toBeHidden();
  await b.open('/');
  await b.expectAllSent();
  await a.sendNow();
  await a.open('/log');
  await a.page.getByRole('button', { name: 'Xem cả bản đã xóa' }).click();
  await a.page.getByRole('link', { name: TITLE }).click();
  await expect(a.page.getByText(/Bản ghi này đã xóa/)).toBeVisible();
  await a.page.getByRole('button', { name: 'Lấy lại' }).click();
  await expect(a.page.getByText('Đã lấy lại bản ghi.')).toBeVisible();
  await a.open('/');
  await a.expectAllSent();
  await b.sendNow();
  await b.openEntry(TITLE);
  await expect(b.page.getByText(/Bản ghi này đã xóa/)).toBeHidden();
  await a.stop();
  await b.stop();
});

test('what is typed wrong is refused at its field, stays as a draft, and is neither called saved nor sent', async ({
  browser,
}) => {
  const phone = await Phone.start(browser, system);
  const { page } = phone;
  // A code first: one that is too short, and one that nobody was given.
  const code = page.getByLabel('Mã 8 ký tự');
  const begin = page.getByRole('button', { name: 'Bắt đầu dùng' });
  await phone.open('/enrol');
  await code.fill('SAIM');
  await begin.click();
  await expect(code).toHaveAccessibleDescription(/Mã có 8 ký tự, còn thiếu 4\./);
  await code.fill('SAIMA234');
  await begin.click();
  await expect(code).toHaveAccessibleDescription(/Không có mã này\. Xem lại từng chữ/);
  await phone.screenshot('phone-enrol-wrong-code');
  await phone.enrol(DEMO.codes[0], 'máy A');
  await phone.expectAllSent();

  await phone.open('/record/TT_BUOI');
  const participants = page.getByRole('textbox', { name: 'Số lượt người tham gia' });
  const title = page.getByRole('textbox', { name: 'Tên hoạt động' });
  const end = page.getByRole('textbox', { name: 'Ngày kết thúc' });
  const box = page.locator('label', { has: participants });
  const long = `${TITLE}, ${'kể cả bóng đèn ngoài sân phơi chè '.repeat(5)}`.trim();
  const wrong = async (): Promise<void> => {
    await expect(title).toHaveValue(long);
    await expect(title).toHaveAccessibleDescription(`Dài ${long.length} ký tự, tối đa 200. Viết ngắn lại.`);
    await expect(participants).toHaveValue('99999999999999999999');
    await expect(participants).toHaveAccessibleDescription(/^Số lượt người tham gia: Số lớn quá/);
    await expect(end).toHaveValue('31/02/2026');
    await expect(end).toHaveAccessibleDescription('Không có ngày 31/2/2026. Kiểm tra lại ngày và tháng.');
  };
  await title.fill(long);
  await page.getByText('Thêm chi tiết').click();
  await end.fill('31/02/2026');
  await participants.fill('99999999999999999999');
  await participants.blur();
  await wrong();
  await expect(page.getByText('Nháp đã lưu trên máy')).toBeVisible();
  await expect(box.getByText('Đã lưu')).toBeHidden();
  await phone.screenshot('phone-form-error');

  await page.getByRole('button', { name: 'Ghi vào sổ' }).click();
  await expect(page.getByText(/^Còn \d+ chỗ cần sửa$/)).toBeVisible();
  await page.reload();
  await page.getByText('Thêm chi tiết').click();
  await wrong();
  expect(await waiting(phone)).toBe(0);

  // Put right: the sentence goes with what it was about.
  await page.getByRole('link', { name: new RegExp(TITLE) }).click();
  await page.getByText('Thêm chi tiết').click();
  await end.fill('');
  await participants.fill('45');
  await expect(page.getByText(/^Số lượt người tham gia: Số lớn quá/)).toBeHidden();
  await participants.blur();
  await expect(box.getByText('Đã lưu')).toBeVisible();

  await phone.open('/');
  await expect(page.getByRole('heading', { name: 'Đang ghi dở' })).toBeVisible();
  const row = page.getByRole('link', { name: new RegExp(TITLE) });
  const lines = await row.locator('.b').evaluate((title) => {
    return Math.round(title.getBoundingClientRect().height / parseFloat(getComputedStyle(title).lineHeight));
  });
  expect(lines).toBeLessThanOrEqual(2);
  await phone.screenshot('phone-drafts');
  await row.click();
  await expect(participants).toHaveValue('45');
  await phone.fillSession(TITLE, 45);
  await phone.save();
  await phone.open('/');
  await phone.expectAllSent();
  await expect(page.getByRole('heading', { name: 'Đang ghi dở' })).toBeHidden();
  await phone.stop();
});

test('what a copy of a telephone wrote is taken in as if there were none, and nobody is asked anything', async ({
  browser,
}) => {
  const phone = await Phone.start(browser, system);
  await phone.enrol(DEMO.codes[0], 'máy A');
  await phone.expectAllSent();
  // A new telephone is set up from a copy of the old one: two devices now say that they are the same.
  const copy = await Phone.start(browser, system);
  await copy.become(phone);
  await phone.logSession('Ghi ở máy cũ', 11);
  await phone.open('/');
  await phone.expectAllSent();
  await copy.logSession(TITLE, 40);

  const { page } = copy;
  await copy.open('/');
  await copy.expectAllSent();
  await expect(page.getByText('bị từ chối')).toBeHidden();
  await expect(page.getByRole('heading', { name: 'Đang ghi dở' })).toBeHidden();
  await copy.open('/log');
  await expect(page.getByRole('link', { name: TITLE }).getByText('Đã nhận')).toBeVisible();
  await phone.stop();
  await copy.stop();
});

/** How many records wait to be sent, as the sheet behind the chip counts them; leaves the phone on its first screen. */
async function waiting(phone: Phone): Promise<number> {
  const sheet = await phone.openSheet();
  await expect(sheet.getByText(/^(Không còn gì chờ gửi\.|\d+ chờ gửi)$/)).toBeVisible();
  const count = await sheet.getByRole('listitem').count();
  await phone.closeSheet();
  return count;
}

async function twoPhones(browser: Parameters<typeof Phone.start>[0]): Promise<[Phone, Phone]> {
  const a = await Phone.start(browser, system);
  const b = await Phone.start(browser, system);
  await a.enrol(DEMO.codes[0], 'máy A');
  await b.enrol(DEMO.codes[1], 'máy B');
  return [a, b];
}
