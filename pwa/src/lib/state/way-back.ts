import { afterNavigate, goto } from '$app/navigation';

/** The way back from a screen: to where the person came from, or to the screen above when the app was opened here. */
export function wayBack(above: () => string): () => void {
  let cameFromHere = false;
  afterNavigate(({ from }) => {
    cameFromHere = from !== null;
  });
  return () => {
    if (cameFromHere) history.back();
    else void goto(above(), { replaceState: true });
  };
}
