/** Numbers as people in Việt Nam write them: 1.250.000, 12,5 %. Empty is never zero. */

import { language } from '$lib/messages/language';

/** How an indicator's number is written; from the catalogue. */
export type NumberKind = 'count' | 'people' | 'money_vnd' | 'percent' | 'text';

const MILLION = 1_000_000;
const BILLION = 1_000_000_000;
const MINUS = '\u2212';

/** A number in full: `1.250.000`, `12,5`. */
export function formatNumber(value: number, decimals = 2): string {
  const text = new Intl.NumberFormat(language() === 'en' ? 'en-GB' : 'vi-VN', {
    maximumFractionDigits: decimals,
  }).format(Math.abs(value));
  return value < 0 ? MINUS + text : text;
}

/** An indicator's value in full. Percentages get one decimal. */
export function formatValue(value: number, kind: NumberKind): string {
  return formatNumber(value, kind === 'percent' ? 1 : 2);
}

/** A number short enough for a tile, with the unit that belongs to it. Only large sums of money are shortened. */
export interface ShortValue {
  text: string;
  /** Set when the number was shortened. */
  scale: 'million' | 'billion' | null;
}

/** Shortens money from ten million đồng on; all else stays whole. */
export function shortValue(value: number, kind: NumberKind): ShortValue {
  const size = Math.abs(value);
  if (kind === 'money_vnd' && size >= 10 * BILLION) {
    return { text: formatNumber(value / BILLION, 1), scale: 'billion' };
  }
  if (kind === 'money_vnd' && size >= 10 * MILLION) {
    return { text: formatNumber(value / MILLION, size >= BILLION ? 0 : 1), scale: 'million' };
  }
  return { text: formatValue(value, kind), scale: null };
}

/** A change against the period before, ready to show. */
export interface Change {
  text: string;
  /** `points` for percentages, `percent` for large numbers, `count` for small ones. */
  measure: 'points' | 'percent' | 'count';
  direction: 'up' | 'down' | 'same';
}

/** Below this, a percentage says more than there is to say. */
const LEAST_FOR_PERCENT = 50;

/** The change from one number to the next; nothing when either is empty. */
export function changeFrom(previous: number | null, value: number | null, kind: NumberKind): Change | null {
  if (previous === null || value === null) {
    return null;
  }
  const difference = value - previous;
  const direction = difference > 0 ? 'up' : difference < 0 ? 'down' : 'same';
  if (kind === 'percent') {
    return { text: signed(difference, 1), measure: 'points', direction };
  }
  if (Math.abs(previous) >= LEAST_FOR_PERCENT) {
    return { text: `${signed((difference / Math.abs(previous)) * 100, 0)}%`, measure: 'percent', direction };
  }
  return { text: signed(difference, 2), measure: 'count', direction };
}

/** By how much a figure moved: `+58`, `−1.250.000`. */
export function formatMove(difference: number, kind: NumberKind): string {
  return signed(difference, kind === 'percent' ? 1 : 2);
}

function signed(value: number, decimals: number): string {
  const text = formatNumber(value, decimals);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}
