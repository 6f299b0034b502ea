import { connectReplica } from '$lib/replica/connect';
import { setReplica } from './replica';
import { Session, setSession } from './session.svelte';
import { setSyncStatus, SyncStatus } from './sync-status.svelte';

/** Starts the replica and hands out what the phone's screens share. Called once, by the layout of the phone's part. */
export function provideReplica(): { sync: SyncStatus; session: Session } {
  const connection = connectReplica();
  const sync = setSyncStatus(new SyncStatus(connection));
  setReplica({
    query: (query) => connection.query(query),
    onChanged: (listener) => connection.onChanged(listener),
    // "Saved" and "all is sent" must not stand on one screen, be it for a blink: the line knows of the work first.
    send: async (input) => {
      const outcome = await connection.send(input);
      await sync.refresh();
      return outcome;
    },
  });
  const session = setSession(new Session(sync));
  return { sync, session };
}
