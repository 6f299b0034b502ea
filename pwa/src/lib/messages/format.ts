import { language } from './language';

const LOCALES = { vi: 'vi-VN', en: 'en-GB' };

/** All people and units of this app live in one time zone. */
const TIME_ZONE = 'Asia/Ho_Chi_Minh';

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(LOCALES[language()], { timeZone: TIME_ZONE, ...options });
}

/** A day as the core writes it (`2026-10-08`), at noon so that no time zone moves it. */
function noon(day: string): Date {
  return new Date(`${day}T12:00:00+07:00`);
}

/** `2026-10-08` → `08/10`. */
export function dayMonth(day: string): string {
  return fullDate(day).slice(0, 5);
}

/** `2026-10-08` → `08/10/2026`. */
export function fullDate(day: string): string {
  return dateFormat({ day: '2-digit', month: '2-digit', year: 'numeric' }).format(noon(day));
}

/** `2026-10-08` → `Thứ Năm, 08/10`. */
export function weekdayDate(day: string): string {
  return dateFormat({ weekday: 'long', day: '2-digit', month: '2-digit' }).format(noon(day));
}

/** A moment in milliseconds → `14:05 08/10/2026`. */
export function moment(ms: number): string {
  return `${clock(ms)} ${dateFormat({ day: '2-digit', month: '2-digit', year: 'numeric' }).format(ms)}`;
}

/** A moment in milliseconds → `14:05`. */
export function clock(ms: number): string {
  return dateFormat({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(ms);
}

/** The day in Việt Nam of a moment, as the core writes it. */
export function dayOf(ms: number): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: TIME_ZONE }).format(ms);
}

/** `1250000` → `1.250.000`. */
export function number(value: number): string {
  return new Intl.NumberFormat(LOCALES[language()]).format(value);
}

/**
 * A number as it is written in Vietnamese, in the language in use: `1.250,5` → `1,250.5` in English. Undoes itself, so that
 * a box shows and takes what the page shows while the core has one way of writing.
 */
export function numeral(written: string): string {
  if (language() === 'vi') return written;
  return written.replace(/[.,]/g, (mark) => (mark === '.' ? ',' : '.'));
}

/** `1536` → `1,5 KB`. */
export function bytes(count: number): string {
  if (count < 1024) return `${number(count)} B`;
  const unit = count < 1024 * 1024 ? { size: 1024, name: 'KB' } : { size: 1024 * 1024, name: 'MB' };
  const format = new Intl.NumberFormat(LOCALES[language()], { maximumFractionDigits: 1 });
  return `${format.format(count / unit.size)} ${unit.name}`;
}
