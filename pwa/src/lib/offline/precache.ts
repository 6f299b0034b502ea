/** The app's own files, kept so that it opens without a network. One cache per version, filled whole or not at all. */

const PREFIX = 'so-cong-doan-';

/** The one page every address is answered with. */
const SHELL = '/';

/** Written at build time: the files the phone's part needs. The desk's charts and fonts are not every phone's to fetch. */
const LIST = '/_app/phone-files.json';

/** Only for people the app cannot run for, or for installing: not worth a byte of everybody's first visit. */
const NOT_KEPT = ['/trinh-duyet-cu.html', '/icons/maskable.svg', '/icons/maskable-512.png', '/icons/icon-512.png'];

const cacheName = (version: string): string => PREFIX + version;

/** Takes in all files of a version. Fails, and is tried again by the browser, when one is missing. */
export async function fill(version: string, staticFiles: readonly string[]): Promise<void> {
  const list = (await (await fetched(LIST)).json()) as string[];
  const wanted = [SHELL, ...staticFiles.filter((path) => !NOT_KEPT.includes(path)), ...list];
  const cache = await caches.open(cacheName(version));
  await Promise.all(wanted.map(async (path) => cache.put(path, await genuine(path, list))));
}

/** A file of ours. A Wi-Fi that wants to be signed in to answers everything with a page of its own, and calls that a success. */
async function genuine(path: string, list: readonly string[]): Promise<Response> {
  const response = await fetched(path);
  const isPage = response.headers.get('content-type')?.startsWith('text/html') ?? false;
  const isOurs = path === SHELL ? namesOne(await response.clone().text(), list) : !isPage;
  if (!isOurs) throw new Error(`${path} was answered by somebody else`);
  return response;
}

function namesOne(page: string, list: readonly string[]): boolean {
  return list.some((path) => page.includes(path));
}

async function fetched(path: string): Promise<Response> {
  // Hashed files never change, so the browser's own cache may answer for them; the others must be today's.
  const response = await fetch(path, { cache: path.includes('/immutable/') ? 'default' : 'reload' });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response;
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
  if (request.mode !== 'navigate') return kept(version, url.pathname, request);
  if (NOT_KEPT.includes(url.pathname)) return undefined;
  // The desk's files are the server's newest, and need its newest page; without a network the page can at least say so.
  if (/^\/desk(\/|$)/.test(url.pathname)) return fetch(request).catch(() => kept(version, SHELL, request));
  return kept(version, SHELL, request);
}

/** The core of this version. */
export async function keptCore(version: string): Promise<Response> {
  const cache = await caches.open(cacheName(version));
  const core = (await cache.keys()).find((request) => new URL(request.url).pathname.endsWith('.wasm'));
  if (!core) throw new Error('The kept files have no core');
  return kept(version, new URL(core.url).pathname, core);
}

async function kept(version: string, path: string, request: Request): Promise<Response> {
  const cache = await caches.open(cacheName(version));
  return (await cache.match(path)) ?? fetch(request);
}
