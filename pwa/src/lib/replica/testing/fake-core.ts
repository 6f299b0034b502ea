import type { Core } from '../core';
import type { Effect } from '../types/Effect';
import type { Input } from '../types/Input';
import type { Query } from '../types/Query';

/** A core that keeps the ids of what is saved, and sends when it is woken until the server answers. */
export class FakeCore implements Core {
  readonly #entries = new Set<string>();
  #unsent = 0;
  #phase: 'idle' | 'sending' | 'waiting' = 'idle';
  #ticket = 0;

  handle(input: Input): Effect[] {
    switch (input.type) {
      case 'opened':
        for (const { key } of input.stored) this.#entries.add(key);
        this.#unsent = this.#entries.size;
        return [];
      case 'save_entry':
        this.#entries.add(input.entry);
        this.#unsent += 1;
        return [
          { type: 'persist', ticket: ++this.#ticket, writes: [{ key: input.entry, value: new Uint8Array([1]) }] },
          { type: 'outcome', outcome: { result: 'done' } },
          { type: 'changed' },
        ];
      case 'wake':
        if (this.#phase === 'sending' || this.#unsent === 0) return [];
        this.#phase = 'sending';
        return [
          { type: 'send', request: 1, path: '/api/v1/sync', content_type: 'x', token: null, body: new Uint8Array(1) },
        ];
      case 'response_end':
        this.#phase = 'idle';
        this.#unsent = 0;
        return [];
      case 'send_failed':
        this.#phase = 'waiting';
        return [];
      default:
        return [];
    }
  }

  query(query: Query): unknown {
    return query.type === 'status' ? { phase: this.#phase } : [...this.#entries].sort();
  }
}
