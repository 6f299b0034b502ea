import { formatMove, type NumberKind } from '$lib/components/desk/numbers';
import { listen, type Changed } from '$lib/api/stream';

/** At most one refresh a second, however many phones find a signal at once. */
const PACE_MS = 1_000;

/** What devices send while the desk is open. */
export class DeskNews {
  link = $state<'connecting' | 'open' | 'lost'>('connecting');
  /** The newest news, for the line at the bottom. */
  latest = $state.raw<Changed | null>(null);
  /** How the figure on screen moved with the newest news, if it did. */
  moved = $state.raw<{ label: string; text: string } | null>(null);
  #followers: (() => unknown)[] = [];
  /** News came while the pause was on. */
  #missed = false;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** Starts listening. Returns what stops it. `onrefused` is called when the server will not be listened to. */
  start(onrefused: () => void): () => void {
    const stop = listen({
      onopen: (again) => {
        this.link = 'open';
        // Whatever came in while the connection was lost is fetched now.
        if (again) this.#tell();
      },
      onreset: () => this.#tell(),
      onlost: (refused) => {
        this.link = 'lost';
        if (refused) onrefused();
      },
      onchanged: (changed) => {
        this.latest = changed;
        this.moved = null;
        this.#tell();
      },
    });
    return () => {
      stop();
      if (this.#timer !== null) clearTimeout(this.#timer);
    };
  }

  /** Calls back when figures may have changed, while the calling component lives. */
  follow(refresh: () => unknown): void {
    $effect(() => {
      this.#followers.push(refresh);
      return () => {
        this.#followers = this.#followers.filter((follower) => follower !== refresh);
      };
    });
  }

  /** Says how a figure moved. Nothing to say when it was or is empty, or stayed. */
  tellMove({ label, kind }: { label: string; kind: NumberKind }, before: number | null, after: number | null): void {
    if (before === null || after === null || before === after) return;
    this.moved = { label, text: formatMove(after - before, kind) };
  }

  #tell(): void {
    if (this.#timer !== null) {
      this.#missed = true;
      return;
    }
    for (const refresh of this.#followers) refresh();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#missed) {
        this.#missed = false;
        this.#tell();
      }
    }, PACE_MS);
  }
}
