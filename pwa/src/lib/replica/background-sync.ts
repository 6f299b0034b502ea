import { announceChanges, TabChannel } from './channel';
import type { Core } from './core';
import { perform } from './network';
import { own } from './ownership';
import { Shell } from './shell';
import { Storage } from './storage';

/** A page that owns the replica and keeps silent for this long is frozen, and loses it. */
const PATIENCE_MS = 10_000;

const NOT_REACHED = 'The server was not reached: the browser is to try again';

export interface BackgroundSyncParts {
  loadCore(): Promise<() => Core>;
  requestBackgroundSync(): void;
}

/**
 * Sends what waits, from the service worker. With no page open it runs the core itself; else it asks the page's worker,
 * and takes over when that is frozen. Rejects when work is left, so that the browser tries again.
 */
export async function syncInBackground(parts: BackgroundSyncParts): Promise<void> {
  const channel = new TabChannel();
  const me = crypto.randomUUID();
  const synced = new AbortController();
  let again = false;
  const stopListening = channel.listen((message) => {
    if (message.type === 'synced' && message.to === me) {
      again = message.again;
      synced.abort();
    }
    // A new owner may not have heard the question put to the one before.
    if (message.type === 'owner') channel.post({ type: 'sync', from: me });
  });
  channel.post({ type: 'sync', from: me });
  try {
    await own({
      channel,
      patienceMs: PATIENCE_MS,
      isWaiting: () => true,
      noLongerNeeded: synced.signal,
      run: (lost) => syncAsOwner(parts, channel, lost),
    });
  } finally {
    stopListening();
    channel.close();
  }
  // The page goes on by its own clock, but may be closed before its time has come.
  if (again) throw new Error(NOT_REACHED);
}

async function syncAsOwner(parts: BackgroundSyncParts, channel: TabChannel, lost: AbortSignal): Promise<void> {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  lost.addEventListener('abort', end);
  // A page was opened and wants the replica: it goes on from what is stored, and nobody waits for us on a slow network.
  const stopListening = channel.listen((message) => {
    if (message.type === 'knock') end();
  });
  try {
    const [makeCore, storage] = await Promise.all([parts.loadCore(), Storage.open()]);
    try {
      if (!ended.signal.aborted) await syncOnce(makeCore(), storage, parts, ended);
    } finally {
      storage.close();
    }
  } finally {
    stopListening();
  }
}

async function syncOnce(
  core: Core,
  storage: Storage,
  parts: BackgroundSyncParts,
  ended: AbortController,
): Promise<void> {
  const changes = announceChanges();
  const failure: { error?: unknown } = {};
  const shell = new Shell({
    core,
    write: (writes) => storage.write(writes),
    perform,
    now: () => Date.now(),
    requestBackgroundSync: () => parts.requestBackgroundSync(),
    changed: () => changes.changed(),
    fenced: () => ended.abort(),
    crashed: (error) => {
      failure.error = error;
      ended.abort();
    },
  });
  const over = new Promise<void>((resolve) => ended.signal.addEventListener('abort', () => resolve()));
  try {
    await shell.open(await storage.takeOver());
    void shell.wake('background_sync');
    await Promise.race([shell.quiet(), over]);
    if (failure.error !== undefined) throw failure.error;
    if (ended.signal.aborted) return;
    if (shell.failed) throw new Error(NOT_REACHED);
  } finally {
    shell.stop();
    changes.close();
  }
}
