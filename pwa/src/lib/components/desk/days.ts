import { dayOf } from '$lib/messages/format';

const DAY_MS = 86_400_000;

/** Whole days from today, by the Vietnamese calendar, to a day such as `2026-10-08`; negative when it is over. */
export function daysUntil(day: string, now: number): number {
  return Math.round((Date.parse(day) - Date.parse(dayOf(now))) / DAY_MS);
}

/** Whole days since a moment, by the Vietnamese calendar. */
export function daysSince(at: number, now: number): number {
  return Math.max(0, -daysUntil(dayOf(at), now));
}
