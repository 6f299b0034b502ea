import type { TabChannel } from './channel';

const LOCK = 'replica';

export interface Candidate {
  channel: TabChannel;
  /** How long an owner may keep silent after a knock before it counts as frozen. */
  patienceMs: number;
  /** Whether anybody waits for an answer here: nobody's lock is stolen for nothing. */
  isWaiting(): boolean;
  /** Ends the wait without the lock. */
  noLongerNeeded?: AbortSignal;
  /** Owns the replica until it returns. `lost` is aborted when another has stolen the lock. */
  run(lost: AbortSignal): Promise<void>;
}

/**
 * Runs with the one lock on the replica: at once when it is free, else when its owner goes, else, when the owner shows no
 * sign of life (browsers freeze pages), by stealing it. The fence in the storage keeps a frozen owner from writing later.
 */
export async function own(candidate: Candidate): Promise<void> {
  if (await hold({ ifAvailable: true }, candidate.run)) return;

  const watch = new Watch(candidate);
  try {
    await hold({ signal: watch.signal }, (lost) => {
      watch.end();
      return candidate.run(lost);
    });
    return;
  } catch (error) {
    if (!watch.signal.aborted) throw error;
  } finally {
    watch.end();
  }
  if (candidate.noLongerNeeded?.aborted) return;
  await hold({ steal: true }, candidate.run);
}

/** Holds the lock while `run` runs. Returns whether it was had at all. */
async function hold(options: LockOptions, run: (lost: AbortSignal) => Promise<void>): Promise<boolean> {
  const lost = new AbortController();
  const held: { running?: Promise<void> } = {};
  try {
    await navigator.locks.request(LOCK, options, async (lock) => {
      if (lock === null) return;
      held.running = run(lost.signal);
      await held.running;
    });
  } catch (error) {
    const stolen = held.running !== undefined && error instanceof DOMException && error.name === 'AbortError';
    if (!stolen) throw error;
    lost.abort();
    await held.running;
  }
  return held.running !== undefined;
}

/** Knocks at the owner's door, and aborts its signal when nobody answers. */
class Watch {
  readonly #abort = new AbortController();
  readonly #candidate: Candidate;
  readonly #stopListening: () => void;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #giveUp = (): void => this.#abort.abort();
  #heard = false;
  #knocked = false;

  constructor(candidate: Candidate) {
    this.#candidate = candidate;
    this.#stopListening = candidate.channel.listen((message) => {
      if (message.type === 'alive' || message.type === 'owner') this.#heard = true;
    });
    candidate.noLongerNeeded?.addEventListener('abort', this.#giveUp);
    if (candidate.noLongerNeeded?.aborted) this.#giveUp();
    this.#knock();
    this.#timer = setInterval(() => this.#look(), candidate.patienceMs);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  end(): void {
    clearInterval(this.#timer);
    this.#stopListening();
    this.#candidate.noLongerNeeded?.removeEventListener('abort', this.#giveUp);
  }

  #look(): void {
    if (this.#knocked && !this.#heard) this.#giveUp();
    else if (this.#candidate.isWaiting()) this.#knock();
    else this.#knocked = false;
  }

  #knock(): void {
    this.#heard = false;
    this.#knocked = true;
    this.#candidate.channel.post({ type: 'knock' });
  }
}
