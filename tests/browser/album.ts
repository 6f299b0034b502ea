import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';

/** Where pictures go, for whoever looks at them. */
const FOLDER = 'results/screens';

/** A page of the app: the file that makes it, the name of its picture, and where it opens. */
export interface Screen {
  /** Below `pwa/src/routes`, or in `pwa/static`. */
  file: string;
  name: string;
  path: string;
  /** What its first heading says. */
  shows: string | RegExp;
}

/** What the person sees at first, once everything has come to rest. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' });
}

/** Size of a picture in the screen's own pixels, "none" when it was not taken. */
export function sizeOf(name: string, scale: number): string {
  try {
    const bytes = readFileSync(join(FOLDER, `${name}.png`));
    return `${bytes.readUInt32BE(16) / scale}×${bytes.readUInt32BE(20) / scale}`;
  } catch {
    return 'none';
  }
}

/** Every file that makes a page of the app. */
export function pageFiles(): string[] {
  const routes = fileURLToPath(new URL('../../pwa/src/routes', import.meta.url));
  const fixed = fileURLToPath(new URL('../../pwa/static', import.meta.url));
  const all = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return [
    ...all(routes).filter((file) => /(^|\/)\+(page|error)\.svelte$/.test(file)),
    ...all(fixed).filter((file) => file.endsWith('.html')),
  ].sort();
}
