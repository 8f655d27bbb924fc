import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './test/support/summary-reporter.ts';

/** Races and kills measure nothing when other tests take their processor: they run after everything else, one file at a time. */
const SLOW = ['test/races/**/*.test.ts', 'test/kills/**/*.test.ts', 'test/model/**/*.test.ts'];

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    reporters: [new SummaryReporter()],
    // A worker that has just started thousands of processes takes a while to end.
    teardownTimeout: 60_000,
    projects: [
      {
        test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: SLOW, testTimeout: 30_000, sequence: { groupOrder: 0 } },
      },
      {
        test: { name: 'slow', include: SLOW, fileParallelism: false, testTimeout: 180_000, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
