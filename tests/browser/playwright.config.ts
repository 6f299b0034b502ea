import { defineConfig } from '@playwright/test';

/**
 * Every test starts its own server with its own database, on a free port; nothing is shared, so they may run side by
 * side. `SO_CONG_DOAN` names the release binary; `cargo xtask test browser` builds it and sets this.
 */
export default defineConfig({
  testDir: '.',
  outputDir: 'results',
  // Two cores: a browser and a server for each test are enough to fill them.
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: process.env['CI'] !== undefined,
  retries: 0,
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    locale: 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
    trace: 'retain-on-failure',
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
