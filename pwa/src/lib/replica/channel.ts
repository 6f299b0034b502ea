import type { SentError } from './errors';
import type { Input } from './types/Input';
import type { Query } from './types/Query';

/** What a page asks of the replica. */
export type Request = { kind: 'query'; query: Query } | { kind: 'send'; input: Input };

export type Answered = { ok: true; value: unknown } | { ok: false; error: SentError };

/** What workers and the service worker say to each other. */
export type TabMessage =
  /** I own the replica and it is open: ask me what is not answered yet. */
  | { type: 'owner' }
  /** I wait for the lock: is its owner alive? */
  | { type: 'knock' }
  /** I hold the lock and I am alive, though perhaps not open yet. */
  | { type: 'alive' }
  | { type: 'request'; from: string; id: number; request: Request }
  | { type: 'response'; to: string; id: number; answered: Answered }
  /** The service worker got a sync event while a page owns the replica. */
  | { type: 'sync'; from: string }
  /** Nothing more is done about it now; `again` when the last try failed. */
  | { type: 'synced'; to: string; again: boolean };

/** What a page says to its own worker. */
export type ToWorker =
  | { type: 'start'; wasmUrl: string }
  | { type: 'request'; id: number; request: Request }
  /** Are you there? */
  | { type: 'knock' };

/** What a worker says to its own page. */
export type FromWorker =
  | { type: 'answer'; id: number; answered: Answered }
  | { type: 'request_background_sync' }
  | { type: 'alive' }
  /** The core broke: end this worker and start another. */
  | { type: 'crashed'; reason: string };

const TABS = 'replica';
const CHANGED = 'replica-changed';

/** Between workers. A sender does not hear itself. */
export class TabChannel {
  readonly #channel = new BroadcastChannel(TABS);

  post(message: TabMessage): void {
    this.#channel.postMessage(message);
  }

  /** Calls back for every message of the others. Returns how to stop. */
  listen(listener: (message: TabMessage) => void): () => void {
    const hear = (event: MessageEvent<TabMessage>): void => listener(event.data);
    this.#channel.addEventListener('message', hear);
    return () => this.#channel.removeEventListener('message', hear);
  }

  close(): void {
    this.#channel.close();
  }
}

/** Tells all pages that answers may differ now. */
export function announceChanges(): { changed: () => void; close: () => void } {
  const channel = new BroadcastChannel(CHANGED);
  return { changed: () => channel.postMessage(null), close: () => channel.close() };
}

/** Calls back when answers may differ. Returns how to stop. */
export function hearChanges(listener: () => void): () => void {
  const channel = new BroadcastChannel(CHANGED);
  channel.addEventListener('message', listener);
  return () => channel.close();
}
