import { expect, test } from '@playwright/test';
import { Phone } from './phone';
import { DEMO, System } from './system';

interface Manifest {
  name: string;
  short_name: string;
  start_url: string;
  display: string;
  icons: { src: string; sizes: string; purpose: string }[];
}

test('the app can be put on the home screen: manifest, icons of their size, a service worker that controls', async ({
  browser,
}) => {
  const system = await System.start();
  const phone = await Phone.start(browser, system);
  await phone.enrol(DEMO.codes[0], 'máy A');
  const { page } = phone;
  // As the browser reads it, with what it finds wrong.
  const session = await phone.context.newCDPSession(page);
  const { url, data, errors } = await session.send('Page.getAppManifest');
  expect(url).toBe(`${phone.mast.url}/manifest.webmanifest`);
  expect(errors).toEqual([]);
  const manifest = JSON.parse(data ?? '') as Manifest;
  expect(manifest).toMatchObject({ name: 'Sổ Công đoàn', short_name: 'Sổ Công đoàn', start_url: '/' });
  expect(manifest.display).toBe('standalone');
  const offered = manifest.icons.map(({ sizes, purpose }) => `${sizes} ${purpose}`);
  expect(offered).toEqual(expect.arrayContaining(['192x192 any', '512x512 any', '512x512 maskable']));
  for (const { src, sizes } of manifest.icons.filter(({ src }) => src.endsWith('.png'))) {
    const size = await page.evaluate(async (src) => {
      const bitmap = await createImageBitmap(await (await fetch(src)).blob());
      return `${bitmap.width}x${bitmap.height}`;
    }, src);
    expect(size, src).toBe(sizes);
  }
  expect(await page.evaluate(() => navigator.serviceWorker.controller?.scriptURL)).toBe(
    `${phone.mast.url}/service-worker.js`,
  );
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  // A context of a test counts as a private window, in which nothing is ever installed.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
  await phone.stop();
  await system.stop();
});
