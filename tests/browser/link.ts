import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Exchange } from './exchange';

/** How a stretch of network carries bytes, in the words of `network-profiles.json`. */
export interface Weather {
  down_kbps: number;
  up_kbps: number;
  rtt_ms: number;
  jitter_ms: number;
  /** Of 100 segments; all of them: nothing comes through. */
  loss_pct: number;
  /** A connection ends when so many bytes have gone up on it: the first number until it has ended one, then the next. */
  cut_after_bytes?: readonly number[];
  /** Every connection ends when so many bytes have come down on it. */
  cut_down_after_bytes?: number;
}

/** What TCP sends at a time. */
const SEGMENT_BYTES = 1_400;

/** The least time after which TCP sends again what was not confirmed. */
const LEAST_RETRANSMISSION_MS = 200;

/**
 * A bad link between one phone and what stands behind it: it carries TCP at the pace of its weather, breaks off, and notes
 * what passed. TLS, which takes one round trip more a connection, is left out.
 */
export class Link {
  readonly url: string;
  /** Every sync exchange that a phone began, oldest first. */
  readonly exchanges: Exchange[] = [];
  /** Bytes that came across. */
  readonly bytes = { up: 0, down: 0 };
  /** Connections that the weather ended. */
  cuts = 0;
  /** Connections that were tried in vain. */
  refused = 0;
  readonly #server: Server;
  readonly #connections = new Set<Connection>();
  readonly #up = new Lane();
  readonly #down = new Lane();
  readonly #chance = seeded(233);
  #weather: Weather | undefined;
  #isUp = true;
  #cutAfter: number[] = [];

  private constructor(server: Server, target: URL) {
    this.#server = server;
    this.url = `http://localhost:${(server.address() as AddressInfo).port}`;
    server.on('connection', (phone) => this.#connect(phone, target));
  }

  /** A good link, until the weather changes. */
  static async before(target: string): Promise<Link> {
    const server = createServer({ allowHalfOpen: false, noDelay: true });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    return new Link(server, new URL(target));
  }

  /** Changes the weather, also for what is on its way. */
  become(weather?: Weather): void {
    this.#weather = weather;
    this.#cutAfter = [...(weather?.cut_after_bytes ?? [])];
    for (const connection of this.#connections) connection.resume();
  }

  /** No signal: what is open breaks off, and nothing begins. */
  down(): void {
    this.#isUp = false;
    for (const connection of [...this.#connections]) connection.end();
  }

  up(): void {
    this.#isUp = true;
  }

  /** Goes down and comes up again and again, from up; gives how it is stopped. */
  flap(upMs: number, downMs: number, changed: (isUp: boolean) => void): () => void {
    const change = (isUp: boolean): void => {
      if (isUp) this.up();
      else this.down();
      changed(isUp);
      timer = setTimeout(change, isUp ? upMs : downMs, !isUp);
    };
    let timer = setTimeout(change, upMs, false);
    return () => clearTimeout(timer);
  }

  async stop(): Promise<void> {
    this.down();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #connect(phone: Socket, target: URL): void {
    if (!this.#isUp) {
      this.refused += 1;
      phone.destroy();
      return;
    }
    const server = connect({ host: target.hostname, port: Number(target.port), noDelay: true });
    const connection: Connection = new Connection(phone, server, {
      cross: (way, bytes) => this.#cross(way, bytes),
      handshakeMs: this.#weather && this.#weather.loss_pct < 100 ? this.#weather.rtt_ms : 0,
      begun: (exchange) => this.exchanges.push(exchange),
      crossed: (way, bytes) => (this.bytes[way] += bytes),
      room: (sent) => (this.#cutAfter[0] ?? Infinity) - sent,
      roomDown: (heard) => Math.max(0, (this.#weather?.cut_down_after_bytes ?? Infinity) - heard),
      ended: () => this.#connections.delete(connection),
      cut: (way) => {
        this.cuts += 1;
        if (way === 'up' && this.#cutAfter.length > 1) this.#cutAfter.shift();
      },
    });
    this.#connections.add(connection);
  }

  /** How long a segment that is sent now takes; undefined while nothing comes through. */
  #cross(way: Way, bytes: number): number | undefined {
    const weather = this.#weather;
    if (!weather) return 0;
    if (weather.loss_pct >= 100) return undefined;
    const lane = way === 'up' ? this.#up : this.#down;
    const waitMs = lane.take(bytes, way === 'up' ? weather.up_kbps : weather.down_kbps);
    const jitterMs = (this.#chance() * weather.jitter_ms) / 2;
    // What is lost is missed after a round trip, and sent again. What follows it on the connection waits for it.
    const lost = this.#chance() * 100 < weather.loss_pct;
    const againMs = lost ? LEAST_RETRANSMISSION_MS + weather.rtt_ms : 0;
    return waitMs + weather.rtt_ms / 2 + jitterMs + againMs;
  }
}

type Way = 'up' | 'down';

/** One direction for all connections together: a token bucket that holds one segment. */
class Lane {
  #freeAt = 0;

  /** Milliseconds until so many bytes have left. */
  take(bytes: number, kbps: number): number {
    const now = performance.now();
    this.#freeAt = Math.max(now, this.#freeAt) + (bytes * 8) / kbps;
    return this.#freeAt - now;
  }
}

interface Surroundings {
  cross(way: Way, bytes: number): number | undefined;
  /** A connection costs a round trip before its first byte. */
  handshakeMs: number;
  begun(exchange: Exchange): void;
  crossed(way: Way, bytes: number): void;
  /** Bytes that may still go up on a connection on which so many went. */
  room(sent: number): number;
  /** The same of bytes that come down. */
  roomDown(heard: number): number;
  cut(way: Way): void;
  ended(): void;
}

/** One TCP connection of the phone, and the one that stands for it behind the link. */
class Connection {
  readonly #around: Surroundings;
  readonly #phone: Socket;
  readonly #server: Socket;
  readonly #up: Pipe;
  readonly #down: Pipe;
  #exchange: Exchange | undefined;
  #sent = 0;
  #heard = 0;
  #ended = false;

  constructor(phone: Socket, server: Socket, around: Surroundings) {
    this.#around = around;
    this.#phone = phone;
    this.#server = server;
    this.#up = new Pipe(
      (bytes) => around.cross('up', bytes),
      around.handshakeMs,
      (segment) => this.#carryUp(segment),
    );
    this.#down = new Pipe(
      (bytes) => around.cross('down', bytes),
      0,
      (segment) => this.#carryDown(segment),
    );
    phone.on('data', (chunk) => {
      if (Exchange.begins(chunk)) around.begun((this.#exchange = new Exchange(Date.now())));
      else if (this.#exchange?.endedAt !== undefined) this.#exchange = undefined;
      this.#up.push(chunk);
    });
    server.on('data', (chunk) => {
      this.#exchange?.told(chunk, Date.now());
      this.#down.push(chunk);
    });
    for (const socket of [phone, server]) socket.on('error', () => socket.destroy());
    phone.on('close', () => this.end());
    // What the server said last is still on its way.
    server.on('close', () => this.#down.whenEmpty(() => this.end()));
  }

  resume(): void {
    this.#up.resume();
    this.#down.resume();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#exchange?.cut(Date.now());
    this.#up.stop();
    this.#down.stop();
    this.#phone.destroy();
    this.#server.destroy();
    this.#around.ended();
  }

  #carryUp(segment: Buffer): void {
    const room = this.#around.room(this.#sent);
    const carried = segment.subarray(0, room);
    this.#sent += carried.length;
    this.#around.crossed('up', carried.length);
    this.#server.write(carried);
    if (segment.length < room) return;
    this.#around.cut('up');
    this.end();
  }

  #carryDown(segment: Buffer): void {
    const room = this.#around.roomDown(this.#heard);
    const carried = segment.subarray(0, room);
    this.#heard += carried.length;
    this.#around.crossed('down', carried.length);
    this.#phone.write(carried);
    this.#exchange?.heard(carried.length, Date.now());
    if (segment.length < room) return;
    this.#around.cut('down');
    this.end();
  }
}

/** One direction of a connection: keeps the order. */
class Pipe {
  readonly #cross: (bytes: number) => number | undefined;
  readonly #carry: (segment: Buffer) => void;
  readonly #onWay: { segment: Buffer; dueAt: number }[] = [];
  /** What nothing carries at present. */
  #held: Buffer[] = [];
  #lastDueAt: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #whenEmpty: (() => void) | undefined;

  constructor(cross: (bytes: number) => number | undefined, openAfterMs: number, carry: (segment: Buffer) => void) {
    this.#cross = cross;
    this.#carry = carry;
    this.#lastDueAt = performance.now() + openAfterMs;
  }

  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; at += SEGMENT_BYTES) this.#send(chunk.subarray(at, at + SEGMENT_BYTES));
  }

  resume(): void {
    const held = this.#held;
    this.#held = [];
    for (const segment of held) this.#send(segment);
  }

  whenEmpty(then: () => void): void {
    this.#whenEmpty = then;
    this.#settle();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#onWay.length = 0;
    this.#held = [];
    this.#whenEmpty = undefined;
  }

  #send(segment: Buffer): void {
    const takesMs = this.#held.length > 0 ? undefined : this.#cross(segment.length);
    if (takesMs === undefined) {
      this.#held.push(segment);
      return;
    }
    const now = performance.now();
    this.#lastDueAt = Math.max(this.#lastDueAt, now + takesMs);
    if (this.#lastDueAt === now && this.#onWay.length === 0) return this.#carry(segment);
    this.#onWay.push({ segment, dueAt: this.#lastDueAt });
    if (this.#onWay.length === 1) this.#wait();
  }

  #wait(): void {
    const [next] = this.#onWay;
    if (!next) return;
    this.#timer = setTimeout(
      () => {
        this.#onWay.shift();
        this.#carry(next.segment);
        this.#wait();
        this.#settle();
      },
      Math.max(0, next.dueAt - performance.now()),
    );
  }

  #settle(): void {
    if (this.#onWay.length + this.#held.length === 0) this.#whenEmpty?.();
  }
}

/** Numbers from 0 to 1 that are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
