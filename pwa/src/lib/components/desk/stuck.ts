import { t } from '$lib/messages/desk';
import { number } from '$lib/messages/format';

/** Changes that came before what they were made upon. */
export interface ParkedRow {
  document: string;
  unit: { id: string; name: string };
  device: string;
  device_name: string;
  person_name?: string | null;
  count: number;
  since: number;
}

/** A change that was taken in and could not be applied. */
export interface AsideRow {
  document: string;
  change: string;
  unit: { id: string; name: string };
  device_name: string;
  person_name?: string | null;
  received_at: number;
  reason: string;
  /** More about it, in Vietnamese. */
  detail: string;
}

/** What became of trying one again. */
export type Outcome =
  | { kind: 'busy' | 'applied' | 'waiting' | 'not-set-aside' | 'unreadable' | 'offline' | 'failed' }
  | { kind: 'set-aside'; detail: string }
  /** `needs`: hash of the change that has to go first. */
  | { kind: 'needs-other'; needs: string | null };

/** A wait longer than this is one that people notice. */
export const SLOW_MS = 10_000;

/** How many changes stand still. */
export function countStuck(state: { set_aside: number; parked: readonly { count: number }[] }): number {
  return state.set_aside + state.parked.reduce((sum, { count }) => sum + count, 0);
}

/** Who wrote, and on which device. */
export function whoOf({ person_name, device_name }: Pick<AsideRow, 'person_name' | 'device_name'>): string {
  return [person_name ?? t.stuck.unknownPerson, device_name].filter(Boolean).join(', ');
}

/** `log/KHUN-HA/2026` → `Nhật ký 2026`. */
export function partOf(document: string): string {
  const [kind = '', , year] = document.split('/');
  const name = t.stuck.kinds[kind] ?? kind;
  return year ? t.stuck.kindYear(name, year) : name;
}

/** A wait as people say it: `0,4 giây`, `12 giây`, `3 phút`. */
export function waitOf(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 0.1) return t.stuck.instant;
  if (seconds < 10) return t.stuck.seconds(number(Math.round(seconds * 10) / 10));
  if (seconds < 120) return t.stuck.seconds(number(Math.round(seconds)));
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? t.stuck.minutes(minutes) : t.stuck.hours(Math.round(minutes / 60));
}

/** Why a change was set aside: what the server's code means. */
export function whyOf({ reason }: { reason: string }): string {
  return t.stuck.reasons[reason] ?? t.stuck.reasonOther;
}

/** What the server says became of a change that was tried again. */
export function outcomeOf(released: { outcome: string; detail?: string | null }): Outcome {
  switch (released.outcome) {
    case 'applied':
      return { kind: 'applied' };
    case 'set_aside':
      return { kind: 'set-aside', detail: released.detail ?? '' };
    default:
      return { kind: 'waiting' };
  }
}

/** Why a change was not tried again. */
export function refusedOf(problem: { kind: string; code: string | null; needs: string | null }): Outcome {
  switch (problem.code) {
    case 'needs_other':
      return { kind: 'needs-other', needs: problem.needs };
    case 'not_set_aside':
      return { kind: 'not-set-aside' };
    case 'unreadable':
      return { kind: 'unreadable' };
    default:
      return { kind: problem.kind === 'offline' ? 'offline' : 'failed' };
  }
}

/** What became meanwhile of one that waited for its turn: `aside` where it is set aside again. */
export function latestOf(outcome: Outcome, aside: AsideRow | undefined, documents: number): Outcome {
  if (outcome.kind !== 'waiting') return outcome;
  if (aside) return { kind: 'set-aside', detail: aside.detail };
  return documents === 0 ? { kind: 'applied' } : outcome;
}
