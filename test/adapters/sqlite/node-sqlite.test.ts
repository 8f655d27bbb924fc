import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { otherNode } from '../../support/other-node.ts';
import { createSandbox, PACKAGE } from '../../support/sandbox.ts';

const VITEST = join(PACKAGE, 'node_modules/vitest/vitest.mjs');

/** better-sqlite3 is built for the Node that runs these tests, so another one has only its own SQLite. */
const MAJORS = [22, 24].filter((major) => !process.version.startsWith(`v${major}.`));

test.each(MAJORS)('the cache keeps its contracts on the SQLite of Node %i', { timeout: 300_000 }, async (major) => {
  const program = otherNode(major);
  const contracts = spawn(program, [VITEST, 'run', '--config', 'test/support/contracts.config.ts'], { cwd: PACKAGE });
  let said = '';
  contracts.stdout.on('data', (text) => (said += text));
  const code = await new Promise((done) => contracts.on('close', done));
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(said.slice(said.indexOf('{')));
  expect([code, numFailedTests, numPendingTests]).toEqual([0, 0, 0]);
  expect(numPassedTests).toBeGreaterThan(40);
});

test.each(MAJORS)(
  'a claim under Node %i has a cache and says nothing of it; doctor names the driver',
  { timeout: 120_000 },
  (major) => {
    const program = otherNode(major);
    const { repo, env } = createSandbox();
    const run = (...args: string[]) => {
      const words = [join(PACKAGE, 'bin/start.cjs'), '', ...args];
      return spawnSync(program, words, { cwd: repo, env: { ...env, GIT_CLAIM_SESSION: 'alice' }, encoding: 'utf8' });
    };
    expect(run('ORDER-1')).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('ORDER-1 is yours') });
    expect(run('status').stdout).not.toContain('cache');
    expect(JSON.parse(run('feed', '--json').stdout).events).toMatchObject([{ kind: 'claim', session: 'alice' }]);
    expect(run('doctor').stdout).toContain(`Node.js ${major}.`);
    expect(run('doctor').stdout).toContain(', SQLite of node:sqlite\n');
    // Both drivers use one file.
    const both = spawnSync('git', ['claim', 'feed', '--json'], { cwd: repo, env, encoding: 'utf8' });
    expect(JSON.parse(both.stdout).events).toHaveLength(1);
  },
);
