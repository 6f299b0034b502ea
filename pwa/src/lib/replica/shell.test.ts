import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Core } from './core';
import type { Send } from './network';
import { Shell, type ShellParts } from './shell';
import { Fenced } from './storage';
import type { Effect } from './types/Effect';
import type { Input } from './types/Input';
import type { Write } from './types/Write';

const PERSIST: Effect = { type: 'persist', ticket: 1, writes: [{ key: 'a', value: new Uint8Array([1]) }] };
const DONE: Effect = { type: 'outcome', outcome: { result: 'done' } };
const CHANGED: Effect = { type: 'changed' };
const SEND: Effect = {
  type: 'send',
  request: 7,
  path: '/api/v1/sync',
  content_type: 'application/cbor',
  token: null,
  body: new Uint8Array(3),
};
const DROP: Input = { type: 'drop_draft', entry: '01' };
const ENROL: Input = { type: 'enrol', code: 'ABCD', signing_seed: new Uint8Array(32), device_name: '' };

type Script = (input: Input) => Effect[];

/** A shell around a scripted core. What happens is written into `log`, in order. */
class Stage {
  readonly log: string[] = [];
  /** Writes wait here until they are let go. */
  readonly writes: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  readonly hands: ((input: Input) => Promise<void>)[] = [];
  readonly ends: (() => void)[] = [];
  readonly shell: Shell;
  query: Core['query'] = () => 'answer';

  constructor(script: Script) {
    const { log } = this;
    const parts: ShellParts = {
      core: {
        handle: (input) => {
          log.push(`handle ${input.type}`);
          return script(input);
        },
        query: (query, now) => this.query(query, now),
      },
      write: (writes: readonly Write[]) => {
        log.push(`write ${writes.map((write) => write.key).join()}`);
        return new Promise((resolve, reject) => this.writes.push({ resolve, reject }));
      },
      perform: (send: Send, hand) => {
        log.push(`send ${send.request}`);
        this.hands.push(hand);
        return new Promise((resolve) => this.ends.push(resolve));
      },
      now: () => Date.now(),
      requestBackgroundSync: () => log.push('request background sync'),
      changed: () => log.push('changed'),
      fenced: () => log.push('fenced'),
      crashed: () => log.push('crashed'),
    };
    this.shell = new Shell(parts);
  }

  /** Hands in an input and notes what it came to. */
  send(input: Input): void {
    this.shell.send(input).then(
      (outcome) => this.log.push(`told ${outcome.result}`),
      (error: { kind: string }) => this.log.push(`told error ${error.kind}`),
    );
  }

  /** Lets everything happen that can without anything from outside. */
  async idle(): Promise<void> {
    await vi.advanceTimersByTimeAsync(0);
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('writing', () => {
  test('nothing that rests on a write happens before the write is on disk', async () => {
    const stage = new Stage((input) => (input.type === 'drop_draft' ? [PERSIST, SEND, DONE, CHANGED] : []));
    stage.send(DROP);
    await stage.idle();
    expect(stage.log).toEqual(['handle drop_draft', 'write a']);
    stage.writes[0]?.resolve();
    await stage.idle();
    expect(stage.log.slice(2)).toEqual(['handle persisted', 'send 7', 'told done', 'changed']);
  });

  test('the next input waits until the effects of the one before are done', async () => {
    const stage = new Stage((input) => (input.type === 'drop_draft' ? [PERSIST, DONE] : []));
    stage.send(DROP);
    stage.send({ type: 'delete_entry', entry: '02' });
    await stage.idle();
    expect(stage.log).toEqual(['handle drop_draft', 'write a']);
    stage.writes[0]?.resolve();
    await stage.idle();
    expect(stage.log.slice(2)).toEqual(['handle persisted', 'told done', 'handle delete_entry', 'told done']);
  });

  test('an outcome that the core gives only once the write is on disk reaches the one who asked', async () => {
    const stage = new Stage((input) => {
      if (input.type === 'drop_draft') return [PERSIST];
      return input.type === 'persisted' ? [{ type: 'outcome', outcome: { result: 'invalid', findings: [] } }] : [];
    });
    stage.send(DROP);
    await stage.idle();
    stage.writes[0]?.resolve();
    await stage.idle();
    expect(stage.log.at(-1)).toBe('told invalid');
  });

  test('on a full disk nobody is told "saved", nothing is sent, and the core knows all of it', async () => {
    const stage = new Stage((input) => {
      if (input.type === 'drop_draft') return [PERSIST, SEND, { ...PERSIST, ticket: 2 }, DONE, CHANGED];
      return [];
    });
    stage.send(DROP);
    await stage.idle();
    stage.writes[0]?.reject(new DOMException('no room', 'QuotaExceededError'));
    await stage.idle();
    expect(stage.log.slice(2)).toEqual([
      'handle persist_failed',
      'handle send_failed',
      'handle persist_failed',
      'told error storage_full',
      'changed',
    ]);
    expect(stage.shell.stopped).toBe(false);
  });

  test('a write that fails for another reason is not called a full disk', async () => {
    let full: boolean | undefined;
    const stage = new Stage((input) => {
      if (input.type === 'persist_failed') full = input.full;
      return input.type === 'drop_draft' ? [PERSIST, DONE] : [];
    });
    stage.send(DROP);
    await stage.idle();
    stage.writes[0]?.reject(new DOMException('broken', 'UnknownError'));
    await stage.idle();
    expect(full).toBe(false);
    expect(stage.log.at(-1)).toBe('told error storage');
  });

  test('a shell that another owner has fenced off does nothing more and answers nobody', async () => {
    const stage = new Stage((input) => (input.type === 'drop_draft' ? [PERSIST, SEND, DONE, CHANGED] : []));
    stage.send(DROP);
    stage.send(DROP);
    await stage.idle();
    stage.writes[0]?.reject(new Fenced());
    await stage.idle();
    expect(stage.log).toEqual(['handle drop_draft', 'write a', 'fenced']);
  });
});

describe('outcomes', () => {
  test('an input without an outcome of its own is done when its effects are', async () => {
    const stage = new Stage(() => []);
    stage.send(DROP);
    await stage.idle();
    expect(stage.log).toEqual(['handle drop_draft', 'told done']);
  });

  test('enrolment is answered when the server has answered', async () => {
    const stage = new Stage((input) => {
      if (input.type === 'enrol') return [SEND];
      return input.type === 'response_end' ? [PERSIST, DONE] : [];
    });
    stage.send(ENROL);
    stage.send(DROP);
    await stage.idle();
    expect(stage.log).toEqual(['handle enrol', 'send 7', 'handle drop_draft', 'told done']);
    void stage.hands[0]?.({ type: 'response_end', request: 7, status: 200, content_type: '', retry_after_s: null });
    await stage.idle();
    stage.writes[0]?.resolve();
    await stage.idle();
    expect(stage.log.slice(4)).toEqual(['handle response_end', 'write a', 'handle persisted', 'told done']);
  });

  test('an enrolment that cannot be stored is not told "done"', async () => {
    const stage = new Stage((input) => {
      if (input.type === 'enrol') return [SEND];
      return input.type === 'response_end' ? [PERSIST, DONE] : [];
    });
    stage.send(ENROL);
    await stage.idle();
    void stage.hands[0]?.({ type: 'response_end', request: 7, status: 200, content_type: '', retry_after_s: null });
    await stage.idle();
    stage.writes[0]?.reject(new DOMException('no room', 'QuotaExceededError'));
    await stage.idle();
    expect(stage.log.at(-1)).toBe('told error storage_full');
  });
});

describe('a core that fails', () => {
  test('an input it cannot read is refused, and the next is taken', async () => {
    const stage = new Stage((input) => {
      if (input.type === 'drop_draft') throw new Error('missing field `entry`');
      return [];
    });
    stage.send(DROP);
    stage.send({ type: 'delete_entry', entry: '02' });
    await stage.idle();
    expect(stage.log).toEqual(['handle drop_draft', 'told error not_understood', 'handle delete_entry', 'told done']);
  });

  test('a panic stops the shell, blames the input, and leaves the others to be asked again', async () => {
    const stage = new Stage(() => {
      throw new WebAssembly.RuntimeError('unreachable');
    });
    stage.send(DROP);
    stage.send({ type: 'delete_entry', entry: '02' });
    await stage.idle();
    expect(stage.log).toEqual(['handle drop_draft', 'crashed', 'told error crashed']);
    expect(stage.shell.stopped).toBe(true);
  });

  test('a panic in a query stops the shell too', () => {
    const stage = new Stage(() => []);
    stage.query = () => {
      throw new WebAssembly.RuntimeError('unreachable');
    };
    expect(() => stage.shell.query({ type: 'today' })).toThrow('unreachable');
    expect(stage.log).toEqual(['crashed']);
  });
});

describe('alarms and quiet', () => {
  test('an alarm rings at its time, and a newer one replaces it', async () => {
    const start = Date.now();
    const stage = new Stage((input) => {
      if (input.type === 'wake') return [{ type: 'wake_at', at: start + (input.reason === 'online' ? 5_000 : 9_000) }];
      return [];
    });
    await stage.shell.wake('online');
    await stage.shell.wake('visible');
    await vi.advanceTimersByTimeAsync(8_999);
    expect(stage.log).not.toContain('handle alarm');
    await vi.advanceTimersByTimeAsync(1);
    expect(stage.log.filter((line) => line === 'handle alarm')).toHaveLength(1);
  });

  test('it is quiet only when no request is under way, and a far alarm does not count', async () => {
    const stage = new Stage((input) => {
      if (input.type === 'wake') return [SEND, { type: 'wake_at', at: Date.now() + 60_000 }];
      return [];
    });
    void stage.shell.wake('background_sync');
    let quiet = false;
    void stage.shell.quiet().then(() => (quiet = true));
    await stage.idle();
    expect(quiet).toBe(false);
    stage.ends[0]?.();
    await stage.idle();
    expect(quiet).toBe(true);
  });

  test('after stopping, answers that still come in are not taken', async () => {
    const stage = new Stage((input) => (input.type === 'wake' ? [SEND] : []));
    await stage.shell.wake('online');
    stage.shell.stop();
    await stage.hands[0]?.({ type: 'send_failed', request: 7 });
    expect(stage.log).toEqual(['handle wake', 'send 7']);
  });
});
