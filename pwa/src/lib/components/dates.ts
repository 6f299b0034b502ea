/** Days as they are stored ("2026-10-08") and as people write them ("08/10/2026"). */

/** "2026-10-08" for a day typed or stored either way; none when it is not a whole day yet. */
export function isoDay(text: string): string | undefined {
  const trimmed = text.trim();
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(trimmed);
  if (iso) return trimmed;
  const written = /^(\d{1,2})[/.,\- ](\d{1,2})[/.,\- ](\d{4})$/.exec(trimmed);
  if (!written) return undefined;
  const [, day, month, year] = written;
  return `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`;
}

/** "08/10/2026", or the text itself when it is not a day. */
export function writtenDay(text: string): string {
  const iso = isoDay(text);
  if (!iso) return text;
  const [year, month, day] = iso.split('-');
  return `${day}/${month}/${year}`;
}

/** "08/10". */
export function shortDay(iso: string): string {
  return writtenDay(iso).slice(0, 5);
}

/** The day so many days later. */
export function addDays(iso: string, days: number): string {
  const date = new Date(`${iso}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** 0 for Sunday to 6 for Saturday. */
export function weekday(iso: string): number {
  return new Date(`${iso}T00:00:00Z`).getUTCDay();
}
