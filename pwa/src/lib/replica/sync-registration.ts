/** The tag of our Background Sync registration. */
export const SYNC_TAG = 'sync';

/** What browsers with Background Sync have beyond the standard types. */
interface SyncCapable {
  sync?: { register(tag: string): Promise<void> };
}

/** Asks for a `sync` event as soon as there is a network, even with the app closed. */
export async function registerBackgroundSync(registration: ServiceWorkerRegistration & SyncCapable): Promise<void> {
  // Refused in private windows and by some settings; the app then sends while it is open.
  await registration.sync?.register(SYNC_TAG).catch(() => undefined);
}
