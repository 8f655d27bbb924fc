import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { headInFiles } from '../../../src/adapters/git/history/head-files.ts';
import { openRepository } from '../../../src/adapters/git/repository.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

/** What may be there, each after the former. `plain`: read without git. */
const STATES: readonly (readonly [what: string, isPlain: boolean, make: (sandbox: Sandbox) => void])[] = [
  ['a branch', true, () => undefined],
  ['a default branch at origin', true, ({ git }) => toOrigin(git, 'main')],
  ['packed refs', true, ({ git }) => git(['pack-refs', '--all'])],
  ['a branch with a folder', true, ({ git }) => git(['switch', '--quiet', '--create', 'a/b\u00e9'])],
  ['no branch', true, ({ git }) => git(['switch', '--quiet', '--detach'])],
  ['a default branch that is gone', false, ({ git }) => git(['update-ref', '-d', 'refs/remotes/origin/main'])],
  [
    'a symbolic branch elsewhere',
    true,
    ({ git }) => {
      toOrigin(git, 'main');
      git(['symbolic-ref', 'refs/heads/x', 'refs/heads/main']);
    },
  ],
  ['the same, checked out', false, ({ git }) => git(['symbolic-ref', 'HEAD', 'refs/heads/x'])],
  ['a branch without commits', false, ({ git }) => git(['symbolic-ref', 'HEAD', 'refs/heads/unborn'])],
  ['a name outside of branches', false, ({ git }) => git(['symbolic-ref', 'HEAD', 'refs/remotes/origin/main'])],
  [
    'a link',
    false,
    ({ repo }) => {
      rmSync(join(repo, '.git/HEAD'));
      symlinkSync('refs/heads/main', join(repo, '.git/HEAD'));
    },
  ],
  [
    'origin/HEAD as a commit',
    false,
    (sandbox) => {
      sandbox.git(['checkout', '--quiet', 'main']);
      originHeadIs(sandbox, sandbox.git(['rev-parse', 'main']));
    },
  ],
  [
    'origin/HEAD as a folder',
    false,
    ({ repo }) => {
      rmSync(join(repo, ORIGIN_HEAD));
      mkdirSync(join(repo, ORIGIN_HEAD));
    },
  ],
];

const ORIGIN_HEAD = '.git/refs/remotes/origin/HEAD';

test('HEAD is read in files only where they say what git says', async () => {
  const sandbox = createSandbox();
  const { repo, env, git } = sandbox;
  for (const [what, isPlain, make] of STATES) {
    make(sandbox);
    const found = headInFiles(await openRepository(repo, env));
    expect([what, found !== null]).toEqual([what, isPlain]);
    if (found === null) continue;
    const { commit, name, origin } = found;
    const said = (words: string) => (says(sandbox, words.split(' ')) ?? '').trim();
    expect([what, commit, name]).toEqual([what, git(['rev-parse', 'HEAD']), said('rev-parse --symbolic-full-name HEAD')]);
    expect([what, origin]).toEqual([what, said('rev-parse --symbolic-full-name refs/remotes/origin/HEAD')]);
  }
});

function toOrigin(git: Sandbox['git'], branch: string): void {
  git(['update-ref', `refs/remotes/origin/${branch}`, 'HEAD']);
  git(['symbolic-ref', 'refs/remotes/origin/HEAD', `refs/remotes/origin/${branch}`]);
}

function originHeadIs({ repo }: Sandbox, text: string): void {
  writeFileSync(join(repo, ORIGIN_HEAD), `${text}\n`);
}

function says({ repo, env }: Sandbox, words: readonly string[]): string | null {
  try {
    return execFileSync('git', words, { cwd: repo, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return null;
  }
}
