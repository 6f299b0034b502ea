import { expect, test } from '@playwright/test';
import { Phone } from './phone';
import { DEMO, System } from './system';

test('an address opens what it names, or says that it is not on this phone', async ({ browser }) => {
  const system = await System.start();
  const phone = await Phone.start(browser, system);
  const errors: string[] = [];
  phone.page.on('pageerror', (error) => errors.push(error.message));
  await phone.enrol(DEMO.codes[0], 'máy A');
  await phone.expectAllSent();
  const { page } = phone;
  await phone.logSession('Nói chuyện đầu ca', 22);
  await phone.openEntry('Nói chuyện đầu ca');
  const entry = new URL(page.url()).pathname.split('/').at(-1) ?? '';

  // Under another type's name: the form of what it is.
  for (const type of ['DT_LOP', 'NOPE', 'TT_BUOI']) {
    await phone.open(`/record/${type}?entry=${entry}`);
    await expect(page.getByRole('heading', { name: 'Buổi tuyên truyền, sinh hoạt chuyên đề', level: 1 })).toBeVisible();
    await expect(page.getByRole('textbox', { name: 'Số lượt người tham gia' })).toHaveValue('22');
    await expect(page).toHaveURL(`${phone.mast.url}/record/TT_BUOI?entry=${entry}`);
  }
  for (const path of [
    '/record/DT_LOP?entry=zzz',
    '/record/DT_LOP?entry=01JZZZZZZZZZZZZZZZZZZZZZZZ',
    '/log/NOPE',
    '/log/01JZZZZZZZZZZZZZZZZZZZZZZZ',
    '/reports/2026-Q9',
    '/reports/2019-Q1',
    '/reports/2026-Q9/II.1-02',
  ]) {
    await phone.open(path);
    await expect(page.getByRole('heading', { name: 'Không có trên máy này' }), path).toBeVisible();
  }
  await phone.open('/record/DT_LOP?entry=zzz');
  await expect(page.getByRole('heading', { name: 'Không có trên máy này' })).toBeVisible();
  await phone.screenshot('phone-not-here');
  await phone.open('/record/NOPE');
  await expect(page.getByRole('heading', { name: 'Chưa có mẫu cho loại việc này' })).toBeVisible();
  expect(errors).toEqual([]);
  await phone.stop();
  await system.stop();
});
