/** What stands behind one number of one unit. */
export interface DrillStep {
  unit: { id: string; name: string; leaf: boolean };
  value?: number | null;
  /** The units below it comes from. */
  children: DrillPart[];
  /** The unit's own entries it comes from. One may stand there twice: above and below the line of a rate. */
  sources: DrillSource[];
}

/** One unit's share of a number. */
export interface DrillPart {
  unit: { id: string; name: string; leaf: boolean };
  value?: number | null;
  submitted: boolean;
}

/** An entry behind a number. */
export interface DrillSource {
  entry: string;
  title: string;
  date: string;
  contribution?: number | null;
}

/** Parts with a number, the largest first, and those without. */
export function splitParts(parts: readonly DrillPart[]): { filled: DrillPart[]; empty: DrillPart[] } {
  const filled = parts.filter(({ value }) => value != null).sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  return { filled, empty: parts.filter(({ value }) => value == null) };
}

/** A unit that has not reported. One above others has no report of its own: it adds up. */
export function isMissing(part: DrillPart): boolean {
  return part.unit.leaf && !part.submitted;
}

/** How many of the units below reported, where each has a report of its own. */
export function countReported(parts: readonly DrillPart[]): number | null {
  const each = parts.length > 0 && parts.every(({ unit }) => unit.leaf);
  return each ? parts.filter(({ submitted }) => submitted).length : null;
}

/** What the entries bring together, and what the unit declares instead, if that differs. Nothing where entries do not add up. */
export function addUp(step: DrillStep, sumsEntries: boolean): { sum: number; declared: number | null } | null {
  if (!sumsEntries || step.sources.length === 0 || step.sources.some(({ contribution }) => contribution == null)) {
    return null;
  }
  const sum = step.sources.reduce((total, { contribution }) => total + (contribution ?? 0), 0);
  const isAlone = step.children.length === 0;
  return { sum, declared: isAlone && step.value !== sum ? (step.value ?? null) : null };
}
