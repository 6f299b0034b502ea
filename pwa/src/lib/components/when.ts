/** Moments as people say them: today and yesterday by name, other days by date. */
import { clock, dayOf } from '$lib/messages/format';
import { t } from '$lib/messages/phone';
import { addDays, shortDay } from './dates';

export function saidMoment(at: number, today: string): string {
  const day = dayOf(at);
  if (day === today) return t.when.today(clock(at));
  if (day === addDays(today, -1)) return t.when.yesterday(clock(at));
  return t.when.on(shortDay(day), clock(at));
}
