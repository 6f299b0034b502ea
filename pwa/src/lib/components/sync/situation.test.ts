import { expect, test } from 'vitest';
import { t } from '$lib/messages/phone';
import type { Status } from '$lib/replica/types/Status';
import { counted, situation } from './situation';

const CALM: Status = {
  enrolled: true,
  officer: null,
  waiting: 0,
  waiting_bytes: 0,
  refused: 0,
  elsewhere: 0,
  conflicts: 0,
  phase: 'idle',
  last_contact: 1,
  problem: null,
  storage_full: false,
  revoked: false,
};

function line(status: Partial<Status>, online = true): (string | undefined)[] {
  const all = { ...CALM, ...status };
  const said = situation(all, online);
  return [said.text, counted(all, said)?.text];
}

test('all is sent only where nothing waits, nothing was refused and nothing is left over', () => {
  expect(line({})).toEqual([t.sync.allSent, undefined]);
  expect(line({ conflicts: 2 })).toEqual([t.sync.allSent, t.sync.conflicts(2)]);
  for (const status of [{ refused: 1 }, { waiting: 1 }, { elsewhere: 5 }])
    for (const online of [true, false]) expect(line(status, online)).not.toContain(t.sync.allSent);
});

test('what was refused is said once, and before anything else that is counted', () => {
  expect(line({ refused: 1 })).toEqual([t.sync.refused(1), undefined]);
  expect(line({ refused: 1, last_contact: null })).toEqual([t.sync.refused(1), undefined]);
  expect(line({ refused: 1, waiting: 3 })).toEqual([t.sync.willSend, t.sync.refused(1)]);
  expect(line({ refused: 1, waiting: 3 }, false)).toEqual([t.sync.offline, t.sync.refused(1)]);
  expect(line({ refused: 1, elsewhere: 5 })).toEqual([t.sync.refused(1), t.sync.elsewhere(5)]);
});

test('what another unit left is told beside that this unit has sent its own', () => {
  expect(line({ elsewhere: 5 })).toEqual([t.sync.ownSent, t.sync.elsewhere(5)]);
});

test('after a failure it is being tried again, until something got through', () => {
  expect(line({ phase: 'sending', waiting: 2 })).toEqual([t.sync.sending, t.sync.waiting(2)]);
  expect(line({ phase: 'sending' })).toEqual([t.sync.receiving, undefined]);
  for (const waiting of [0, 2])
    expect(line({ phase: 'sending', waiting, problem: 'unreachable' })[0]).toBe(t.sync.tryingAgain);
});
