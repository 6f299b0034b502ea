/** Sizes of text a person may choose, in percent of the phone's own. app.html applies the choice before first paint. */
export const TEXT_SIZES = [100, 125, 150] as const;
export type TextSize = (typeof TEXT_SIZES)[number];

/** The chosen size of text. All sizes on the phone are in rem, so they follow. */
export class TextSizeChoice {
  size = $state<TextSize>(100);

  constructor() {
    const stored = Number(localStorage.getItem('text-size'));
    this.size = TEXT_SIZES.find((size) => size === stored) ?? 100;
  }

  choose(size: TextSize): void {
    this.size = size;
    if (size === 100) localStorage.removeItem('text-size');
    else localStorage.setItem('text-size', String(size));
    document.documentElement.style.fontSize = size === 100 ? '' : `${size}%`;
  }
}
