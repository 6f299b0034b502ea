import { createContext } from 'svelte';

/** `auto` follows the phone; `sun` is high contrast for reading outdoors. */
export type ThemeChoice = 'auto' | 'light' | 'dark' | 'sun';

const CHOICES: readonly ThemeChoice[] = ['auto', 'light', 'dark', 'sun'];

/** Colour of the browser's bars: `--paper` of each theme. */
const BAR_COLOURS = { light: '#ffffff', dark: '#191f26', sun: '#ffffff' };

/** The chosen look. app.html applies it before first paint by the same rules. */
export class Theme {
  choice = $state<ThemeChoice>('auto');

  constructor() {
    const stored = localStorage.getItem('theme');
    this.choice = CHOICES.find((choice) => choice === stored) ?? 'auto';
  }

  choose(choice: ThemeChoice): void {
    this.choice = choice;
    if (choice === 'auto') localStorage.removeItem('theme');
    else localStorage.setItem('theme', choice);
    this.apply();
  }

  /** Puts the look on the page. */
  apply(): void {
    const shown = this.choice === 'auto' ? preferred() : this.choice;
    document.documentElement.dataset.theme = shown;
    document.querySelector('meta[name="theme-color"]')?.setAttribute('content', BAR_COLOURS[shown]);
  }
}

function preferred(): 'light' | 'dark' | 'sun' {
  if (matchMedia('(prefers-contrast: more)').matches) return 'sun';
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** Set in `routes/+layout.svelte`. */
export const [getTheme, setTheme] = createContext<Theme>();
