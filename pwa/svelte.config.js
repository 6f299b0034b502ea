import adapter from '@sveltejs/adapter-static';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** Text whose ending the adapter does not know, so that it would stand there without a packed form. */
const ALSO_PACKED = fileURLToPath(new URL('build/manifest.webmanifest', import.meta.url));

/** One page for every address: the app decides in the browser. The server sends it for unknown paths. */
const onePage = adapter({ fallback: 'index.html', precompress: true });

/** @type {import('@sveltejs/kit').Config} */
export default {
  compilerOptions: { runes: true },
  kit: {
    adapter: {
      name: onePage.name,
      adapt: async (builder) => {
        await onePage.adapt(builder);
        const text = await readFile(ALSO_PACKED);
        await writeFile(`${ALSO_PACKED}.br`, brotliCompressSync(text));
        await writeFile(`${ALSO_PACKED}.gz`, gzipSync(text));
      },
    },
    // The page registers it itself, so that an update is offered and never forced.
    serviceWorker: { register: false },
    version: { pollInterval: 0 },
    output: { bundleStrategy: 'split' },
  },
};
