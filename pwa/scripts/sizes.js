// Prints what a phone fetches on its first visit, compressed as the server sends it.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { join } from 'node:path';

const build = new URL('../build/', import.meta.url).pathname;

/** @param {string} folder @returns {string[]} */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && !/\.(br|gz)$/.test(path));
}

const brotli = (/** @type {string} */ path) => brotliCompressSync(readFileSync(path)).length;
const kilobytes = (/** @type {number} */ bytes) => `${(bytes / 1024).toFixed(1)} KB`.padStart(10);

const rows = filesIn(build).map((path) => ({ path: path.slice(build.length), bytes: brotli(path) }));
for (const { path, bytes } of rows.sort((a, b) => b.bytes - a.bytes)) {
  if (/\.(js|css|wasm|html)$/.test(path)) console.log(kilobytes(bytes), path);
}
