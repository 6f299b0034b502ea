import { registerBackgroundSync } from './sync-registration';
import { hearChanges, type Answered, type FromWorker, type Request, type ToWorker } from './channel';
import type { Answer, Replica, ScreenInput } from './client';
import { complain } from './complain';
import { ReplicaError } from './errors';
import { Liveness } from './liveness';
import wasmUrl from './generated/core_wasm_bg.wasm?url';
import type { Input } from './types/Input';
import type { Outcome } from './types/Outcome';
import type { Query } from './types/Query';
import type { WakeReason } from './types/WakeReason';
import CoreWorker from './worker?worker';

/** Pauses before the worker is started again, after each crash in a row. */
const RESTART_MS = [0, 1_000, 10_000, 60_000];

/** A worker that lived this long was well: the next crash is the first again. */
const WELL_MS = 60_000;

interface Call {
  request: Request;
  resolve(value: unknown): void;
  reject(error: ReplicaError): void;
}

// eslint-disable-next-line no-restricted-syntax -- begun with the first modules, before there is a context to hand it on in
let connection: ReplicaConnection | undefined;

/** The page's one end of the replica. Whoever asks first starts the worker. */
export function connectReplica(): Replica {
  return (connection ??= new ReplicaConnection());
}

class ReplicaConnection implements Replica {
  readonly #listeners = new Set<() => void>();
  readonly #calls = new Map<number, Call>();
  #nextId = 1;
  #worker: Worker;
  #liveness: Liveness | undefined;
  #startedAt = 0;
  #crashes = 0;
  /** Set while the core rests after crashing again and again. */
  #resting: ReplicaError | undefined;

  constructor() {
    this.#worker = this.#start();
    hearChanges(() => {
      for (const listener of [...this.#listeners]) listener();
    });
    addEventListener('online', () => this.#wake('online'));
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.#wake('visible');
    });
  }

  async query<Q extends Query>(query: Q): Promise<Answer<Q>> {
    return (await this.#call({ kind: 'query', query })) as Answer<Q>;
  }

  async send(input: ScreenInput): Promise<Outcome> {
    const outcome = (await this.#call({ kind: 'send', input: this.#complete(input) })) as Outcome;
    // From now on there is work on this device that the browser must not clear away under storage pressure.
    if (input.type === 'enrol' && outcome.result === 'done') void navigator.storage.persist();
    return outcome;
  }

  onChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #complete(input: ScreenInput): Input {
    if (input.type !== 'enrol') return input;
    // The core keeps the key of a code that was tried: where the answer was lost, the second try is still the same device.
    return { ...input, signing_seed: crypto.getRandomValues(new Uint8Array(32)) };
  }

  #wake(why: WakeReason): void {
    // Nobody waits for the answer; a wake that fails shows in the status.
    this.#call({ kind: 'send', input: { type: 'wake', reason: why } }).catch(() => undefined);
  }

  #call(request: Request): Promise<unknown> {
    if (this.#resting) return Promise.reject(this.#resting);
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      this.#calls.set(id, { request, resolve, reject });
      this.#post({ type: 'request', id, request });
    });
  }

  #post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #start(): Worker {
    const worker = new CoreWorker();
    this.#startedAt = Date.now();
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if (worker !== this.#worker) return;
      liveness.heard();
      this.#hear(data);
    });
    worker.addEventListener('error', (event) => {
      if (worker === this.#worker) this.#restart(event.message);
    });
    const liveness = new Liveness({
      ask: () => worker.postMessage({ type: 'knock' } satisfies ToWorker),
      isWaiting: () => this.#calls.size > 0,
      dead: () => this.#restart('It gave no sign of life'),
    });
    this.#liveness = liveness;
    worker.postMessage({ type: 'start', wasmUrl } satisfies ToWorker);
    return worker;
  }

  #hear(message: FromWorker): void {
    switch (message.type) {
      case 'answer':
        this.#settle(message.id, message.answered);
        return;
      case 'alive':
        return;
      case 'request_background_sync':
        void navigator.serviceWorker.ready.then(registerBackgroundSync);
        return;
      case 'crashed':
        this.#restart(message.reason);
        return;
    }
  }

  #settle(id: number, answered: Answered): void {
    const call = this.#calls.get(id);
    if (!call) return;
    this.#calls.delete(id);
    if (answered.ok) call.resolve(answered.value);
    else call.reject(new ReplicaError(answered.error.kind, answered.error.message));
  }

  /** The core broke: a new worker opens it from storage, and is asked again what is not answered. */
  #restart(reason: string): void {
    complain('The core stopped and is started again', reason);
    this.#liveness?.stop();
    this.#worker.terminate();
    if (Date.now() - this.#startedAt > WELL_MS) this.#crashes = 0;
    const pause = RESTART_MS[Math.min(this.#crashes, RESTART_MS.length - 1)] ?? 0;
    this.#crashes += 1;
    if (pause > 0) this.#rest(new ReplicaError('crashed', reason));
    setTimeout(() => {
      this.#resting = undefined;
      this.#worker = this.#start();
      for (const [id, { request }] of this.#calls) this.#post({ type: 'request', id, request });
    }, pause);
  }

  /** It broke again and again: says so at once instead of letting screens wait. */
  #rest(error: ReplicaError): void {
    this.#resting = error;
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of calls) call.reject(error);
  }
}
