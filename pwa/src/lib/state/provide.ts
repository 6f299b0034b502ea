import { connectReplica } from '$lib/replica/connect';
import { setReplica } from './replica';
import { Session, setSession } from './session.svelte';
import { setSyncStatus, SyncStatus } from './sync-status.svelte';

/** Starts the replica and hands out what the phone's screens share. Called once, by the layout of the phone's part. */
export function provideReplica(): { sync: SyncStatus; session: Session } {
  const replica = setReplica(connectReplica());
  const sync = setSyncStatus(new SyncStatus(replica));
  const session = setSession(new Session(sync));
  return { sync, session };
}
