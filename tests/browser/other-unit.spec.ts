import { type Browser, expect, type Page, test } from '@playwright/test';
import { openDesk, revoke } from './desk';
import { Phone } from './phone';
import { DEMO, quarter, System } from './system';

const SCHOOL = { id: 'TD-THCS-BL', name: 'CĐCS Trường THCS Bình Lư', officer: 'td-thcs-bl.officer' };
const SENT = 'Nói chuyện đầu ca về tiết kiệm điện';
const UNSENT = 'Sinh hoạt chuyên đề an toàn máy vò chè';
const HALF_TYPED = 'Phát tờ rơi về an toàn lao động ở bản';
const REASON = 'Ba người đến sau, chưa ghi vào sổ';
const DIFFICULTY = 'Mưa lũ làm sạt đường vào bản Sin Chải, hai buổi phải lùi sang tuần sau.';

let system: System;
let phone: Phone;

test.beforeEach(async ({ browser }) => {
  system = await System.start();
  phone = await Phone.start(browser, system);
});

test.afterEach(async () => {
  await phone.stop();
  await system.stop();
});

test('what one unit left unsent on a phone is shown to the next unit as such, goes nowhere, and waits for its own', async ({
  browser,
}) => {
  const { page } = phone;
  await phone.enrol(DEMO.codes[0], 'máy chị Mỷ');
  await phone.logSession(SENT, 40);
  await phone.open('/');
  await phone.expectAllSent();
  await workInTheValley();
  await revokePhone(browser);
  const before = await reports();

  // The phone goes to somebody at a school.
  await phone.findSignal();
  await phone.open('/');
  await expect(page.getByText('Máy này đã bị thu hồi mã').first()).toBeVisible();
  await phone.enrol(await system.enrolmentCode(SCHOOL.officer), 'máy cô Chi');
  await expect(page.getByText(SCHOOL.name)).toBeVisible();
  await expectOwnSent(page, 5);
  await phone.screenshot('other-unit-today');

  // Nothing of it is in the school's log or reports, on the phone as at the server.
  await expectNothingOfTheWorkshop(page);
  expect(await reports()).toEqual(before);

  // The sheet says whose it is, and everything can be read.
  const left = await phone.openSheet();
  await phone.screenshot('other-unit-sheet');
  await left.getByText('5 việc của CĐCS Xưởng chè Khun Há').click();
  for (const text of [UNSENT, '58 lượt người', HALF_TYPED, '7 lượt người', '1.340', REASON, DIFFICULTY]) {
    await expect(left.getByText(text, { exact: true })).toBeVisible();
  }
  await expect(left.getByText(/^Bản nộp báo cáo · Quý/)).toBeVisible();
  await expect(left.getByText(SENT)).toHaveCount(0);
  await phone.screenshot('other-unit-left');
  await left.getByText(DIFFICULTY).scrollIntoViewIfNeeded();
  await phone.screenshot('other-unit-left-below');
  expect(await phone.outside()).toEqual([]);

  // The school's own work goes its way.
  await phone.logSession('Hội giảng tiết kiệm văn phòng phẩm', 12);
  await phone.open('/');
  await expectOwnSent(page, 5);
  const [workshop, school] = await reports();
  expect(workshop).toEqual(before[0]);
  expect(school).not.toEqual(before[1]);

  // One of them is thrown away, after a question that says what is lost.
  const again = await phone.openSheet();
  await again.getByText('5 việc của CĐCS Xưởng chè Khun Há').click();
  const work = again.getByRole('listitem').filter({ hasText: HALF_TYPED });
  await work.getByRole('button', { name: 'Bỏ việc này' }).click();
  await expect(work.getByText(`“${HALF_TYPED}” chưa tới máy chủ`)).toBeVisible();
  await expect(work.getByRole('button', { name: 'Bỏ hẳn' })).toBeInViewport({ ratio: 1 });
  await phone.screenshot('other-unit-drop');
  await work.getByRole('button', { name: 'Bỏ hẳn' }).click();
  await expect(again.getByText('4 việc của CĐCS Xưởng chè Khun Há')).toBeVisible();
  await expect(again.getByText(HALF_TYPED)).toHaveCount(0);
  await phone.closeSheet();
  await expectOwnSent(page, 4);

  // With a code of the workshop everything is where it was, and can be sent.
  await phone.enrol(DEMO.codes[1], 'máy chị Mỷ');
  await expect(page.getByText(DEMO.unit).first()).toBeVisible();
  await expect(page.getByText('3 bị từ chối')).toBeVisible();
  await phone.open('/log');
  await expect(page.getByRole('link', { name: SENT })).toBeVisible();
  await page.getByRole('link', { name: UNSENT }).click();
  await page.getByRole('link', { name: 'Sửa tiếp bản nháp' }).click();
  await phone.save();
  await phone.open('/');
  await expect(page.getByText('2 bị từ chối')).toBeVisible();
  await expect(page.getByText('Đã gửi hết', { exact: true })).toHaveCount(0);
  expect((await reports())[0]).not.toEqual(before[0]);
});

/** Without a signal: a record, a declared number, a text, a report, and a record half typed. */
async function workInTheValley(): Promise<void> {
  const { page } = phone;
  await phone.loseSignal();
  await phone.logSession(UNSENT, 58);
  await phone.open(`/reports/${quarter()}/II.1-02`);
  await page.getByText('Khai số khác').click();
  await page.getByRole('textbox', { name: /^Số đơn vị khai/ }).fill('1340');
  await page.getByRole('textbox', { name: 'Lý do khác với nhật ký' }).fill(REASON);
  await page.getByRole('button', { name: 'Ghi số này' }).click();
  await expect(page.getByText('Đã ghi, đã lưu trên máy.')).toBeVisible();
  await phone.open(`/reports/${quarter()}/III-10`);
  await page.getByRole('textbox', { name: 'Nội dung' }).fill(DIFFICULTY);
  await page.getByRole('textbox', { name: 'Nội dung' }).blur();
  await expect(page.getByText('Đã lưu', { exact: true })).toBeVisible();
  await phone.open(`/reports/${quarter(1)}`);
  await page.getByRole('button', { name: 'Nộp báo cáo' }).click();
  await expect(page.getByText('Đã nộp, đã lưu trên máy. Sẽ gửi khi có sóng.')).toBeVisible();
  await phone.open('/record/TT_BUOI');
  await phone.fillSession(HALF_TYPED, 7);
  await expect(page.getByText('Nháp đã lưu trên máy')).toBeVisible();
}

async function revokePhone(browser: Browser): Promise<void> {
  await system.setPassword('tinh.administrator', 'mat-khau-thu-233');
  const desk = await openDesk(browser, system, 'quantri', 'mat-khau-thu-233');
  await revoke(desk, 'máy chị Mỷ');
  await desk.context().close();
}

/** What the server makes of both units' logs. */
function reports(): Promise<unknown[]> {
  return Promise.all([DEMO.unitId, SCHOOL.id].map((unit) => system.report(unit, quarter())));
}

/** The school's own work is sent; what the workshop left is not, and nothing says that it was. */
async function expectOwnSent(page: Page, left: number): Promise<void> {
  await expect(page.getByText('Việc đơn vị này đã gửi hết')).toBeVisible();
  await expect(page.getByText(`${left} việc đơn vị cũ`)).toBeVisible();
  await expect(page.getByText('Đã gửi hết', { exact: true })).toHaveCount(0);
}

async function expectNothingOfTheWorkshop(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Đang ghi dở' })).toBeHidden();
  await phone.open('/log');
  await expect(page.getByRole('main').getByRole('link').first()).toBeVisible();
  for (const title of [SENT, UNSENT, HALF_TYPED]) {
    await expect(page.getByRole('link', { name: title })).toHaveCount(0);
  }
  for (const period of [quarter(), quarter(1)]) {
    await phone.open(`/reports/${period}`);
    await expect(page.getByRole('link', { name: /Lượt người được tuyên truyền/ })).toBeVisible();
    await expect(page.getByText('1.340')).toHaveCount(0);
    await expect(page.getByText(/[Bb]ị từ chối/)).toHaveCount(0);
  }
  await phone.open(`/reports/${quarter()}/III-10`);
  await expect(page.getByRole('textbox', { name: 'Nội dung' })).toHaveValue('');
}
