/** What went wrong on this device, as far as a screen can tell the person something useful. */
export type ReplicaErrorKind =
  /** The disk or the browser's quota is full. What is typed stays in the form. */
  | 'storage_full'
  /** The browser could not write for another reason. */
  | 'storage'
  /** The core could not be loaded, or its storage not be opened. */
  | 'unavailable'
  /** The core broke on this request; it has been started again. */
  | 'crashed'
  /** The core could not read the request: a mistake in the app. */
  | 'not_understood';

export class ReplicaError extends Error {
  override name = 'ReplicaError';
  readonly kind: ReplicaErrorKind;

  constructor(kind: ReplicaErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** An error as it travels between page and worker: a class does not survive the way. */
export interface SentError {
  kind: ReplicaErrorKind;
  message: string;
}

export function toSent(error: unknown): SentError {
  if (error instanceof ReplicaError) return { kind: error.kind, message: error.message };
  return { kind: 'unavailable', message: reason(error) };
}

/** A short reason for people who help, never shown alone. */
export function reason(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
