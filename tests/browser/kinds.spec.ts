import { expect, type Page, test } from '@playwright/test';
import { picture } from './album';
import { openDesk } from './desk';
import { Phone } from './phone';
import { DEMO, quarter, System } from './system';

const INITIATIVE = 'Máy vò chè chạy bằng nước suối';
const PROFILE = 'Hồ sơ đơn vị (số liệu nền)';
const PLAN = 'Kế hoạch tiết kiệm củi sao chè';

test('an item of a register, a snapshot and a plan with a table are written, sent, edited and deleted', async ({
  browser,
}) => {
  const system = await System.start();
  const phone = await Phone.start(browser, system);
  const { page } = phone;
  await phone.enrol(DEMO.codes[0], 'máy A');
  await phone.expectAllSent();
  await phone.loseSignal();
  await writeInitiative(phone);
  await writeProfile(phone);
  await writePlan(phone);

  // What is known of each record follows what happens to it, on the open page.
  const marks = (word: string) => [INITIATIVE, PROFILE, PLAN].map((title) => lineOf(page, title).getByText(word));
  await phone.open('/log');
  for (const mark of marks('Trên máy')) await expect(mark).toBeVisible();
  const release = phone.mast.holdAnswers();
  await phone.findSignal();
  for (const mark of marks('Đang gửi')) await expect(mark).toBeVisible();
  release();
  for (const mark of marks('Đã nhận')) await expect(mark).toBeVisible();

  await phone.open('/initiatives');
  await expect(page.getByRole('link', { name: INITIATIVE })).toBeVisible();
  await picture(page, 'phone-initiatives-items');
  await page.getByRole('link', { name: INITIATIVE }).click();
  await edit(phone, INITIATIVE, async () => page.getByText('Áp dụng thử', { exact: true }).click());
  await phone.open('/log');
  await lineOf(page, PROFILE).click();
  await edit(phone, PROFILE, async () => page.getByRole('textbox', { name: 'Tổng số đoàn viên' }).fill('81'));
  await phone.openEntry(PLAN);
  await expect(page.getByRole('definition').filter({ hasText: 'Lượt người được tuyên truyền' })).toContainText('1.200');
  await page.getByRole('button', { name: 'Xóa', exact: true }).click();
  await expect(page.getByText('Đã xóa bản ghi.')).toBeVisible();
  await phone.open('/log');
  await expect(lineOf(page, INITIATIVE)).toBeVisible();
  await expect(lineOf(page, PLAN)).toBeHidden();
  await phone.open('/');
  await phone.expectAllSent();

  // The server has all of it as it is now.
  const desk = await openDesk(browser, system, DEMO.login, DEMO.password);
  await desk.goto(`${system.url}/desk/units/${DEMO.unitId}?period=${quarter()}`);
  await expect(desk.getByRole('listitem').filter({ hasText: PLAN }).getByText('Đã xóa')).toBeVisible();
  await desk.getByRole('link', { name: INITIATIVE }).click();
  await expect(desk.getByText('Trạng thái: Áp dụng thử')).toBeVisible();
  await desk.goBack();
  await desk.getByRole('listitem').filter({ hasText: PROFILE }).getByRole('link').first().click();
  await expect(desk.getByText('81 người')).toBeVisible();
  await phone.stop();
  await system.stop();
});

async function writeInitiative(phone: Phone): Promise<void> {
  const { page } = phone;
  await phone.open('/record/SANGKIEN');
  await page.getByRole('textbox', { name: 'Tên sáng kiến' }).fill(INITIATIVE);
  await page.getByRole('button', { name: 'Thêm: tác giả/đồng tác giả' }).click();
  await page.getByRole('textbox', { name: 'Họ và tên' }).fill('Giàng Thị Mỷ');
  await expect(page.getByText('Đủ 100%')).toBeVisible();
  await page.getByRole('button', { name: /^Hôm nay/ }).click();
  await page.getByText('Giải pháp kỹ thuật', { exact: true }).click();
  await page.getByRole('textbox', { name: 'Lĩnh vực áp dụng' }).fill('Chế biến chè');
  await page
    .getByRole('textbox', { name: 'Mô tả bản chất của sáng kiến' })
    .fill('Bánh xe nước kéo cối vò.\nĐỡ một người quay.');
  await page.getByRole('textbox', { name: 'Đánh giá lợi ích theo tác giả' }).fill('Bớt 4 công mỗi mẻ.');
  await page.getByText('Không tính được thành tiền', { exact: true }).click();
  await phone.save();
}

async function writeProfile(phone: Phone): Promise<void> {
  const { page } = phone;
  await phone.open('/record/HOSO_DONVI');
  await page.getByRole('textbox', { name: 'Tổng số CNVCLĐ' }).fill('86');
  await page.getByRole('textbox', { name: 'Tổng số đoàn viên' }).fill('80');
  await phone.save();
}

async function writePlan(phone: Phone): Promise<void> {
  const { page } = phone;
  await phone.open('/record/KEHOACH');
  await page.getByRole('textbox', { name: 'Tên hoạt động' }).fill(PLAN);
  await page.getByRole('textbox', { name: 'Năm kế hoạch' }).fill('2027');
  await page.getByRole('textbox', { name: 'Ngày ban hành' }).fill('5/10/2026');
  await page.getByRole('group', { name: 'Nhiệm vụ được chọn triển khai' }).getByRole('button').click();
  await page.getByRole('dialog').getByText('II.1.a', { exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Xong' }).click();
  await page.getByText('Thêm chi tiết').click();
  await page.getByRole('button', { name: 'Thêm: chỉ tiêu đăng ký' }).click();
  // The list of indicators opens by itself: what this unit reports comes first, and a word is enough to find one.
  const sheet = page.getByRole('dialog', { name: 'Chỉ tiêu' });
  await expect(sheet.getByText('Đơn vị mình báo cáo')).toBeInViewport();
  await phone.screenshot('phone-pick-indicator');
  await sheet.getByRole('searchbox').fill('luot nguoi duoc tuyen truyen');
  await sheet.getByRole('radio', { name: 'II.1-02 Lượt người được tuyên truyền' }).click();
  await expect(page.getByRole('button', { name: 'Chỉ tiêu II.1-02 Lượt người được tuyên truyền' })).toBeVisible();
  await page.getByRole('textbox', { name: /^Giá trị.*lượt người$/ }).fill('1200');
  await phone.screenshot('phone-plan-targets');
  await phone.save();
}

/** The newest line of the log under this title. */
function lineOf(page: Page, title: string) {
  return page.getByRole('main').getByRole('link', { name: title }).first();
}

/** From an open record to its form, and back to the record with what was written. */
async function edit(phone: Phone, title: string, change: () => Promise<void>): Promise<void> {
  const { page } = phone;
  await expect(page.getByRole('heading', { name: title })).toBeVisible();
  await page.getByRole('link', { name: 'Sửa', exact: true }).click();
  await change();
  await phone.save();
}
