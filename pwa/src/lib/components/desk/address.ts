/** Where things are on the desk. Place and period always stand in the address, so that a page can be sent to a colleague. */

/** What an overview shows. */
export interface OverviewAddress {
  unit: string;
  period: string;
  /** Code of the indicator shown by unit. */
  figure?: string | null;
  /** Unit whose number is opened in the side panel. */
  open?: string | null;
}

export function overviewHref({ unit, period, figure, open }: OverviewAddress): string {
  return `/desk?${query({ unit, period, figure, open })}`;
}

/** A grassroots unit's report; `open` is the indicator in the side panel. */
export function unitHref(unit: string, period: string, open?: string | null): string {
  return `/desk/units/${encodeURIComponent(unit)}?${query({ period, open })}`;
}

export function entryHref(unit: string, period: string, entry: string): string {
  return `/desk/units/${encodeURIComponent(unit)}/entries/${encodeURIComponent(entry)}?${query({ period })}`;
}

export function devicesHref(period: string): string {
  return `/desk/devices?${query({ period })}`;
}

/** What stands still on the way from the phones to the figures. */
export function stuckHref(period: string): string {
  return `/desk/stuck?${query({ period })}`;
}

/** A unit's own page: an overview of what is below, or a report where nothing is. */
export function placeHref(unit: { id: string; leaf: boolean }, period: string, figure?: string | null): string {
  return unit.leaf ? unitHref(unit.id, period) : overviewHref({ unit: unit.id, period, figure: figure ?? null });
}

/** The sign-in page, from which one comes back here. */
export function signInHref(here: string): string {
  return here === '/desk' ? '/desk/sign-in' : `/desk/sign-in?${query({ next: here })}`;
}

/** A page of the desk to go to after signing in; anything else leads to the overview. */
export function safeNext(next: string | null): string {
  return next !== null && /^\/desk(?:[/?]|$)/.test(next) ? next : '/desk';
}

function query(values: Record<string, string | null | undefined>): string {
  const given = Object.entries(values).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return new URLSearchParams(given).toString();
}
