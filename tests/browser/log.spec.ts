import { type CDPSession, expect, type Page, test } from '@playwright/test';
import { Phone } from './phone';
import { DEMO, quarter, System } from './system';

const TITLE = 'Sinh hoạt chuyên đề tiết kiệm điện';

let system: System;
let phone: Phone;

test.beforeEach(async ({ browser }) => {
  system = await System.start();
  phone = await Phone.start(browser, system);
  await phone.enrol(DEMO.codes[0], 'máy A');
  await phone.expectAllSent();
});

test.afterEach(async () => {
  await phone.stop();
  await system.stop();
});

test('a type is picked without a signal: by raw Telex, from what is recorded often, by section, or among the others', async () => {
  await phone.loseSignal();
  const { page } = phone;
  await phone.open('/record');
  const search = page.getByRole('searchbox', { name: 'Tìm loại việc' });
  const type = (name: string) => page.getByRole('main').getByRole('link', { name });
  await search.fill('ddoi thoai');
  await expect(type('Đối thoại tại nơi làm việc')).toBeVisible();
  await expect(type('Chăm lo, hỗ trợ đoàn viên, NLĐ')).toBeHidden();
  await phone.screenshot('phone-record-search');
  await type('Đối thoại tại nơi làm việc').click();
  await expect(page.getByRole('heading', { name: 'Đối thoại tại nơi làm việc', level: 1 })).toBeVisible();

  // The form took the picker's place: back is where the picker was opened from.
  await phone.open('/');
  await page.getByRole('link', { name: 'Ghi việc' }).click();
  await page.getByRole('heading', { name: 'Hay ghi' }).waitFor();
  const often = page.getByRole('main').getByRole('list').first().getByRole('link').first();
  const name = (await often.locator('.b').innerText()).trim();
  await often.click();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
  await page.getByRole('button', { name: 'Đóng, bản nháp vẫn còn' }).click();
  await expect(page.getByRole('heading', { name: 'Hôm nay', level: 1 })).toBeVisible();

  await phone.open('/record');
  await page.getByText('Loại khác', { exact: true }).scrollIntoViewIfNeeded();
  await phone.screenshot('phone-record-sections');
  // What the plan asks of upper levels alone stands in no section, but behind a line of its own.
  const guidance = type('Hướng dẫn, hỗ trợ CĐCS');
  for (const section of await page.locator('details').filter({ hasNotText: 'Loại khác' }).all()) {
    await section.locator('summary').click();
  }
  await expect(guidance).toBeHidden();
  await page.getByText('Loại khác', { exact: true }).click();
  await expect(guidance).toBeVisible();
  await phone.screenshot('phone-record-others');
  await search.fill('huong dan cdcs');
  await guidance.click();
  await expect(page.getByRole('heading', { name: 'Hướng dẫn, hỗ trợ CĐCS', level: 1 })).toBeVisible();
});

test('an earlier record is a pattern: from its own page, and in an empty form as last time', async () => {
  await phone.loseSignal();
  const { page } = phone;
  await phone.open('/record/TT_BUOI');
  await page.getByRole('button', { name: 'Hôm qua' }).click();
  await phone.fillSession(TITLE, 58);
  await page.getByText('Thêm chi tiết').click();
  await page.getByRole('textbox', { name: 'Địa điểm' }).fill('Nhà xưởng');
  await page.getByRole('textbox', { name: 'Kết quả nổi bật' }).fill('Tắt máy giữa ca.');
  await phone.save();

  await phone.openEntry(TITLE);
  await page.getByRole('link', { name: 'Ghi mới theo bản này' }).scrollIntoViewIfNeeded();
  await phone.screenshot('phone-entry-copy');
  await page.getByRole('link', { name: 'Ghi mới theo bản này' }).click();
  await isLikeTheEarlier(page);
  await page.evaluate(() => scrollTo(0, 0));
  await phone.screenshot('phone-form-copy');
  await page.getByRole('textbox', { name: 'Số lượt người tham gia' }).fill('41');
  await phone.save();

  // Another of the type begins empty, and offers the one before.
  await phone.open('/record/TT_BUOI');
  const offer = page.getByRole('button', { name: /^Như lần trước/ });
  await expect(offer).toContainText(TITLE);
  await expect(page.getByRole('textbox', { name: 'Tên hoạt động' })).toHaveValue('');
  await phone.screenshot('phone-form-like-last');
  await offer.click();
  await isLikeTheEarlier(page);
  // Of the same day it would be a double, and that is said before anybody saves it.
  await expect(page.getByText(/^Có hoạt động trùng ngày và tên/)).toBeVisible();
  await page.getByRole('button', { name: 'Hôm qua' }).click();
  await phone.open('/log');
  await expect(page.getByRole('link', { name: TITLE })).toHaveCount(2);
});

/** What may be the same stands there, and what belongs to that one time does not. */
async function isLikeTheEarlier(page: Page): Promise<void> {
  await expect(page.getByText('Đã điền theo bản trước.')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Tên hoạt động' })).toHaveValue(TITLE);
  await expect(page.getByRole('radio', { name: 'Sinh hoạt chuyên đề' })).toBeChecked();
  await expect(page.getByRole('checkbox', { name: 'Cắt giảm chi phí, tiết kiệm' })).toBeChecked();
  await expect(page.getByRole('button', { name: 'Hôm nay' })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByRole('textbox', { name: 'Số lượt người tham gia' })).toHaveValue('');
  await page.getByText('Thêm chi tiết').click();
  await expect(page.getByRole('textbox', { name: 'Địa điểm' })).toHaveValue('Nhà xưởng');
  await expect(page.getByRole('textbox', { name: 'Kết quả nổi bật' })).toHaveValue('');
  await page.getByText('Thêm chi tiết').click();
}

test('a letter that is half composed is never stored, and a whole one is', async () => {
  await phone.loseSignal();
  await phone.page.clock.install();
  await phone.open('/record/TT_BUOI');
  const title = () => phone.page.getByRole('textbox', { name: 'Tên hoạt động' });
  await title().fill('Thăm');
  await title().blur();
  await expect.poll(() => stored(phone)).toContain('Thăm');
  const address = new URL(phone.page.url());
  await compose(phone, ' d', ' dd', ' đo', ' đoa');
  await expect(title()).toHaveValue('Thăm đoa');
  // Nothing that keeps what is typed after a while does, nor what does when the app goes out of sight.
  await phone.page.clock.fastForward(60_000);
  await phone.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  expect(await stored(phone)).not.toContain('Thăm ');
  await kill(phone, address);
  await expect(title()).toHaveValue('Thăm');

  const keyboard = await compose(phone, ' đoa', ' đoan', ' đoàn');
  await keyboard.send('Input.insertText', { text: ' đoàn viên' });
  await expect(title()).toHaveValue('Thăm đoàn viên');
  await expect.poll(() => stored(phone)).toContain('Thăm đoàn viên');
  await kill(phone, address);
  await expect(title()).toHaveValue('Thăm đoàn viên');
});

/** What a keyboard for Vietnamese shows at the end of the title, step by step, before it is sure of the word. */
async function compose({ page, context }: Phone, ...steps: string[]): Promise<CDPSession> {
  await page.getByRole('textbox', { name: 'Tên hoạt động' }).focus();
  await page.keyboard.press('End');
  const keyboard = await context.newCDPSession(page);
  for (const text of steps) {
    await keyboard.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
  }
  return keyboard;
}

/** The drafts in the phone's storage, as text. Another tab would take the focus, and with it end the composition. */
async function stored({ page }: Phone): Promise<string> {
  return page.evaluate(async () => {
    const opening = indexedDB.open('replica');
    await new Promise((resolve) => (opening.onsuccess = resolve));
    const drafts = IDBKeyRange.bound('draft|', 'draft|~');
    const reading = opening.result.transaction('values').objectStore('values').getAll(drafts);
    await new Promise((resolve) => (reading.onsuccess = resolve));
    opening.result.close();
    return reading.result.map((value) => new TextDecoder().decode(value as Uint8Array)).join('\n');
  });
}

/** All of the app ends at once, without a word to it, and is opened again at an address. */
async function kill(phone: Phone, { pathname, search }: URL): Promise<void> {
  const ended = phone.page.waitForEvent('crash');
  const killer = await phone.context.newCDPSession(phone.page);
  // There is nobody left to answer.
  void killer.send('Page.crash').catch(() => undefined);
  await ended;
  await phone.close();
  await phone.reopen();
  await phone.open(pathname + search);
}

test('a double is said while the form is open, also when another phone sends it, and is opened or kept', async ({
  browser,
}) => {
  const other = await Phone.start(browser, system);
  await other.enrol(DEMO.codes[1], 'máy B');
  await phone.loseSignal();
  // Something waits to be sent, so that the phone speaks to the server as soon as there is a signal.
  await phone.logSession('Nói chuyện đầu ca', 11);
  await phone.open('/record/TT_BUOI');
  // Without marks and in other letters it is the same name.
  await phone.fillSession('sinh hoat CHUYÊN ĐỀ tiết kiệm điện', 40);
  const { page } = phone;
  await expect(page.getByText('Nháp đã lưu trên máy')).toBeVisible();
  const double = page.getByText(/^Có hoạt động trùng ngày và tên/);
  await expect(double).toBeHidden();
  await other.logSession(TITLE, 58);
  await other.open('/');
  await other.expectAllSent();
  // It arrives here while the form stands open.
  await phone.findSignal();
  await expect(double).toBeVisible();
  await double.scrollIntoViewIfNeeded();
  await phone.screenshot('phone-form-double');

  await page.getByRole('button', { name: 'Mở bản đó' }).click();
  await expect(page.getByRole('heading', { name: TITLE })).toBeVisible();
  await expect(page.getByRole('definition').filter({ hasText: '58 lượt người' })).toBeVisible();
  await page.goBack();
  await page.getByRole('button', { name: 'Là việc khác' }).click();
  await expect(double).toBeHidden();
  await phone.save();
  await phone.open('/log');
  await expect(page.getByRole('link', { name: /sinh ho[aạ]t chuyên đề tiết kiệm điện/i })).toHaveCount(2);
  await other.stop();
});

test('the day is typed as people write it, a title is offered from the log, and both stand in the book', async () => {
  await phone.logSession(TITLE, 58);
  await phone.loseSignal();
  const { page } = phone;
  const day = new Date(Date.now() + 7 * 3_600_000 - 9 * 86_400_000);
  const [date, month, year] = [day.getUTCDate(), day.getUTCMonth() + 1, day.getUTCFullYear()];
  const whole = `${String(date).padStart(2, '0')}/${String(month).padStart(2, '0')}/${year}`;
  await phone.open('/record/TT_BUOI');
  const box = page.getByRole('textbox', { name: 'Ngày bắt đầu' });
  await box.fill('31/2');
  await box.blur();
  await expect(box).toHaveAccessibleDescription(/^Không có ngày 31\/2/);
  await phone.screenshot('phone-form-day-wrong');
  await box.fill(`${date}/${month}`);
  await box.blur();
  await expect(page.getByText(new RegExp(`, ${whole}$`))).toBeVisible();
  await expect(page.getByRole('button', { name: 'Hôm nay' })).toHaveAttribute('aria-pressed', 'false');
  const title = page.getByRole('textbox', { name: 'Tên hoạt động' });
  const offered = page.getByRole('list', { name: 'Đã dùng trước đây' }).getByRole('button', { name: TITLE });
  await title.fill('dden tiet');
  await expect(offered).toBeHidden();
  await title.fill('ddien tiet');
  await offered.click();
  await expect(title).toHaveValue(TITLE);
  await phone.screenshot('phone-form-day-typed');
  await phone.fillSession(TITLE, 22);
  await phone.save();
  await phone.open('/log');
  await page.getByRole('link', { name: TITLE }).filter({ hasText: '22 lượt người' }).click();
  await expect(page.getByRole('definition').filter({ hasText: whole })).toBeVisible();
});

test('what is recorded from a report has no day guessed, and says when its day lies outside', async () => {
  await phone.loseSignal();
  const { page } = phone;
  await phone.open(`/reports/${quarter(1)}/II.1-02`);
  await page.getByRole('link', { name: 'Ghi thêm việc' }).click();
  await page.getByRole('searchbox', { name: 'Tìm loại việc' }).fill('buoi tuyen truyen');
  await page.getByRole('main').getByRole('link').first().click();
  const box = page.getByRole('textbox', { name: 'Ngày bắt đầu' });
  await expect(box).toHaveValue('');
  await page.getByRole('button', { name: 'Hôm nay' }).click();
  const outside = page.getByText(/^Hoạt động ngoài kỳ báo cáo/);
  await expect(outside).toBeVisible();
  await phone.screenshot('phone-form-outside-period');
  await page.reload();
  await expect(outside).toBeVisible();
  const lastDay = { 1: '31/12', 2: '31/3', 3: '30/6', 4: '30/9' }[quarter().slice(-1)] ?? '';
  await box.fill(lastDay);
  await box.blur();
  await expect(outside).toBeHidden();
});

test('the text of a report begins with what was collected, and is declared when something else is written', async () => {
  await phone.loseSignal();
  const { page } = phone;
  await phone.open('/record/TT_BUOI');
  await phone.fillSession(TITLE, 22);
  await page.getByText('Thêm chi tiết').click();
  await page.getByRole('textbox', { name: 'Khó khăn, vướng mắc' }).fill('Đường vào xưởng bị sạt.');
  await phone.save();
  await phone.open(`/reports/${quarter()}/III-10`);
  const text = page.getByRole('textbox', { name: 'Nội dung' });
  await expect(text).toHaveValue(/Đường vào xưởng bị sạt\./);
  await phone.screenshot('phone-indicator-collected');
  await page.getByRole('button', { name: 'Ghi nội dung' }).click();
  await expect(page.getByText(/chưa sửa gì thì không cần ghi/)).toBeVisible();
  const collected = await text.inputValue();
  await text.fill(`${collected}\nMất điện hai ngày.`);
  await page.getByRole('button', { name: 'Ghi nội dung' }).click();
  await expect(page.getByText('Đã ghi, đã lưu trên máy.')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Trong báo cáo' }).getByText('Mất điện hai ngày.')).toBeVisible();
});
