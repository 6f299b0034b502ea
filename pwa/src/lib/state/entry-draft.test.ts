import { expect, test, vi } from 'vitest';
import type { Answer, Replica, ScreenInput } from '$lib/replica/client';
import type { ActivityType } from '$lib/replica/types/ActivityType';
import type { Draft } from '$lib/replica/types/Draft';
import type { DraftFinding } from '$lib/replica/types/DraftFinding';
import type { Field } from '$lib/replica/types/Field';
import type { Outcome } from '$lib/replica/types/Outcome';
import type { Query } from '$lib/replica/types/Query';
import { type Beginning, EntryDraft } from './entry-draft.svelte';

const TYPE = { code: 'TT_BUOI', states: [], day_field: 'date_start' } as unknown as ActivityType;

/** A device that answers when it is told to. */
class SlowDevice implements Replica {
  sent: ScreenInput[] = [];
  findings: DraftFinding[] = [];
  entry: unknown = null;
  drafts: Partial<Draft>[] = [];
  types: { code: string; last: { entry: string } | null }[] = [];
  copy: Record<string, string> | null = null;
  #listeners = new Set<() => void>();
  /** Nothing can be written. */
  full = false;
  #answers: ((outcome: Outcome) => void)[] = [];

  query<Q extends Query>(query: Q): Promise<Answer<Q>> {
    const check = { findings: this.findings, understood: {}, words: {}, visible: [] };
    const answers: Record<string, unknown> = {
      entry: this.entry,
      drafts: this.drafts,
      today: { drafts: [] },
      check_draft: check,
      types: { often: [], types: this.types },
      copy_of: this.copy,
      status: { storage_full: this.full },
    };
    return Promise.resolve(answers[query.type] as Answer<Q>);
  }
  send(input: ScreenInput): Promise<Outcome> {
    this.sent.push(input);
    if (this.full) return Promise.resolve({ result: 'refused', message: { vi: 'Máy đã đầy.', en: 'Full.' } });
    return new Promise((resolve) => this.#answers.push(resolve));
  }
  onChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  /** Something arrived. */
  change(): void {
    for (const listener of this.#listeners) listener();
  }
  async answer(outcome: Outcome): Promise<void> {
    await settled();
    this.#answers.shift()?.(outcome);
    await settled();
  }
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

const lookedOver = async (): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve));
  await settled();
};

async function opened(device: SlowDevice): Promise<EntryDraft> {
  const draft = new EntryDraft(device, 'E1', TYPE);
  await draft.open([], '2026-10-08');
  return draft;
}

test('a field says that it is saved only after the device answered', async () => {
  const device = new SlowDevice();
  const draft = await opened(device);
  draft.edit('participants', '58');
  expect(draft.saved['participants']).toBeUndefined();
  void draft.keep('participants');
  expect(draft.saved['participants']).toBe('keeping');
  await device.answer({ result: 'done' });
  expect(draft.saved['participants']).toBe('kept');
});

test('what is typed while an older value is being kept is not called saved', async () => {
  const device = new SlowDevice();
  const draft = await opened(device);
  draft.edit('participants', '58');
  void draft.keep('participants');
  draft.edit('participants', '581');
  await device.answer({ result: 'done' });
  expect(draft.saved['participants']).toBeUndefined();
});

test('drafts are kept one after the other, so an older one never lands on a newer', async () => {
  const device = new SlowDevice();
  const draft = await opened(device);
  draft.edit('participants', '58');
  void draft.keep('participants');
  draft.edit('title', 'Sinh hoạt');
  void draft.keep('title');
  await settled();
  expect(device.sent).toHaveLength(1);
  await device.answer({ result: 'done' });
  expect(device.sent).toHaveLength(2);
  expect(device.sent[1]).toMatchObject({ fields: { participants: '58', title: 'Sinh hoạt' } });
});

test('an app that is closed while a record is saved leaves no draft of it behind', async () => {
  const device = new SlowDevice();
  const draft = await opened(device);
  draft.edit('participants', '58');
  const saving = draft.save();
  // What was typed last is kept first: should the book refuse it, nothing is lost.
  await settled();
  expect(device.sent.map(({ type }) => type)).toEqual(['keep_draft']);
  await device.answer({ result: 'done' });
  draft.edit('title', 'Sinh hoạt');
  void draft.close();
  await settled();
  expect(device.sent.map(({ type }) => type)).toEqual(['keep_draft', 'save_entry']);
  await device.answer({ result: 'done' });
  expect(await saving).toBe(true);
  await settled();
  expect(device.sent).toHaveLength(2);
});

test('what is typed while saving fails without an answer is kept', async () => {
  const device = new SlowDevice();
  const draft = await opened(device);
  const send = device.send.bind(device);
  let fail: () => void = () => undefined;
  device.send = (input) =>
    input.type === 'save_entry'
      ? new Promise((_, reject) => (fail = () => reject(new Error('the worker ended'))))
      : send(input);
  const saving = draft.save();
  await settled();
  draft.edit('participants', '58');
  void draft.keep('participants');
  draft.choose('CONG_NHAN');
  fail();
  await expect(saving).rejects.toThrow('the worker ended');
  await settled();
  expect(device.sent).toMatchObject([{ type: 'keep_draft', fields: { participants: '58' }, state: 'CONG_NHAN' }]);
});

test('what is typed while a record is refused is kept', async () => {
  const device = new SlowDevice();
  const draft = await opened(device);
  const saving = draft.save();
  await settled();
  draft.edit('participants', '58');
  void draft.keep('participants');
  await device.answer({ result: 'invalid', findings: [] });
  expect(await saving).toBe(false);
  await settled();
  expect(device.sent.map(({ type }) => type)).toEqual(['save_entry', 'keep_draft']);
  expect(device.sent[1]).toMatchObject({ fields: { participants: '58' } });
});

test('the core is told what the form showed where something was typed, and of a draft what that says', async () => {
  const device = new SlowDevice();
  device.entry = {
    row: { register_state: 'MOI' },
    fields: { participants: '40', title: 'Sinh hoạt', sessions: '1' },
    problems: [],
    draft: null,
  };
  const fresh = await opened(device);
  fresh.edit('participants', '46');
  fresh.edit('note', 'Mưa');
  void fresh.keepAll();
  await settled();
  expect(device.sent).toMatchObject([{ over: { participants: '40', note: '', '@state': 'MOI' } }]);
  device.sent = [];
  device.entry = { ...(device.entry as object), fields: { participants: '52' } };
  device.drafts = [{ entry: 'E1', fields: { participants: '46' }, state: null, over: { participants: '40' } }];
  const later = await opened(device);
  void later.save();
  await settled();
  expect(device.sent).toMatchObject([{ fields: { participants: '46' }, over: { participants: '40' } }]);
});

test('a field nobody has come to is not criticised before an attempt to save', async () => {
  const device = new SlowDevice();
  const missing = (name: string): DraftFinding => ({
    rule: 'R_REQUIRED',
    level: 'error',
    fields: [name],
    message: { vi: 'Còn thiếu', en: 'Missing' },
    other: null,
  });
  device.findings = [missing('participants'), missing('title')];
  const draft = await opened(device);
  expect(draft.findings).toEqual([]);
  void draft.keep('participants');
  await lookedOver();
  expect(draft.findings.map((finding) => finding.fields[0])).toEqual(['participants']);
  const saving = draft.save();
  await device.answer({ result: 'invalid', findings: device.findings });
  expect(await saving).toBe(false);
  expect(draft.findings).toHaveLength(2);
});

test('a field that was only passed through is not sent', async () => {
  const device = new SlowDevice();
  const draft = await opened(device);
  await draft.keep('participants');
  expect(device.sent).toEqual([]);
});

test('nothing moves on screen while a finger is down', async () => {
  const device = new SlowDevice();
  const draft = await opened(device);
  device.findings = [{ rule: 'R_SUBSET', level: 'error', fields: ['a'], message: { vi: '', en: '' }, other: null }];
  draft.hold();
  void draft.keep('a');
  await lookedOver();
  expect(draft.findings).toEqual([]);
  draft.release();
  expect(draft.findings).toHaveLength(1);
});

test('a field is not called missing at the moment something was typed into it and it is left', async () => {
  const device = new SlowDevice();
  device.findings = [
    { rule: 'R_REQUIRED', level: 'error', fields: ['title'], message: { vi: '', en: '' }, other: null },
  ];
  const draft = await opened(device);
  device.findings = [];
  draft.edit('title', 'Sinh hoạt');
  void draft.keep('title');
  expect(draft.findings).toEqual([]);
  await lookedOver();
  expect(draft.findings).toEqual([]);
});

test('leaving the form after it was saved does not bring the draft back', async () => {
  const device = new SlowDevice();
  const draft = await opened(device);
  draft.edit('participants', '58');
  draft.edit('title', 'Tiết kiệm điện');
  void draft.keep('participants');
  await device.answer({ result: 'done' });
  const saving = draft.save();
  await device.answer({ result: 'done' });
  expect(await saving).toBe(true);
  await draft.keepAll();
  expect(device.sent.map((input) => input.type)).toEqual(['keep_draft', 'save_entry']);
});

test('what is typed in a field that was never left is kept after a pause', async () => {
  vi.useFakeTimers();
  try {
    const device = new SlowDevice();
    const draft = await opened(device);
    draft.edit('title', 'Tiết kiệm');
    draft.edit('title', 'Tiết kiệm điện');
    await vi.advanceTimersByTimeAsync(900);
    expect(device.sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(device.sent).toMatchObject([{ type: 'keep_draft', fields: { title: 'Tiết kiệm điện' } }]);
  } finally {
    vi.useRealTimers();
  }
});

test('a record that does not fit says so at its fields when it is opened, before anything was touched', async () => {
  const message = { vi: 'Nữ 20 lớn hơn tổng 19.', en: '20 women of 19.' };
  const fields = ['participants_female', 'participants'];
  const finding = { rule: 'R_SUBSET', level: 'error' as const, fields, message, other: null };
  const device = new SlowDevice();
  device.findings = [finding];
  device.entry = { fields: {}, row: { register_state: null }, problems: [] };
  const sound = await opened(device);
  expect([sound.broken, sound.findings]).toEqual([false, []]);

  device.entry = {
    fields: {},
    row: { register_state: null },
    problems: [{ message, fields: fields.map((field) => ({ field })) }],
  };
  const broken = await opened(device);
  expect([broken.broken, broken.findings]).toEqual([true, [finding]]);
  // To look at it makes no draft.
  await broken.keepAll();
  expect(device.sent).toEqual([]);
});

test('what could not be written is tried again until there is room', async () => {
  vi.useFakeTimers();
  try {
    const device = new SlowDevice();
    const draft = await opened(device);
    device.full = true;
    draft.edit('participants', '58');
    await draft.keep('participants');
    expect(draft.saved['participants']).toBe('failed');
    await vi.advanceTimersByTimeAsync(6_000);
    expect(device.sent).toHaveLength(2);
    expect(draft.saved['participants']).toBe('failed');
    device.full = false;
    await vi.advanceTimersByTimeAsync(6_000);
    await device.answer({ result: 'done' });
    expect(draft.saved['participants']).toBe('kept');
    expect(draft.fields['participants']).toBe('58');
  } finally {
    vi.useRealTimers();
  }
});

test('a form that is gone does not write over the one that came after it', async () => {
  vi.useFakeTimers();
  try {
    const device = new SlowDevice();
    const draft = await opened(device);
    device.full = true;
    draft.edit('participants', '58');
    await draft.keep('participants');
    await draft.close();
    device.sent = [];
    await vi.advanceTimersByTimeAsync(60_000);
    expect(device.sent).toEqual([]);
  } finally {
    vi.useRealTimers();
  }
});

test('a draft that is opened on a full device is not called saved', async () => {
  const device = new SlowDevice();
  device.drafts = [{ entry: 'E1', fields: { participants: '58' }, state: null }];
  device.full = true;
  const draft = await opened(device);
  expect(draft.saved['participants']).toBe('failed');
  await draft.close();
});

/** Fields of which a form makes something of its own. */
const OFFERED = [
  { name: 'date_start', default: null },
  { name: 'sessions', default: 1 },
] as unknown as Field[];

async function begun(device: SlowDevice, beginning: Partial<Beginning>): Promise<EntryDraft> {
  const type = { ...TYPE, title_field: 'title' };
  const draft = new EntryDraft(device, 'E1', type, { like: null, report: null, ...beginning });
  await draft.open(OFFERED, '2026-10-08');
  return draft;
}

test('a form that is to be like an earlier entry begins with what they have in common, and leaves nothing behind unless it is touched', async () => {
  const device = new SlowDevice();
  device.copy = { title: 'Họp tổ chè', place: 'Nhà xưởng' };
  const draft = await begun(device, { like: 'E0' });
  expect(draft.fields).toEqual({ date_start: '2026-10-08', sessions: '1', title: 'Họp tổ chè', place: 'Nhà xưởng' });
  expect(draft.isCopy).toBe(true);
  await draft.close();
  expect(device.sent).toEqual([]);
});

test('what is typed before an earlier entry is followed stays', async () => {
  const device = new SlowDevice();
  device.types = [{ code: 'TT_BUOI', last: { entry: 'E0' } }];
  device.copy = { title: 'Họp tổ chè', place: 'Nhà xưởng', sessions: '3' };
  const draft = await begun(device, {});
  expect([draft.earlier, draft.isCopy]).toEqual([{ entry: 'E0' }, false]);
  draft.edit('title', 'Nói chuyện đầu ca');
  await draft.follow('E0');
  expect(draft.fields).toMatchObject({ title: 'Nói chuyện đầu ca', place: 'Nhà xưởng', sessions: '3' });
  void draft.close();
  await settled();
  expect(device.sent).toMatchObject([
    { type: 'keep_draft', fields: { title: 'Nói chuyện đầu ca', place: 'Nhà xưởng' } },
  ]);
});

test('a form opened from a report guesses no day outside it, and its draft knows which report', async () => {
  const device = new SlowDevice();
  expect((await begun(device, { report: '2026-Q4' })).fields['date_start']).toBe('2026-10-08');
  const draft = await begun(device, { report: '2026-Q3' });
  expect(draft.fields['date_start']).toBeUndefined();
  draft.edit('date_start', '8/9');
  void draft.keep('date_start');
  await settled();
  expect(device.sent).toMatchObject([{ fields: { date_start: '8/9' }, report: '2026-Q3' }]);

  const again = new SlowDevice();
  again.drafts = [{ entry: 'E1', fields: { date_start: '8/9' }, state: null, report: '2026-Q3' }];
  const taken = await begun(again, {});
  taken.edit('title', 'Họp');
  void taken.keep('title');
  await settled();
  expect(again.sent).toMatchObject([{ report: '2026-Q3' }]);
});

test('a double that arrives while the form is open is said without another key', async () => {
  vi.useFakeTimers();
  try {
    const device = new SlowDevice();
    const draft = await opened(device);
    draft.edit('title', 'Họp tổ chè');
    void draft.keep('title');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(draft.findings).toEqual([]);
    const message = { vi: 'trùng', en: 'double' };
    device.findings = [{ rule: 'R_DUP', level: 'warning', fields: ['title'], message, other: 'E2' }];
    device.change();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(draft.findings.map(({ other }) => other)).toEqual(['E2']);
  } finally {
    vi.useRealTimers();
  }
});
