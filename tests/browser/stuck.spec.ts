import { expect, type Page, test } from '@playwright/test';
import { openDesk } from './desk';
import { DEMO, System } from './system';

const UNIT = { id: DEMO.unitId, name: DEMO.unit };
const MADE = 'a'.repeat(64);
const EDITED = 'b'.repeat(64);

/** What the server says stands still, as its API describes it. */
interface Stands {
  aside: { change: string; received_at: number }[];
  parked: { count: number }[];
}

let system: System;

test.beforeAll(async () => {
  system = await System.start();
  await system.setPassword('tinh.administrator', 'mat-khau-thu-233');
});

test.afterAll(async () => {
  await system.stop();
});

/** A change that the app's own phones cannot be brought to write: so the answers about it are given here. */
function aside(change: string, received_at: number) {
  const device = { device: '0102030405060708', device_name: 'máy tổ sao chè', person_name: 'Giàng Thị Mỷ' };
  const detail = 'Giá trị của trường “participants” không hợp lệ.';
  return {
    ...device,
    change,
    document: `log/${UNIT.id}/2026`,
    unit: UNIT,
    received_at,
    reason: 'breaks_schema',
    detail,
  };
}

async function standStill(page: Page, stands: Stands): Promise<void> {
  await page.route('**/api/v1/set-aside', (route) => route.fulfill({ json: stands.aside }));
  await page.route('**/api/v1/ingest', (route) =>
    route.fulfill({
      json: {
        documents: 3,
        bytes: 5_300,
        oldest_ms: 14_200,
        recent_lag_ms: 240,
        set_aside: stands.aside.length,
        parked: stands.parked,
      },
    }),
  );
  await page.route('**/api/v1/set-aside/release', (route) => {
    const { change } = route.request().postDataJSON() as { change: string };
    const first = stands.aside.find((row) => row.change === MADE);
    if (change === EDITED && first) {
      const problem = { type: 'about:blank', title: 'x', status: 409, detail: 'x', code: 'needs_other', needs: MADE };
      return route.fulfill({ status: 409, contentType: 'application/problem+json', json: problem });
    }
    stands.aside = stands.aside.filter((row) => row.change !== change);
    return route.fulfill({ json: { outcome: 'applied', reason: null, detail: null } });
  });
}

test('what stands still is listed with who wrote it and why, and what came of trying again stands beside it', async ({
  browser,
}) => {
  const desk = await openDesk(browser, system, 'quantri', 'mat-khau-thu-233');
  const parked = {
    device: '0102030405060709',
    device_name: 'máy kho',
    person_name: 'Lò Văn Páo',
    document: `register/${UNIT.id}`,
    unit: UNIT,
    count: 2,
    since: Date.parse('2026-10-01T02:03:00Z'),
  };
  const stands = {
    aside: [aside(MADE, Date.parse('2026-10-06T01:05:00Z')), aside(EDITED, Date.parse('2026-10-07T03:30:00Z'))],
    parked: [parked],
  };
  await standStill(desk, stands);
  await desk.goto(`${system.url}/desk`);
  await desk.getByRole('link', { name: /^Việc đang kẹt\s+4 thay đổi đang kẹt$/ }).click();
  await expect(desk.getByRole('heading', { level: 1, name: '4 thay đổi chưa vào được sổ' })).toBeVisible();
  await expect(desk.getByText('Thay đổi chờ lâu nhất đã đợi 14 giây')).toBeVisible();
  await expect(desk.getByRole('row', { name: /Lò Văn Páo, máy kho.*Sổ theo dõi.*09:03 01\/10\/2026/ })).toBeVisible();
  const rows = desk.getByRole('list', { name: 'Để riêng' }).getByRole('listitem');
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText('Giàng Thị Mỷ, máy tổ sao chè');
  await expect(rows.first()).toContainText('Nhật ký 2026 · Máy chủ nhận 08:05 06/10/2026');
  await expect(rows.first()).toContainText('Giá trị của trường “participants” không hợp lệ.');

  const retry = (row: number) => rows.nth(row).getByRole('button', { name: /^Thử lại/ });
  await retry(1).click();
  await expect(rows.nth(1).getByRole('status')).toContainText('Thử lại trước thay đổi mà nó sửa tiếp');
  await rows.nth(1).getByRole('link', { name: 'thay đổi nhận 08:05 06/10/2026' }).click();
  await retry(0).click();
  await expect(rows.nth(0).getByRole('status')).toHaveText('Đã vào sổ.');
  await expect(desk.getByRole('heading', { level: 1, name: '3 thay đổi chưa vào được sổ' })).toBeVisible();
  await desk.screenshot({ path: 'results/screens/desk-stuck-some.png' });
  await desk.evaluate(() => (document.documentElement.dataset['theme'] = 'dark'));
  await desk.screenshot({ path: 'results/screens/desk-stuck-some-dark.png' });
  await desk.setViewportSize({ width: 390, height: 844 });
  await desk.screenshot({ path: 'results/screens/desk-stuck-some-narrow-dark.png', fullPage: true });
  await desk.evaluate(() => delete document.documentElement.dataset['theme']);
  await desk.screenshot({ path: 'results/screens/desk-stuck-some-narrow.png', fullPage: true });
  await retry(1).click();
  await expect(rows.nth(1).getByRole('status')).toHaveText('Đã vào sổ.');
  await expect(rows).toHaveCount(2);
  await desk.context().close();
});
