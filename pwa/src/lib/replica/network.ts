import type { Effect } from './types/Effect';
import type { Input } from './types/Input';

export type Send = Extract<Effect, { type: 'send' }>;

/** Without a byte for this long, the connection is given up. */
const STALL_MS = 45_000;

/** How slow a link may be and still get a body through: fetch does not say how much of an upload is on its way. */
const SLOWEST_UPLOAD_BYTES_PER_MS = 1;

/**
 * Sends one request and hands in its answer piece by piece as it arrives. Ends with exactly one `response_end` or
 * `send_failed`, unless `stop` was aborted: then nobody is left to hear it.
 */
export async function perform(send: Send, hand: (input: Input) => Promise<void>, stop: AbortSignal): Promise<void> {
  const request = send.request;
  const stall = new Stall(stop);
  try {
    stall.expectWithin(STALL_MS + send.body.length / SLOWEST_UPLOAD_BYTES_PER_MS);
    const response = await fetch(send.path, {
      method: 'POST',
      body: send.body as Uint8Array<ArrayBuffer>,
      headers: headers(send),
      credentials: 'omit',
      cache: 'no-store',
      signal: stall.signal,
    });
    await handBody(request, response, hand, stall);
    stall.done();
    if (stop.aborted) return;
    await hand({
      type: 'response_end',
      request,
      status: response.status,
      content_type: response.headers.get('content-type') ?? '',
      retry_after_s: retryAfterSeconds(response.headers.get('retry-after'), Date.now()),
    });
  } catch {
    stall.done();
    if (!stop.aborted) await hand({ type: 'send_failed', request });
  }
}

async function handBody(
  request: number,
  response: Response,
  hand: (input: Input) => Promise<void>,
  stall: Stall,
): Promise<void> {
  const reader = response.body?.getReader();
  if (!reader) return;
  for (;;) {
    stall.expectWithin(STALL_MS);
    const { done, value } = await reader.read();
    // What the core takes to digest a piece is not the network's fault.
    stall.pause();
    if (done || stall.signal.aborted) return;
    await hand({ type: 'response_bytes', request, bytes: value });
  }
}

function headers(send: Send): Record<string, string> {
  const fixed = { 'content-type': send.content_type };
  return send.token === null ? fixed : { ...fixed, authorization: `Bearer ${send.token}` };
}

/** The header holds seconds or a date. */
export function retryAfterSeconds(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - nowMs) / 1000));
}

/** Aborts when nothing has moved for too long, or when the shell stops. */
class Stall {
  readonly #abort = new AbortController();
  readonly #stop: AbortSignal;
  readonly #onStop = (): void => this.#abort.abort();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(stop: AbortSignal) {
    this.#stop = stop;
    if (stop.aborted) this.#abort.abort();
    stop.addEventListener('abort', this.#onStop);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  expectWithin(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#abort.abort(), ms);
  }

  pause(): void {
    clearTimeout(this.#timer);
  }

  done(): void {
    clearTimeout(this.#timer);
    this.#stop.removeEventListener('abort', this.#onStop);
  }
}
