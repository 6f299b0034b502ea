import { expect, test } from 'vitest';
import type { ActivityType } from '$lib/replica/types/ActivityType';
import type { Field } from '$lib/replica/types/Field';
import type { FieldKind } from '$lib/replica/types/FieldKind';
import { formOrder, planForm } from './plan';

function field(name: string, kind: FieldKind, more: Partial<Field> = {}): Field {
  const label = { vi: name, en: name };
  return {
    name,
    label,
    kind,
    required: false,
    multi: false,
    unit: null,
    min: null,
    max: null,
    warn_min: null,
    warn_max: null,
    max_length: null,
    max_items: null,
    default: null,
    show_if: null,
    options: [],
    columns: [],
    help: null,
    private: false,
    ...more,
  };
}

const common = [
  field('date_start', 'date', { required: true }),
  field('title', 'text', { required: true }),
  field('task_codes', 'task_ref', { required: true, multi: true }),
  field('photos', 'image', { multi: true }),
];

const session: ActivityType = {
  code: 'TT_BUOI',
  label: { vi: 'Buổi', en: 'Session' },
  short: { vi: 'Buổi', en: 'Session' },
  icon: 'megaphone',
  record: 'activity',
  task_codes: ['II.1.a'],
  section: 'II.1',
  tiers: [],
  sector: 'ALL',
  fields: [
    field('form', 'enum', { required: true }),
    field('sessions', 'integer', { required: true, default: 1 }),
    field('participants', 'integer', { required: true }),
    field('participants_female', 'integer'),
    field('minutes', 'integer', { show_if: null }),
    field('cost_vnd', 'money'),
  ],
  common: ['date_start', 'title', 'task_codes', 'photos'],
  states: [],
  headline: ['participants', 'participants_female', 'sessions', 'form'],
  subsets: [{ part: 'participants_female', whole: 'participants' }],
  title_field: 'title',
  day_field: 'date_start',
  note: null,
  example: null,
};

test('a part stands beside its whole, a count with a default is stepped', () => {
  const plan = planForm(session, common, undefined);
  expect(plan.groups.map((group) => [group.whole.name, ...group.parts.map((part) => part.name)])).toEqual([
    ['participants', 'participants_female'],
  ]);
  expect(plan.steppers.map((each) => each.name)).toEqual(['sessions']);
});

test('what neither counts nor is required is folded, and attachments are not offered', () => {
  const plan = planForm(session, common, undefined);
  expect(plan.more.map((each) => each.name)).toEqual(['minutes', 'cost_vnd', 'task_codes']);
});

test('a field that is not visible is nowhere in the form', () => {
  const visible = ['form', 'participants', 'date_start', 'title', 'sessions'];
  const order = formOrder(planForm(session, common, visible));
  expect(order).toEqual(['date_start', 'participants', 'sessions', 'title', '@state', 'form']);
});

test('a part without its whole on the form is not lost', () => {
  const visible = ['form', 'participants_female', 'date_start', 'title'];
  const order = formOrder(planForm(session, common, visible));
  expect(order).toContain('participants_female');
});

test('a register item begins with its name and stage', () => {
  const item: ActivityType = { ...session, record: 'register' };
  expect(formOrder(planForm(item, common, undefined)).slice(0, 3)).toEqual(['title', '@state', 'date_start']);
});
