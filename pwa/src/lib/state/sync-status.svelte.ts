import { createContext } from 'svelte';
import { online } from 'svelte/reactivity/window';
import type { Replica } from '$lib/replica/client';
import type { Status } from '$lib/replica/types/Status';
import { Live } from './live.svelte';

/** How much of this device's work the server has, and how the last try went. */
export class SyncStatus {
  #live: Live<{ type: 'status' }>;
  /** Undefined only until the replica has opened. */
  status: Status | undefined = $derived.by(() => this.#live.value);
  /** Why the replica cannot answer at all. */
  error = $derived.by(() => this.#live.error);
  /** What the browser believes; true may still mean no way to the server. */
  online = $derived(online.current !== false);

  constructor(replica: Replica) {
    this.#live = new Live(replica, () => ({ type: 'status' }));
  }

  /** Resolves when the status is not older than the call. */
  refresh(): Promise<void> {
    return this.#live.refresh();
  }
}

/** Set in `routes/(phone)/+layout.svelte`. */
export const [getSyncStatus, setSyncStatus] = createContext<SyncStatus>();
