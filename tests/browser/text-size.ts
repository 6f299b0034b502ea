import { expect, test } from '@playwright/test';
import { Phone } from './phone';
import { DEMO, quarter, System } from './system';

const NAME =
  'Bảng theo dõi vật tư bằng mã màu theo hạn dùng và mức tồn, mỗi sáng nhìn bảng là biết thứ cần đặt thêm cho cả xưởng chè';
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
  { path: '/initiatives', shows: 'main .card' },
  { path: '/plan', shows: 'main .lrow' },
  { path: '/more', shows: 'dl.card' },
  { path: '/enrol', shows: 'h1' },
  { path: '/log/none', shows: '.empty' },
];

/** Walks through every screen at every size of text. A file for each language calls it, so that they run side by side. */
export function everyScreenFits(language: 'vi' | 'en'): void {
  let system: System;
  let phone: Phone;
  let screens: { path: string; shows: string }[];

  test.beforeAll(async ({ browser }) => {
    system = await System.start();
    phone = await Phone.start(browser, system);
    await phone.enrol(DEMO.codes[0], 'máy của chị Nguyễn Thị Hoàng Phương Thảo ở xưởng');
    await phone.logSession(TITLE, 123_456_789);
    await recordInitiative(phone, NAME, 'Ý tưởng');
    await recordInitiative(phone, `${NAME} và kho vật tư`, 'Đã nộp đơn yêu cầu công nhận');
    screens = [...SCREENS];
    for (const [list, title] of [
      ['/log', TITLE],
      ['/initiatives', NAME],
    ] as const) {
      await phone.open(list);
      const entry = await phone.page.getByRole('link', { name: title }).first().getAttribute('href');
      screens.push({ path: entry ?? '', shows: 'main dl' });
    }
  });

  test.afterAll(async () => {
    await phone.stop();
    await system.stop();
  });

  for (const size of [100, 125, 150]) {
    test(`every screen fits the phone and leaves half of it to read: ${language}, text at ${size} %`, async () => {
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
        expect.soft(await phone.behindBars(), `bars of ${path} in ${language} at ${size} %`).toBeLessThan(0.5);
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

async function recordInitiative(phone: Phone, name: string, stage: string): Promise<void> {
  const { page } = phone;
  await phone.open('/record/SANGKIEN');
  await page.getByRole('textbox', { name: 'Tên sáng kiến' }).fill(name);
  await page.getByText(stage, { exact: true }).click();
  await page.getByRole('button', { name: /^Hôm nay/ }).click();
  await page.getByText('Giải pháp quản lý', { exact: true }).click();
  await page.getByRole('button', { name: /^Thêm: tác giả/ }).click();
  await page.getByRole('textbox', { name: 'Họ và tên' }).fill('Nguyễn Thị Hoàng Phương Thảo');
  await page.getByRole('textbox', { name: 'Lĩnh vực áp dụng' }).fill('Quản lý kho vật tư và công cụ');
  await page
    .getByRole('textbox', { name: 'Mô tả bản chất của sáng kiến' })
    .fill('Dán mã màu theo hạn dùng và mức tồn.');
  await page.getByRole('textbox', { name: 'Đánh giá lợi ích theo tác giả' }).fill('Không còn vật tư quá hạn.');
  await page.getByText('Không tính được thành tiền', { exact: true }).click();
  await phone.save();
}
