/// <reference no-default-lib="true"/>
/// <reference lib="esnext" />
/// <reference lib="webworker" />
/// <reference types="@sveltejs/kit" />

import { files, version } from '$service-worker';
import { answer, dropOldCaches, fill } from '$lib/offline/precache';

const worker = globalThis as unknown as ServiceWorkerGlobalScope;

worker.addEventListener('install', (event) => {
  event.waitUntil(fill(version, files));
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(dropOldCaches(version).then(() => worker.clients.claim()));
});

worker.addEventListener('message', (event: ExtendableMessageEvent) => {
  // A new version waits until the person takes it: their half-written form must not vanish under a reload.
  if ((event.data as { type?: unknown } | null)?.type === 'take_over') event.waitUntil(worker.skipWaiting());
});

worker.addEventListener('fetch', (event) => {
  const response = answer(version, event.request, worker.location.origin);
  if (response) event.respondWith(response);
});
