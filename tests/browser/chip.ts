import type { BrowserContext } from '@playwright/test';
import type { Exchange } from './exchange';

/** What the line in the header said from a moment on; nothing on screens without it. */
interface Saying {
  at: number;
  text: string | null;
  count: string | null;
}

/** Something that the officer was told is saved. */
interface Work {
  /** When it was asked for: an exchange that began before cannot have it. */
  askedAt: number;
  /** When the screen said that it is saved. */
  savedAt: number;
}

/** The line's words. */
export const SAID = {
  allSent: 'Đã gửi hết',
  sending: 'Đang gửi',
  receiving: 'Đang lấy tin về',
  again: 'Đang thử lại',
  willSend: 'Đã lưu trên máy',
  offline: 'Không có sóng, vẫn ghi được',
  unreachable: 'Chưa tới được máy chủ',
  portal: 'Wi-Fi đòi đăng nhập',
} as const;

/** How long the screen may lag behind what happens on the wire: a worker, a write to the disk and a frame on a busy machine. */
const LAG_MS = 2_000;

/** Looks at a phone's sync line in every frame that is drawn, and holds it against what the link carried. */
export class ChipWatch {
  readonly #sayings: Saying[] = [];
  readonly #works: Work[] = [];

  /** Watches every page that is opened from now on. */
  static async over(context: BrowserContext): Promise<ChipWatch> {
    const watch = new ChipWatch();
    await context.exposeFunction('chipSaid', (saying: Saying) => watch.#sayings.push(saying));
    await context.exposeFunction('workSaved', (work: Work) => watch.#works.push(work));
    await context.addInitScript(lookAtEveryFrame);
    return watch;
  }

  /** Everything the line said, each once. */
  get said(): string[] {
    return [...new Set(this.#sayings.flatMap(({ text }) => text ?? []))];
  }

  /** What was said and what was done, as it went, for whoever looks into a failure. */
  story(exchanges: readonly Exchange[]): string[] {
    const events = [
      ...this.#sayings.map(({ at, text, count }) => ({ at, what: `says ${text ?? 'nothing'} | ${count ?? ''}` })),
      ...this.#works.map(({ savedAt, askedAt }) => ({
        at: savedAt,
        what: `saved (asked ${savedAt - askedAt} ms ago)`,
      })),
      ...exchanges.flatMap((exchange, nth) => [
        { at: exchange.begunAt, what: `exchange ${nth} begins` },
        ...(exchange.answered
          ? [{ at: exchange.answered.at, what: `exchange ${nth} answered ${exchange.answered.status}` }]
          : []),
        ...(exchange.endedAt === undefined
          ? []
          : [{ at: exchange.endedAt, what: `exchange ${nth} ${exchange.broken ? 'broken off' : 'heard'}` }]),
      ]),
    ].sort((a, b) => a.at - b.at);
    const start = events[0]?.at ?? 0;
    return events.map(({ at, what }) => `${((at - start) / 1000).toFixed(2)} ${what}`);
  }

  /** Whatever the line said that was not so, up to now. */
  lies(exchanges: readonly Exchange[]): string[] {
    const now = Date.now();
    const lies = this.#sayings.flatMap((saying, nth) => {
      const until = this.#sayings[nth + 1]?.at ?? now;
      return saying.text === null
        ? []
        : [...this.#miscounts(saying, until, exchanges), ...mistakes(saying, until, exchanges, now)];
    });
    return [...lies, ...this.#unsaid(exchanges, now)];
  }

  /** At any moment at which a saying stood: fewer than are surely not sent, or more than there are. */
  #miscounts(saying: Saying, until: number, exchanges: readonly Exchange[]): string[] {
    const moments = [saying.at, ...this.#works.map(({ savedAt }) => savedAt)];
    return moments
      .filter((moment) => moment >= saying.at && moment < until)
      .flatMap((moment) => {
        const least = this.#works.filter(
          ({ askedAt, savedAt }) =>
            savedAt <= moment &&
            !exchanges.some(({ begunAt, acknowledgedAt = Infinity }) => begunAt >= askedAt && acknowledgedAt <= moment),
        ).length;
        const most = this.#works.filter(({ askedAt }) => askedAt <= moment).length;
        const counted = Number(/^(\d+) chờ gửi$/.exec(saying.count ?? '')?.[1] ?? 0);
        const allSent = saying.text === SAID.allSent || saying.text === SAID.receiving;
        const isTrue = counted >= least && counted <= most && !(allSent && counted > 0);
        return isTrue ? [] : [`"${saying.text} ${saying.count}" with ${least} to ${most} not sent (at ${moment})`];
      });
  }

  /** Exchanges that failed without a word, although the line was on the screen. */
  #unsaid(exchanges: readonly Exchange[], now: number): string[] {
    return exchanges.flatMap((exchange, nth) => {
      const { endedAt, acknowledgedAt, broken } = exchange;
      if (endedAt === undefined || (acknowledgedAt !== undefined && !broken)) return [];
      const next = exchanges[nth + 1]?.begunAt ?? now;
      // The browser itself tries once more on a connection of which it had not known that it was gone.
      if (next - endedAt < LAG_MS) return [];
      const seen = this.#sayings.filter(
        ({ at, text }, nth) => text !== null && at < next && (this.#sayings[nth + 1]?.at ?? now) > endedAt,
      );
      const words: (string | null)[] = broken ? [SAID.unreachable, SAID.offline] : [SAID.portal];
      if (seen.length === 0 || seen.some(({ text }) => words.includes(text))) return [];
      return [`nothing said of an exchange that failed (at ${endedAt})`];
    });
  }
}

/** Says that something is under way when nothing is, or the other way round, for longer than the screen may lag. */
function mistakes(saying: Saying, until: number, exchanges: readonly Exchange[], now: number): string[] {
  if (saying.text === SAID.offline) return [];
  const saysSo = ([SAID.sending, SAID.receiving, SAID.again] as (string | null)[]).includes(saying.text);
  const underWay = exchanges
    .map(({ begunAt, endedAt }) => ({ from: Math.max(begunAt, saying.at), to: Math.min(endedAt ?? now, until) }))
    .filter(({ from, to }) => to > from)
    .sort((a, b) => a.from - b.from);
  if (!saysSo) {
    return underWay
      .filter(({ from, to }) => to - from > LAG_MS)
      .map(({ from, to }) => `"${saying.text}" for ${to - from} ms of an exchange (at ${from})`);
  }
  const lies: string[] = [];
  let idleFrom = saying.at;
  for (const { from, to } of [...underWay, { from: until, to: until }]) {
    if (from - idleFrom > LAG_MS) lies.push(`"${saying.text}" for ${from - idleFrom} ms of nothing (at ${idleFrom})`);
    idleFrom = Math.max(idleFrom, to);
  }
  return lies;
}

declare global {
  function chipSaid(saying: Saying): void;
  function workSaved(work: Work): void;
}

/** Runs in the page. */
function lookAtEveryFrame(): void {
  let last = '';
  let snack: Element | null = null;
  let tappedAt = 0;
  document.addEventListener('click', () => (tappedAt = Date.now()), { capture: true });
  const look = (): void => {
    requestAnimationFrame(look);
    const at = Date.now();
    const notice = document.querySelector('.snack');
    if (notice !== snack) {
      snack = notice;
      if (notice?.textContent?.includes('đã lưu trên máy')) workSaved({ askedAt: tappedAt, savedAt: at });
    }
    const line = document.querySelector('header button[aria-haspopup=dialog]');
    const text = line?.querySelector('[role=status]')?.textContent?.trim() ?? null;
    const count = line?.querySelector('b')?.textContent?.trim() ?? null;
    const said = JSON.stringify([text, count]);
    if (said !== last) chipSaid({ at, text, count });
    last = said;
  };
  look();
}
