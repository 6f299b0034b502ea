import { loadShellMessages } from '$lib/messages/shell';

// One page, run in the browser: no server renders it and nothing is prerendered.
export const ssr = false;
export const prerender = false;
export const trailingSlash = 'never';

export const load = (): Promise<void> => loadShellMessages();
