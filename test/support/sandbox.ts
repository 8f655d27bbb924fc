import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { inject } from 'vitest';

/** The package under test. */
export const PACKAGE = join(import.meta.dirname, '../..');

export type Sandbox = {
  /** Holds everything of this sandbox. */
  readonly dir: string;
  /** A git repository with one commit on `main`. */
  readonly repo: string;
  /** All of the environment that a process in the sandbox sees: no agent, no session and no configuration of whoever runs the tests. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Runs git in the repository, or in `cwd`.
   *
   * @returns its stdout without the last line break
   * @throws when git fails
   */
  git(args: readonly string[], cwd?: string): string;
};

/** Makes a fresh sandbox. It is removed when the test run ends. */
export function createSandbox(): Sandbox {
  const dir = mkdtempSync(join(inject('sandboxes'), 'sandbox '));
  const home = join(dir, 'hôme');
  const repo = join(dir, 'my äpp');
  mkdirSync(home);
  mkdirSync(repo);
  writeFileSync(join(home, '.gitconfig'), GITCONFIG);

  const env = environment(home);
  const git: Sandbox['git'] = (args, cwd = repo) => execFileSync('git', args, { cwd, env, encoding: 'utf8' }).replace(/\n$/, '');
  git(['init', '--quiet']);
  git(['commit', '--quiet', '--allow-empty', '--message', 'first commit']);
  return { dir, repo, env, git };
}

const GITCONFIG = `[user]
	name = Ada
	email = ada@example.com
[init]
	defaultBranch = main
[commit]
	gpgSign = false
`;

const DATE = '2026-01-02T03:04:05Z';

function environment(home: string): Record<string, string> {
  return {
    // `git claim` finds the package's own command first.
    PATH: [join(PACKAGE, 'bin'), process.env['PATH']].join(delimiter),
    HOME: home,
    TZ: 'UTC',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_DATE: DATE,
    GIT_COMMITTER_DATE: DATE,
  };
}
