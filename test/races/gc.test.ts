import { expect, test } from 'vitest';
import { beside } from '../support/beside.ts';
import { createSandbox } from '../support/sandbox.ts';
import { runAs } from '../support/sessions.ts';

const BURSTS = 5;
const WORKERS = 6;

test('no ref loses its object to a git gc --prune=now beside claims and releases', async () => {
  const sandbox = createSandbox();
  let collections = 0;
  for (let burst = 1; burst <= BURSTS; burst += 1) {
    collections += await beside(sandbox, [['gc', '--quiet', '--prune=now']], async () => {
      const work = Array.from({ length: WORKERS }, async (_, worker) => {
        for (const order of [`W${worker}-1`, `W${worker}-2`, `B${burst}-${worker}`]) {
          for (const args of [
            ['--no-worktree', order],
            ['release', order],
          ]) {
            expect(await runAs(sandbox, `worker-${worker}`, args)).toMatchObject({ code: 0, stderr: '' });
          }
        }
      });
      await Promise.all(work);
    });
    expect(sandbox.git(['fsck', '--connectivity-only', '--no-dangling'])).toBe('');
    const states = sandbox
      .git(['for-each-ref', '--format=%(contents:trailers:key=State,valueonly,separator=)', 'refs/claims'])
      .split('\n');
    expect(states).toEqual(Array(WORKERS * (2 + burst)).fill('released'));
  }
  console.log(`${BURSTS} bursts of ${WORKERS * 6} swaps beside ${collections} collections`);
});
