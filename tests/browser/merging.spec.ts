import { type Browser, expect, type Page, test } from '@playwright/test';
import { openDesk } from './desk';
import { Phone } from './phone';
import { DEMO, System } from './system';

const LEARNERS = /Lượt người được tuyên truyền/;
const SHARED = 'Học nghề chế biến chè';
const LEAFLETS = 'Phát tờ rơi về an toàn lao động ở bản';

let system: System;
let a: Phone;
let b: Phone;

test.beforeEach(async ({ browser }) => {
  system = await System.start();
  a = await Phone.start(browser, system);
  b = await Phone.start(browser, system);
  await a.enrol(DEMO.codes[0], 'máy A');
  await b.enrol(DEMO.codes[1], 'máy B');
});

test.afterEach(async () => {
  await a.stop();
  await b.stop();
  await system.stop();
});

test('numbers declared apart are both readable, and one tap settles them on both phones', async ({ browser }) => {
  await a.loseSignal();
  await b.loseSignal();
  await declare(a, '1340', 'Thêm buổi lồng ghép giao ca.');
  await declare(b, '1350', 'Đếm lại sổ điểm danh.');
  await meet();

  // The first screen leads there.
  await b.open('/');
  await b.page.getByRole('link', { name: 'Hai người khai khác nhau' }).click();
  await expect(b.page.getByRole('heading', { name: 'Hai người khai khác nhau' })).toBeVisible();
  for (const said of ['“Thêm buổi lồng ghép giao ca.”', '“Đếm lại sổ điểm danh.”']) {
    await expect(b.page.getByText(said).first()).toBeVisible();
  }
  await expect(b.page.getByText(/máy A/)).toBeVisible();
  await look(b.page, 'declared-apart');

  const desk = await openReport(browser, b.page.url());
  await expect(desk.getByText('Khai 1.340')).toBeVisible();
  await expect(desk.getByText('Khai 1.350')).toBeVisible();
  await look(desk, 'desk-declared-apart');

  await b.page.getByRole('button', { name: 'Giữ 1.340' }).click();
  await expect(b.page.getByRole('heading', { name: 'Hai người khai khác nhau' })).toBeHidden();
  await meet();
  for (const phone of [a, b]) {
    await phone.open('/');
    await expect(phone.page.getByRole('heading', { name: 'Hôm nay' })).toBeVisible();
    await expect(phone.page.getByText('Hai người khai khác nhau')).toBeHidden();
  }
  await expect(desk.getByText('Khai 1.350')).toBeHidden();
  await expect(desk.getByText('Khai 1.340')).toBeVisible();
});

test('a record whose merged numbers no longer fit is marked until somebody puts it right', async () => {
  await a.open('/record/TT_BUOI');
  await a.fillSession(SHARED, 40);
  await a.page.getByRole('textbox', { name: 'Trong đó nữ' }).fill('12');
  await a.save();
  await meet();

  await a.loseSignal();
  await b.loseSignal();
  await a.editParticipants(SHARED, 19);
  await b.openEntry(SHARED);
  await b.page.getByRole('link', { name: 'Sửa', exact: true }).click();
  await b.page.getByRole('textbox', { name: 'Trong đó nữ' }).fill('20');
  await b.save();
  await meet();

  await b.open('/');
  await expect(b.page.getByRole('heading', { name: /Cần xem lại/ })).toBeVisible();
  await look(b.page, 'unsettled-today');
  await b.open('/log');
  const line = b.page.getByRole('listitem').filter({ hasText: SHARED });
  await expect(line.getByText('Số liệu không khớp')).toBeVisible();
  await look(b.page, 'unsettled-log');
  await line.getByRole('link', { name: SHARED }).click();
  const problem = b.page.getByRole('region', { name: 'Số liệu không khớp' });
  await expect(problem).toContainText('20 lớn hơn');
  await expect(problem).toContainText('Sửa một trong hai số');
  await look(b.page, 'unsettled-entry');

  await problem.getByRole('link', { name: 'Sửa cho khớp' }).click();
  const women = b.page.getByRole('textbox', { name: 'Trong đó nữ' });
  await expect(women).toBeFocused();
  await look(b.page, 'unsettled-form');
  await women.fill('9');
  await b.save();
  await b.openEntry(SHARED);
  await expect(problem).toBeHidden();
  await meet();
  await a.openEntry(SHARED);
  await expect(a.page.getByText('Số liệu không khớp')).toBeHidden();
});

test('a record that one deleted and the other edited is asked about on both phones, and one tap decides', async () => {
  await a.logSession(SHARED, 40);
  await a.logSession(LEAFLETS, 11);
  await meet();
  await a.loseSignal();
  await b.loseSignal();
  for (const title of [SHARED, LEAFLETS]) {
    await a.openEntry(title);
    await a.page.getByRole('button', { name: 'Xóa', exact: true }).click();
    await expect(a.page.getByText('Đã xóa bản ghi.')).toBeVisible();
  }
  await b.editParticipants(SHARED, 46);
  await b.editParticipants(LEAFLETS, 15);
  await meet();

  const asked = (phone: Phone) => phone.page.getByRole('heading', { name: /Cần xem lại/ });
  const question = (phone: Phone, title: string) => phone.page.getByRole('listitem').filter({ hasText: title });
  for (const phone of [a, b]) {
    await phone.open('/');
    await expect(asked(phone)).toHaveText('Cần xem lại (2)');
    for (const title of [SHARED, LEAFLETS]) {
      await expect(question(phone, title).getByText(/đã xóa, hôm nay/)).toBeVisible();
      await expect(question(phone, title).getByText(/sửa mà chưa biết, hôm nay/)).toBeVisible();
    }
    await look(phone.page, `overlooked-today-${phone === a ? 'a' : 'b'}`);
  }
  await question(b, SHARED).getByRole('link').click();
  await expect(b.page.getByText(/Bản ghi này đã xóa/)).toBeVisible();
  await expect(b.page.getByText('46')).toBeVisible();
  await look(b.page, 'overlooked-entry');

  await b.open('/');
  await question(b, SHARED).getByRole('button', { name: 'Lấy lại' }).click();
  await expect(b.page.getByText('Đã lấy lại bản ghi.')).toBeVisible();
  await expect(asked(b)).toHaveText('Cần xem lại (1)');
  await question(b, LEAFLETS).getByRole('button', { name: 'Để xóa' }).click();
  await expect(b.page.getByText('Đã để bản ghi ở mục đã xóa.')).toBeVisible();
  await expect(asked(b)).toBeHidden();
  await meet();
  for (const phone of [a, b]) {
    await phone.open('/');
    await expect(phone.page.getByRole('heading', { name: 'Hôm nay' })).toBeVisible();
    await expect(asked(phone)).toBeHidden();
    await phone.open('/log');
    await expect(phone.page.getByRole('link', { name: SHARED })).toContainText('46');
    await expect(phone.page.getByRole('link', { name: LEAFLETS })).toBeHidden();
    await phone.page.getByRole('button', { name: 'Xem cả bản đã xóa' }).click();
    await expect(phone.page.getByRole('link', { name: LEAFLETS })).toContainText('15');
  }
});

/** Both find the signal, and the first asks again for what the second brought. */
async function meet(): Promise<void> {
  await a.findSignal();
  await b.findSignal();
  for (const phone of [a, b, a]) await phone.sendNow();
}

async function declare(phone: Phone, value: string, reason: string): Promise<void> {
  await phone.open('/reports');
  await phone.page
    .getByRole('link', { name: /Báo cáo quý/ })
    .last()
    .click();
  await phone.page.getByRole('link', { name: LEARNERS }).first().click();
  await phone.page.getByText('Khai số khác').click();
  await phone.page.getByRole('textbox', { name: /Số đơn vị khai/ }).fill(value);
  await phone.page.getByRole('textbox', { name: 'Lý do khác với nhật ký' }).fill(reason);
  await phone.page.getByRole('button', { name: 'Ghi số này' }).click();
  await expect(phone.page.getByText('Đã ghi, đã lưu trên máy.')).toBeVisible();
}

/** The unit's report at the desk, for the period that a phone's address names. */
async function openReport(browser: Browser, address: string): Promise<Page> {
  const page = await openDesk(browser, system, DEMO.login, DEMO.password);
  const period = new URL(address).pathname.split('/')[2] ?? '';
  await page.goto(`${system.url}/desk/units/${DEMO.unitId}?period=${period}`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  return page;
}

/** Pictures for whoever looks at them, light and dark. */
async function look(page: Page, name: string): Promise<void> {
  for (const theme of ['dark', 'light']) {
    await page.evaluate((theme) => document.documentElement.setAttribute('data-theme', theme), theme);
    await page.screenshot({ path: `results/screens/${name}-${theme}.png`, fullPage: true });
  }
}
