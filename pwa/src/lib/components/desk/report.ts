import type { Figure } from './catalogue';

/** What one person declared about a number. */
export interface Declared {
  /** None where the person took the declaration back, so that the log's number counts. */
  value?: number | null;
  /** What was written, of a text. */
  text?: string | null;
  /** Which paragraph of the text, from 1. */
  paragraph?: number | null;
  reason: string;
  by: string;
  at?: number | null;
}

/** One indicator of a grassroots unit's report. */
export interface ReportLine {
  code: string;
  value?: number | null;
  text?: string | null;
  derived?: number | null;
  declared?: Declared | null;
  /** What people declared apart from each other, what counts first. Empty where they agree. */
  differing: Declared[];
  sources_count: number;
}

/** Where a unit's submission stands. */
export interface SubmissionLine {
  /** `none` or `received`. */
  state: string;
  submitted_at?: number | null;
  received_at?: number | null;
  on_time?: boolean | null;
  changed?: number | null;
}

/** Which lines a report shows. */
export type ReportScope = 'core' | 'filled' | 'all';

/** Whether one of several declarations is the one that counts: the first, of a text the first of each paragraph. */
export function countsFirst(differing: readonly Declared[], index: number): boolean {
  return index === 0 || differing[index - 1]?.paragraph !== differing[index]?.paragraph;
}

/** Whether a line holds anything: 0 does, empty does not. */
export function isFilled(line: ReportLine): boolean {
  return line.value != null || Boolean(line.text);
}

/** The lines to show, each with its indicator, in the plan's order. */
export function linesInScope(
  lines: readonly ReportLine[],
  figures: ReadonlyMap<string, Figure>,
  scope: ReportScope,
): Map<Figure, ReportLine> {
  const byCode = new Map(lines.map((line) => [line.code, line]));
  const shown = new Map<Figure, ReportLine>();
  for (const figure of figures.values()) {
    const line = byCode.get(figure.code);
    if (!line) continue;
    if (scope === 'all' || (scope === 'core' ? figure.core : isFilled(line))) shown.set(figure, line);
  }
  return shown;
}
