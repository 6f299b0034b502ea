import { expect, test } from 'vitest';
import { RealPhone, realCatalogue } from './testing/real-core';
import type { ActivityType } from './types/ActivityType';
import type { Field } from './types/Field';
import type { RawValue } from './types/RawValue';

const NOW = Date.UTC(2026, 9, 8, 2, 30);
const catalogue = realCatalogue();
const phone = new RealPhone(NOW);

/** Kinds that no form offers. */
const ELSEWHERE = ['image', 'file', 'geo', 'thread'];

test('the plan has 34 types of record', () => {
  expect(catalogue.activity_types).toHaveLength(34);
  expect(phone.query({ type: 'status' }).officer?.unit_name).toBe('CĐCS Xưởng chè Khun Há');
});

test.each(catalogue.activity_types.map((type, at) => ({ code: type.code, type, at })))(
  '$code is written down with all its fields, listed, edited, deleted and taken back',
  ({ type, at }) => {
    const entry = `01ARZ3NDEKTSV4RRFFQ69G5F${String(at).padStart(2, '0')}`;
    const fields = fieldsOf(type);
    const typed = Object.fromEntries(fields.map((field) => [field.name, sample(field, 3)]));
    const state = type.states[0]?.code ?? null;
    const draft = { entry, type_code: type.code, fields: typed, state, over: {}, report: null, kept_at: NOW };
    const { visible, findings } = phone.query({ type: 'check_draft', ...draft });
    expect(findings.filter(({ level }) => level === 'error')).toEqual([]);

    expect(phone.send({ type: 'save_entry', ...draft })).toEqual({ result: 'done' });
    expect(rowOf(entry)).toMatchObject({ type_code: type.code, deleted: false, register_state: state });
    const written = detailOf(entry).display;
    // Nothing that was typed and shows got lost on the way into the document and back.
    for (const name of visible.filter((name) => name in typed)) {
      expect(written[name]?.vi, name).toBeTruthy();
      expect(written[name]?.en, name).toBeTruthy();
    }

    const changed = fields.find(({ name, kind }) => visible.includes(name) && CHANGEABLE.includes(kind));
    if (!changed) throw new Error(`${type.code} has nothing to change`);
    const edit = { ...draft, fields: { [changed.name]: sample(changed, 4) }, state: null };
    expect(phone.send({ type: 'save_entry', ...edit })).toEqual({ result: 'done' });
    const edited = detailOf(entry).display;
    expect(edited[changed.name]?.vi).not.toBe(written[changed.name]?.vi);
    expect({ ...edited, [changed.name]: written[changed.name] }).toEqual(written);

    expect(phone.send({ type: 'delete_entry', entry })).toEqual({ result: 'done' });
    expect(rowOf(entry)).toBeUndefined();
    expect(rowOf(entry, true)).toMatchObject({ deleted: true });
    expect(phone.send({ type: 'restore_entry', entry })).toEqual({ result: 'done' });
    expect(detailOf(entry).display).toEqual(edited);
    expect(detailOf(entry).row.deleted).toBe(false);
  },
);

/** Kinds of which one sample differs from the next whatever else the entry holds. */
const CHANGEABLE = ['text', 'prose', 'text_list', 'money'];

function fieldsOf(type: ActivityType): Field[] {
  const common = catalogue.common_fields.filter(({ name }) => type.common.includes(name));
  return [...type.fields, ...common].filter(({ kind }) => !ELSEWHERE.includes(kind));
}

/** Something a person may write there: parts are as large as their wholes, agreements run for two years. */
function sample(field: Field, number: number): RawValue {
  switch (field.kind) {
    case 'integer':
    case 'decimal':
      return String(Math.max(number, field.min ?? 0));
    case 'money':
      return String(number * 10_000);
    case 'percent':
      return '100';
    case 'date':
      return field.name === 'valid_to' ? '01/06/2028' : '01/06/2026';
    case 'boolean':
      return 'true';
    case 'enum':
      return chosen(field, field.options[0]?.code);
    case 'task_ref':
      return chosen(field, catalogue.tasks.find((task) => !task.is_group)?.code);
    case 'document_ref':
      return chosen(field, catalogue.documents[0]?.code);
    case 'campaign_ref':
      return chosen(field, catalogue.campaigns[0]?.code);
    case 'indicator_ref':
      return chosen(field, catalogue.indicators[0]?.code);
    case 'unit_ref':
      return chosen(field, 'U-2');
    case 'text':
      return `Việc thứ ${number}`;
    case 'url':
      return `https://laichau.gov.vn/${number}`;
    case 'prose':
      return `Đoạn một, ${number}.\nĐoạn hai.`;
    case 'text_list':
      return ['LĐLĐ huyện Tam Đường', `Đoàn xã, ${number}`];
    case 'table':
      return [Object.fromEntries(field.columns.map((column) => [column.name, String(sample(column, number))]))];
    case 'image':
    case 'file':
    case 'geo':
    case 'thread':
      throw new Error(`${field.name} is offered by no form`);
  }
}

function chosen(field: Field, code: string | undefined): RawValue {
  if (code === undefined) throw new Error(`there is nothing to choose for ${field.name}`);
  return field.multi ? [code] : code;
}

function rowOf(entry: string, deleted = false) {
  const { rows } = phone.query({ type: 'entries', task: null, records: [], deleted });
  return rows.find(({ id }) => id === entry);
}

function detailOf(entry: string) {
  const detail = phone.query({ type: 'entry', entry });
  if (!detail) throw new Error(`${entry} is not on this phone`);
  return detail;
}
