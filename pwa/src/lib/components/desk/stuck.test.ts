import { describe, expect, test } from 'vitest';
import { countStuck, latestOf, outcomeOf, partOf, refusedOf, waitOf, whoOf, whyOf } from './stuck';

describe('what stands still', () => {
  test('is counted by changes, set aside or waiting for another device', () => {
    expect(countStuck({ set_aside: 0, parked: [] })).toBe(0);
    expect(countStuck({ set_aside: 2, parked: [{ count: 3 }, { count: 1 }] })).toBe(6);
  });

  test('is named by the part of the log it belongs to', () => {
    expect(partOf('log/KHUN-HA/2026')).toBe('Nhật ký 2026');
    expect(partOf('register/KHUN-HA')).toBe('Sổ theo dõi');
    expect(partOf('new-kind/KHUN-HA/2026')).toBe('new-kind 2026');
  });

  test('is told with who wrote it, as far as that is known', () => {
    expect(whoOf({ person_name: 'Lò Thị Xoan', device_name: 'máy A' })).toBe('Lò Thị Xoan, máy A');
    expect(whoOf({ person_name: null, device_name: '' })).toBe('Không rõ ai');
  });

  test('waits so long, as people say it', () => {
    const said = [0, 99, 100, 1_240, 9_960, 61_000, 121_000, 3_600_000, 8_000_000].map(waitOf);
    expect(said).toEqual([
      'dưới 0,1 giây',
      'dưới 0,1 giây',
      '0,1 giây',
      '1,2 giây',
      '10 giây',
      '61 giây',
      '2 phút',
      '60 phút',
      '2 giờ',
    ]);
  });

  test('says why in a sentence, also what this page does not know', () => {
    expect(whyOf({ reason: 'breaks_schema' })).toBe('Nội dung không đúng khuôn dạng của sổ.');
    expect(whyOf({ reason: 'of_a_newer_server' })).toBe('Máy chủ chưa ghép được thay đổi này.');
  });
});

describe('trying a change again', () => {
  const row = {
    document: 'log/A/2026',
    change: '00',
    unit: { id: 'A', name: 'A' },
    device_name: '',
    received_at: 0,
    reason: 'breaks_schema',
    detail: 'Sai khuôn dạng.',
  };

  test('ends in the log, aside again, or in the queue', () => {
    expect(outcomeOf({ outcome: 'applied' })).toEqual({ kind: 'applied' });
    expect(outcomeOf({ outcome: 'set_aside', detail: 'Sai.' })).toEqual({ kind: 'set-aside', detail: 'Sai.' });
    expect(outcomeOf({ outcome: 'waiting' })).toEqual({ kind: 'waiting' });
  });

  test('is refused for a reason that names what has to go first', () => {
    const refused = (kind: string, code: string | null, needs: string | null = null) =>
      refusedOf({ kind, code, needs });
    expect(refused('failed', 'needs_other', 'ab')).toEqual({ kind: 'needs-other', needs: 'ab' });
    expect(refused('failed', 'not_set_aside')).toEqual({ kind: 'not-set-aside' });
    expect(refused('failed', 'unreadable')).toEqual({ kind: 'unreadable' });
    expect(refused('offline', null)).toEqual({ kind: 'offline' });
    expect(refused('busy', 'not_written')).toEqual({ kind: 'failed' });
  });

  test('is followed from the queue to where it comes to rest', () => {
    const waiting = { kind: 'waiting' } as const;
    expect(latestOf(waiting, undefined, 3)).toBe(waiting);
    expect(latestOf(waiting, undefined, 0)).toEqual({ kind: 'applied' });
    expect(latestOf(waiting, row, 0)).toEqual({ kind: 'set-aside', detail: 'Sai khuôn dạng.' });
    expect(latestOf({ kind: 'busy' }, row, 0)).toEqual({ kind: 'busy' });
  });
});
