import { describe, expect, it } from 'vitest';
import { entryHref, overviewHref, safeNext } from './address';

describe('addresses', () => {
  it('carry place and period', () => {
    expect(overviewHref({ unit: 'than-uyen', period: '2026-Q3', figure: 'II.1-02', open: null })).toBe(
      '/desk?unit=than-uyen&period=2026-Q3&figure=II.1-02',
    );
    expect(entryHref('a/b', '2026-Q3', '01J')).toBe('/desk/units/a%2Fb/entries/01J?period=2026-Q3');
  });

  it('lead nowhere else after signing in', () => {
    expect(safeNext('/desk?unit=x')).toBe('/desk?unit=x');
    expect(safeNext('/desk/units/x')).toBe('/desk/units/x');
    expect(safeNext('//evil.example')).toBe('/desk');
    expect(safeNext('/deskbogus')).toBe('/desk');
    expect(safeNext(null)).toBe('/desk');
  });
});
