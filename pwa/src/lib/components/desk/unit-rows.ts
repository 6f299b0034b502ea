/** Units below a place, one row each. */
export interface UnitRow {
  unit: { id: string; name: string; leaf: boolean };
  completeness: { expected: number; submitted: number; on_time: number; late: number; missing: number };
  values: Record<string, number | null>;
}

/** How rows are sorted. */
export interface UnitOrder {
  by: 'name' | 'value' | 'reports';
  descending: boolean;
}

/** Sorted rows. Units without a number stand last, whichever way numbers run. */
export function sortUnits(rows: readonly UnitRow[], code: string, { by, descending }: UnitOrder): UnitRow[] {
  const sign = descending ? -1 : 1;
  const byName = (a: UnitRow, b: UnitRow) => a.unit.name.localeCompare(b.unit.name, 'vi', { numeric: true });
  switch (by) {
    case 'name':
      return [...rows].sort((a, b) => sign * byName(a, b));
    case 'value':
      return [...rows].sort(
        (a, b) => compareValues(a.values[code] ?? null, b.values[code] ?? null, sign) || byName(a, b),
      );
    case 'reports':
      return [...rows].sort((a, b) => sign * (share(a) - share(b)) || byName(a, b));
  }
}

/** Where the report of a single unit stands; nothing when it need not report. */
export function reportState(completeness: UnitRow['completeness']): 'on-time' | 'late' | 'missing' | null {
  if (completeness.on_time > 0) return 'on-time';
  if (completeness.late > 0) return 'late';
  return completeness.missing > 0 ? 'missing' : null;
}

function compareValues(a: number | null, b: number | null, sign: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return sign * (a - b);
}

function share({ completeness }: UnitRow): number {
  return completeness.expected === 0 ? 2 : completeness.submitted / completeness.expected;
}
