import { describe, expect, it } from 'vitest';
import { addUp, countReported, isMissing, splitParts, type DrillStep } from './drill';

function step(value: number | null, contributions: (number | null)[]): DrillStep {
  return {
    unit: { id: 'u', name: 'U', leaf: true },
    value,
    children: [],
    sources: contributions.map((contribution, index) => ({
      entry: String(index),
      title: '',
      date: '2026-10-01',
      contribution,
    })),
  };
}

describe('a number, opened', () => {
  it('is the sum of its entries', () => {
    expect(addUp(step(7, [3, 4]), true)).toEqual({ sum: 7, declared: null });
  });

  it('shows what the unit declares beside what the entries give', () => {
    expect(addUp(step(9, [3, 4]), true)).toEqual({ sum: 7, declared: 9 });
  });

  it('has no sum where entries do not add up', () => {
    expect(addUp(step(2, [1, 1, 1]), false)).toBeNull();
    expect(addUp(step(2, [1, null]), true)).toBeNull();
    expect(addUp(step(0, []), true)).toBeNull();
  });

  it('has the units without a number apart', () => {
    const part = (name: string, value: number | null) => ({
      unit: { id: name, name, leaf: true },
      value,
      submitted: true,
    });
    const { filled, empty } = splitParts([part('a', 0), part('b', null), part('c', 5)]);
    expect(filled.map(({ unit }) => unit.id)).toEqual(['c', 'a']);
    expect(empty.map(({ unit }) => unit.id)).toEqual(['b']);
  });

  it('has reports of the units that report, not of those that add up', () => {
    const part = (leaf: boolean, submitted: boolean) => ({ unit: { id: '', name: '', leaf }, value: 1, submitted });
    expect(isMissing(part(true, false))).toBe(true);
    expect(isMissing(part(true, true))).toBe(false);
    expect(isMissing(part(false, false))).toBe(false);
    expect(countReported([part(true, true), part(true, false)])).toBe(1);
    expect(countReported([part(true, true), part(false, false)])).toBeNull();
    expect(countReported([])).toBeNull();
  });
});
