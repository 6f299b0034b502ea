import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { answer, dropOldCaches, fill, keptCore } from './precache';

const ORIGIN = 'https://so.example';
const PAGE = 'the page, which loads /_app/immutable/app.js';

/** What the server has, by path. */
let server: Map<string, string>;
let reachable: boolean;
/** What a Wi-Fi answers instead of the server. */
let portal: Set<string>;
/** Kept responses by cache and path. */
let kept: Map<string, Map<string, Response>>;

const pathOf = (request: Request | string): string =>
  new URL(typeof request === 'string' ? request : request.url, ORIGIN).pathname;

beforeEach(() => {
  server = new Map([
    ['/', PAGE],
    ['/manifest.webmanifest', 'the manifest'],
    ['/trinh-duyet-cu.html', 'too old'],
    ['/_app/phone-files.json', '["/_app/immutable/app.js","/_app/immutable/core.wasm"]'],
    ['/_app/immutable/app.js', 'the app'],
    ['/_app/immutable/core.wasm', 'the core'],
    ['/desk', 'the newest page'],
  ]);
  reachable = true;
  portal = new Set();
  kept = new Map();
  vi.stubGlobal('fetch', (request: Request | string) => {
    if (portal.has(pathOf(request)))
      return Promise.resolve(new Response('<h1>Wi-Fi</h1>', { headers: { 'content-type': 'text/html' } }));
    const body = reachable ? server.get(pathOf(request)) : undefined;
    if (!reachable) return Promise.reject(new TypeError('no network'));
    return Promise.resolve(new Response(body ?? 'missing', { status: body === undefined ? 404 : 200 }));
  });
  vi.stubGlobal('caches', {
    open: (name: string) => {
      const cache = kept.get(name) ?? new Map<string, Response>();
      kept.set(name, cache);
      return Promise.resolve({
        put: (path: string, response: Response) => Promise.resolve(cache.set(path, response)),
        match: (path: string) => Promise.resolve(cache.get(path)?.clone()),
        keys: () => Promise.resolve([...cache.keys()].map((path) => new Request(ORIGIN + path))),
      });
    },
    keys: () => Promise.resolve([...kept.keys()]),
    delete: (name: string) => Promise.resolve(kept.delete(name)),
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function request(path: string, mode: 'navigate' | 'cors' = 'cors', method = 'GET'): Request {
  // A navigation cannot be made by hand, so the mode is put over the request's own.
  return Object.defineProperty(new Request(ORIGIN + path, { method }), 'mode', { value: mode });
}

async function body(response: Promise<Response> | undefined): Promise<string | undefined> {
  return (await response)?.text();
}

const fillAll = (): Promise<void> => fill('1', ['/manifest.webmanifest', '/trinh-duyet-cu.html']);

test('without a network every address opens the app, and its files are there', async () => {
  await fillAll();
  reachable = false;
  expect(await body(answer('1', request('/', 'navigate'), ORIGIN))).toBe(PAGE);
  expect(await body(answer('1', request('/log/01ARYZ6S41TSV4RRFFQ69G5FAV', 'navigate'), ORIGIN))).toBe(PAGE);
  expect(await body(answer('1', request('/_app/immutable/app.js'), ORIGIN))).toBe('the app');
  expect(await (await keptCore('1')).text()).toBe('the core');
});

test('the server alone answers for its API, for what is not read, and for other origins', async () => {
  await fillAll();
  expect(answer('1', request('/api/v1/sync', 'cors', 'POST'), ORIGIN)).toBeUndefined();
  expect(answer('1', request('/api/v1/dashboard'), ORIGIN)).toBeUndefined();
  expect(answer('1', request('/api/docs', 'navigate'), ORIGIN)).toBeUndefined();
  expect(answer('1', request('/'), 'https://other.example')).toBeUndefined();
});

test('the desk gets the newest page, and the kept one only without a network', async () => {
  await fillAll();
  expect(await body(answer('1', request('/desk', 'navigate'), ORIGIN))).toBe('the newest page');
  reachable = false;
  expect(await body(answer('1', request('/desk', 'navigate'), ORIGIN))).toBe(PAGE);
});

test('a version of which one file is missing is not taken', async () => {
  server.delete('/_app/immutable/core.wasm');
  await expect(fillAll()).rejects.toThrow('/_app/immutable/core.wasm answered 404');
});

test.each(['/', '/_app/phone-files.json', '/_app/immutable/app.js', '/manifest.webmanifest'])(
  'a version of which a Wi-Fi answered %s with its own page is not taken',
  async (path) => {
    portal.add(path);
    await expect(fillAll()).rejects.toThrow();
  },
);

test('pages for browsers that cannot run the app are not kept', async () => {
  await fillAll();
  expect([...(kept.get('so-cong-doan-1')?.keys() ?? [])]).not.toContain('/trinh-duyet-cu.html');
});

test('only what older versions of this app kept is removed', async () => {
  await fill('1', []);
  await fill('2', []);
  kept.set('of-somebody-else', new Map());
  await dropOldCaches('2');
  expect([...kept.keys()].sort()).toEqual(['of-somebody-else', 'so-cong-doan-2']);
});
