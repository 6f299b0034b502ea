import { createContext } from 'svelte';
import type { Officer } from '$lib/replica/types/Officer';
import type { SyncStatus } from './sync-status.svelte';

/** Who uses this device: `unknown` until the replica has opened, `absent` before enrolment. */
export type SessionPhase = 'unknown' | 'absent' | 'present' | 'revoked';

export class Session {
  #status: SyncStatus;
  officer: Officer | null = $derived.by(() => this.#status.status?.officer ?? null);
  phase: SessionPhase = $derived.by(() => {
    const status = this.#status.status;
    if (!status) return 'unknown';
    if (status.revoked) return 'revoked';
    // Until the server has sent the profile, an enrolled device does not know its officer's name yet.
    return status.enrolled ? 'present' : 'absent';
  });

  constructor(status: SyncStatus) {
    this.#status = status;
  }
}

/** Set in `routes/(phone)/+layout.svelte`. */
export const [getSession, setSession] = createContext<Session>();
