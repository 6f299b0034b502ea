import { afterEach, expect, it, vi } from 'vitest';
import { numeral } from './format';

afterEach(() => vi.unstubAllGlobals());

it('leaves a number as the core writes it in Vietnamese', () => {
  expect(numeral('1.250.000,5')).toBe('1.250.000,5');
});

it('writes a number in the English way, and back to what the core reads', () => {
  vi.stubGlobal('document', { documentElement: { lang: 'en' } });
  expect(numeral('1.250.000,5')).toBe('1,250,000.5');
  expect(numeral('14.7 tr')).toBe('14,7 tr');
  expect(numeral(numeral('1.250,'))).toBe('1.250,');
});
