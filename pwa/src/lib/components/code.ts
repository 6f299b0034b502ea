/** How many characters an enrolment code has. */
export const CODE_LENGTH = 8;

/** The characters of a code that count. */
export function codeCharacters(text: string): string {
  return text.toUpperCase().replace(/[\s\-–.·]/g, '');
}
