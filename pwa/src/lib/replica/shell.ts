import { complain } from './complain';
import type { Core } from './core';
import { reason, ReplicaError } from './errors';
import type { Send } from './network';
import { Fenced, isFull } from './storage';
import type { Effect } from './types/Effect';
import type { Input } from './types/Input';
import type { Outcome } from './types/Outcome';
import type { Query } from './types/Query';
import type { Status } from './types/Status';
import type { StoredValue } from './types/StoredValue';
import type { WakeReason } from './types/WakeReason';
import type { Write } from './types/Write';

/** What the shell does things with. The page's worker and the service worker give the same but for the last four. */
export interface ShellParts {
  core: Core;
  write(writes: readonly Write[]): Promise<void>;
  perform(send: Send, hand: (input: Input) => Promise<void>, stop: AbortSignal): Promise<void>;
  now(): number;
  requestBackgroundSync(): void;
  /** Answers may differ now. */
  changed(): void;
  /** Another owner took over: this shell has stopped and will say nothing more. */
  fenced(): void;
  /** The core broke: this shell has stopped, and the core's memory is not to be used again. */
  crashed(error: unknown): void;
}

type Persist = Extract<Effect, { type: 'persist' }>;

/** An alarm as near as this belongs to what is going on now. */
const SOON_MS = 1_000;

/** Longest delay a timer can hold. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Does what the core decides. Inputs are taken in one after the other, and the effects of one are done in order before the
 * next is taken in: nothing leaves the device, and no screen is told "saved", before the write it rests on is on disk.
 */
export class Shell {
  readonly #parts: ShellParts;
  readonly #stop = new AbortController();
  /** The end of the queue of inputs. */
  #turn: Promise<void> = Promise.resolve();
  #inputs = 0;
  #sends = 0;
  #alarm: { at: number; timer: ReturnType<typeof setTimeout> } | undefined;
  /** Askers whose outcome comes with a later input, oldest first: enrolment waits for the server. */
  readonly #later: Asker[] = [];
  #whenQuiet: (() => void)[] = [];

  constructor(parts: ShellParts) {
    this.#parts = parts;
  }

  /** Hands the core what is stored. Always the first call. */
  open(stored: StoredValue[]): Promise<void> {
    return this.#enqueue({ type: 'opened', stored });
  }

  wake(why: WakeReason): Promise<void> {
    return this.#enqueue({ type: 'wake', reason: why });
  }

  /** Hands in what a person did. Resolves once all that it caused is on disk; never when the shell is stopped before. */
  send(input: Input): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      void this.#enqueue(input, new Asker(resolve, reject));
    });
  }

  query(query: Query): unknown {
    try {
      return this.#parts.core.query(query, this.#parts.now());
    } catch (error) {
      throw this.#blame(error);
    }
  }

  /** Resolves when nothing is under way: no input, no request, no alarm about to ring. */
  quiet(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenQuiet.push(resolve);
      this.#settle();
    });
  }

  /** Whether the last try to sync failed, so that another must follow. */
  get failed(): boolean {
    return (this.query({ type: 'status' }) as Status).phase === 'waiting';
  }

  get stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Breaks off what is under way. What was not answered stays unanswered, to be asked of the next owner. */
  stop(): void {
    this.#stop.abort();
    clearTimeout(this.#alarm?.timer);
  }

  #enqueue(input: Input, asker?: Asker): Promise<void> {
    this.#inputs += 1;
    this.#turn = this.#turn
      .then(() => this.#take(input, asker))
      .catch((error: unknown) => {
        // Nothing in here should throw; if it does, the order of effects is broken and the core has to start again.
        asker?.reject(this.#crash(error));
      })
      .finally(() => {
        this.#inputs -= 1;
        this.#settle();
      });
    return this.#turn;
  }

  async #take(input: Input, asker?: Asker): Promise<void> {
    if (this.stopped) return;
    let effects: Effect[];
    try {
      effects = this.#parts.core.handle(input, this.#parts.now());
    } catch (error) {
      const blamed = this.#blame(error);
      if (asker) asker.reject(blamed);
      else complain(`The core did not take ${input.type}`, blamed);
      return;
    }
    await this.#do(effects, asker);
    if (!asker || asker.answered || this.stopped) return;
    if (input.type === 'enrol') this.#later.push(asker);
    else if (input.type !== 'persisted' && input.type !== 'persist_failed') asker.resolve({ result: 'done' });
  }

  async #do(effects: Effect[], asker: Asker | undefined): Promise<void> {
    let failed: ReplicaError | undefined;
    for (const effect of effects) {
      if (this.stopped) return;
      if (failed) await this.#leave(effect, failed, asker);
      else failed = await this.#doOne(effect, asker);
    }
    if (failed) asker?.reject(failed);
  }

  /** Does one effect. Returns the error when it was a write that failed. */
  async #doOne(effect: Effect, asker: Asker | undefined): Promise<ReplicaError | undefined> {
    switch (effect.type) {
      case 'persist':
        return this.#persist(effect, asker);
      case 'send':
        this.#startSending(effect);
        return undefined;
      case 'wake_at':
        this.#setAlarm(effect.at);
        return undefined;
      case 'request_background_sync':
        this.#parts.requestBackgroundSync();
        return undefined;
      case 'outcome':
        this.#askerOf(asker)?.resolve(effect.outcome);
        return undefined;
      case 'changed':
        this.#parts.changed();
        return undefined;
    }
  }

  /** What follows a failed write and rests on it is not done, and the core is told so. */
  async #leave(effect: Effect, failed: ReplicaError, asker: Asker | undefined): Promise<void> {
    switch (effect.type) {
      case 'persist':
        return this.#take(
          { type: 'persist_failed', ticket: effect.ticket, full: failed.kind === 'storage_full' },
          asker,
        );
      case 'send':
        return this.#take({ type: 'send_failed', request: effect.request });
      case 'outcome':
        this.#askerOf(asker)?.reject(failed);
        return;
      case 'wake_at':
      case 'request_background_sync':
      case 'changed':
        await this.#doOne(effect, asker);
        return;
    }
  }

  async #persist(effect: Persist, asker: Asker | undefined): Promise<ReplicaError | undefined> {
    try {
      await this.#parts.write(effect.writes);
    } catch (error) {
      if (error instanceof Fenced) {
        this.stop();
        this.#parts.fenced();
        return undefined;
      }
      const full = isFull(error);
      await this.#take({ type: 'persist_failed', ticket: effect.ticket, full }, asker);
      return new ReplicaError(full ? 'storage_full' : 'storage', reason(error), { cause: error });
    }
    await this.#take({ type: 'persisted', ticket: effect.ticket }, asker);
    return undefined;
  }

  #startSending(send: Send): void {
    this.#sends += 1;
    void this.#parts
      .perform(send, (input) => this.#enqueue(input), this.#stop.signal)
      .finally(() => {
        this.#sends -= 1;
        this.#settle();
      });
  }

  #setAlarm(at: number): void {
    clearTimeout(this.#alarm?.timer);
    const delay = Math.min(Math.max(0, at - this.#parts.now()), LONGEST_TIMER_MS);
    const timer = setTimeout(() => {
      this.#alarm = undefined;
      void this.#enqueue({ type: 'alarm' });
    }, delay);
    this.#alarm = { at, timer };
  }

  /** An outcome is for the one whose input it came from, else for the one who has waited longest. */
  #askerOf(asker: Asker | undefined): Asker | undefined {
    return asker && !asker.answered ? asker : this.#later.shift();
  }

  #settle(): void {
    const alarmIsNear = this.#alarm !== undefined && this.#alarm.at - this.#parts.now() < SOON_MS;
    if (this.#inputs > 0 || this.#sends > 0 || alarmIsNear) return;
    const waiting = this.#whenQuiet;
    this.#whenQuiet = [];
    for (const resolve of waiting) resolve();
  }

  /** An error of the core's: either it could not read what it was given, or it broke. */
  #blame(error: unknown): ReplicaError {
    // A panic is a trap; a stack or memory that ran out leaves the core half-way just the same.
    const broke = error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
    return broke ? this.#crash(error) : new ReplicaError('not_understood', reason(error), { cause: error });
  }

  #crash(error: unknown): ReplicaError {
    if (!this.stopped) {
      this.stop();
      this.#parts.crashed(error);
    }
    return new ReplicaError('crashed', reason(error), { cause: error });
  }
}

/** Somebody who waits for an outcome. Only the first answer counts. */
class Asker {
  answered = false;
  readonly #resolve: (outcome: Outcome) => void;
  readonly #reject: (error: ReplicaError) => void;

  constructor(resolve: (outcome: Outcome) => void, reject: (error: ReplicaError) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  resolve(outcome: Outcome): void {
    this.answered = true;
    this.#resolve(outcome);
  }

  reject(error: ReplicaError): void {
    this.answered = true;
    this.#reject(error);
  }
}
