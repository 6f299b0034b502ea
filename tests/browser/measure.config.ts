import { defineConfig } from '@playwright/test';
import config from './playwright.config';

/** What prints times instead of asserting: `npm run measure:open`. */
export default defineConfig({
  ...config,
  testMatch: '*.measure.ts',
  timeout: 600_000,
  reporter: [['dot']],
});
