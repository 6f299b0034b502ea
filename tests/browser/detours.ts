import { request, type IncomingMessage } from 'node:http';
import { type Detour, SYNC } from './mast';

/** A Wi-Fi that wants to be signed in to: whatever is asked, it shows its own page. */
export function portal(page: string): Detour {
  return (incoming, outgoing) => {
    incoming.resume();
    outgoing.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
    return true;
  };
}

/**
 * Somebody who carries sync requests carelessly: some twice at once, and some only after the next one, when the phone has
 * long been told that nothing came of it. Of 100 requests so many meet each; `done` counts both.
 */
export function careless(
  target: string,
  share: { duplicate_pct: number; reorder_pct: number },
  done: { repeated: number; late: number },
): Detour {
  const late: Letter[] = [];
  let owed = { repeat: 0, delay: 0 };
  return (incoming, outgoing) => {
    if (`${incoming.method} ${incoming.url}` !== SYNC) return false;
    owed = { repeat: owed.repeat + share.duplicate_pct, delay: owed.delay + share.reorder_pct };
    const isDelayed = owed.delay >= 100;
    if (isDelayed) owed.delay -= 100;
    const isRepeated = !isDelayed && owed.repeat >= 100;
    if (isRepeated) owed.repeat -= 100;
    void read(incoming).then(async (letter) => {
      if (isDelayed) {
        late.push(letter);
        outgoing.destroy();
        return;
      }
      const copy = isRepeated ? post(target, letter) : undefined;
      const answer = await post(target, letter);
      outgoing.writeHead(answer.status, answer.headers).end(answer.body);
      if (copy && (await copy).status === 200) done.repeated += 1;
      for (const old of late.splice(0)) if ((await post(target, old)).status === 200) done.late += 1;
    });
    return true;
  };
}

interface Letter {
  headers: IncomingMessage['headers'];
  body: Buffer;
}

async function read(incoming: IncomingMessage): Promise<Letter> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return { headers: incoming.headers, body: Buffer.concat(parts) };
}

async function post(target: string, letter: Letter): Promise<Letter & { status: number }> {
  const [method, path] = SYNC.split(' ');
  const { hostname, port } = new URL(target);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const onward = request({ hostname, port, method, path, headers: letter.headers }, resolve);
    onward.on('error', reject);
    onward.end(letter.body);
  });
  return { ...(await read(answer)), status: answer.statusCode ?? 502 };
}
