import { expect, test } from 'vitest';
import { formOrder, offeredFields, planForm } from '$lib/components/form/plan';
import { realCatalogue } from '$lib/replica/testing/real-core';

const { activity_types, common_fields } = realCatalogue();
const NUMBERS = ['integer', 'decimal', 'percent', 'money'];

test('the plan has 34 types of record', () => {
  expect(activity_types).toHaveLength(34);
});

test.each(activity_types.map((type) => ({ code: type.code, type })))(
  'the form of $code begins with the few numbers that count, and folds all that may be left out',
  ({ type }) => {
    const offered = offeredFields(type, common_fields);
    const counting = offered.filter(({ name, required }) => required || type.headline.includes(name));
    // With everything that may come to be asked for.
    const plan = planForm(
      type,
      common_fields,
      offered.map(({ name }) => name),
    );
    const large = [...plan.groups.map(({ whole }) => whole), ...plan.amounts, ...plan.steppers];
    const parts = plan.groups.flatMap(({ parts }) => parts);
    expect(large.length).toBeLessThanOrEqual(4);
    const numbers = counting.filter(({ kind }) => NUMBERS.includes(kind));
    expect([...large, ...parts]).toEqual(expect.arrayContaining(numbers));
    expect(large.length > 0).toBe(numbers.length > 0);

    // An activity begins with its day and its numbers, an item with its name.
    const order = formOrder(plan).filter((name) => name !== '@state');
    const first = [plan.day, ...plan.groups.flatMap(({ whole, parts }) => [whole, ...parts])].flatMap(
      (field) => field?.name ?? [],
    );
    if (type.record === 'register') expect(order[0]).toBe(type.title_field ?? first[0]);
    else expect(order.slice(0, first.length)).toEqual(first);

    const shown = [plan.day, plan.title, ...large, ...parts, ...plan.main].flatMap((field) => field?.name ?? []);
    const folded = offered.map(({ name }) => name).filter((name) => !shown.includes(name));
    expect(plan.more.map(({ name }) => name)).toEqual(folded);
    // Which tasks it serves follows from the type.
    expect(counting.map(({ name }) => name).filter((name) => folded.includes(name) && name !== 'task_codes')).toEqual(
      [],
    );
    const idle = plan.main.filter((field) => !counting.includes(field));
    expect(idle).toEqual([]);
  },
);
