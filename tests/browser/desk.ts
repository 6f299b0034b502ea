import { type Browser, expect, type Page } from '@playwright/test';
import type { System } from './system';

/** A desktop at which somebody has signed in. */
export async function openDesk(browser: Browser, system: System, login: string, password: string): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
  });
  const page = await context.newPage();
  await page.goto(`${system.url}/desk/sign-in`);
  await page.getByLabel('Tên đăng nhập').fill(login);
  await page.getByLabel('Mật khẩu', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
  await expect(page).toHaveURL(/\/desk\?|\/desk$/);
  return page;
}

/** Withdraws a device, as an administrator does for a phone that was lost or given to somebody else. */
export async function revoke(desk: Page, name: string): Promise<void> {
  const status = await desk.evaluate(async (name) => {
    const devices = (await (await fetch('/api/v1/devices')).json()) as { device: string; device_name: string }[];
    const device = devices.find(({ device_name }) => device_name === name);
    return (await fetch(`/api/v1/devices/${device?.device}/revoke`, { method: 'POST' })).status;
  }, name);
  expect(status).toBe(204);
}
