import { createContext } from 'svelte';

/** A calm word after something was done, with the way back. */
export interface NoticeText {
  /** Read again while it is on screen: what it says may come to be different. */
  text: () => string;
  action?: { label: string; run: () => void };
}

/** The one notice on screen. It outlives the page that gave it. */
export class Notice {
  current = $state.raw<NoticeText | null>(null);

  show(said: string | (() => string), action?: NoticeText['action']): void {
    const text = typeof said === 'string' ? () => said : said;
    this.current = action ? { text, action } : { text };
  }

  clear(): void {
    this.current = null;
  }
}

/** Set in `routes/(phone)/+layout.svelte`. */
export const [getNotice, setNotice] = createContext<Notice>();
