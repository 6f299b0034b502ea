import { readFileSync } from 'node:fs';
import type { Answer } from '../client';
import type { Core } from '../core';
import { Core as WasmCore, initSync } from '../generated/core_wasm';
import type { Catalogue } from '../types/Catalogue';
import type { Effect } from '../types/Effect';
import type { Input } from '../types/Input';
import type { Outcome } from '../types/Outcome';
import type { Query } from '../types/Query';

/** The core that phones run, from the module that the app ships: `cargo xtask test wasm` builds it. */
export function realCore(): Core {
  const module = readFileSync(new URL('../generated/core_wasm_bg.wasm', import.meta.url));
  initSync({ module });
  return new WasmCore(7n) as Core;
}

/** The whole plan, as screens get it. */
export function realCatalogue(): Catalogue {
  return realCore().query({ type: 'catalogue' }, Date.UTC(2026, 9, 8)) as Catalogue;
}

/** A phone of a workshop with the real core, whose writes succeed. The server answers it twice: it enrols, and says who it is. */
export class RealPhone {
  readonly #core = realCore();
  readonly #now: number;
  #outcome: Outcome = { result: 'done' };
  /** Sync requests that were not answered. */
  unanswered = 0;

  constructor(now: number) {
    this.#now = now;
    this.send({ type: 'opened', stored: [] });
    this.send({ type: 'enrol', code: 'KH744M2Q', signing_seed: new Uint8Array(32).fill(1), device_name: 'máy A' });
  }

  query<Q extends Query>(query: Q): Answer<Q> {
    return this.#core.query(query, this.#now) as Answer<Q>;
  }

  /** Hands in what happened, does all that it causes, and gives what the person is told. */
  send(input: Input): Outcome {
    this.#outcome = { result: 'done' };
    this.#hand(input);
    return this.#outcome;
  }

  #hand(input: Input): void {
    for (const effect of this.#core.handle(input, this.#now)) this.#do(effect);
  }

  #do(effect: Effect): void {
    switch (effect.type) {
      case 'persist':
        return this.#hand({ type: 'persisted', ticket: effect.ticket });
      case 'outcome':
        this.#outcome = effect.outcome;
        return;
      case 'send':
        return this.#send(effect.request, effect.path);
      case 'wake_at':
      case 'request_background_sync':
      case 'changed':
        return;
    }
  }

  #send(request: number, path: string): void {
    if (path.endsWith('/enrol')) {
      const answer = JSON.stringify({ device: '0101010101010101', token: 't' });
      this.#answer(request, 'application/json', new TextEncoder().encode(answer));
    } else if (this.query({ type: 'status' }).officer === null) {
      this.#answer(request, 'application/cbor', frame(PROFILE, this.#now));
    } else {
      this.unanswered += 1;
    }
  }

  #answer(request: number, content_type: string, bytes: Uint8Array): void {
    this.#hand({ type: 'response_bytes', request, bytes });
    this.#hand({ type: 'response_end', request, status: 200, content_type, retry_after_s: null });
  }
}

/** What of CBOR the server's first answer takes. */
type Cbor = number | boolean | string | Uint8Array | Cbor[];

/** Who this phone is: person, name, role, unit, unit above, devices, periods, invented or not, other units. */
const PROFILE: Cbor = [
  'MY',
  'Giàng Thị Mỷ',
  'officer',
  ['KHUN-HA', 'CĐCS Xưởng chè Khun Há', 'CDCS', 'DN_NNN'],
  'LĐLĐ huyện Tam Đường',
  [[new Uint8Array(8).fill(1), 'máy A', 'Giàng Thị Mỷ']],
  [['2026-Q4', '2027-01-10']],
  true,
  [['U-2', 'CĐCS Chợ Lự', 'CDCS', 'DN_NNN']],
];

/** An answer of one frame that brings nothing but the profile. */
function frame(profile: Cbor, now: number): Uint8Array {
  const response: Cbor = [1, new Uint8Array(8).fill(1), 0, 1, now, [], [], [], Uint8Array.from(cbor(profile)), false];
  const PLAIN = 0;
  // No document has news, so behind the message there is no change.
  const message = [...cbor(response), ...cbor([])];
  return Uint8Array.from([PLAIN, ...bigEndian(message.length, 4), ...message]);
}

function cbor(value: Cbor): number[] {
  if (typeof value === 'boolean') return [value ? 0xf5 : 0xf4];
  if (typeof value === 'number') return head(0, value);
  if (value instanceof Uint8Array) return [...head(2, value.length), ...value];
  if (typeof value === 'string') {
    const bytes = new TextEncoder().encode(value);
    return [...head(3, bytes.length), ...bytes];
  }
  return [...head(4, value.length), ...value.flatMap(cbor)];
}

function head(major: number, count: number): number[] {
  if (count < 24) return [(major << 5) | count];
  return [(major << 5) | 27, ...bigEndian(count, 8)];
}

function bigEndian(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, at) => Math.floor(value / 2 ** (8 * (bytes - 1 - at))) % 256);
}
