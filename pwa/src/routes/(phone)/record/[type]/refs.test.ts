import { expect, test } from 'vitest';
import { fold, matches } from '$lib/components/fold';
import { refOptions } from '$lib/components/form/refs';
import { realCatalogue, RealPhone } from '$lib/replica/testing/real-core';

const NOW = Date.UTC(2026, 9, 8, 2, 30);
const catalogue = realCatalogue();
const asked = new RealPhone(NOW).query({ type: 'asked' });
const options = refOptions('indicator_ref', { catalogue, units: [], asked });

test('indicators are chosen by name, those asked of the unit first, and no text is a number to aim at', () => {
  const numbers = catalogue.indicators.filter((indicator) => indicator.kind !== 'text').map(({ code }) => code);
  const own = numbers.filter((code) => asked.includes(code));
  const others = numbers.filter((code) => !asked.includes(code));
  expect(own.length).toBeGreaterThan(0);
  expect(others.length).toBeGreaterThan(0);
  expect(options.map(({ code }) => code)).toEqual([...own, ...others]);
  expect(new Set(options.slice(0, own.length).map(({ group }) => group)).size).toBe(1);
  expect(options[0]?.group).not.toBe(options.at(-1)?.group);
});

test('an indicator is found by its code or by its title, without diacritics', () => {
  const found = (query: string) =>
    options.filter(({ mark, name }) => matches(fold(`${mark ?? ''} ${name}`), query)).map(({ code }) => code);
  expect(found('ii.1-02')).toEqual(['II.1-02']);
  expect(found('luot nguoi duoc tuyen truyen')).toContain('II.1-02');
});
