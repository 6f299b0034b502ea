import { expect, test } from '@playwright/test';
import { Phone } from './phone';
import { DEMO, quarter, System } from './system';

const TITLE =
  'Tuyên truyền về nâng cao năng suất lao động và thực hành tiết kiệm, chống lãng phí cho toàn thể đoàn viên công đoàn cơ sở';

/** Every screen of the phone, with what stands on it once it is there. */
const SCREENS = [
  { path: '/', shows: '.tile' },
  { path: '/record', shows: 'main .lrow' },
  { path: '/record/TT_BUOI', shows: '.nbox' },
  { path: '/record/SANGKIEN', shows: '.inp' },
  { path: '/log', shows: 'main .lrow' },
  { path: '/reports', shows: 'main .lrow' },
  { path: `/reports/${quarter()}`, shows: 'main .lrow' },
  { path: `/reports/${quarter()}/II.1-02`, shows: '.source' },
  { path: `/reports/${quarter()}/III-10`, shows: 'textarea' },
  { path: `/reports/${quarter()}/none`, shows: '.empty' },
  { path: '/initiatives', shows: 'main :is(.empty, .card)' },
  { path: '/plan', shows: 'main .lrow' },
  { path: '/more', shows: 'dl.card' },
  { path: '/enrol', shows: 'h1' },
  { path: '/log/none', shows: '.empty' },
];

let system: System;
let phone: Phone;
let screens: { path: string; shows: string }[];

test.beforeAll(async ({ browser }) => {
  system = await System.start();
  phone = await Phone.start(browser, system);
  await phone.enrol(DEMO.codes[0], 'máy của chị Nguyễn Thị Hoàng Phương Thảo ở xưởng');
  await phone.logSession(TITLE, 123_456_789);
  await phone.open('/log');
  const entry = await phone.page.getByRole('link', { name: TITLE }).first().getAttribute('href');
  screens = [...SCREENS, { path: entry ?? '', shows: 'main dl' }];
});

test.afterAll(async () => {
  await phone.stop();
  await system.stop();
});

for (const language of ['vi', 'en']) {
  for (const size of [100, 125, 150]) {
    test(`no screen is wider than the phone: ${language}, text at ${size} %`, async () => {
      await phone.page.evaluate(
        ([language, size]) => {
          localStorage.setItem('language', language);
          localStorage.setItem('text-size', size);
        },
        [language, String(size)] as const,
      );
      for (const { path, shows } of screens) {
        await phone.open(path);
        await expect(phone.page.locator(shows).first()).toBeVisible();
        await expect(phone.page.locator('html')).toHaveAttribute('lang', language);
        expect(await phone.page.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe(
          `${(16 * size) / 100}px`,
        );
        // What is folded is part of the screen too.
        await phone.page.evaluate(() => {
          for (const details of document.querySelectorAll('details')) details.open = true;
        });
        expect.soft(await phone.outside(), `${path} in ${language} at ${size} %`).toEqual([]);
        await phone.page.screenshot({
          path: `results/screens/size-${language}-${size}${path.replaceAll('/', '_')}.png`,
        });
      }
      await phone.open('/');
      await phone.page.locator('button.sync').click();
      await expect(phone.page.getByRole('dialog')).toBeVisible();
      expect.soft(await phone.outside(), `the sync sheet in ${language} at ${size} %`).toEqual([]);
    });
  }
}
