import { type Browser, expect, type Locator, type Page, test } from '@playwright/test';
import { Phone } from './phone';
import { DEMO, quarter, System } from './system';

const PEOPLE = /Lượt người được tuyên truyền/;

/** What an officer writes in this place, a paragraph for each difficulty. */
const DIFFICULTIES = [
  'Xưởng làm ba ca, công nhân ở rải rác bảy bản nên khó gọi đủ người; buổi đầu tháng 9 chỉ có 58 trên 86 người dự được.',
  'Mưa lũ cuối tháng 8 làm sạt đường vào bản Sin Chải, hai buổi học an toàn lao động phải lùi sang tuần sau.',
  'Kinh phí tuyên truyền chỉ có 4.500.000 đồng cho cả quý, chưa in được tờ rơi bằng tiếng Mông; đề nghị huyện hỗ trợ mẫu in chung.',
];

let system: System;
let phone: Phone;

test.beforeEach(async ({ browser }) => {
  system = await System.start();
  phone = await Phone.start(browser, system);
  await phone.enrol(DEMO.codes[0], 'máy A');
});

test.afterEach(async () => {
  await phone.stop();
  await system.stop();
});

test('a number that the unit declares needs a reason, stands beside the derived one, and can be taken back', async () => {
  const { page } = phone;
  await phone.logSession('Nói chuyện đầu ca', 40);
  await openReport(page);
  const derived = await numberOf(page.getByRole('link', { name: PEOPLE }));
  await page.getByRole('link', { name: PEOPLE }).click();
  await page.getByText('Khai số khác').click();
  const value = page.getByRole('textbox', { name: /^Số đơn vị khai/ });
  const reason = page.getByRole('textbox', { name: 'Lý do khác với nhật ký' });
  const save = page.getByRole('button', { name: 'Ghi số này' });

  await value.fill(String(derived + 3));
  await save.click();
  await expect(page.getByText('Ghi một câu lý do để cấp trên hiểu.')).toBeVisible();
  await reason.fill('Ba người đến sau, chưa ghi vào sổ');
  await value.fill('99999999999999999999');
  await save.click();
  await expect(page.getByText(/^Số lớn quá/)).toBeVisible();
  // Typing the right number takes the sentence about the wrong one away.
  await value.fill(String(derived + 3));
  await expect(page.getByText(/^Số lớn quá/)).toBeHidden();
  await save.click();
  await expect(page.getByText('Đã ghi, đã lưu trên máy.')).toBeVisible();

  const figure = page.getByRole('region', { name: 'Số trong báo cáo' });
  await expect(figure.getByText('“Ba người đến sau, chưa ghi vào sổ”')).toBeVisible();
  await expect(figure.getByRole('definition')).toHaveText([String(derived), String(derived + 3)]);
  await phone.screenshot('phone-declared');
  await openReport(page);
  expect(await numberOf(page.getByRole('link', { name: PEOPLE }))).toBe(derived + 3);

  await page.getByRole('link', { name: PEOPLE }).click();
  await page.getByText('Khai số khác').click();
  await page.getByRole('button', { name: 'Bỏ khai, dùng số từ nhật ký' }).click();
  await expect(page.getByText('Đã bỏ số khai.')).toBeVisible();
  await openReport(page);
  expect(await numberOf(page.getByRole('link', { name: PEOPLE }))).toBe(derived);
  await phone.open('/');
  await phone.expectAllSent();
});

test('a report is submitted, and again after a change; before its period is over that is asked first', async () => {
  const { page } = phone;
  const submitted = page.getByRole('region', { name: 'Bản đã nộp' });
  await phone.logSession('Nói chuyện đầu ca', 40);
  await openReport(page);
  await page.getByRole('button', { name: 'Nộp báo cáo' }).click();
  const question = page.getByRole('dialog', { name: 'Kỳ này chưa hết, nộp luôn?' });
  await expect(question).toBeVisible();
  await phone.screenshot('phone-submit-early');
  await question.getByRole('button', { name: 'Để sau' }).click();
  await expect(question).toBeHidden();
  await expect(submitted).toBeHidden();

  await page.getByRole('button', { name: 'Nộp báo cáo' }).click();
  await question.getByRole('button', { name: 'Vẫn nộp' }).click();
  await expect(submitted.getByText('Máy chủ đã nhận', { exact: true })).toBeVisible();
  await expect(page.getByText('Chưa có gì thay đổi từ lần nộp trước.')).toBeVisible();

  // Without a signal: what changed is said, and that the new one waits.
  await phone.loseSignal();
  await phone.logSession('Phát tờ rơi ở bản', 5);
  await openReport(page);
  await expect(page.getByRole('heading', { name: /^[23] thay đổi sau khi nộp$/ })).toBeVisible();
  await page.getByRole('button', { name: 'Nộp lại' }).click();
  await question.getByRole('button', { name: 'Vẫn nộp' }).click();
  await expect(page.getByText('Đã nộp, đã lưu trên máy. Sẽ gửi khi có sóng.')).toBeVisible();
  await expect(submitted.getByText('Đã nộp, chờ máy chủ')).toBeVisible();
  await expect(submitted.getByText('chưa nhận')).toBeVisible();
  await phone.screenshot('phone-submitted-offline');

  // The word on screen follows what happens.
  await phone.findSignal();
  await expect(submitted.getByText('Máy chủ đã nhận', { exact: true })).toBeVisible();
  await expect(page.getByText(/Sẽ gửi khi có sóng/)).toBeHidden();
  await phone.open('/');
  await phone.expectAllSent();
});

test('a report whose period is over is submitted without a question', async () => {
  const { page } = phone;
  await openReport(page, quarter(1));
  await page.getByRole('button', { name: 'Nộp báo cáo' }).click();
  await expect(
    page.getByRole('region', { name: 'Bản đã nộp' }).getByText('Máy chủ đã nhận', { exact: true }),
  ).toBeVisible();
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('a text of the report is written in paragraphs, kept while it is typed, and read whole on the report', async () => {
  const { page } = phone;
  await openReport(page);
  await page.getByRole('button', { name: 'Mẫu đầy đủ' }).click();
  await page.getByRole('link', { name: 'Khó khăn, hạn chế, nguyên nhân' }).click();
  const text = page.getByRole('textbox', { name: 'Nội dung' });
  await text.fill(DIFFICULTIES.slice(0, 2).join('\n'));
  await text.blur();
  await expect(page.getByText('Đã lưu')).toBeVisible();
  await page.reload();
  await expect(text).toHaveValue(DIFFICULTIES.slice(0, 2).join('\n'));
  await text.fill(DIFFICULTIES.join('\n'));
  await look(page, 'narrative-typing');
  await page.getByRole('button', { name: 'Ghi nội dung' }).click();
  await expect(page.getByText('Đã ghi, đã lưu trên máy.')).toBeVisible();
  const figure = page.getByRole('region', { name: 'Trong báo cáo' });
  for (const paragraph of DIFFICULTIES) await expect(figure.getByText(paragraph)).toBeVisible();
  await look(page, 'narrative');
  await openReport(page);
  const line = page.getByRole('link', { name: /Khó khăn, hạn chế/ });
  await expect(line).toContainText(DIFFICULTIES[0] ?? '');
  await line.scrollIntoViewIfNeeded();
  await look(page, 'narrative-report');
});

test('what a copy of a telephone declares and submits is taken in as if there were none', async ({ browser }) => {
  // Two telephones that say they are the same: what the second writes it makes anew by itself.
  const copy = await copyOf(browser, phone);
  const { page } = copy;
  const value = page.getByRole('textbox', { name: /^Số đơn vị khai/ });
  await copy.open(`/reports/${quarter()}/II.1-02`);
  await page.getByText('Khai số khác').click();
  await value.fill('1340');
  await page.getByRole('textbox', { name: 'Lý do khác với nhật ký' }).fill('Ba người đến sau, chưa ghi vào sổ');
  await page.getByRole('button', { name: 'Ghi số này' }).click();
  await expect(page.getByText('Đã ghi, đã lưu trên máy.')).toBeVisible();
  await copy.open('/');
  await copy.expectAllSent();
  await expect(page.getByText('bị từ chối')).toBeHidden();

  const colleague = await Phone.start(browser, system);
  await colleague.enrol(DEMO.codes[1], 'máy B');
  const other = await copyOf(browser, colleague);
  await other.open(`/reports/${quarter(1)}`);
  await other.page.getByRole('button', { name: 'Nộp báo cáo' }).click();
  const submitted = other.page.getByRole('region', { name: 'Bản đã nộp' });
  await expect(submitted.getByText('Máy chủ đã nhận', { exact: true })).toBeVisible();
  await copy.stop();
  await colleague.stop();
  await other.stop();
});

/** A telephone set up from a copy of another, which has gone on writing since. */
async function copyOf(browser: Browser, original: Phone): Promise<Phone> {
  const copy = await Phone.start(browser, system);
  await copy.become(original);
  await original.logSession('Ghi ở máy cũ', 11);
  await original.open('/');
  await original.expectAllSent();
  return copy;
}

async function openReport(page: Page, period = quarter()): Promise<void> {
  await phone.open(`/reports/${period}`);
  await expect(page.getByRole('heading', { level: 1, name: /^Báo cáo quý/ })).toBeVisible();
}

async function numberOf(line: Locator): Promise<number> {
  const found = /([\d.]+)\D*$/.exec(await line.innerText());
  if (!found?.[1]) throw new Error(`no number in "${await line.innerText()}"`);
  return Number(found[1].replaceAll('.', ''));
}

/** Pictures for whoever looks at them: what one sees at first, by day and by night. */
async function look(page: Page, name: string): Promise<void> {
  for (const theme of ['dark', 'light']) {
    await page.evaluate((theme) => document.documentElement.setAttribute('data-theme', theme), theme);
    await page.screenshot({ path: `results/screens/phone-${name}-${theme}.png` });
  }
}
