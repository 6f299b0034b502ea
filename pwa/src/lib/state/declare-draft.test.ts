import { beforeEach, expect, test, vi } from 'vitest';
import type { Answer, Replica, ScreenInput } from '$lib/replica/client';
import type { ReportRow } from '$lib/replica/types/ReportRow';
import type { Outcome } from '$lib/replica/types/Outcome';
import { DeclareDraft } from './declare-draft.svelte';

const DONE: Outcome = { result: 'done' };

/** A device that keeps what is typed, as the core does. */
class Device implements Replica {
  sent: ScreenInput[] = [];
  full = false;
  row = { indicator: 'II.1-02', declared: null, draft: null } as unknown as ReportRow;

  query<Q>(): Promise<Answer<Q & never>> {
    throw new Error('nothing is asked');
  }
  send(input: ScreenInput): Promise<Outcome> {
    this.sent.push(input);
    if (this.full) return Promise.resolve({ result: 'refused', message: { vi: 'Máy đã đầy.', en: 'Full.' } });
    if (input.type === 'keep_declaring') this.row = { ...this.row, draft: input };
    if (input.type === 'drop_declaring') this.row = { ...this.row, draft: null };
    return Promise.resolve(DONE);
  }
  onChanged(): () => void {
    return () => undefined;
  }
  declared(value: string, reason: string, at: number): void {
    this.row = { ...this.row, declared: { value, reason, person_name: 'Lò Thị Xoan', at } };
  }
}

let device: Device;
beforeEach(() => (device = new Device()));
const opened = (): DeclareDraft => new DeclareDraft(device, '2026-Q3', device.row, () => device.row);

test('what is typed is kept when the box is left, and there again when the page is opened anew', async () => {
  const draft = opened();
  draft.edit({ value: '77' });
  draft.edit({ reason: 'Đếm lại' });
  await draft.keep();
  expect(draft.saved).toBe('kept');
  await draft.keep();
  expect(device.sent).toMatchObject([{ type: 'keep_declaring', period: '2026-Q3', indicator: 'II.1-02', over: null }]);
  const again = opened();
  expect([again.value, again.reason, again.isBegun, again.saved]).toEqual(['77', 'Đếm lại', true, 'kept']);
});

test('what is typed is kept without leaving the box, and again once there is room', async () => {
  vi.useFakeTimers();
  try {
    device.full = true;
    const draft = opened();
    draft.edit({ value: '77' });
    await vi.advanceTimersByTimeAsync(1000);
    expect(draft.saved).toBe('failed');
    device.full = false;
    await vi.advanceTimersByTimeAsync(5000);
    expect([draft.saved, device.row.draft?.value]).toEqual(['kept', '77']);
  } finally {
    vi.useRealTimers();
  }
});

test("another person's value shows in boxes nobody typed in, and never over what is typed", () => {
  const draft = opened();
  device.declared('88', 'Của người khác', 5);
  expect([draft.value, draft.reason, draft.isBegun]).toEqual(['88', 'Của người khác', false]);
  draft.edit({ value: '77' });
  expect(draft.isOvertaken).toBe(false);
  device.declared('99', 'Lần nữa', 6);
  expect([draft.value, draft.reason, draft.isOvertaken]).toEqual(['77', 'Của người khác', true]);
});

test('what was declared or thrown away is no draft any more, what could not be declared stays one', async () => {
  const draft = opened();
  draft.edit({ value: 'bảy' });
  await draft.declare(() => Promise.resolve(false));
  expect([draft.value, draft.isBegun]).toEqual(['bảy', true]);
  await draft.declare(() => {
    device.declared('7', '', 9);
    device.row = { ...device.row, draft: null };
    return Promise.resolve(true);
  });
  expect([draft.value, draft.isBegun]).toEqual(['7', false]);
  draft.edit({ value: '8' });
  await draft.keep();
  await draft.drop();
  expect([draft.value, draft.isBegun, device.row.draft]).toEqual(['7', false, null]);
});

test('what is typed back to what stands there leaves no draft behind', async () => {
  device.declared('7', '', 9);
  const draft = opened();
  draft.edit({ value: '8' });
  await draft.keep();
  draft.edit({ value: '7' });
  await draft.close();
  expect(device.sent.map((input) => input.type)).toEqual(['keep_declaring', 'drop_declaring']);
  expect(device.row.draft).toBeNull();
});

test('a text begins with what the log gives, and is a draft only when something else is written', async () => {
  device.row = {
    indicator: 'III-09',
    text: true,
    derived: 'Đường xa.\nMưa.',
    declared: null,
    draft: null,
  } as unknown as ReportRow;
  const draft = opened();
  expect([draft.value, draft.isBegun]).toEqual(['Đường xa.\nMưa.', false]);
  draft.edit({ value: 'Đường xa, mưa nhiều.' });
  await draft.keep();
  expect(device.row.draft?.value).toBe('Đường xa, mưa nhiều.');
  draft.edit({ value: 'Đường xa.\nMưa.' });
  await draft.keep();
  expect([draft.value, device.row.draft]).toEqual(['Đường xa.\nMưa.', null]);
});

test('a number does not begin with the one of the log: it is declared because it differs', () => {
  device.row = { ...device.row, derived: '58' };
  expect(opened().value).toBe('');
});
