import { describe, expect, it } from 'vitest';
import { changeFrom, formatValue, shortValue } from './numbers';

describe('numbers', () => {
  it('writes thousands with points and decimals with a comma in Vietnamese', () => {
    expect(formatValue(1_250_000, 'money_vnd')).toBe('1.250.000');
    expect(formatValue(61.25, 'percent')).toBe('61,3');
  });

  it('shortens only large sums of money', () => {
    expect(shortValue(4_186_000_000, 'money_vnd')).toEqual({ text: '4.186', scale: 'million' });
    expect(shortValue(12_340_000_000, 'money_vnd')).toEqual({ text: '12,3', scale: 'billion' });
    expect(shortValue(9_500_000, 'money_vnd')).toEqual({ text: '9.500.000', scale: null });
    expect(shortValue(18_420_000, 'people').text).toBe('18.420.000');
  });

  it('tells a small change as a count, a large one in percent, a rate in points', () => {
    expect(changeFrom(54, 63, 'count')?.text).toBe('+17%');
    expect(changeFrom(3, 5, 'count')).toEqual({ text: '+2', measure: 'count', direction: 'up' });
    expect(changeFrom(70, 68, 'percent')).toEqual({ text: '\u22122', measure: 'points', direction: 'down' });
    expect(changeFrom(1000, 1001, 'count')?.text).toBe('0%');
  });

  it('knows no change where a number is empty', () => {
    expect(changeFrom(null, 5, 'count')).toBeNull();
    expect(changeFrom(5, null, 'count')).toBeNull();
  });
});
