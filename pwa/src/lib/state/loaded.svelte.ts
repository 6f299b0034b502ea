import { Problem } from '$lib/api/problem';

/**
 * What the server answered, kept while a newer answer is on its way. Asked again when what the request is made of changes,
 * and on `refresh`.
 */
export class Loaded<T> {
  /** The newest answer; stays on screen while the next one is fetched, and when fetching it again fails. */
  data = $state.raw<T | null>(null);
  /** Why there is nothing newer to show. */
  problem = $state.raw<Problem | null>(null);
  /** Waiting for something else than what is shown: another place, another period. */
  busy = $state(true);
  /** When `data` was fetched. */
  fetchedAt = $state<number | null>(null);
  /** How often it was asked: a late answer to an old question is dropped. */
  #asked = 0;
  #refreshing = false;
  #again = false;
  /** What it is shown on is gone, and with it what `load` reads. */
  #stopped = false;

  /** Call it while a component starts. `load` reads what it depends on before it waits. */
  constructor(
    private readonly load: () => Promise<T>,
    private readonly onproblem: (problem: Problem) => void = () => undefined,
  ) {
    $effect(() => {
      const answer = this.load();
      this.busy = true;
      void this.#take(answer, ++this.#asked, true);
    });
    $effect(() => () => this.stop());
  }

  /** Asks no more, and drops the answer that is on its way. Called when the component it was made in goes. */
  stop(): void {
    this.#stopped = true;
    this.#asked += 1;
  }

  /** Asks the same again, one question at a time, without leaving what is on screen. */
  async refresh(): Promise<void> {
    this.#again = true;
    if (this.#refreshing) return;
    this.#refreshing = true;
    while (this.#again && !this.#stopped) {
      this.#again = false;
      await this.#take(this.load(), ++this.#asked, false);
    }
    this.#refreshing = false;
  }

  /** Asks again after a failure, and says that it is waiting. */
  retry(): void {
    this.busy = true;
    this.problem = null;
    void this.refresh();
  }

  async #take(answer: Promise<T>, asked: number, isNew: boolean): Promise<void> {
    try {
      const data = await answer;
      if (asked !== this.#asked) return;
      this.data = data;
      this.problem = null;
      this.fetchedAt = Date.now();
    } catch (error) {
      if (asked !== this.#asked) return;
      if (!(error instanceof Problem)) throw error;
      this.problem = error;
      this.onproblem(error);
      // Figures of the place before must not stand under the name of this one.
      if (isNew) this.data = null;
    } finally {
      if (asked === this.#asked) this.busy = false;
    }
  }
}
