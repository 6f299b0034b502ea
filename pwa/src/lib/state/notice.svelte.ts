import { createContext } from 'svelte';

/** A calm word after something was done, with the way back. */
export interface NoticeText {
  text: string;
  action?: { label: string; run: () => void };
}

/** The one notice on screen. It outlives the page that gave it. */
export class Notice {
  current = $state.raw<NoticeText | null>(null);

  show(text: string, action?: NoticeText['action']): void {
    this.current = action ? { text, action } : { text };
  }

  clear(): void {
    this.current = null;
  }
}

/** Set in `routes/(phone)/+layout.svelte`. */
export const [getNotice, setNotice] = createContext<Notice>();
