import type { Effect } from './types/Effect';
import type { Input } from './types/Input';
import type { Query } from './types/Query';

/** The core's surface: it decides, the shell does. */
export interface Core {
  handle(input: Input, nowMs: number): Effect[];
  query(query: Query, nowMs: number): unknown;
}
