import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';
import { phoneFiles } from './build-tools/phone-files.ts';
import { phoneChunks } from './build-tools/phone-chunks.ts';

/** Oldest browser the app runs in: WASM reference types need Chrome 96, vectors Safari 16.4. app.html sends older ones away politely. */
const TARGET = ['chrome96', 'firefox95', 'safari16.4'];

export default defineConfig({
  plugins: [sveltekit(), phoneChunks(), phoneFiles()],
  build: { target: TARGET },
  worker: { format: 'iife' },
  server: {
    // `npm run dev` beside `so-cong-doan serve`.
    // The host stays the page's own: the server takes changes from the app's own pages only.
    proxy: { '/api': { target: 'http://localhost:8080', changeOrigin: false } },
  },
  test: {
    environment: 'node',
    include: ['src/**/*.test.ts'],
  },
});
