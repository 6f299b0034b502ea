import { expect, test } from 'vitest';
import { covers, isEarly, lastDayOf } from './days';

test('a period ends with its last month', () => {
  expect(lastDayOf('2026-Q1')).toBe('2026-03-31');
  expect(lastDayOf('2026-Q3')).toBe('2026-09-30');
  expect(lastDayOf('2026-H1')).toBe('2026-06-30');
  expect(lastDayOf('2028')).toBe('2028-12-31');
  expect(lastDayOf('2026-Q9')).toBeUndefined();
});

test('a day lies in a period from its first to its last', () => {
  for (const [period, first, last] of [
    ['2026-Q1', '2026-01-01', '2026-03-31'],
    ['2026-Q4', '2026-10-01', '2026-12-31'],
    ['2026-H2', '2026-07-01', '2026-12-31'],
    ['2026', '2026-01-01', '2026-12-31'],
  ] as const) {
    expect([covers(period, first), covers(period, last)]).toEqual([true, true]);
  }
  expect(covers('2026-Q4', '2026-09-30')).toBe(false);
  expect(covers('2026-H1', '2026-07-01')).toBe(false);
  expect(covers('2026', '2025-12-31')).toBe(false);
  expect(covers('2026-Q9', '2026-12-31')).toBe(false);
});

test('a report is early while its period runs and its due day is far', () => {
  expect(isEarly({ period: '2026-Q3', days_left: 40 }, '2026-08-31')).toBe(true);
  expect(isEarly({ period: '2026-Q3', days_left: 10 }, '2026-09-30')).toBe(true);
  expect(isEarly({ period: '2026-Q3', days_left: 9 }, '2026-10-01')).toBe(false);
  // A due day before the period's end: the province has asked for it early.
  expect(isEarly({ period: '2026-Q3', days_left: 5 }, '2026-09-20')).toBe(false);
});
