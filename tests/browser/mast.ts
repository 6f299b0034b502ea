import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The one request that a phone makes again and again. */
export const SYNC = 'POST /api/v1/sync';

/** Somebody between mast and server who takes requests, or leaves them. */
export type Detour = (incoming: IncomingMessage, outgoing: ServerResponse) => boolean;

/**
 * One phone's mast: passes everything on to the server and notes every request to its API, or lets nothing through.
 *
 * The browser's own offline switch is not enough: it lifts while a page closes.
 */
export class Mast {
  readonly url: string;
  readonly #server: Server;
  readonly #traffic: Traffic;

  private constructor(server: Server, traffic: Traffic) {
    this.#server = server;
    this.#traffic = traffic;
    this.url = `http://localhost:${(server.address() as AddressInfo).port}`;
  }

  static async before(target: string): Promise<Mast> {
    const traffic: Traffic = { up: true, calls: [], turnedAway: 0, answers: Promise.resolve(), detour: undefined };
    const { hostname, port } = new URL(target);
    const server = createServer((incoming, outgoing) => {
      if (!traffic.up) {
        incoming.destroy();
        return;
      }
      if (incoming.url?.startsWith('/api/')) traffic.calls.push(`${incoming.method} ${incoming.url}`);
      if (traffic.detour?.(incoming, outgoing)) return;
      const onward = request(
        { hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers },
        (answer) => {
          void traffic.answers.then(() => {
            outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
            answer.pipe(outgoing);
          });
        },
      );
      onward.on('error', () => outgoing.destroy());
      outgoing.on('close', () => onward.destroy());
      incoming.pipe(onward);
    });
    // Longer than the worst link keeps a connection quiet: it closed what the phone was just writing to, else.
    server.keepAliveTimeout = 120_000;
    // What is begun in the valley does not arrive later on the ridge.
    server.on('connection', (socket) => {
      if (traffic.up) return;
      traffic.turnedAway += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    return new Mast(server, traffic);
  }

  /** Requests to the API that came since the mast last came up, answered or not. */
  get calls(): readonly string[] {
    return this.#traffic.calls;
  }

  /** Sync requests among them. */
  get syncs(): number {
    return this.calls.filter((call) => call === SYNC).length;
  }

  /** How often somebody tried to get through while the mast was down. */
  get turnedAway(): number {
    return this.#traffic.turnedAway;
  }

  down(): void {
    this.#traffic.up = false;
    this.#server.closeAllConnections();
  }

  /** Lets traffic through again and begins to count anew. */
  up(): void {
    this.#traffic.calls = [];
    this.#traffic.up = true;
  }

  /** Lets requests through and keeps the answers back, until what it gives is called. */
  holdAnswers(): () => void {
    let release = (): void => undefined;
    this.#traffic.answers = new Promise((resolve) => (release = resolve));
    return release;
  }

  /** Sends requests another way, or the straight one again. */
  divert(detour?: Detour): void {
    this.#traffic.detour = detour;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

interface Traffic {
  up: boolean;
  calls: string[];
  turnedAway: number;
  /** Answers wait for this. */
  answers: Promise<void>;
  detour: Detour | undefined;
}
