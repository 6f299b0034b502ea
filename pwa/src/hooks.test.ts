import { expect, test } from 'vitest';
import { reroute } from './hooks';

const routed = (path: string) => reroute({ url: new URL(`http://localhost${path}`), fetch });

test('an address that is no text leads to the page that says so', () => {
  for (const path of ['/%ff', '/desk/units/%ff', '/log/%E0%A4%A']) expect(routed(path)).toBe('/khong-co-trang-nay');
});

test('other addresses stay as they are', () => {
  for (const path of ['/', '/desk/units/A%20B', '/reports/2026-Q3/II.1-02', '/100%25']) {
    expect(routed(path)).toBeUndefined();
  }
});
