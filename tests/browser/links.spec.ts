import { expect, type Page, test } from '@playwright/test';
import { ChipWatch, SAID } from './chip';
import { careless, portal } from './detours';
import { Link, type Weather } from './link';
import { Mast } from './mast';
import profiles from './network-profiles.json' with { type: 'json' };
import { Phone } from './phone';
import { DEMO, quarter, System } from './system';

/** Each test has servers and phones of its own, and waits most of its time. */
test.describe.configure({ mode: 'parallel', timeout: 240_000 });

/** The longest that any of these links may need, with what the app waits between its tries. */
const PATIENCE = { timeout: 90_000 };

const OTHERS = 'Phát tờ rơi ở bản';
const PEOPLE = [31, 17];
const TEXTS = ['III-09', 'III-10', 'III-11', 'III-12'];

/** Signals come and go so many times as fast as in the profile. */
const FASTER = 8;
/** So many times more requests are repeated and late: there are only a few. */
const MORE = 10;

/** More connections than a few tries need. */
const MOST_TRIES = 15;

let system: System;
let mast: Mast;
let link: Link;
let phone: Phone;
let other: Phone;
let watch: ChipWatch;
/** People reached, as the server counts them without this test's work. */
let before: number;
/** What was written in which place of the report. */
let written: Map<string, string>;

test.beforeEach(async ({ browser }) => {
  system = await System.start();
  mast = await Mast.before(system.url);
  link = await Link.before(mast.url);
  phone = await Phone.start(browser, system, { mast, url: link.url });
  watch = await ChipWatch.over(phone.context);
  await phone.enrol(DEMO.codes[0], 'máy A');
  await phone.expectAllSent();
  other = await Phone.start(browser, system);
  await other.enrol(DEMO.codes[1], 'máy B');
  await other.logSession(OTHERS, 5);
  await other.open('/');
  await other.expectAllSent();
  before = await attendances();
  written = new Map();
});

test.afterEach(async () => {
  const { status, expectedStatus } = test.info();
  if (status !== expectedStatus) process.stdout.write(`${watch.story(link.exchanges).join('\n')}\n`);
  await phone.stop();
  await other.stop();
  await link.stop();
  await system.stop();
});

test('at the edge of a cell everything arrives while it is written, and the line says what goes on', async () => {
  link.become(profiles.cell_edge);
  await log();
  await write(['III-10']);
  await expectArrived();
});

test('a starved uplink is used for as long as it takes', async () => {
  await loseSignal();
  await log();
  await write(TEXTS);
  await findSignal(profiles.uplink_starved);
  await expectArrived();
});

test('uploads that are cut in the middle arrive', async () => {
  await loseSignal();
  await log();
  await write(TEXTS);
  // Each twice: the browser itself tries a second time where the connection was not new, and the app is not told.
  const cuts = profiles.cut_mid_body.cut_after_bytes.flatMap((bytes) => [bytes, bytes]);
  await findSignal({ ...profiles.weak, cut_after_bytes: cuts });
  await expectArrived();
  expect(watch.said).toContain(SAID.unreachable);
});

test('news whose answer is cut in the middle comes in smaller answers', async () => {
  await loseSignal();
  await log();
  await write(TEXTS, other.page);
  await other.expectAllSent();
  await findSignal({ ...profiles.weak, ...profiles.cut_answer });
  await expectArrived();
  expect(link.cuts).toBeGreaterThan(0);
  expect(watch.said).toContain(SAID.unreachable);
  for (const [code, text] of written) {
    await go(phone.page, `/reports/${quarter()}/${code}`);
    await expectText(phone.page, text);
  }
});

test('a signal that comes and goes brings everything over, a piece each time', async () => {
  await loseSignal();
  await log();
  await write(TEXTS);
  await findSignal(profiles.weak);
  const { up_s, down_s } = profiles.flap;
  const settle = link.flap((up_s * 1_000) / FASTER, (down_s * 1_000) / FASTER, (isUp) => {
    void phone.context.setOffline(!isUp);
  });
  await expectSaysAllSent();
  settle();
  await expectArrived();
});

test('a network that swallows everything is given up in the end, and that is said', async () => {
  link.become(profiles.liefi);
  await log();
  const { page } = phone;
  await expect(page.getByText(SAID.sending, { exact: true }).first()).toBeVisible();
  await look('sending');
  await expect(page.getByText(SAID.unreachable).first()).toBeVisible(PATIENCE);
  await look('unreachable');
  await expect(page.getByText('2 chờ gửi').first()).toBeVisible();
  await expect(page.getByText(SAID.again).first()).toBeVisible(PATIENCE);
  await look('again');
  link.become(profiles.weak);
  await expectArrived();
});

test('a network that turns everything away is asked again in a while, not again and again', async () => {
  link.down();
  await log();
  await expect(phone.page.getByText(SAID.unreachable).first()).toBeVisible();
  // The next try comes by the clock. What the browser calls for before it is left to it.
  const tried = link.refused;
  await expect.poll(() => link.refused, PATIENCE).toBeGreaterThan(tried);
  expect(link.refused).toBeLessThan(MOST_TRIES);
  await loseSignal();
  await findSignal(profiles.weak);
  await expectArrived();
});

test('the page of a Wi-Fi that wants to be signed in to is not taken for the server', async () => {
  const { page } = phone;
  link.become(profiles.fair);
  mast.divert(portal('<!doctype html><title>Wi-Fi</title><h1>Đăng nhập Wi-Fi</h1>'));
  await log();
  await expect(page.getByText(SAID.portal).first()).toBeVisible();
  await expect(page.getByText('2 chờ gửi').first()).toBeVisible();
  await look('portal');
  // The app opens all the same, and what it shows is its own.
  await phone.open('/log');
  for (const nth of PEOPLE.keys()) {
    await expect(page.getByRole('link', { name: `Buổi thứ ${nth + 1}` }).getByText('Trên máy')).toBeVisible();
  }
  await expect(page.getByText('Đăng nhập Wi-Fi')).toBeHidden();
  await expect(page.getByText(SAID.portal).first()).toBeVisible();
  mast.divert();
  await expectArrived();
});

test('requests that come twice and in another order change nothing', async () => {
  link.become(profiles.fair);
  const { duplicate_pct, reorder_pct } = profiles.dup_reorder;
  const done = { repeated: 0, late: 0 };
  mast.divert(careless(system.url, { duplicate_pct: duplicate_pct * MORE, reorder_pct: reorder_pct * MORE }, done));
  await log();
  await write(TEXTS);
  await expectArrived();
  expect(done.repeated).toBeGreaterThan(0);
  expect(done.late).toBeGreaterThan(0);
});

/** A picture of the line and of the sheet behind it, which says the same. */
async function look(name: string): Promise<void> {
  await phone.screenshot(`phone-link-${name}`);
  await phone.page.getByRole('button', { name: /Xem gửi và nhận/ }).click();
  await expect(phone.page.getByRole('dialog').getByText('2 chờ gửi')).toBeVisible();
  expect(await phone.outside()).toEqual([]);
  await phone.screenshot(`phone-link-${name}-sheet`);
  await phone.closeSheet();
}

async function loseSignal(): Promise<void> {
  link.down();
  await phone.context.setOffline(true);
}

async function findSignal(weather: Weather): Promise<void> {
  link.become(weather);
  link.up();
  await phone.context.setOffline(false);
}

/** Logs sessions without leaving the app: its worker goes on sending meanwhile. */
async function log(): Promise<void> {
  for (const [nth, people] of PEOPLE.entries()) {
    await go(phone.page, '/record/TT_BUOI');
    await phone.fillSession(`Buổi thứ ${nth + 1}`, people);
    await phone.save();
    // Saving leads back to the first screen.
    await expect(phone.page.getByRole('heading', { name: 'Hôm nay' })).toBeVisible();
  }
}

/** Writes texts of the quarter's report, some 8 kB on the wire each. */
async function write(texts: readonly string[], page = phone.page): Promise<void> {
  for (const code of texts) {
    await go(page, `/reports/${quarter()}/${code}`);
    const text = dense(4_000);
    written.set(code, text);
    await page.getByRole('textbox', { name: 'Nội dung' }).fill(text);
    // The word about the last one may still lie over the button.
    await page.getByRole('button', { name: 'Ghi nội dung' }).press('Enter');
    await expectText(page, text);
  }
  await go(page, '/');
}

async function expectSaysAllSent(): Promise<void> {
  await expect(phone.page.getByText(SAID.allSent, { exact: true }).first()).toBeVisible(PATIENCE);
}

/** All of it is with the server when the line says so, nothing of it twice, and the other phone has it. */
async function expectArrived(): Promise<void> {
  await expectSaysAllSent();
  // What the server has by now, it had when the line said so.
  link.down();
  expect(watch.lies(link.exchanges)).toEqual([]);
  expect(await attendances()).toBe(before + PEOPLE.reduce((sum, people) => sum + people));
  await other.sendNow();
  await go(other.page, '/log');
  for (const nth of PEOPLE.keys()) {
    await expect(other.page.getByRole('link', { name: `Buổi thứ ${nth + 1}` })).toHaveCount(1);
  }
  for (const [code, text] of written) {
    await go(other.page, `/reports/${quarter()}/${code}`);
    await expectText(other.page, text);
  }
  // And what the other had sent came the same way.
  await go(phone.page, '/log');
  await expect(phone.page.getByRole('link', { name: OTHERS })).toBeVisible();
}

async function expectText(page: Page, text: string): Promise<void> {
  await expect(page.getByRole('region', { name: 'Trong báo cáo' }).getByText(text)).toBeVisible();
}

/** How many people the server's report of the running quarter counts as reached. */
async function attendances(): Promise<number> {
  const report = (await system.report(DEMO.unitId, quarter())) as {
    indicators: { code: string; value: { value: number } }[];
  };
  return report.indicators.find(({ code }) => code === 'II.1-02')?.value.value ?? NaN;
}

/** Goes to a page as a link within the app does. */
async function go(page: Page, path: string): Promise<void> {
  await page.evaluate((path) => {
    const link = document.createElement('a');
    link.href = path;
    document.body.append(link);
    link.click();
    link.remove();
  }, path);
  await expect.poll(() => new URL(page.url()).pathname).toBe(path);
}

/** Writing that compression does not make much shorter. */
function dense(letters: number): string {
  return Array.from({ length: letters }, () => String.fromCodePoint(0x4e00 + Math.floor(Math.random() * 0x5000))).join(
    '',
  );
}
