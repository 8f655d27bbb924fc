import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { git, installHooks } from '../support/hooks.ts';
import { clones } from '../support/remotes/clones.ts';
import { imagine } from '../support/remotes/imagined.ts';
import { runAs } from '../support/sessions.ts';

test('a commit never speaks to the remote: not to confirm its claim, of which it says so, and not to answer a challenge', async () => {
  const { here, there } = clones();
  installHooks(here);
  await runAs(here, 'ada', ['claim', '--no-worktree', 'R-1']);
  const commit = (name: string) => git(here, ['commit', '--quiet', '--allow-empty', '-m', name], { session: 'ada' });
  expect(commit('one')).toEqual({ code: 0, out: '' });
  const own = here.git(['rev-parse', 'refs/claims/R-1']);
  const bob = await imagine(there, 'bob');
  await bob.claim();
  bob.pass(7 * 60_000);
  await bob.claim();
  expect((await bob.record()).record.challenge).not.toBeNull();
  here.git(['fetch', '--quiet', 'origin', '+refs/claims/R-1:refs/claims-remote/origin/orders/R-1']);
  const challenged = here.git(['rev-parse', 'refs/claims-remote/origin/orders/R-1']);
  here.git(['update-ref', 'refs/claims/R-1', challenged]);
  const asked = join(here.dir, 'asked');
  here.git(['config', 'remote.origin.url', 'ssh://nowhere/x.git']);
  here.git(['config', 'core.sshCommand', `touch '${asked}'; false`]);
  expect(commit('two').code).toBe(0);
  expect(here.git(['rev-parse', 'refs/claims/R-1'])).toBe(challenged);
  // Unchallenged, and not confirmed for ten minutes, as its helper has found.
  for (const ref of ['refs/claims/R-1', 'refs/claims-remote/origin/orders/R-1']) here.git(['update-ref', ref, own]);
  const cache = new Database(join(here.repo, '.git/claim/cache.db'));
  for (const table of ['accepted', 'remote_read']) cache.exec(`UPDATE ${table} SET mono_ms = mono_ms - 600000`);
  cache.close();
  writeFileSync(join(here.repo, '.git/claim/intents'), '');
  const { code, out } = commit('three');
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringMatching(/R-1: origin has not confirmed for 1[0-9]m that it is still yours/),
  });
  // The mark stays for the next one.
  expect(commit('four').out).toContain('has not confirmed');
  expect(existsSync(asked)).toBe(false);
});
