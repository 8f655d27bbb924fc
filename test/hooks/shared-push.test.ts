import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { git, installHooks } from '../support/hooks.ts';
import { clones } from '../support/remotes/clones.ts';
import { theftOf } from '../support/remotes/theft.ts';
import { runAs } from '../support/sessions.ts';

/*
 * A plain `git push` of an order's branch, where claims are shared: the hook asks the remote first, two seconds at most.
 */

const BRANCH = 'refs/heads/order-1';

/** ORDER-1 with a commit, as ada has claimed it, and what a push of hers says. Whether Node was started is in `hasStarted`. */
async function worked(mode: 'soft' | 'hard') {
  const two = clones();
  const { here, hub } = two;
  installHooks(here, mode);
  expect(await runAs(here, 'ada', ['ORDER-1'])).toMatchObject({ code: 0 });
  const tree = join(`${here.repo}.claims`, 'ORDER-1');
  const bin = join(here.dir, 'bin');
  const started = join(here.dir, 'started');
  here.git(['init', '--quiet', bin]);
  writeFileSync(join(bin, 'node'), `#!/bin/sh\n: >'${started}'\nexec '${process.execPath}' "$@"\n`, { mode: 0o755 });
  const env = { PATH: [bin, here.env['PATH']].join(delimiter) };
  const run = (args: readonly string[]) => git(here, args, { cwd: tree, session: 'ada', env });
  expect(run(['commit', '--quiet', '--allow-empty', '--message', 'work']).code).toBe(0);
  const push = (...refs: string[]) => {
    rmSync(started, { force: true });
    return { ...run(['push', '--quiet', 'origin', ...refs]), hasStarted: existsSync(started) };
  };
  const onHub = (ref: string) => here.git(['--git-dir', hub, 'for-each-ref', '--format=%(objectname)', ref]);
  return { ...two, push, onHub };
}

test('the holder hears nothing, and other branches and repositories without a remote for claims ask nobody', async () => {
  const it = await worked('hard');
  expect(it.push('order-1')).toEqual({ code: 0, out: '', hasStarted: true });
  expect(it.push('main')).toEqual({ code: 0, out: '', hasStarted: false });
  it.here.git(['config', '--unset', 'claim.remote']);
  for (const folder of ['claim/fetched', 'refs/claims-remote']) rmSync(join(it.here.repo, '.git', folder), { recursive: true });
  expect(it.push('order-1')).toEqual({ code: 0, out: '', hasStarted: false });
});

test.for(['soft', 'hard'] as const)('who lost the claim elsewhere is told before git pushes, in mode %s', async (mode) => {
  const it = await worked(mode);
  it.here.git(['--git-dir', it.hub, 'update-ref', 'refs/claims/ORDER-1', theftOf(it, 'ORDER-1')]);
  const { code, out } = it.push('order-1');
  expect(out).toMatch(/git claim: (?:warning|refused): this pushes order-1, the branch of ORDER-1: bob holds it since/);
  expect(out).toContain('git claim rescue ORDER-1');
  expect({ code, published: it.onHub(BRANCH) !== '' }).toEqual({ code: mode === 'hard' ? 1 : 0, published: mode !== 'hard' });
});

test('a remote that does not answer is told, and git decides', async () => {
  const it = await worked('hard');
  it.here.git(['config', 'claim.remote', join(it.here.dir, 'gone.git')]);
  const { code, out } = it.push('order-1');
  expect(out).toMatch(/gone\.git did not say who holds ORDER-1 \(.*\); git claim push pushes only while you hold it/);
  expect({ code, isThere: it.onHub(BRANCH) !== '' }).toEqual({ code: 0, isThere: true });
});
