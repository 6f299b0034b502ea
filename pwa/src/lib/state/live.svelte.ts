import type { Answer, Replica } from '$lib/replica/client';
import type { Query } from '$lib/replica/types/Query';
import { getReplica } from './replica';

/** The answer to a query, kept fresh: asked again when the replica changes and when the query itself does. */
export class Live<Q extends Query> {
  /** The newest answer; undefined until the first one. Stays while a newer one is on its way. */
  value = $state.raw<Answer<Q>>();
  /** Why the last try gave no answer. */
  error = $state.raw<unknown>();
  /** Asks once more, and resolves when what is shown is not older than that. */
  refresh: () => Promise<void> = () => Promise.resolve();

  constructor(replica: Replica, query: () => Q) {
    $effect(() => {
      const asked = query();
      let stopped = false;
      let stale = false;
      let asking: Promise<void> | undefined;

      // One question at a time: a burst of changes costs one more question, not one each.
      const ask = async (): Promise<void> => {
        while (stale && !stopped) {
          stale = false;
          try {
            const answer = await replica.query(asked);
            if (stopped) break;
            this.value = answer;
            this.error = undefined;
          } catch (error) {
            if (stopped) break;
            this.error = error;
          }
        }
        asking = undefined;
      };
      this.refresh = () => {
        stale = true;
        return (asking ??= ask());
      };

      const unsubscribe = replica.onChanged(() => void this.refresh());
      void this.refresh();
      return () => {
        stopped = true;
        unsubscribe();
      };
    });
  }
}

/** Keeps the answer to a query fresh for as long as the component lives. Call it while the component starts. */
export function live<Q extends Query>(query: () => Q): Live<Q> {
  return new Live(getReplica(), query);
}
