import { describe, expect, it } from 'vitest';
import { parseChanged } from './stream';

describe('news', () => {
  it('is read from an event', () => {
    const data = JSON.stringify({ unit: 'u', unit_name: 'U', periods: ['2026-Q3'], entries: 2, at: 5 });
    expect(parseChanged(data)).toEqual({ unit: 'u', unit_name: 'U', periods: ['2026-Q3'], entries: 2, at: 5 });
  });

  it('of a form that is not known is no news and no error', () => {
    expect(parseChanged('not json')).toBeNull();
    expect(parseChanged('{}')).toBeNull();
    expect(parseChanged('null')).toBeNull();
  });
});
