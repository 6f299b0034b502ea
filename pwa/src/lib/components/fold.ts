/** Text without diacritics and case, as people type it in a hurry: "Đối thoại" → "doi thoai". */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase().trim();
}

/**
 * Whether every word of the query begins somewhere in the text. The query is folded here, the text is given folded. Who
 * types Telex without a Telex keyboard writes đ as dd: in the query alone, for in a text "dd" may be what is written.
 */
export function matches(folded: string, query: string): boolean {
  return fold(query)
    .split(/\s+/)
    .every((word) => folded.includes(word) || folded.includes(word.replaceAll('dd', 'd')));
}
