import { SYNC } from './mast';

/** One question to the server and its answer, as they pass by on a connection. */
export class Exchange {
  /** When its first byte left the phone. */
  readonly begunAt: number;
  /** When the server's answer had been read whole, before it set out for the phone, and what it was. */
  answered: { at: number; status: number; ours: boolean } | undefined;
  /** When the last byte that the phone has of it, or was going to have, arrived. */
  endedAt: number | undefined;
  /** The connection went before the phone had the whole answer. */
  broken = false;
  #answer = '';
  #toHear = 0;

  constructor(begunAt: number) {
    this.begunAt = begunAt;
  }

  /** Whether what a phone sends is the beginning of one. */
  static begins(chunk: Buffer): boolean {
    return chunk.subarray(0, SYNC.length).toString('latin1') === SYNC;
  }

  /** The server says this much more. */
  told(chunk: Buffer, at: number): void {
    this.#answer += chunk.toString('latin1');
    this.#toHear += chunk.length;
    if (this.answered || !whole(this.#answer)) return;
    const [, status, type] = /^HTTP\/1\.1 (\d+)[^]*?\r\ncontent-type: ([^\r;]+)/i.exec(this.#answer) ?? [];
    this.answered = { at, status: Number(status), ours: type === 'application/vnd.so-cong-doan.sync' };
  }

  /** So many bytes of it have come to the phone. */
  heard(bytes: number, at: number): void {
    this.#toHear -= bytes;
    if (this.answered && this.#toHear === 0) this.endedAt = at;
  }

  /** The connection is gone. */
  cut(at: number): void {
    if (this.endedAt !== undefined) return;
    this.endedAt = at;
    this.broken = true;
  }

  /** The server has what was sent with it, and said so. */
  get acknowledgedAt(): number | undefined {
    return this.answered?.status === 200 && this.answered.ours ? this.answered.at : undefined;
  }
}

function whole(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, end))?.[1];
  return length === undefined ? answer.endsWith('\r\n0\r\n\r\n') : answer.length >= end + 4 + Number(length);
}
