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
    // A page that loads while the first worker activates is missed by the worker's own claim and would stay on the
    // network until it is opened again: it asks to be taken.
    const { active } = await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) active?.postMessage({ type: 'claim' });
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
