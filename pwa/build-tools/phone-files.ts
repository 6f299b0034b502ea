import type { Plugin, Rolldown } from 'vite';
import { isDesk } from './desk.ts';

/** Where the list stands in the built app. */
const LIST = '_app/phone-files.json';

type Chunk = Rolldown.OutputChunk & { viteMetadata?: { importedCss: Set<string>; importedAssets: Set<string> } };

/**
 * Lists the files the phone's part needs, for the service worker to keep: SvelteKit's own list would have every phone
 * fetch the desk's tables and fonts. What hangs on no route but the desk's is left out.
 */
export function phoneFiles(): Plugin {
  return {
    name: 'phone-files',
    applyToEnvironment: (environment) => environment.name === 'client',
    generateBundle(_options, bundle) {
      const outputs = Object.values(bundle);
      const chunks = new Map(
        outputs.filter((output) => output.type === 'chunk').map((chunk) => [chunk.fileName, chunk]),
      );
      const entries = [...chunks.values()].filter((chunk) => chunk.isEntry);
      // The service worker's own build has one entry and no routes.
      if (!entries.some((chunk) => chunk.fileName.includes('/entry/'))) return;
      const isDesks = (chunk: Chunk): boolean =>
        [...chunk.moduleIds, chunk.facadeModuleId ?? ''].some((id) => {
          const module = this.getModuleInfo(id);
          return module !== null && isDesk(module);
        });
      // Every route is an entry of its own, besides hanging on the app's.
      const files = reach(
        entries.filter((chunk) => !isDesks(chunk)),
        chunks,
        isDesks,
      );
      const source = JSON.stringify([...files].sort().map((file) => `/${file}`));
      this.emitFile({ type: 'asset', fileName: LIST, source });
    },
  };
}

function reach(entries: Chunk[], chunks: Map<string, Chunk>, isDesk: (chunk: Chunk) => boolean): Set<string> {
  const files = new Set<string>();
  const waiting = [...entries];
  for (let chunk = waiting.pop(); chunk; chunk = waiting.pop()) {
    if (files.has(chunk.fileName)) continue;
    files.add(chunk.fileName);
    for (const file of chunk.viteMetadata?.importedCss ?? []) files.add(file);
    for (const file of chunk.viteMetadata?.importedAssets ?? []) files.add(file);
    waiting.push(...found(chunk.imports, chunks));
    // Routes hang on dynamic imports: here the ways of phone and desk part.
    waiting.push(...found(chunk.dynamicImports, chunks).filter((next) => !isDesk(next)));
  }
  return files;
}

function found(names: string[], chunks: Map<string, Chunk>): Chunk[] {
  return names.flatMap((name) => chunks.get(name) ?? []);
}
