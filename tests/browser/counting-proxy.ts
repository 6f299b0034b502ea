import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between browsers and the server, passes everything on, and counts the sync requests of each device. */
export class CountingProxy {
  readonly url: string;
  readonly #server: Server;
  readonly #syncs: Map<string, number>;

  private constructor(server: Server, syncs: Map<string, number>) {
    this.#server = server;
    this.#syncs = syncs;
    this.url = `http://localhost:${(server.address() as AddressInfo).port}`;
  }

  static async before(target: string): Promise<CountingProxy> {
    const syncs = new Map<string, number>();
    const { hostname, port } = new URL(target);
    const server = createServer((incoming, outgoing) => {
      const token = incoming.headers.authorization;
      if (incoming.method === 'POST' && incoming.url === '/api/v1/sync' && token) {
        syncs.set(token, (syncs.get(token) ?? 0) + 1);
      }
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
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    return new CountingProxy(server, syncs);
  }

  /** Sync requests so far: of all devices, or since counting began anew, by token. */
  counts(): Map<string, number> {
    return new Map(this.#syncs);
  }

  /** Begins to count anew. */
  reset(): void {
    this.#syncs.clear();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
