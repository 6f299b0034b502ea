import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { Phone } from './phone';
import { DEMO, System } from './system';

interface RecordType {
  code: string;
  label_vi: string;
  record: string;
  fields: { type: string }[];
}

const TYPES = catalogue();

/** The record types as the catalogue's own file names them. */
function catalogue(): RecordType[] {
  const file = new URL('../../client-core/catalogue/activity-types.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { types: RecordType[] }).types;
}

test('the form of every type of record opens without a network, by address', async ({ browser }) => {
  expect(TYPES).toHaveLength(34);
  const system = await System.start();
  const phone = await Phone.start(browser, system);
  const errors: string[] = [];
  phone.page.on('pageerror', (error) => errors.push(error.message));
  await phone.enrol(DEMO.codes[0], 'máy A');
  await phone.expectAllSent();
  await phone.loseSignal();
  for (const { code, label_vi, record, fields } of TYPES) {
    await phone.open(`/record/${code}`);
    await expect(phone.page.getByRole('heading', { name: label_vi, level: 1, exact: true }), code).toBeVisible();
    await expect(phone.page.getByRole('button', { name: 'Ghi vào sổ' }), code).toBeEnabled();
    if (record !== 'activity' || fields.some(({ type }) => type.startsWith('table'))) {
      await phone.page.screenshot({ path: `results/screens/form-${code}.png`, fullPage: true });
    }
  }
  expect(errors).toEqual([]);
  await phone.stop();
  await system.stop();
});
