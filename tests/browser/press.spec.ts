import { expect, test } from '@playwright/test';
import { Phone } from './phone';
import { DEMO, quarter, System } from './system';

let system: System;
let phone: Phone;

test.beforeAll(async ({ browser }) => {
  system = await System.start();
  phone = await Phone.start(browser, system);
  await phone.enrol(DEMO.codes[0], 'máy chị Mỷ');
});

test.afterAll(async () => {
  await phone.stop();
  await system.stop();
});

/** A form, what is typed in its last box, and the button that is pressed straight from there. */
const FORMS = [
  {
    path: `/reports/${quarter(1)}/III-10`,
    box: 'Nội dung',
    typed: 'Chè vụ đông ít việc.',
    button: 'Ghi nội dung',
    done: 'Đã ghi, đã lưu trên máy.',
  },
  {
    path: `/reports/${quarter(1)}/II.1-02`,
    unfold: 'Khai số khác',
    first: { box: /^Số đơn vị khai/, typed: '1.234' },
    box: 'Lý do khác với nhật ký',
    typed: 'Sổ giấy ghi thêm.',
    button: 'Ghi số này',
    done: 'Đã ghi, đã lưu trên máy.',
  },
  {
    path: '/record/TT_BUOI',
    box: 'Tên hoạt động',
    typed: 'Nói chuyện đầu ca',
    button: 'Ghi vào sổ',
    done: 'chỗ cần sửa',
  },
];

for (const form of FORMS) {
  test(`a button pressed straight from a box stays under the mouse: ${form.button}`, async () => {
    await phone.open(form.path);
    const { page } = phone;
    if (form.unfold) await page.getByText(form.unfold).click();
    if (form.first) await page.getByRole('textbox', { name: form.first.box }).fill(form.first.typed);
    const button = page.getByRole('button', { name: form.button });
    await expect(button).toBeEnabled();
    await page.getByRole('textbox', { name: form.box }).fill(form.typed);
    await button.scrollIntoViewIfNeeded();
    const before = await button.boundingBox();
    if (!before) throw new Error('the button is not on screen');
    await page.mouse.move(before.x + before.width / 2, before.y + before.height / 2);
    await page.mouse.down();
    // Leaving the box saved what is in it, while the button is still held.
    await expect(page.getByText('Đã lưu', { exact: true }).filter({ visible: true }).first()).toBeVisible();
    expect(await button.boundingBox()).toEqual(before);
    await page.mouse.up();
    await expect(page.getByText(form.done).first()).toBeVisible();
  });
}
