import { defineConfig } from '@playwright/test';

/**
 * Every test starts its own server with its own database, on a free port; nothing is shared, so they may run side by
 * side. `SO_CONG_DOAN` names the release binary; `cargo xtask test browser` builds it and sets this.
 */
export default defineConfig({
  testDir: '.',
  outputDir: 'results',
  // Files side by side. One test keeps about one core and a half busy, and some wait for the browser; more than two would
  // only wait for each other where there are two cores.
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: process.env['CI'] !== undefined,
  retries: 0,
  reporter: [['list'], ['./why.ts']],
  use: {
    browserName: 'chromium',
    locale: 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
    // Every test is traced and most traces are thrown away: the film costs more than it tells beside the page's snapshots.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: true, sources: true },
    screenshot: 'only-on-failure',
    launchOptions: {
      // Debian's; Playwright's own download is not needed.
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-quic',
      ],
    },
  },
});
