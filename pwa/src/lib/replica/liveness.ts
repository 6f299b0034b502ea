export interface Watched {
  /** Asks for a sign of life. */
  ask(): void;
  /** Whether anybody waits for an answer: nothing is ended for nothing. */
  isWaiting(): boolean;
  /** No sign of life came. Called once. */
  dead(): void;
}

/** Pause between questions, which is also how long an answer may take. */
const PAUSE_MS = 5_000;

/** Questions in a row that must stay without an answer. More than one, as a page that was frozen wakes before its mail. */
const UNANSWERED = 3;

/**
 * Notices a worker that never began or stands still while a screen waits for it. Browsers report a worker that fails, not
 * one that says nothing, and a person would look at an empty screen for ever.
 */
export class Liveness {
  readonly #timer: ReturnType<typeof setInterval>;
  #unanswered = 0;

  constructor(watched: Watched) {
    this.#timer = setInterval(() => {
      if (!watched.isWaiting()) {
        this.#unanswered = 0;
      } else if (this.#unanswered < UNANSWERED) {
        this.#unanswered += 1;
        watched.ask();
      } else {
        this.stop();
        watched.dead();
      }
    }, PAUSE_MS);
  }

  /** It said something. */
  heard(): void {
    this.#unanswered = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
