/** The languages of the app. Vietnamese is always there; English is fetched only when it is chosen. */
export type Language = 'vi' | 'en';

/** A sentence the core says in both languages. */
export interface Bilingual {
  vi: string;
  en: string;
}

/** The language in use: app.html sets it before first paint, and choosing another reloads the page. */
export function language(): Language {
  return typeof document !== 'undefined' && document.documentElement.lang === 'en' ? 'en' : 'vi';
}

/** Keeps the choice and starts the app again in that language. */
export function chooseLanguage(chosen: Language): void {
  localStorage.setItem('language', chosen);
  location.reload();
}

/** The sentence in the language in use. */
export function inLanguage(sentence: Bilingual): string {
  return sentence[language()];
}

/** Puts the English over the Vietnamese when English is in use. A `+layout.ts` awaits it before its screens show. */
export async function translate<Messages extends object>(
  messages: Messages,
  english: () => Promise<{ en: Messages }>,
): Promise<void> {
  if (language() === 'en') Object.assign(messages, (await english()).en);
}
