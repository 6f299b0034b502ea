/** Whether an input event comes from the middle of a composition. */
export function composing(event: Event): boolean {
  return event instanceof InputEvent && event.isComposing;
}

/**
 * Handlers of a text control. Nothing is acted upon in the middle of a composition (Telex, VNI): what is half a letter
 * is not yet what the person means.
 */
export function typing(onedit: (text: string) => void, onleave: () => void) {
  const text = (event: Event) => (event.currentTarget as HTMLInputElement | HTMLTextAreaElement).value;
  return {
    oninput: (event: Event) => {
      if (!composing(event)) onedit(text(event));
    },
    oncompositionend: (event: Event) => onedit(text(event)),
    onblur: (event: Event) => {
      onedit(text(event));
      onleave();
    },
  };
}
