import type { Plugin, Rolldown } from 'vite';
import { isDesk } from './desk.ts';

/** The screen the app opens with; its layouts and the app's entries load with it. */
const START = '/src/routes/(phone)/(tabs)/+page.svelte';

/**
 * Puts the modules of the phone's part into two files: what the first visit shows, and the other screens. Offline every
 * file costs a turn through the service worker: some forty small ones took longer than the code takes to read whole.
 */
export function phoneChunks(): Plugin {
  return {
    name: 'phone-chunks',
    applyToEnvironment: (environment) => environment.name === 'client',
    outputOptions(options) {
      const start = loadedBy((entry) => !isDesk(entry) && !isOtherScreen(entry));
      const screens = loadedBy((entry) => !isDesk(entry) && isOtherScreen(entry));
      options.codeSplitting = {
        groups: [{ name: (id, context) => (start(id, context) ? 'phone' : screens(id, context) ? 'screens' : null) }],
      };
      return options;
    },
  };
}

function isOtherScreen(entry: Rolldown.ModuleInfo): boolean {
  return entry.importedIds.some((id) => id.endsWith('/+page.svelte') && !id.endsWith(START));
}

/** Whether one of these entries loads a module by static imports alone: what is loaded later stays apart. */
function loadedBy(isOurs: (entry: Rolldown.ModuleInfo) => boolean) {
  const known = new Map<string, boolean>();
  return function loads(id: string, context: Rolldown.ChunkingContext): boolean {
    const before = known.get(id);
    if (before !== undefined) return before;
    // A circle of imports ends here.
    known.set(id, false);
    const info = context.getModuleInfo(id);
    const found =
      info !== null && ((info.isEntry && isOurs(info)) || info.importers.some((importer) => loads(importer, context)));
    known.set(id, found);
    return found;
  };
}
