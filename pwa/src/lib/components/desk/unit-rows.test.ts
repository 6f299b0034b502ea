import { describe, expect, it } from 'vitest';
import { reportState, sortUnits, type UnitRow } from './unit-rows';

function row(name: string, value: number | null, submitted: number): UnitRow {
  return {
    unit: { id: name, name, leaf: false },
    completeness: { expected: 4, submitted, on_time: submitted, late: 0, missing: 4 - submitted },
    values: { x: value },
  };
}
const rows = [row('Than Uyên', 5, 4), row('Đoàn Kết', null, 0), row('Tân Uyên', 9, 2)];
const names = (sorted: UnitRow[]) => sorted.map(({ unit }) => unit.name);

describe('units', () => {
  it('without a number stand last, whichever way numbers run', () => {
    expect(names(sortUnits(rows, 'x', { by: 'value', descending: true }))).toEqual([
      'Tân Uyên',
      'Than Uyên',
      'Đoàn Kết',
    ]);
    expect(names(sortUnits(rows, 'x', { by: 'value', descending: false }))).toEqual([
      'Than Uyên',
      'Tân Uyên',
      'Đoàn Kết',
    ]);
  });

  it('are sorted as Vietnamese names are', () => {
    expect(names(sortUnits(rows, 'x', { by: 'name', descending: false }))).toEqual([
      'Đoàn Kết',
      'Tân Uyên',
      'Than Uyên',
    ]);
  });

  it('that reported least come first when asked', () => {
    expect(names(sortUnits(rows, 'x', { by: 'reports', descending: false }))).toEqual([
      'Đoàn Kết',
      'Tân Uyên',
      'Than Uyên',
    ]);
  });

  it('have one state each', () => {
    expect(reportState({ expected: 1, submitted: 1, on_time: 0, late: 1, missing: 0 })).toBe('late');
    expect(reportState({ expected: 0, submitted: 0, on_time: 0, late: 0, missing: 0 })).toBeNull();
  });
});
