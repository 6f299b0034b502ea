import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { perform, retryAfterSeconds, type Send } from './network';
import type { Input } from './types/Input';

const SEND: Send = {
  type: 'send',
  request: 3,
  path: '/api/v1/sync',
  content_type: 'application/cbor',
  token: 'secret',
  body: new Uint8Array(2_000),
};

const handed: Input[] = [];
const hand = (input: Input): Promise<void> => {
  handed.push(input);
  return Promise.resolve();
};
const never = new AbortController().signal;

/** Answers every request, and gives the request's signal to the body that it streams. */
function serve(answer: (init: RequestInit, signal: AbortSignal) => Promise<Response>): { init?: RequestInit } {
  const seen: { init?: RequestInit } = {};
  vi.stubGlobal('fetch', (_path: string, init: RequestInit) => {
    seen.init = init;
    return answer(init, init.signal as AbortSignal);
  });
  return seen;
}

/** Like a connection that says nothing until it is given up. */
const silence = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))));

beforeEach(() => {
  handed.length = 0;
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('the answer is handed in piece by piece, then its end', async () => {
  const seen = serve(async () => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array([1]));
        controller.enqueue(new Uint8Array([2, 3]));
        controller.close();
      },
    });
    return new Response(body, { status: 503, headers: { 'content-type': 'application/cbor', 'retry-after': '30' } });
  });
  await perform(SEND, hand, never);
  expect(handed).toEqual([
    { type: 'response_bytes', request: 3, bytes: new Uint8Array([1]) },
    { type: 'response_bytes', request: 3, bytes: new Uint8Array([2, 3]) },
    { type: 'response_end', request: 3, status: 503, content_type: 'application/cbor', retry_after_s: 30 },
  ]);
  expect(seen.init).toMatchObject({ method: 'POST', credentials: 'omit', cache: 'no-store' });
  expect(seen.init?.headers).toEqual({ 'content-type': 'application/cbor', authorization: 'Bearer secret' });
});

test('no network is said once', async () => {
  serve(() => Promise.reject(new TypeError('Failed to fetch')));
  await perform(SEND, hand, never);
  expect(handed).toEqual([{ type: 'send_failed', request: 3 }]);
});

test('a connection that stays silent is given up, later for a larger body', async () => {
  serve((_init, signal) => silence(signal));
  const sent = perform(SEND, hand, never);
  await vi.advanceTimersByTimeAsync(46_999);
  expect(handed).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  await sent;
  expect(handed).toEqual([{ type: 'send_failed', request: 3 }]);
});

test('a slow answer is waited for as long as bytes come', async () => {
  let pieces = 0;
  serve(async (_init, signal) => {
    const body = new ReadableStream({
      async pull(controller) {
        if (pieces === 4) await silence(signal);
        // eslint-disable-next-line no-restricted-syntax -- the test's own clock passes, not time
        await new Promise((resolve) => setTimeout(resolve, 40_000));
        pieces += 1;
        controller.enqueue(new Uint8Array([pieces]));
      },
    });
    return new Response(body);
  });
  const sent = perform(SEND, hand, never);
  await vi.advanceTimersByTimeAsync(4 * 40_000);
  expect(handed.map((input) => input.type)).toEqual(Array(4).fill('response_bytes'));
  await vi.advanceTimersByTimeAsync(45_000);
  await sent;
  expect(handed.at(-1)).toEqual({ type: 'send_failed', request: 3 });
});

test('a shell that has stopped hears nothing more', async () => {
  const stop = new AbortController();
  serve((_init, signal) => silence(signal));
  const sent = perform(SEND, hand, stop.signal);
  stop.abort();
  await sent;
  expect(handed).toEqual([]);
});

test('Retry-After is read as seconds or as a date, and nonsense is none', () => {
  const now = Date.parse('2026-10-08T08:00:00Z');
  expect(retryAfterSeconds('120', now)).toBe(120);
  expect(retryAfterSeconds('Thu, 08 Oct 2026 08:01:30 GMT', now)).toBe(90);
  expect(retryAfterSeconds('Thu, 08 Oct 2026 07:00:00 GMT', now)).toBe(0);
  expect(retryAfterSeconds('soon', now)).toBeNull();
  expect(retryAfterSeconds(null, now)).toBeNull();
});
