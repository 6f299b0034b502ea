import type { EntryId } from './types/EntryId';
import type { SubmissionId } from './types/SubmissionId';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A new ULID: 48 bits of time, then 80 random bits, in Crockford's base 32. */
export function newUlid(now: number = Date.now()): string {
  const time = Array.from({ length: 10 }, (_, place) => Math.floor(now / 32 ** (9 - place)) % 32);
  const random = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte % 32);
  return [...time, ...random].map((digit) => ALPHABET.charAt(digit)).join('');
}

/** Made once when a form opens, so that saving twice makes one entry. */
export const newEntryId = (): EntryId => newUlid();

/** Made once when the person presses "Nộp", so that asking twice submits once. */
export const newSubmissionId = (): SubmissionId => newUlid();
