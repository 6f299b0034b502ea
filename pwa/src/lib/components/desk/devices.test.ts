import { describe, expect, it } from 'vitest';
import { byNeed, isSilent, type DeviceRow } from './devices';

const DAY = 86_400_000;
const NOW = Date.parse('2026-10-08T03:00:00Z');
function device(name: string, lastDaysAgo: number | null, more: Partial<DeviceRow> = {}): DeviceRow {
  return {
    device_name: name,
    person_name: '',
    unit: { id: 'u', name: 'U' },
    enrolled_at: NOW - 100 * DAY,
    last_contact: lastDaysAgo === null ? null : NOW - lastDaysAgo * DAY,
    refused: 0,
    set_aside: 0,
    revoked: false,
    ...more,
  };
}

describe('devices', () => {
  it('are silent after twelve days, unless revoked', () => {
    expect(isSilent(device('a', 12), NOW)).toBe(false);
    expect(isSilent(device('a', 13), NOW)).toBe(true);
    expect(isSilent(device('a', null), NOW)).toBe(true);
    expect(isSilent(device('a', 40, { revoked: true }), NOW)).toBe(false);
  });

  it('with something refused come first and revoked ones last', () => {
    const sorted = byNeed(
      [
        device('fine', 1),
        device('gone', 90, { revoked: true }),
        device('silent', 20),
        device('refused', 0, { refused: 1 }),
      ],
      NOW,
    );
    expect(sorted.map(({ device_name }) => device_name)).toEqual(['refused', 'silent', 'fine', 'gone']);
  });
});
