import type { Replica } from '$lib/replica/client';
import { ReplicaError } from '$lib/replica/errors';

/** Code of the type of an entry or of a draft that is on this device; null when there is neither. */
export async function recordType(replica: Replica, entry: string): Promise<string | null> {
  try {
    const [detail, drafts] = await Promise.all([
      replica.query({ type: 'entry', entry }),
      replica.query({ type: 'drafts' }),
    ]);
    return drafts.find((draft) => draft.entry === entry)?.type_code ?? detail?.row.type_code ?? null;
  } catch (error) {
    // An address that somebody mistyped names no entry at all.
    if (error instanceof ReplicaError && error.kind === 'not_understood') return null;
    throw error;
  }
}
