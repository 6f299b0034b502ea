import { expect, test } from 'vitest';
import { typing } from './typing';

/** A text control as it is typed in, and what is made of that. */
function control() {
  const said: string[] = [];
  let left = 0;
  const target = new EventTarget() as EventTarget & { value: string };
  target.value = '';
  const handlers = typing(
    (text) => said.push(text),
    () => (left += 1),
  );
  target.addEventListener('input', handlers.oninput);
  target.addEventListener('compositionend', handlers.oncompositionend);
  target.addEventListener('blur', handlers.onblur);
  const put = (value: string, isComposing: boolean): void => {
    target.value = value;
    target.dispatchEvent(new InputEvent('input', isComposing));
  };
  return { said, put, is: (event: string) => target.dispatchEvent(new Event(event)), left: () => left };
}

/** Browsers have it; what runs the tests has not. */
class InputEvent extends Event {
  readonly isComposing: boolean;
  constructor(type: string, isComposing: boolean) {
    super(type);
    this.isComposing = isComposing;
  }
}
Object.assign(globalThis, { InputEvent });

test('letters are taken as they come, and those of a composition once it ends', () => {
  const { said, put, is } = control();
  put('T', false);
  // Telex: "tham" becomes "thăm" with one more key.
  put('Tha', true);
  put('Tham', true);
  put('Thăm', true);
  expect(said).toEqual(['T']);
  is('compositionend');
  expect(said).toEqual(['T', 'Thăm']);
});

test('a box that is left takes what stands in it, before it is called left', () => {
  const { said, put, is, left } = control();
  put('Thăm', true);
  is('blur');
  expect([said, left()]).toEqual([['Thăm'], 1]);
});
