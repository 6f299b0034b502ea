import { readFileSync } from 'node:fs';
import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';

/** Prints what a failed test's page showed: where only the log of a run is kept, its files are not to be had. */
export default class Why implements Reporter {
  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status === test.expectedStatus) return;
    for (const { name, path } of result.attachments) {
      if (name !== 'error-context' || !path) continue;
      process.stdout.write(`\n${test.title}\n${readFileSync(path, 'utf8').slice(0, MOST)}\n`);
    }
  }

  printsToStdio(): boolean {
    return false;
  }
}

/** Characters of one page. */
const MOST = 6_000;
