// Drives the module that the app ships, with the bindings that the app imports: `cargo xtask test wasm`.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { Core, initSync } from '../../src/lib/replica/generated/core_wasm.js';

const generated = new URL('../../src/lib/replica/generated/', import.meta.url);
const module = new WebAssembly.Module(readFileSync(new URL('core_wasm_bg.wasm', generated)));
initSync({ module });

const NOW_MS = Date.UTC(2026, 9, 8, 2, 30);
const ENTRY = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

/** A core that has opened its storage, as the worker makes one. */
function openCore(stored = []) {
  const core = new Core(7n);
  core.handle({ type: 'opened', stored }, NOW_MS);
  return core;
}

test('a new device belongs to nobody and has nothing to send', () => {
  const status = openCore().query({ type: 'status' }, NOW_MS);
  assert.equal(status.officer, null);
  assert.equal(status.waiting, 0);
});

test('the whole plan is inside', () => {
  const catalogue = openCore().query({ type: 'catalogue' }, NOW_MS);
  assert.equal(catalogue.activity_types.length, 34);
  assert.equal(catalogue.indicators.length, 116);
});

test('what is typed is there again when the app is opened again', () => {
  const core = openCore();
  const draft = { entry: ENTRY, type_code: 'HOP_PHOIHOP', fields: { title: 'Họp quý' }, state: null, kept_at: 0 };
  const effects = core.handle({ type: 'keep_draft', ...draft }, NOW_MS);
  const persist = effects.find((effect) => effect.type === 'persist');
  assert.ok(persist, 'a draft is to be stored');
  for (const write of persist.writes) assert.ok(write.value instanceof Uint8Array, write.key);
  core.handle({ type: 'persisted', ticket: persist.ticket }, NOW_MS);

  const again = openCore(persist.writes.map(({ key, value }) => ({ key, value })));
  const [kept] = again.query({ type: 'drafts' }, NOW_MS);
  assert.equal(JSON.stringify(kept).includes('Họp quý'), true);
});

test('enrolling asks the server, with bytes and no token', () => {
  const input = { type: 'enrol', code: 'ABCD-EFGH', signing_seed: new Uint8Array(32).fill(1), device_name: 'Máy A' };
  const send = openCore()
    .handle(input, NOW_MS)
    .find((effect) => effect.type === 'send');
  assert.ok(send, 'a request is to be sent');
  assert.ok(send.path.startsWith('/api/v1/'));
  assert.ok(send.body instanceof Uint8Array && send.body.length > 32);
  assert.equal(send.token, null);
});

test('what cannot be read is refused, and the core goes on', () => {
  const core = openCore();
  assert.throws(() => core.handle({ type: 'no_such_input' }, NOW_MS));
  assert.throws(() => core.handle(null, NOW_MS));
  assert.equal(core.query({ type: 'status' }, NOW_MS).waiting, 0);
});

test('the bindings run in a classic script, as the service worker is one', () => {
  const bindings = readFileSync(new URL('core_wasm.js', generated), 'utf8');
  assert.equal(bindings.includes('import.meta'), false);
});

test('nothing is shipped that the phone does not need', () => {
  assert.equal(WebAssembly.Module.customSections(module, 'name').length, 0);
  assert.equal(WebAssembly.Module.customSections(module, 'producers').length, 0);
});
