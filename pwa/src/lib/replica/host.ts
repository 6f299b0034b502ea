import { announceChanges, type Answered, type Request, type TabChannel, type TabMessage } from './channel';
import { complain } from './complain';
import type { Core } from './core';
import { toSent } from './errors';
import { perform } from './network';
import { own } from './ownership';
import { Shell } from './shell';
import { Storage } from './storage';

export interface HostParts {
  id: string;
  channel: TabChannel;
  loadCore(): Promise<() => Core>;
  /** Answers a request of this worker's own page. */
  answer(id: number, answered: Answered): void;
  requestBackgroundSync(): void;
  /** The core broke. This worker is of no use any more. */
  crashed(error: unknown): void;
}

/** A silent owner is taken for frozen after this long. */
const PATIENCE_MS = 5_000;

/** A storage that says neither yes nor no for this long is stuck: a new worker opens it anew. */
const OPEN_WITHIN_MS = 20_000;

/** Pause before the core is loaded again after it could not be. */
const LOAD_AGAIN_MS = 2_000;

/**
 * One tab's end of the replica. The worker that has the lock runs the shell for all tabs; the others pass their page's
 * requests to it, and pass them again when the owner changes: inputs carry their ids, so asking twice is free.
 */
export class Host {
  readonly #parts: HostParts;
  readonly #changes = announceChanges();
  /** Requests of this worker's page that nobody has answered. */
  readonly #unanswered = new Map<number, Request>();
  /** Requests the shell here is answering, by whom and which. */
  readonly #answering = new Set<string>();
  #holdsLock = false;
  #shell: Shell | undefined;
  #broken = false;

  constructor(parts: HostParts) {
    this.#parts = parts;
    parts.channel.listen((message) => this.#hear(message));
  }

  request(id: number, request: Request): void {
    this.#unanswered.set(id, request);
    this.#dispatch(id, request);
  }

  /** Takes part for as long as the worker lives. */
  async run(): Promise<void> {
    while (!this.#broken) {
      await own({
        channel: this.#parts.channel,
        patienceMs: PATIENCE_MS,
        isWaiting: () => this.#unanswered.size > 0,
        run: (lost) => this.#beOwner(lost),
      });
    }
  }

  async #beOwner(lost: AbortSignal): Promise<void> {
    this.#holdsLock = true;
    try {
      await this.#serve(lost);
    } catch (error) {
      // Could not be opened: no network on the first visit, or no storage. An endless wait would tell the person nothing.
      complain('The replica could not be opened', error);
      for (const id of [...this.#unanswered.keys()]) this.#answer(id, { ok: false, error: toSent(error) });
      await new Promise((resolve) => setTimeout(resolve, LOAD_AGAIN_MS));
    } finally {
      this.#holdsLock = false;
    }
  }

  async #serve(lost: AbortSignal): Promise<void> {
    // The core may come over a slow network; what is stored may not take long.
    const makeCore = await this.#parts.loadCore();
    const stuck = setTimeout(() => this.#giveUp(new Error('The storage did not open')), OPEN_WITHIN_MS);
    try {
      await this.#serveFrom(await Storage.open(), makeCore, lost, () => clearTimeout(stuck));
    } finally {
      clearTimeout(stuck);
    }
  }

  async #serveFrom(storage: Storage, makeCore: () => Core, lost: AbortSignal, opened: () => void): Promise<void> {
    if (lost.aborted) return storage.close();
    const ended = new AbortController();
    const shell = new Shell({
      core: makeCore(),
      write: (writes) => storage.write(writes),
      perform,
      now: () => Date.now(),
      requestBackgroundSync: () => this.#parts.requestBackgroundSync(),
      changed: () => this.#changes.changed(),
      fenced: () => ended.abort(),
      crashed: (error) => {
        ended.abort();
        this.#giveUp(error);
      },
    });
    lost.addEventListener('abort', () => ended.abort());
    try {
      await shell.open(await storage.takeOver());
      opened();
      if (shell.stopped || lost.aborted) return;
      this.#shell = shell;
      this.#parts.channel.post({ type: 'owner' });
      for (const [id, request] of this.#unanswered) this.#dispatch(id, request);
      // Screens that were told "unavailable" ask again.
      this.#changes.changed();
      void shell.wake('opened');
      await new Promise((resolve) => {
        ended.signal.addEventListener('abort', resolve);
        if (ended.signal.aborted) resolve(undefined);
      });
    } finally {
      this.#shell = undefined;
      this.#answering.clear();
      shell.stop();
      storage.close();
    }
  }

  #giveUp(error: unknown): void {
    this.#broken = true;
    this.#parts.crashed(error);
  }

  #dispatch(id: number, request: Request): void {
    const { id: from, channel } = this.#parts;
    if (this.#shell) this.#serveRequest(this.#shell, from, id, request, (answered) => this.#answer(id, answered));
    else channel.post({ type: 'request', from, id, request });
  }

  #answer(id: number, answered: Answered): void {
    if (this.#unanswered.delete(id)) this.#parts.answer(id, answered);
  }

  #serveRequest(shell: Shell, from: string, id: number, request: Request, answer: (answered: Answered) => void): void {
    const key = `${from} ${id}`;
    if (this.#answering.has(key)) return;
    this.#answering.add(key);
    ask(shell, request)
      .then(
        (value) => answer({ ok: true, value }),
        (error: unknown) => answer({ ok: false, error: toSent(error) }),
      )
      .finally(() => this.#answering.delete(key));
  }

  #hear(message: TabMessage): void {
    const { id: me, channel } = this.#parts;
    switch (message.type) {
      case 'owner':
        for (const [id, request] of this.#unanswered) this.#dispatch(id, request);
        return;
      case 'knock':
        if (this.#holdsLock) channel.post({ type: 'alive' });
        return;
      case 'request': {
        const { from, id, request } = message;
        if (!this.#shell) return;
        this.#serveRequest(this.#shell, from, id, request, (answered) =>
          channel.post({ type: 'response', to: from, id, answered }),
        );
        return;
      }
      case 'response':
        if (message.to === me) this.#answer(message.id, message.answered);
        return;
      case 'sync':
        void this.#syncFor(message.from);
        return;
      case 'alive':
      case 'synced':
        return;
    }
  }

  async #syncFor(from: string): Promise<void> {
    const shell = this.#shell;
    if (!shell) return;
    await shell.wake('background_sync');
    await shell.quiet();
    if (!shell.stopped) this.#parts.channel.post({ type: 'synced', to: from, again: shell.failed });
  }
}

async function ask(shell: Shell, request: Request): Promise<unknown> {
  return request.kind === 'query' ? shell.query(request.query) : shell.send(request.input);
}
