import type { Bilingual } from '$lib/messages/language';
import type { DraftFinding } from '$lib/replica/types/DraftFinding';

/** What a field shows beside its value. */
export interface FieldState {
  /** Whether what stands in it is on disk. */
  saved: Saved | undefined;
  /** What is wrong or odd, said at this field. */
  findings: DraftFinding[];
  /** What the text will be understood as. */
  understood: Bilingual | undefined;
  /** The amount in words. */
  words: Bilingual | undefined;
}

export type Saved = 'keeping' | 'kept' | 'failed';

export function hasError(state: FieldState): boolean {
  return state.findings.some((finding) => finding.level === 'error');
}

export function hasWarning(state: FieldState): boolean {
  return state.findings.some((finding) => finding.level === 'warning');
}
