import { t } from '$lib/messages/phone';

/** "Còn 2 ngày", "Hạn hôm nay", "Quá hạn 3 ngày". */
export function daysLeft(days: number): string {
  if (days > 0) return t.today.daysLeft(days);
  return days === 0 ? t.today.dueToday : t.today.overdue(-days);
}
