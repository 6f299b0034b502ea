// Opens what a phone has stored once, with the module that the app ships, and prints two times in milliseconds: from nothing to
// a core that may be asked, and of that what the core takes to read it. `cargo xtask bench sync --only history` calls this,
// each time in a process of its own: a worker that opens has no code that is warm either.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { Core, initSync } from '../../src/lib/replica/generated/core_wasm.js';

const [storedFile, nowMs] = process.argv.slice(2);
assert.ok(storedFile && nowMs, 'opening.js STORED.json NOW_MS');
const stored = JSON.parse(readFileSync(storedFile, 'utf8')).map(({ key, value }) => ({
  key,
  value: Uint8Array.from(Buffer.from(value, 'base64')),
}));
const bytes = readFileSync(new URL('../../src/lib/replica/generated/core_wasm_bg.wasm', import.meta.url));

const begun = performance.now();
initSync({ module: new WebAssembly.Module(bytes) });
const core = new Core(7n);
const loaded = performance.now();
core.handle({ type: 'opened', stored }, Number(nowMs));
const opened = performance.now();

const { officer } = core.query({ type: 'status' }, Number(nowMs));
assert.notEqual(officer, null, 'the phone that was stored is somebody’s');
console.log((opened - begun).toFixed(2), (opened - loaded).toFixed(2));
