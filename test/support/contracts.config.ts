import { defineConfig } from 'vitest/config';

/** Runs the contract tests alone, under a Node that the rest is not built for. */
export default defineConfig({
  test: { include: ['test/contracts/cache.test.ts'], reporters: ['json'], root: `${import.meta.dirname}/../..` },
});
