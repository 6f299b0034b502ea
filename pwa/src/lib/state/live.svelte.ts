import type { Answer, Replica } from '$lib/replica/client';
import type { Query } from '$lib/replica/types/Query';
import { getReplica } from './replica';

/** The answer to a query, kept fresh: asked again when the replica changes and when the query itself does. */
export class Live<Q extends Query> {
  /** The newest answer; undefined until the first one. Stays while a newer one is on its way. */
  value = $state.raw<Answer<Q>>();
  /** Why the last try gave no answer. */
  error = $state.raw<unknown>();

  constructor(replica: Replica, query: () => Q) {
    $effect(() => {
      const asked = query();
      let stopped = false;
      let asking = false;
      let stale = false;

      // One question at a time: a burst of changes costs one more question, not one each.
      const ask = async (): Promise<void> => {
        stale = true;
        if (asking) return;
        asking = true;
        while (stale && !stopped) {
          stale = false;
          try {
            const answer = await replica.query(asked);
            if (stopped) return;
            this.value = answer;
            this.error = undefined;
          } catch (error) {
            if (stopped) return;
            this.error = error;
          }
        }
        asking = false;
      };

      const unsubscribe = replica.onChanged(() => void ask());
      void ask();
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
