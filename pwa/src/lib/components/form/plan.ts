/** How a form is laid out: what counts first and large, the rest folded. Made from the catalogue, the same for all types. */
import type { ActivityType } from '$lib/replica/types/ActivityType';
import type { Field } from '$lib/replica/types/Field';

/** Numbers that stand together: a whole with its parts beside it, or one alone. */
export interface NumberGroup {
  whole: Field;
  parts: Field[];
}

export interface FormPlan {
  /** A long-lived item begins with its name and stage, an activity with its day and numbers. */
  nameFirst: boolean;
  /** The day that places the entry; shown as chips. */
  day: Field | undefined;
  groups: NumberGroup[];
  amounts: Field[];
  steppers: Field[];
  title: Field | undefined;
  /** Other fields that count or must be filled in. */
  main: Field[];
  /** Folded under "more details". */
  more: Field[];
}

/** The stage of an item is no field of its type, but stands in the form like one. */
export const STATE = '@state';

/** Kinds that the phone does not offer: attachments, places and messages have screens of their own. */
const ELSEWHERE = new Set(['image', 'file', 'geo', 'thread']);
const COUNTS = new Set(['integer', 'decimal', 'percent']);

/** The type's fields in the order of a form, of those the phone offers. */
export function offeredFields(type: ActivityType, common: readonly Field[]): Field[] {
  return [...type.fields, ...common.filter((field) => type.common.includes(field.name))].filter(
    (field) => !ELSEWHERE.has(field.kind),
  );
}

export function planForm(
  type: ActivityType,
  common: readonly Field[],
  visible: readonly string[] | undefined,
): FormPlan {
  const fields = offeredFields(type, common).filter((field) =>
    visible ? visible.includes(field.name) : !field.show_if,
  );
  const byName = new Map(fields.map((field) => [field.name, field]));
  const day = type.day_field ? byName.get(type.day_field) : undefined;
  const title = type.title_field ? byName.get(type.title_field) : undefined;
  const wholeOf = new Map(type.subsets.map((subset) => [subset.part, subset.whole]));

  const counts = (field: Field) => type.headline.includes(field.name) || field.required;
  const inOrder = [...fields].sort((a, b) => rank(type, a) - rank(type, b));
  const placed = new Set<string>([day?.name, title?.name].filter((name) => name !== undefined));
  const place = (field: Field) => placed.add(field.name);

  const steppers = inOrder.filter(
    (field) => field.kind === 'integer' && typeof field.default === 'number' && counts(field),
  );
  steppers.forEach(place);

  const groups: NumberGroup[] = [];
  for (const field of inOrder) {
    if (placed.has(field.name) || !COUNTS.has(field.kind)) continue;
    const whole = wholeOf.get(field.name);
    // A part stands beside its whole, unless the whole is folded away.
    if (whole && byName.has(whole) && counts(byName.get(whole) as Field)) continue;
    if (!counts(field)) continue;
    const parts = fields.filter((part) => wholeOf.get(part.name) === field.name && !placed.has(part.name));
    [field, ...parts].forEach(place);
    groups.push({ whole: field, parts });
  }

  const amounts = inOrder.filter((field) => field.kind === 'money' && counts(field));
  amounts.forEach(place);

  // Which tasks an entry serves follows from its type; a person changes it rarely.
  const main = inOrder.filter((field) => !placed.has(field.name) && counts(field) && field.name !== 'task_codes');
  main.forEach(place);

  return {
    nameFirst: type.record === 'register',
    day,
    groups,
    amounts,
    steppers,
    title,
    main,
    more: fields.filter((field) => !placed.has(field.name)),
  };
}

/** What the catalogue names as counting comes first, in its order; then as the plan has it. */
function rank(type: ActivityType, field: Field): number {
  const at = type.headline.indexOf(field.name);
  return at === -1 ? type.headline.length : at;
}

/** The form's fields from top to bottom, to find the first that needs a person. */
export function formOrder(plan: FormPlan): string[] {
  const name = [plan.title, { name: STATE }];
  const day = [plan.day];
  const numbers = [...plan.groups.flatMap((group) => [group.whole, ...group.parts]), ...plan.amounts, ...plan.steppers];
  const inOrder = plan.nameFirst ? [...name, ...day, ...numbers] : [...day, ...numbers, ...name];
  return [...inOrder, ...plan.main, ...plan.more].filter((field) => field !== undefined).map((field) => field.name);
}
