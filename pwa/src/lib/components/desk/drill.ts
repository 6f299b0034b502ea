/** What stands behind one number of one unit. */
export interface DrillStep {
  unit: { id: string; name: string; leaf: boolean };
  value: number | null;
  /** The units it comes from; empty for a grassroots unit. */
  children: DrillPart[];
  /** The entries it comes from; empty above the grassroots. */
  sources: DrillSource[];
}

/** One unit's share of a number. */
export interface DrillPart {
  unit: { id: string; name: string; leaf: boolean };
  value: number | null;
  submitted: boolean;
}

/** An entry behind a number. */
export interface DrillSource {
  entry: string;
  title: string;
  date: string;
  contribution: number | null;
}

/** Parts with a number, the largest first, and those without. */
export function splitParts(parts: readonly DrillPart[]): { filled: DrillPart[]; empty: DrillPart[] } {
  const filled = parts.filter(({ value }) => value !== null).sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  return { filled, empty: parts.filter(({ value }) => value === null) };
}
