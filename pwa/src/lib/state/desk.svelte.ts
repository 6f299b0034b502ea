import { createContext } from 'svelte';
import { goto } from '$app/navigation';
import { page } from '$app/state';
import { Problem } from '$lib/api/problem';
import type { Me, Period } from '$lib/api/client';
import type { Plan } from '$lib/components/desk/catalogue';
import { signInHref } from '$lib/components/desk/address';
import { daysUntil } from '$lib/components/desk/days';
import { DeskNews } from './desk-news.svelte';
import { Loaded } from './loaded.svelte';

/** How often what sends no news is asked for again. */
const WATCH_MS = 15_000;

/** What every page of the desk stands on: who is signed in, the periods, the plan, and the news. */
export class Desk {
  readonly news = new DeskNews();

  constructor(
    readonly me: Me,
    /** Newest first. */
    readonly periods: Period[],
    readonly plan: Plan,
  ) {}

  /** Asks the server for what a page shows. Call it while the page starts. */
  load<T>(request: () => Promise<T>): Loaded<T> {
    return new Loaded(request, signInWhenAsked);
  }

  /**
   * As `load`, and asks again with the news and every `WATCH_MS` while somebody looks: what stands still or waits sends no
   * news.
   */
  watch<T>(request: () => Promise<T>): Loaded<T> {
    const loaded = this.load(request);
    const refresh = () => void loaded.refresh();
    this.news.follow(refresh);
    $effect(() => {
      const timer = setInterval(() => document.visibilityState === 'visible' && refresh(), WATCH_MS);
      return () => clearInterval(timer);
    });
    return loaded;
  }

  /** The period in the address, or the one whose due day is nearest. */
  get period(): Period {
    const asked = page.url.searchParams.get('period');
    return this.periods.find(({ key }) => key === asked) ?? nearestDue(this.periods, Date.now());
  }

  /** The address names a period, and there is none such. */
  get isPeriodMissing(): boolean {
    const asked = page.url.searchParams.get('period');
    return asked !== null && !this.periods.some(({ key }) => key === asked);
  }

  /** What is known to stand above a unit before the server has said more: one's own unit. */
  above(unit: string): { id: string; name: string }[] {
    return unit === this.me.unit.id ? [] : [this.me.unit];
  }

  /** The unit in the address, or one's own. */
  get unit(): string {
    return page.params.unit ?? page.url.searchParams.get('unit') ?? this.me.unit.id;
  }
}

/** Once a session has ended, leads to the sign-in page and from there back here. */
export function signInWhenAsked(problem: unknown): void {
  if (!(problem instanceof Problem) || problem.kind !== 'signed-out') return;
  void goto(signInHref(page.url.pathname + page.url.search), { replaceState: true });
}

/** The period to begin with. */
export function nearestDue(periods: Period[], now: number): Period {
  const [first, ...rest] = periods;
  if (!first) throw new Error('a desk stands on at least one period');
  const distance = (period: Period) => Math.abs(daysUntil(period.due, now));
  return rest.reduce((best, period) => (distance(period) < distance(best) ? period : best), first);
}

/** Set in `routes/desk/(staff)/Signed.svelte`, once somebody is signed in. */
export const [getDesk, setDesk] = createContext<Desk>();
