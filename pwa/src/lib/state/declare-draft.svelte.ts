import type { Saved } from '$lib/components/form/field-state';
import type { Replica, ScreenInput } from '$lib/replica/client';
import type { ReportRow } from '$lib/replica/types/ReportRow';
import { isDone, KEEP_AGAIN_MS, KEEP_DELAY_MS } from './keeping';

interface Typed {
  value: string;
  reason: string;
  /** When what stood there as the typing began was declared. */
  over: number | null;
}

/**
 * One number or text of a report being declared. What stands in the report shows in the boxes until the person types;
 * from then on the boxes are the person's, whatever arrives.
 */
export class DeclareDraft {
  /** Whether what is typed is on disk. */
  saved = $state.raw<Saved>();

  #replica: Replica;
  #period: string;
  #row: () => ReportRow | undefined;
  /** The row as it was last: the page may be on its way to another while this form goes. */
  #seen: ReportRow;
  #typed = $state.raw<Typed | null>(null);
  #keeping: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** It is being declared or thrown away: no older draft may land on that. */
  #leaving = false;
  #closed = false;

  constructor(replica: Replica, period: string, first: ReportRow, row: () => ReportRow | undefined) {
    this.#replica = replica;
    this.#period = period;
    this.#seen = first;
    this.#row = row;
    if (first.draft) this.saved = 'kept';
  }

  get value(): string {
    return (this.#begun ?? this.#standing).value;
  }

  get reason(): string {
    return (this.#begun ?? this.#standing).reason;
  }

  /** Something is typed that was not declared. */
  get isBegun(): boolean {
    return this.#begun !== null;
  }

  /** Something else was declared since the typing began. */
  get isOvertaken(): boolean {
    return this.#begun !== null && this.#begun.over !== this.#standing.over;
  }

  /** Something was typed. */
  edit(change: Partial<Pick<Typed, 'value' | 'reason'>>): void {
    const before = this.#begun ?? this.#standing;
    const typed = { ...before, ...change };
    if (same(before, typed)) return;
    this.#typed = typed;
    this.saved = undefined;
    this.#keepSoon(KEEP_DELAY_MS);
  }

  /** A box was left, or the app goes out of sight: keeps what is typed. */
  async keep(): Promise<void> {
    const typed = this.#typed;
    if (!typed || this.#leaving || this.saved === 'kept' || this.saved === 'keeping') return;
    clearTimeout(this.#timer);
    this.saved = 'keeping';
    const { value, reason, over } = typed;
    const named = { period: this.#period, indicator: this.#seen.indicator };
    // Typed back to what stands there: nothing is left to keep.
    const input: ScreenInput = same(typed, this.#standing)
      ? { type: 'drop_declaring', ...named }
      : { type: 'keep_declaring', ...named, value, reason, over, kept_at: 0 }; // The core sets the time.
    // One after the other, so that an older draft never lands on a newer one.
    this.#keeping = this.#keeping.then(async () => {
      const done = await isDone(this.#replica, input);
      if (this.#typed !== typed) return;
      this.saved = done ? 'kept' : 'failed';
      if (!done) this.#keepSoon(KEEP_AGAIN_MS);
    });
    await this.#keeping;
  }

  /** Declares, by what the caller sends. What was typed is done with when that is on disk. */
  async declare(send: () => Promise<boolean>): Promise<void> {
    await this.#leave(send, this.#typed);
  }

  /** Throws away what is typed. */
  async drop(): Promise<void> {
    const named = { period: this.#period, indicator: this.#seen.indicator };
    await this.#leave(() => isDone(this.#replica, { type: 'drop_declaring', ...named }), this.#typed);
  }

  /** The form goes: keeps what is in it, once more. */
  async close(): Promise<void> {
    const last = this.keep();
    this.#closed = true;
    clearTimeout(this.#timer);
    await last;
  }

  async #leave(send: () => Promise<boolean>, typed: Typed | null): Promise<void> {
    clearTimeout(this.#timer);
    this.#leaving = true;
    try {
      await this.#keeping;
      if ((await send()) && this.#typed === typed) {
        this.#typed = null;
        this.saved = undefined;
      }
    } finally {
      this.#leaving = false;
    }
    if (this.#typed && this.saved !== 'kept') this.#keepSoon(0);
  }

  get #begun(): Typed | null {
    return this.#typed ?? this.#now.draft;
  }

  get #now(): ReportRow {
    const row = this.#row();
    if (row?.indicator === this.#seen.indicator) this.#seen = row;
    return this.#seen;
  }

  get #standing(): Typed {
    const { declared, text, derived } = this.#now;
    // Of a text, what the log gives is where the writing begins; a number is declared because it differs.
    const collected = text ? (derived ?? '') : '';
    return { value: declared?.value ?? collected, reason: declared?.reason ?? '', over: declared?.at ?? null };
  }

  #keepSoon(delay_ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => void this.keep(), delay_ms);
  }
}

function same(a: Typed, b: Typed): boolean {
  return a.value === b.value && a.reason === b.reason;
}
