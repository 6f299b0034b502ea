/** A unit's figures changed because a device synced. */
export interface Changed {
  unit: string;
  unit_name: string;
  /** Keys of the reporting periods concerned. */
  periods: string[];
  /** How many changes came in. */
  entries: number;
  /** When, on the server's clock. */
  at: number;
}

/** What the stream tells its listener. */
export interface StreamListener {
  onchanged: (changed: Changed) => void;
  /** Called when the connection opens; `again` when news may have been missed before. */
  onopen: (again: boolean) => void;
  /** More happened than the server remembers: read everything anew. */
  onreset: () => void;
  /** `refused`: the server answers, but not with a stream. The session may have ended. */
  onlost: (refused: boolean) => void;
}

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;

/**
 * Listens to the server's live news until the returned function is called.
 * A browser gives up on a stream that is answered with an error, so that case is retried here.
 */
export function listen(listener: StreamListener): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let retryMs = FIRST_RETRY_MS;
  let opened = false;

  const connect = () => {
    source = new EventSource('/api/v1/stream');
    source.onopen = () => {
      retryMs = FIRST_RETRY_MS;
      listener.onopen(opened);
      opened = true;
    };
    source.addEventListener('changed', (event: MessageEvent<string>) => {
      const changed = parseChanged(event.data);
      if (changed) {
        listener.onchanged(changed);
      }
    });
    source.addEventListener('reset', () => listener.onreset());
    source.onerror = () => {
      const refused = source?.readyState === EventSource.CLOSED;
      listener.onlost(refused);
      if (refused) {
        timer = setTimeout(connect, retryMs);
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
      }
    };
  };
  connect();
  return () => {
    source?.close();
    if (timer !== null) {
      clearTimeout(timer);
    }
  };
}

/** Reads one event; a form this version does not know is no news rather than an error. */
export function parseChanged(data: string): Changed | null {
  let value: Partial<Changed> | null;
  try {
    value = JSON.parse(data) as Partial<Changed> | null;
  } catch {
    return null;
  }
  const { unit, unit_name, periods, entries, at } = value ?? {};
  if (typeof unit !== 'string' || typeof unit_name !== 'string' || !Array.isArray(periods)) {
    return null;
  }
  const moment = typeof at === 'number' ? at : Date.parse(String(at));
  return { unit, unit_name, periods, entries: Number(entries ?? 0), at: Number.isNaN(moment) ? Date.now() : moment };
}
