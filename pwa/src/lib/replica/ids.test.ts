import { expect, test } from 'vitest';
import { newUlid } from './ids';

test('a ULID has 26 characters, begins with its time, and later ones sort later', () => {
  expect(newUlid(1_469_918_176_385)).toMatch(/^01ARYZ6S41[0-9A-HJKMNP-TV-Z]{16}$/);
  expect(newUlid(1_000) < newUlid(2_000)).toBe(true);
});

test('no two are alike', () => {
  expect(new Set(Array.from({ length: 1_000 }, () => newUlid(5))).size).toBe(1_000);
});
