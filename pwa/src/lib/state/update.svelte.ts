import { createContext } from 'svelte';

/** A new version of the app: it waits, already downloaded, until the person takes it. */
export class Update {
  /** "Có bản mới". */
  ready = $derived.by(() => this.#waiting !== null);
  #waiting = $state.raw<ServiceWorker | null>(null);
  #taken = false;

  /** Registers the service worker and watches for a newer one. */
  async watch(): Promise<void> {
    // Built files only: the development server has no list of them.
    if (import.meta.env.DEV) return;
    const hadController = navigator.serviceWorker.controller !== null;
    const registration = await navigator.serviceWorker.register('/service-worker.js');
    const look = (): void => {
      // Without a controller this is the first visit: what waits then is no update.
      if (hadController && registration.waiting) this.#waiting = registration.waiting;
    };
    look();
    registration.addEventListener('updatefound', () => {
      registration.installing?.addEventListener('statechange', look);
    });
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      if (this.#taken) location.reload();
    });
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible' && navigator.onLine) void registration.update().catch(() => undefined);
    });
  }

  /** Lets the new version take over; the page opens again in it. */
  apply(): void {
    this.#taken = true;
    this.#waiting?.postMessage({ type: 'take_over' });
  }

  /** Not now: asked again when the app is opened the next time. */
  postpone(): void {
    this.#waiting = null;
  }
}

/** Set in `routes/+layout.svelte`. */
export const [getUpdate, setUpdate] = createContext<Update>();
