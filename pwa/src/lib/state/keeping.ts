import type { Replica, ScreenInput } from '$lib/replica/client';

/** How long after the last key what is in a field that was not left is kept too. */
export const KEEP_DELAY_MS = 1000;
/** How long after a draft could not be written it is tried again: there may be room by then. */
export const KEEP_AGAIN_MS = 5000;

/** Whether the core did what it was asked to. A core that does not answer did not. */
export async function isDone(replica: Replica, input: ScreenInput): Promise<boolean> {
  try {
    return (await replica.send(input)).result === 'done';
  } catch {
    return false;
  }
}
