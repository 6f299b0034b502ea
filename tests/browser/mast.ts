import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * One phone's mast: passes everything on to the server and counts every sync request, or lets nothing through.
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
    const traffic: Traffic = { up: true, syncs: 0 };
    const { hostname, port } = new URL(target);
    const server = createServer((incoming, outgoing) => {
      if (!traffic.up) {
        incoming.destroy();
        return;
      }
      if (incoming.method === 'POST' && incoming.url === '/api/v1/sync') traffic.syncs += 1;
      const onward = request(
        { hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        },
      );
      onward.on('error', () => outgoing.destroy());
      outgoing.on('close', () => onward.destroy());
      incoming.pipe(onward);
    });
    // What is begun in the valley does not arrive later on the ridge.
    server.on('connection', (socket) => {
      if (!traffic.up) socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    return new Mast(server, traffic);
  }

  /** Sync requests that came since the mast last came up, answered or not. */
  get syncs(): number {
    return this.#traffic.syncs;
  }

  down(): void {
    this.#traffic.up = false;
    this.#server.closeAllConnections();
  }

  /** Lets traffic through again and begins to count anew. */
  up(): void {
    this.#traffic.syncs = 0;
    this.#traffic.up = true;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

interface Traffic {
  up: boolean;
  syncs: number;
}
