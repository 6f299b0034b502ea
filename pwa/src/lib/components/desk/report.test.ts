import { describe, expect, it } from 'vitest';
import type { Figure } from './catalogue';
import { countsFirst, linesInScope, type ReportLine } from './report';

function figure(code: string, core: boolean): Figure {
  return {
    code,
    label: code,
    unit: '',
    unitOne: '',
    kind: 'count',
    stock: false,
    addsUp: true,
    core,
    sumsEntries: true,
  };
}
function line(code: string, value: number | null): ReportLine {
  return { code, value, text: null, derived: value, declared: null, differing: [], sources_count: 0 };
}
const figures = new Map(['a', 'b', 'c'].map((code) => [code, figure(code, code === 'a')]));
const lines = [line('c', 0), line('b', null), line('a', null)];
const codes = (scope: 'core' | 'filled' | 'all') =>
  [...linesInScope(lines, figures, scope).keys()].map(({ code }) => code);

describe('a report', () => {
  it('stands in the order of the plan', () => {
    expect(codes('all')).toEqual(['a', 'b', 'c']);
  });

  it('counts zero as filled and empty as not', () => {
    expect(codes('filled')).toEqual(['c']);
  });

  it('can show the short form alone', () => {
    expect(codes('core')).toEqual(['a']);
  });
});

it('of what was declared apart the first counts, of a text the first of each paragraph', () => {
  const numbers = [45, 47].map((value) => ({ value, reason: '', by: '' }));
  expect(numbers.map((_, index) => countsFirst(numbers, index))).toEqual([true, false]);
  const texts = [1, 1, 3, 3].map((paragraph) => ({ text: 'Mưa.', paragraph, reason: '', by: '' }));
  expect(texts.map((_, index) => countsFirst(texts, index))).toEqual([true, false, true, false]);
});
