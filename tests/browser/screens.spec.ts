import { readFileSync } from 'node:fs';
import { expect, type Locator, test } from '@playwright/test';
import { pageFiles, picture, type Screen, sizeOf } from './album';
import { openDesk } from './desk';
import { Phone } from './phone';
import { DEMO, quarter, System } from './system';

const WORK = 'Nói chuyện đầu ca';

/** The page of the desk that only administrators have. */
const STUCK = 'Việc đang kẹt';

/** The pages of a phone, with what must be readable on each. One that was opened without a network is in the log. */
const PHONE_SCREENS: Screen[] = [
  { file: '(phone)/(tabs)/+page.svelte', name: 'phone-today', path: '/', shows: 'Hôm nay' },
  { file: '(phone)/record/+page.svelte', name: 'phone-record', path: '/record', shows: 'Ghi việc gì?' },
  {
    file: '(phone)/record/[type]/+page.svelte',
    name: 'phone-record-session',
    path: '/record/TT_BUOI',
    shows: 'Buổi tuyên truyền, sinh hoạt chuyên đề',
  },
  {
    file: '(phone)/record/[type]/+page.svelte',
    name: 'phone-record-initiative',
    path: '/record/SANGKIEN',
    shows: 'Sáng kiến',
  },
  { file: '(phone)/(tabs)/log/+page.svelte', name: 'phone-log', path: '/log', shows: 'Nhật ký' },
  { file: '(phone)/log/[entry]/+page.svelte', name: 'phone-entry', path: '/log/ENTRY', shows: WORK },
  { file: '(phone)/(tabs)/reports/+page.svelte', name: 'phone-reports', path: '/reports', shows: 'Báo cáo' },
  {
    file: '(phone)/reports/[period]/+page.svelte',
    name: 'phone-report',
    path: `/reports/${quarter()}`,
    shows: /^Báo cáo quý/,
  },
  {
    file: '(phone)/reports/[period]/[indicator]/+page.svelte',
    name: 'phone-indicator',
    path: `/reports/${quarter()}/II.1-02`,
    shows: /^Lượt người được tuyên truyền/,
  },
  {
    file: '(phone)/(tabs)/initiatives/+page.svelte',
    name: 'phone-initiatives',
    path: '/initiatives',
    shows: 'Sáng kiến',
  },
  { file: '(phone)/plan/+page.svelte', name: 'phone-plan', path: '/plan', shows: 'Kế hoạch 233' },
  { file: '(phone)/more/+page.svelte', name: 'phone-more', path: '/more', shows: 'Mục khác' },
  { file: '+error.svelte', name: 'phone-no-such-page', path: '/khong-co', shows: 'Không có trang này' },
];

/** Pages for whoever is not enrolled yet, or cannot be. */
const BEFORE: Screen[] = [
  { file: '(phone)/enrol/+page.svelte', name: 'phone-enrol', path: '/enrol', shows: 'Ghi tên máy này' },
  {
    file: 'trinh-duyet-cu.html',
    name: 'phone-old-browser',
    path: '/trinh-duyet-cu.html',
    shows: 'Cần cập nhật Chrome',
  },
];

/** The pages of the desk that open by address alone. */
const DESK_SCREENS: Screen[] = [
  { file: 'desk/(staff)/devices/+page.svelte', name: 'desk-devices-all', path: '/desk/devices', shows: /liên lạc/ },
  { file: '+error.svelte', name: 'desk-no-such-page', path: '/desk/khong-co', shows: 'Không có trang này' },
];

/** Those that the walks below come to: from the province down, and an administrator's. */
const DESK_WAY = {
  'desk/sign-in/+page.svelte': 'desk-sign-in',
  'desk/(staff)/+page.svelte': 'desk-overview',
  'desk/(staff)/units/[unit]/+page.svelte': 'desk-unit',
  'desk/(staff)/units/[unit]/entries/[entry]/+page.svelte': 'desk-entry',
  'desk/(staff)/stuck/+page.svelte': 'desk-stuck',
};

let system: System;

test.beforeAll(async () => {
  system = await System.start();
});

test.afterAll(async () => {
  await system.stop();
});

test('every screen of the phone opens without a network, by address and after a reload', async ({ browser }) => {
  const phone = await Phone.start(browser, system);
  const { page } = phone;
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  for (const { name, path, shows } of BEFORE) {
    await phone.open(path);
    await expect(page.getByRole('heading', { name: shows, level: 1 })).toBeVisible();
    await picture(page, name);
  }
  // The first visit is all it takes.
  await phone.enrol(DEMO.codes[0], 'máy chị Mỷ');
  await phone.expectAllSent();
  await phone.loseSignal();
  await phone.logSession(WORK, 22);
  await phone.openEntry(WORK);
  const entry = new URL(page.url()).pathname;
  for (const { file, name, path, shows } of PHONE_SCREENS) {
    await phone.open(path === '/log/ENTRY' ? entry : path);
    await page.reload();
    await expect(page.getByRole('heading', { name: shows, level: 1 })).toBeVisible();
    // What is invented says so on every screen.
    if (file.startsWith('(phone)')) await expect(page.getByText(/minh họa$/)).toBeVisible();
    await picture(page, name);
  }

  // From the report to one of its numbers, and from the number to what it was made of.
  await phone.open('/reports');
  await page
    .getByRole('link', { name: /Báo cáo quý/ })
    .first()
    .click();
  await expect(page.getByRole('heading', { level: 1, name: /^Báo cáo quý/ })).toBeVisible();
  await page.screenshot({ path: 'results/screens/phone-report-whole.png', fullPage: true });
  const line = page.getByRole('link', { name: /Lượt người được tuyên truyền/ });
  const said = lastNumber(await line.innerText());
  await line.click();
  const sources = page.getByRole('main').getByRole('listitem');
  const made = page.getByRole('heading', { name: /^\d+ bản ghi làm nên số này$/ });
  await expect(sources).toHaveCount(Number.parseInt(await made.innerText()));
  expect(sum(await sources.allInnerTexts())).toBe(said);
  await sources.getByRole('link', { name: WORK }).click();
  await expect(page.getByRole('heading', { name: WORK, level: 1 })).toBeVisible();
  await expect(page).toHaveURL(phone.mast.url + entry);

  await phone.open('/');
  await expect(page.getByRole('banner').getByText('Dữ liệu minh họa')).toBeVisible();
  await page.getByRole('button', { name: /Xem gửi và nhận/ }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await picture(page, 'phone-sync');
  await phone.closeSheet();

  // English comes without a network too.
  await phone.open('/more');
  await page.getByText('English', { exact: true }).click();
  await expect(page.getByRole('heading', { name: 'More', level: 1 })).toBeVisible();
  await phone.open('/');
  await expect(page.getByRole('heading', { name: 'Today', level: 1 })).toBeVisible();
  await expect(page.getByText('No signal, you can still record').first()).toBeVisible();
  await expect(page.getByRole('link', { name: 'Awareness session' }).first()).toBeVisible();
  await expect(page.getByRole('banner').getByText('Invented data')).toBeVisible();
  await picture(page, 'phone-today-english');
  expect(errors).toEqual([]);
  await phone.stop();
});

test('staff read how complete a quarter is and what it came to, and open a number down to one activity', async ({
  browser,
}) => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'vi-VN' });
  const page = await context.newPage();
  await page.goto(`${system.url}/desk`);
  await expect(page.getByLabel('Tên đăng nhập')).toBeVisible();
  await picture(page, 'desk-sign-in');
  await page.getByLabel('Tên đăng nhập').fill(DEMO.login);
  await page.getByLabel('Mật khẩu', { exact: true }).fill('sai');
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByLabel('Mật khẩu', { exact: true }).fill(DEMO.password);
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
  const tiles = page.getByRole('region', { name: 'Số chính' }).getByRole('link');
  await expect(tiles.first()).toBeVisible();
  await picture(page, 'desk-overview');
  await expect(page.getByRole('link', { name: STUCK })).toHaveCount(0);
  await expect(page.getByText(/^Dữ liệu minh họa/)).toBeVisible();

  // How complete: the headline, the bar and the table by district say the same.
  await page.goto(`${system.url}/desk?period=${quarter(1)}`);
  const headline = page.getByRole('heading', { level: 1 });
  await expect(headline).toHaveText(/^\d+ trên \d+ đơn vị đã nộp/);
  const [submitted = 0, expected = 0] = numbers(await headline.innerText());
  const [onTime = 0, late = 0, missing = 0] = await Promise.all(
    ['Đúng hạn', 'Muộn', 'Chưa nộp'].map(async (word) =>
      lastNumber(
        await page
          .getByRole('listitem')
          .filter({ hasText: new RegExp(`${word}\\s+\\d+`) })
          .innerText(),
      ),
    ),
  );
  expect([onTime + late, onTime + late + missing]).toEqual([submitted, expected]);
  const table = page.getByRole('table');
  const cells = await table.locator('tbody td.reports').allInnerTexts();
  // A district says how many of how many; a unit right below the province, whether it did.
  const below = cells.map((text) => (text.includes('/') ? numbers(text) : [text.includes('Chưa nộp') ? 0 : 1, 1]));
  expect(below.length).toBeGreaterThan(3);
  expect([0, 1].map((at) => below.reduce((total, pair) => total + (pair[at] ?? 0), 0))).toEqual([submitted, expected]);

  // The core figures, all of them.
  const list = page.getByRole('region', { name: 'Mọi chỉ tiêu' });
  await expect(list.getByRole('button', { name: 'Cốt lõi' })).toHaveAttribute('aria-pressed', 'true');
  expect((await list.locator('.label').allInnerTexts()).sort()).toEqual(coreFigures().sort());

  // Against the quarter before: what a tile says was before is what it said then.
  const then = await tiles.locator('.fig').allInnerTexts();
  await page.goto(`${system.url}/desk?period=${quarter()}`);
  await expect(headline).toHaveText(/đơn vị/);
  const before = await tiles.locator('.before').allInnerTexts();
  expect(then).toHaveLength(8);
  expect(then.filter((text) => text !== 'trống').length).toBeGreaterThan(5);
  for (const [at, text] of then.entries()) expect(before[at]).toMatch(new RegExp(`^Kỳ trước ${text}(\\D|$)`));

  // The province's number opens down to one activity, and adds up on the way.
  await page.goto(`${system.url}/desk?period=${quarter(1)}&figure=II.1-02`);
  const total = table.locator('tfoot').getByRole('link', { name: /xem từ đâu ra$/ });
  const whole = lastNumber(await total.innerText());
  await total.click();
  const panel = page.getByRole('region', { name: /^Số này từ đâu ra/ });
  const part = (name: RegExp) => panel.getByRole('button', { name });
  await expect(part(/Tam Đường/)).toBeVisible();
  await expect(part(/Tam Đường/)).not.toContainText('chưa nộp');
  expect(await sumOf(panel.locator('.list > ul > li > button[aria-expanded]'))).toBe(whole);
  await part(/Tam Đường/).click();
  const units = panel.locator('.nested button[aria-expanded]');
  await expect(units.first()).toBeVisible();
  expect(await sumOf(units)).toBe(lastNumber(await part(/Tam Đường/).innerText()));
  const unit = await units.first().locator('.grow').innerText();
  await units.first().click();
  const work = panel.getByRole('link').first();
  await expect(work).toBeVisible();
  await picture(page, 'desk-drill');
  const title = await work.innerText();
  await work.click();
  await expect(page).toHaveURL(/\/entries\//);
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
  await expect(page.getByRole('main').getByRole('link', { name: unit.split(' · ')[0] ?? '' })).toBeVisible();
  await picture(page, 'desk-entry');

  // The same way by the pages of the places.
  await page.goto(`${system.url}/desk?period=${quarter(1)}`);
  const place = (name: RegExp) => page.getByRole('main').getByRole('link', { name }).first();
  await place(/Tam Đường/).click();
  await expect(place(new RegExp(DEMO.unit))).toBeVisible();
  await picture(page, 'desk-district');
  await place(new RegExp(DEMO.unit)).click();
  await expect(page.getByRole('heading', { level: 1, name: new RegExp(DEMO.unit) })).toBeVisible();
  await picture(page, 'desk-unit');
  await page.locator('a[href*="/entries/"]').first().click();
  await expect(page).toHaveURL(/\/entries\//);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();

  for (const { name, path, shows } of DESK_SCREENS) {
    await page.goto(system.url + path);
    await expect(page.getByRole('heading', { level: 1, name: shows })).toBeVisible();
    await picture(page, name);
  }
  await page.goto(`${system.url}/desk?period=${quarter(1)}`);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(headline).toHaveText(new RegExp(`^${submitted} of ${expected} units reported`));
  await expect(page.getByRole('link', { name: 'Overview' })).toBeVisible();
  await picture(page, 'desk-overview-english');
  await context.close();
});

test('an administrator sees that nothing is stuck, and how soon what phones send is in the log', async ({
  browser,
}) => {
  await system.setPassword('tinh.administrator', 'mat-khau-thu-233');
  const desk = await openDesk(browser, system, 'quantri', 'mat-khau-thu-233');
  await desk.getByRole('link', { name: STUCK, exact: true }).click();
  await expect(desk.getByRole('heading', { level: 1, name: 'Không có gì kẹt' })).toBeVisible();
  const lag = desk.getByRole('region', { name: 'Từ lúc nhận đến lúc vào sổ' });
  const definition = (term: string) => lag.locator('div').filter({ hasText: term }).getByRole('definition');
  await expect(definition('Đang chờ')).toHaveText('không có');

  // What a phone sends is measured on its way into the log.
  const phone = await Phone.start(browser, system);
  await phone.enrol(DEMO.codes[1], 'máy B');
  await phone.logSession('Sinh hoạt tổ chè', 9);
  await phone.open('/');
  await phone.expectAllSent();
  await expect(definition('Chậm nhất gần đây')).toHaveText(/giây/);
  await picture(desk, 'desk-stuck');
  await expect(desk.getByRole('table')).toHaveCount(0);
  await phone.stop();
  await desk.context().close();
});

test('every page of the app is in a picture of the size of its screen', () => {
  const phone = [...BEFORE, ...PHONE_SCREENS].map(({ file, name }) => ({ file, name, size: sizeOf(name, 2) }));
  const desk = [
    ...DESK_SCREENS.map(({ file, name }) => ({ file, name })),
    ...Object.entries(DESK_WAY).map(([file, name]) => ({ file, name })),
  ].map(({ file, name }) => ({ file, name, size: sizeOf(name, 1) }));
  expect(phone.filter(({ size }) => size !== '360×740')).toEqual([]);
  expect(desk.filter(({ size }) => size !== '1440×900')).toEqual([]);
  expect([...new Set([...phone, ...desk].map(({ file }) => file))].sort()).toEqual(pageFiles());
});

/** What the catalogue's own file calls core, but for prose. */
function coreFigures(): string[] {
  const file = new URL('../../client-core/catalogue/indicators.json', import.meta.url);
  const { indicators } = JSON.parse(readFileSync(file, 'utf8')) as {
    indicators: { label_vi: string; core: boolean; kind: string }[];
  };
  return indicators.filter(({ core }) => core).map(({ label_vi }) => label_vi);
}

/** The whole numbers in a text, as they are written in Vietnamese. */
function numbers(text: string): number[] {
  return (text.match(/\d+(\.\d{3})*/g) ?? []).map((found) => Number(found.replaceAll('.', '')));
}

function lastNumber(text: string): number {
  const last = numbers(text).at(-1);
  if (last === undefined) throw new Error(`no number in "${text}"`);
  return last;
}

function sum(texts: string[]): number {
  return texts.reduce((total, text) => total + lastNumber(text), 0);
}

async function sumOf(rows: Locator): Promise<number> {
  return sum(await rows.allInnerTexts());
}
