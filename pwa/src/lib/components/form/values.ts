/** Raw values of a form, seen as the shape a control needs. */
import type { RawValue } from '$lib/replica/types/RawValue';

export function asText(value: RawValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

export function asList(value: RawValue | undefined): string[] {
  if (Array.isArray(value)) return value.filter((item) => typeof item === 'string');
  return typeof value === 'string' && value !== '' ? [value] : [];
}

export function asRows(value: RawValue | undefined): Record<string, string>[] {
  if (!Array.isArray(value)) return [];
  return value.filter((item) => typeof item === 'object') as Record<string, string>[];
}
