import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { syncInBackground } from './background-sync';
import { TabChannel, type Answered, type TabMessage } from './channel';
import { Host } from './host';
import { FakeCore } from './testing/fake-core';
import { FakeLocks } from './testing/fake-locks';

const SAVE = {
  kind: 'send',
  input: { type: 'save_entry', type_code: 'T', fields: {}, state: null, over: {}, report: null, kept_at: 0 },
} as const;
const save = (entry: string) => ({ ...SAVE, input: { ...SAVE.input, entry } }) as const;
const ENTRIES = { kind: 'query', query: { type: 'drafts' } } as const;

/** Requests the server has got. */
let requests = 0;
let reachable = true;
const closing: (() => void)[] = [];

/** The channel of a tab that may be frozen: deaf and dumb from then on. */
class FreezableChannel extends TabChannel {
  frozen = false;

  override post(message: TabMessage): void {
    if (!this.frozen) super.post(message);
  }

  override listen(listener: (message: TabMessage) => void): () => void {
    return super.listen((message) => {
      if (!this.frozen) listener(message);
    });
  }
}

/** A browser tab: a page's end of the wire, and its worker's host. */
class Tab {
  readonly answers = new Map<number, Answered>();
  readonly host: Host;
  readonly #channel = new FreezableChannel();

  constructor(name: string, loadCore = () => Promise.resolve(() => new FakeCore()), crashed = (): void => undefined) {
    this.host = new Host({
      id: name,
      channel: this.#channel,
      loadCore,
      answer: (id, answered) => this.answers.set(id, answered),
      requestBackgroundSync: () => undefined,
      crashed,
    });
    closing.push(() => this.freeze());
    void this.host.run();
  }

  /** As browsers do it: nothing moves any more, but the lock is still held. */
  freeze(): void {
    this.#channel.frozen = true;
  }

  async ask(id: number, request: Parameters<Host['request']>[1]): Promise<Answered> {
    this.host.request(id, request);
    await until(() => this.answers.has(id));
    return this.answers.get(id) as Answered;
  }
}

/** Lets the event loop turn until it is so. No clock is involved. */
async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2_000; turn += 1) {
    if (isSo()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error('it never came to that');
}

async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

let locks: FakeLocks;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  vi.stubGlobal('indexedDB', new IDBFactory());
  locks = new FakeLocks();
  vi.stubGlobal('navigator', { locks });
  requests = 0;
  reachable = true;
  vi.stubGlobal('fetch', () => {
    if (!reachable) return Promise.reject(new TypeError('no network'));
    requests += 1;
    return Promise.resolve(new Response(new Uint8Array([1])));
  });
});

afterEach(() => {
  for (const close of closing.splice(0)) close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('a second tab reads and writes the same replica through the first', async () => {
  const first = new Tab('first');
  expect(await first.ask(1, save('a'))).toEqual({ ok: true, value: { result: 'done' } });
  const second = new Tab('second');
  expect(await second.ask(1, save('b'))).toEqual({ ok: true, value: { result: 'done' } });
  expect(await first.ask(2, ENTRIES)).toEqual({ ok: true, value: ['a', 'b'] });
});

test('what a frozen owner did not answer is answered by the one who takes over, with all that was stored', async () => {
  const frozen = new Tab('frozen');
  await frozen.ask(1, save('a'));
  frozen.freeze();
  const next = new Tab('next');
  next.host.request(1, ENTRIES);
  await someTurns();
  expect(next.answers.size).toBe(0);
  await vi.advanceTimersByTimeAsync(5_000);
  await until(() => next.answers.has(1));
  expect(next.answers.get(1)).toEqual({ ok: true, value: ['a'] });
});

test('nobody takes the lock from an owner that answers', async () => {
  const owner = new Tab('owner');
  await owner.ask(1, save('a'));
  const other = new Tab('other');
  await other.ask(1, ENTRIES);
  await vi.advanceTimersByTimeAsync(60_000);
  await someTurns();
  // Had it lost the lock, the write would go through the other one and this tab's own shell would be gone.
  const steal = vi.spyOn(locks, 'request');
  expect(await owner.ask(2, save('b'))).toEqual({ ok: true, value: { result: 'done' } });
  expect(await other.ask(2, ENTRIES)).toEqual({ ok: true, value: ['a', 'b'] });
  expect(steal).not.toHaveBeenCalled();
});

test('when the core cannot be loaded, whoever asks is told, and it is tried again', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  let tries = 0;
  const tab = new Tab('tab', () => {
    tries += 1;
    return tries === 1 ? Promise.reject(new Error('no network')) : Promise.resolve(() => new FakeCore());
  });
  expect(await tab.ask(1, ENTRIES)).toMatchObject({ ok: false, error: { kind: 'unavailable' } });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await tab.ask(2, ENTRIES)).toEqual({ ok: true, value: [] });
});

const background = { loadCore: () => Promise.resolve(() => new FakeCore()), requestBackgroundSync: () => undefined };

test('with no page open the service worker sends what is stored', async () => {
  const tab = new Tab('tab');
  reachable = false;
  await tab.ask(1, save('a'));
  tab.freeze();
  reachable = true;
  const elsewhere = new FakeLocks(); // The page is gone, and its lock with it.
  vi.stubGlobal('navigator', { locks: elsewhere });
  await syncInBackground(background);
  expect(requests).toBe(1);
});

test('when the server cannot be reached, the browser is told to try again', async () => {
  const tab = new Tab('tab');
  reachable = false;
  await tab.ask(1, save('a'));
  tab.freeze();
  vi.stubGlobal('navigator', { locks: new FakeLocks() });
  await expect(syncInBackground(background)).rejects.toThrow('try again');
});

test('with a page open the service worker leaves the sending to it', async () => {
  const tab = new Tab('tab');
  reachable = false;
  await tab.ask(1, save('a'));
  await someTurns();
  reachable = true;
  const loadCore = vi.fn(background.loadCore);
  await syncInBackground({ ...background, loadCore });
  expect(requests).toBe(1);
  expect(loadCore).not.toHaveBeenCalled();
});

test('when an open page does not reach the server, the browser is told to try again, too: the page may be closed', async () => {
  const tab = new Tab('tab');
  reachable = false;
  await tab.ask(1, save('a'));
  await someTurns();
  await expect(syncInBackground(background)).rejects.toThrow('try again');
});

test('from a frozen page the service worker takes over', async () => {
  const tab = new Tab('tab');
  reachable = false;
  await tab.ask(1, save('a'));
  await someTurns();
  tab.freeze();
  reachable = true;
  const synced = syncInBackground(background);
  await someTurns();
  expect(requests).toBe(0);
  await vi.advanceTimersByTimeAsync(10_000);
  await synced;
  expect(requests).toBe(1);
});

test.each(['while it loads', 'while it sends'])(
  'a page that opens does not wait for the service worker, %s',
  async (when) => {
    const before = new Tab('before');
    await before.ask(1, save('a'));
    before.freeze();
    locks = new FakeLocks();
    vi.stubGlobal('navigator', { locks });
    requests = 0;
    vi.stubGlobal('fetch', (_path: string, init: RequestInit) => {
      requests += 1;
      return new Promise((_resolve, reject) =>
        init.signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))),
      );
    });
    const synced = syncInBackground(background);
    if (when === 'while it sends') await until(() => requests === 1);
    const page = new Tab('page');
    expect(await page.ask(1, ENTRIES)).toEqual({ ok: true, value: ['a'] });
    await synced;
  },
);

test('a storage that neither opens nor fails is given up, and the worker is not kept waiting for it', async () => {
  vi.stubGlobal('indexedDB', { open: () => ({}) });
  const crashed = vi.fn();
  new Tab('tab', undefined, crashed);
  await vi.advanceTimersByTimeAsync(19_000);
  expect(crashed).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(crashed).toHaveBeenCalledTimes(1);
});
