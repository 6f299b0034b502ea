/// <reference lib="webworker" />
import { TabChannel, type FromWorker, type ToWorker } from './channel';
import { loadCore } from './load-core';
import { reason } from './errors';
import { Host } from './host';

declare const self: DedicatedWorkerGlobalScope;

const post = (message: FromWorker): void => self.postMessage(message);

/** The page gives the core's address: an import here would emit a second copy that the precache does not know. */
function start(wasmUrl: string): Host {
  const host = new Host({
    id: crypto.randomUUID(),
    channel: new TabChannel(),
    loadCore: () => loadCore(fetch(wasmUrl)),
    answer: (id, answered) => post({ type: 'answer', id, answered }),
    requestBackgroundSync: () => post({ type: 'request_background_sync' }),
    crashed: (error) => post({ type: 'crashed', reason: reason(error) }),
  });
  host.run().catch((error: unknown) => post({ type: 'crashed', reason: reason(error) }));
  return host;
}

self.addEventListener('message', function first(event: MessageEvent<ToWorker>) {
  if (event.data.type !== 'start') return;
  self.removeEventListener('message', first);
  const host = start(event.data.wasmUrl);
  self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
    if (data.type === 'request') host.request(data.id, data.request);
    if (data.type === 'knock') post({ type: 'alive' });
  });
});
