import adapter from '@sveltejs/adapter-static';

/** @type {import('@sveltejs/kit').Config} */
export default {
  compilerOptions: { runes: true },
  kit: {
    // One page for every address: the app decides in the browser. The server sends it for unknown paths.
    adapter: adapter({ fallback: 'index.html', precompress: true }),
    // The page registers it itself, so that an update is offered and never forced.
    serviceWorker: { register: false },
    version: { pollInterval: 0 },
    output: { bundleStrategy: 'split' },
  },
};
