/** Why a request to the server gave no answer to use. */
export type ProblemKind = 'offline' | 'signed-out' | 'forbidden' | 'not-found' | 'busy' | 'failed';

/** A failed request, sorted by what a person can do about it. */
export class Problem extends Error {
  readonly kind: ProblemKind;
  /** HTTP status; 0 when nothing answered. */
  readonly status: number;
  /** The server's own code, such as `wrong_credentials`. */
  readonly code: string | null;
  /** Seconds the server asks to wait. */
  readonly retryAfterS: number | null;
  /** With `needs_other`: hash of the change that has to go first. */
  readonly needs: string | null;

  constructor(status: number, code: string | null, retryAfterS: number | null, needs: string | null = null) {
    super(code ?? `status ${status}`);
    this.name = 'Problem';
    this.kind = kindOf(status);
    this.status = status;
    this.code = code;
    this.retryAfterS = retryAfterS;
    this.needs = needs;
  }

  /** Nothing answered: no network, or the server is down. */
  static offline(): Problem {
    return new Problem(0, null, null);
  }

  /** What the server said about a request it did not fulfil (problem+json). */
  static from(response: Response, body: unknown): Problem {
    const code = isRecord(body) && typeof body.code === 'string' ? body.code : null;
    const needs = isRecord(body) && typeof body.needs === 'string' ? body.needs : null;
    const retryAfter = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
    return new Problem(response.status, code, Number.isFinite(retryAfter) ? retryAfter : null, needs);
  }
}

function kindOf(status: number): ProblemKind {
  switch (status) {
    case 0:
      return 'offline';
    case 401:
      return 'signed-out';
    case 403:
      return 'forbidden';
    case 404:
      return 'not-found';
    case 429:
    case 502:
    case 503:
    case 504:
      return 'busy';
    default:
      return 'failed';
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
