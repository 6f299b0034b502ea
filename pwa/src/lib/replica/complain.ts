import { reason } from './errors';

/** Says what went wrong where people who help look first: nobody is there to be thrown at. */
export function complain(what: string, error: unknown): void {
  console.error(`${what}: ${reason(error)}`);
}
