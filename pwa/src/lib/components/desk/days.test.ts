import { describe, expect, it } from 'vitest';
import { daysSince, daysUntil } from './days';

describe('days', () => {
  it('turn at midnight in Việt Nam', () => {
    const justAfterMidnight = Date.parse('2026-10-08T17:05:00Z');
    expect(daysUntil('2026-10-10', justAfterMidnight)).toBe(1);
    expect(daysUntil('2026-10-09', justAfterMidnight)).toBe(0);
    expect(daysUntil('2026-10-01', justAfterMidnight)).toBe(-8);
    expect(daysSince(Date.parse('2026-10-08T16:00:00Z'), justAfterMidnight)).toBe(1);
  });
});
