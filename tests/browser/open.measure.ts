import { test } from '@playwright/test';
import { Phone } from './phone';
import { DEMO, System } from './system';

/** How often each screen is opened. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 5);

/** Screens, with what is there once they can be used. */
const SCREENS = [
  { path: '/', ready: 'h1:text-is("Hôm nay")' },
  { path: '/record/TT_BUOI', ready: 'button:enabled:text-is("Ghi vào sổ")' },
  { path: '/log', ready: 'main a[href^="/log/"]' },
  { path: '/reports', ready: 'main a[href^="/reports/"]' },
];

/**
 * From opening without a network to usable. Nothing is asserted: machines differ. The browser slows the page's own
 * thread; the worker in which the core runs keeps its speed.
 */
test('opening without a network', async ({ browser }) => {
  const system = await System.start();
  const phone = await Phone.start(browser, system);
  await phone.enrol(DEMO.codes[0], 'máy đo');
  await phone.expectAllSent();
  await phone.loseSignal();
  const lines = ['screen              CPU   median    worst  (ms)'];
  for (const rate of [1, 4]) {
    for (const { path, ready } of SCREENS) {
      const took: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        // Closed and opened anew: the page, its worker and the core start from nothing.
        await phone.close();
        await phone.reopen();
        const session = await phone.context.newCDPSession(phone.page);
        await session.send('Emulation.setCPUThrottlingRate', { rate });
        const began = performance.now();
        await phone.open(path);
        await phone.page.locator(ready).first().waitFor();
        took.push(performance.now() - began);
      }
      took.sort((one, other) => one - other);
      const said = [took[Math.floor(took.length / 2)], took.at(-1)].map((ms) => (ms ?? 0).toFixed(0).padStart(8));
      lines.push(`${path.padEnd(18)} 1/${rate} ${said.join(' ')}`);
    }
  }
  process.stdout.write(`${lines.join('\n')}\n`);
  await phone.stop();
  await system.stop();
});
