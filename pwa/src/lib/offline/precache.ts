/** The app's own files, kept so that it opens without a network. One cache per version, filled whole or not at all. */

const PREFIX = 'so-cong-doan-';

/** The one page every address is answered with. */
const SHELL = '/';

/** Only for people the app cannot run for, or for installing: not worth a byte of everybody's first visit. */
const NOT_KEPT = ['/trinh-duyet-cu.html', '/icons/maskable.svg', '/icons/maskable-512.png', '/icons/icon-512.png'];

/** The part of the app for staff at a desk is fetched when it is used, not by every phone. */
const cacheName = (version: string): string => PREFIX + version;

/** Takes in all files of a version. Fails, and is tried again by the browser, when one is missing. */
export async function fill(version: string, paths: readonly string[]): Promise<void> {
  const cache = await caches.open(cacheName(version));
  const wanted = [SHELL, ...paths.filter((path) => !NOT_KEPT.includes(path))];
  // Hashed files never change, so the browser's own cache may answer for them; the page must be today's.
  await Promise.all(
    wanted.map(async (path) => {
      const request = new Request(path, { cache: path.includes('/immutable/') ? 'default' : 'reload' });
      const response = await fetch(request);
      if (!response.ok) throw new Error(`${path} answered ${response.status}`);
      await cache.put(path, response);
    }),
  );
}

/** Removes what older versions kept. */
export async function dropOldCaches(version: string): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== cacheName(version));
  await Promise.all(old.map((name) => caches.delete(name)));
}

/** The kept answer to a request, or undefined when it is none of ours: `/api` always goes to the server. */
export function answer(version: string, request: Request, origin: string): Promise<Response> | undefined {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== origin || url.pathname.startsWith('/api/')) return undefined;
  if (request.mode === 'navigate') {
    // A page of its own, outside the app.
    if (NOT_KEPT.includes(url.pathname)) return undefined;
    return kept(version, SHELL, request);
  }
  return kept(version, url.pathname, request);
}

async function kept(version: string, path: string, request: Request): Promise<Response> {
  const cache = await caches.open(cacheName(version));
  return (await cache.match(path)) ?? fetch(request);
}
