import { reason } from './errors';

/** Says what went wrong where people who help look first: nobody is there to be thrown at. */
export function complain(what: string, error: unknown): void {
  // eslint-disable-next-line no-console -- this is what the console is for
  console.error(`${what}: ${reason(error)}`);
}
