import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inAskingTerminal } from '../support/asking-terminal.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';

/** A repository with a claim in each state, paths, a rule, work in a worktree, and work that only a ref keeps. */
async function used() {
  const sandbox = createSandbox();
  const { repo, git } = sandbox;
  const claim = (...words: string[]) => runCli(sandbox, words, { env: { GIT_CLAIM_SESSION: 'ada' } });
  const before = readFileSync(join(repo, '.git/config'), 'utf8');
  await claim('init', '--mode', 'hard', '--agents-md');
  git(['config', 'claim.rule.overlap', 'off']);
  for (const order of ['ORDER-1', 'ORDER-2', 'ORDER-3']) await claim(order);
  writeFileSync(join(repo, '../my äpp.claims/ORDER-1/work'), 'precious');
  await claim('release', 'ORDER-2');
  await claim('path', 'src/auth.ts');
  const tree = git(['rev-parse', 'main^{tree}']).trim();
  const alone = git(['commit-tree', '-m', 'only here', tree]).trim();
  git(['-c', 'core.hooksPath=/dev/null', 'update-ref', 'refs/claim-rescue/ORDER-9/1', alone]);
  git(['-c', 'core.hooksPath=/dev/null', 'update-ref', 'refs/claims/some/thing', 'HEAD']);
  const refs = () => git(['for-each-ref', '--format=%(refname)']).trim().split('\n');
  const purge = (typed: string) => inAskingTerminal(sandbox, typed, ['init', '--purge']);
  return { ...sandbox, before, claim, refs, alone, purge, work: join(repo, '../my äpp.claims/ORDER-1/work') };
}

test('a purge asks with what is lost, and removes everything but work', async () => {
  const it = await used();
  const state = () => [it.refs(), readFileSync(join(it.repo, '.git/config'), 'utf8'), existsSync(join(it.repo, '.git/claim'))];
  const untouched = state();
  const printed = await it.claim('init', '--purge', '--print');
  expect(printed).toMatchObject({ code: 0, stdout: expect.stringMatching(/ remove {2}4 claims, /) });
  // Without a person to ask.
  expect(await it.claim('init', '--purge')).toMatchObject({ code: 4, stderr: expect.stringMatching(/no person at a terminal/) });
  for (const [typed, code] of [
    ['n\n', 4],
    ['\x03', 130],
    ['\x04', 130],
  ] as const)
    expect({ typed, code: (await it.purge(typed)).code }).toEqual({ typed, code });
  expect(state()).toEqual(untouched);

  const { code, seen } = await it.purge('y\n');
  expect(seen).toMatch(
    /Remove git-claim and 4 claims with their history from this repository, for good\? Sessions hold ORDER-1, ORDER-3, and will lose them\. 3 worktrees and all branches stay\. \[y\/N\]/,
  );
  expect(code).toBe(0);
  expect(it.refs()).toEqual([
    'refs/claim-rescue/ORDER-9/1',
    'refs/claims/some/thing',
    ...['main', 'order-1', 'order-2', 'order-3'].map((branch) => `refs/heads/${branch}`),
  ]);
  expect(seen).toMatch(/stays +refs\/claim-rescue\/ORDER-9\/1\n/);
  expect(seen).not.toContain('claims stay');
  expect(readFileSync(it.work, 'utf8')).toBe('precious');
  expect(readFileSync(join(it.repo, '.git/config'), 'utf8')).toBe(it.before);
  expect(existsSync(join(it.repo, 'AGENTS.md'))).toBe(false);
  for (const name of ['claim', 'git-claim.config', 'hooks/pre-commit', 'worktrees/ORDER-1/claim'])
    expect({ name, isThere: existsSync(join(it.repo, '.git', name)) }).toEqual({ name, isThere: false });
  // What it says about the worktrees works as typed.
  const [, command = ''] = /stays +\S.*ORDER-3: (git worktree remove .*)\n/.exec(seen) ?? [];
  expect(command).not.toBe('');
  spawnSync('sh', ['-c', command], { cwd: it.repo, env: it.env });
  expect(existsSync(join(it.repo, '../my äpp.claims/ORDER-3'))).toBe(false);
  // Nothing is left to do, so nothing is asked.
  expect((await it.purge('')).seen).not.toContain('[y/N]');
});

test('what a purge cannot know to be kept elsewhere stays, and what a branch has goes', async () => {
  const it = await used();
  it.git(['-c', 'core.hooksPath=/dev/null', 'update-ref', 'refs/claim-done/ORDER-7', 'main']);
  it.git(['-c', 'core.hooksPath=/dev/null', 'update-ref', 'refs/claim-done/ORDER-8', it.alone]);
  const { stdout } = await it.claim('init', '--purge', '--print', '--json');
  const { purged } = JSON.parse(stdout);
  expect(purged.refs).toContain('refs/claim-done/ORDER-7');
  expect(purged.left.sort()).toEqual(['refs/claim-done/ORDER-8', 'refs/claim-rescue/ORDER-9/1', 'refs/claims/some/thing']);
  expect((await it.purge('y\n')).code).toBe(0);
  expect(it.refs()).toContain('refs/claim-done/ORDER-8');
  expect(it.refs()).not.toContain('refs/claim-done/ORDER-7');
});
