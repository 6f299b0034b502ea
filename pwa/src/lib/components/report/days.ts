import { t } from '$lib/messages/phone';
import type { ReportCard } from '$lib/replica/types/ReportCard';

/** Within so many days of its due day a report may be submitted without a question, though its period still runs. */
const NEAR_DAYS = 7;

/** "Còn 2 ngày", "Hạn hôm nay", "Quá hạn 3 ngày". */
export function daysLeft(days: number): string {
  if (days > 0) return t.today.daysLeft(days);
  return days === 0 ? t.today.dueToday : t.today.overdue(-days);
}

/** The last day of "2026-Q3", "2026-H1" or "2026". */
export function lastDayOf(period: string): string | undefined {
  const parts = /^(\d{4})(?:-(?:Q([1-4])|H([12])))?$/.exec(period);
  if (!parts) return undefined;
  const [, year, quarter, half] = parts;
  const months = quarter ? Number(quarter) * 3 : half ? Number(half) * 6 : 12;
  // Day 0 of the month after.
  return new Date(Date.UTC(Number(year), months, 0)).toISOString().slice(0, 10);
}

/** Whether a day lies in a period. */
export function covers(period: string, day: string): boolean {
  const last = lastDayOf(period);
  if (last === undefined) return false;
  const months = period.includes('Q') ? 3 : period.includes('H') ? 6 : 12;
  // Counted back from the month after it ends, so that no month is too short.
  const [year, month] = last.split('-').map(Number) as [number, number];
  const first = new Date(Date.UTC(year, month - months, 1)).toISOString().slice(0, 10);
  return first <= day && day <= last;
}

/** Its period still runs and nobody is waiting for it yet: most likely the button was pressed by mistake. */
export function isEarly(card: Pick<ReportCard, 'period' | 'days_left'>, today: string): boolean {
  const lastDay = lastDayOf(card.period);
  return lastDay !== undefined && today <= lastDay && card.days_left > NEAR_DAYS;
}
