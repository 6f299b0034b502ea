import { describe, expect, it } from 'vitest';
import { unitOf } from './catalogue';

describe('what a figure counts', () => {
  it('is not said in the plural beside 1', () => {
    const sessions = { unit: 'sessions', unitOne: 'session' };
    expect(unitOf(sessions, 1)).toBe('session');
    expect(unitOf(sessions, 0)).toBe('sessions');
    expect(unitOf(sessions, 2)).toBe('sessions');
    expect(unitOf(sessions, null)).toBe('sessions');
  });
});
