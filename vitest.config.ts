import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { SummaryReporter } from './test/support/summary-reporter.ts';

/** What is measured by the clock needs the machine for itself, and what races fills it: one file at a time. */
const ALONE = ['test/races/**/*.test.ts', 'test/kills/claim-moments.test.ts', 'test/kills/follow-up.test.ts'];
/** Long, and the same however busy the machine is: killed at a label, not at a moment, or told to run for a minute. */
const STEADY = ['test/kills/**/*.test.ts', 'test/model/**/*.test.ts', 'test/ways/**/*.test.ts'];

/** Those that take longest begin first: else one of them runs alone at the end. */
const LONGEST = [
  'kills/torture',
  'kills/claim-steps',
  'kills/stale-locks',
  'model/remote',
  'model/model',
  'cli/heartbeat',
  'cli/repositories',
  'cli/hostile-records',
  'cli/takeover',
  'kills/mirrors',
  'cli/contract',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(`test/${name}.test.ts`));
      return at < 0 ? LONGEST.length : at;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}

/** A test waits for commands, pauses and leases more than it computes. */
const maxWorkers = availableParallelism() + 1;

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    reporters: [new SummaryReporter()],
    sequence: { sequencer: LongestFirst },
    // A worker that has just started thousands of processes takes a while to end.
    teardownTimeout: 60_000,
    projects: [
      {
        test: {
          ...{ name: 'fast', include: ['test/**/*.test.ts'], exclude: [...ALONE, ...STEADY], testTimeout: 30_000 },
          // What files share holds nothing that one of them changes, and a worker costs ten of the smaller ones.
          ...{ isolate: false, maxWorkers, sequence: { groupOrder: 0 } },
        },
      },
      {
        test: { name: 'steady', include: STEADY, exclude: ALONE, testTimeout: 180_000, maxWorkers, sequence: { groupOrder: 1 } },
      },
      {
        test: { name: 'slow', include: ALONE, fileParallelism: false, testTimeout: 180_000, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
