import type { Core } from './core';
import init, { Core as WasmCore } from './generated/core_wasm';

/** Loads the core. Once per worker: after a crash the whole worker is started anew. */
export async function loadCore(wasm: Response | Promise<Response>): Promise<() => Core> {
  await init({ module_or_path: wasm });
  return () => new WasmCore(crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n) as Core;
}
