import { t } from '$lib/messages/phone';
import { ReplicaError } from '$lib/replica/errors';

/** What to tell a person whose work could not be written to this device. */
export function failureText(error: unknown): string {
  return error instanceof ReplicaError && error.kind === 'storage_full' ? t.sync.storageFullText : t.sync.notSavedText;
}
