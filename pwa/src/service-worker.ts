/// <reference no-default-lib="true"/>
/// <reference lib="esnext" />
/// <reference lib="webworker" />
/// <reference types="@sveltejs/kit" />

import { files, version } from '$service-worker';
import { answer, dropOldCaches, fill, keptCore } from '$lib/offline/precache';
import { syncInBackground } from '$lib/replica/background-sync';
import { loadCore } from '$lib/replica/load-core';
import { registerBackgroundSync, SYNC_TAG } from '$lib/replica/sync-registration';

const worker = globalThis as unknown as ServiceWorkerGlobalScope;

worker.addEventListener('install', (event) => {
  event.waitUntil(fill(version, files));
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(dropOldCaches(version).then(() => worker.clients.claim()));
});

worker.addEventListener('message', (event: ExtendableMessageEvent) => {
  const type = (event.data as { type?: unknown } | null)?.type;
  // A new version waits until the person takes it: their half-written form must not vanish under a reload.
  if (type === 'take_over') event.waitUntil(worker.skipWaiting());
  // A page that was loading while this worker claimed the others (`Update.watch`).
  if (type === 'claim') event.waitUntil(worker.clients.claim());
});

worker.addEventListener('fetch', (event) => {
  const response = answer(version, event.request, worker.location.origin);
  if (response) event.respondWith(response);
});

/** Background Sync is not in the standard types. */
interface SyncEvent extends ExtendableEvent {
  tag: string;
  /** The browser does not try again by itself. */
  lastChance: boolean;
}

worker.addEventListener('sync' as keyof ServiceWorkerGlobalScopeEventMap, (event) => {
  const { tag, lastChance } = event as SyncEvent;
  if (tag !== SYNC_TAG) return;
  (event as SyncEvent).waitUntil(
    syncInBackground({
      loadCore: () => loadCore(keptCore(version)),
      // What is asked for during the event comes at once when it is over, round and round while nothing is reached. The
      // browser lets longer and longer times pass instead, as long as it tries again by itself.
      requestBackgroundSync: () => {
        if (lastChance) void registerBackgroundSync(worker.registration);
      },
    }),
  );
});
