import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { inject } from 'vitest';

/** The package under test. */
export const PACKAGE = join(import.meta.dirname, '../..');

export type Sandbox = {
  /** Holds everything of this sandbox. */
  readonly dir: string;
  /** A git repository with one commit on `main`. */
  readonly repo: string;
  /** The whole environment of a process in the sandbox: no agent, session or configuration of whoever runs the tests. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Runs git in the repository, or in `cwd`.
   *
   * @returns its stdout without the last line break
   * @throws when git fails
   */
  git(args: readonly string[], cwd?: string): string;
};

/** The repositories that sandboxes are copied from, by the number of their files: git makes each once. */
const originals = new Map<number, string>();

/**
 * Makes a fresh sandbox. It is removed when the test run ends.
 *
 * @param files the number of files, of some size, in a second commit
 */
export function createSandbox(files = 0): Sandbox {
  if (!originals.has(files)) {
    const made = emptySandbox();
    fill(made, files);
    originals.set(files, made.repo);
  }
  const sandbox = emptySandbox();
  cpSync(originals.get(files) as string, sandbox.repo, { recursive: true });
  // The index records more of files than their contents.
  if (files > 0) sandbox.git(['update-index', '--refresh', '-q']);
  return sandbox;
}

function emptySandbox(): Sandbox {
  const dir = mkdtempSync(join(inject('sandboxes'), 'sandbox '));
  const home = join(dir, 'hôme');
  const repo = join(dir, 'my äpp');
  mkdirSync(home);
  mkdirSync(repo);
  writeFileSync(join(home, '.gitconfig'), GITCONFIG);
  const env = environment(home);
  const git: Sandbox['git'] = (args, cwd = repo) => execFileSync('git', args, { cwd, env, encoding: 'utf8' }).replace(/\n$/, '');
  return { dir, repo, env, git };
}

function fill({ repo, git }: Sandbox, files: number): void {
  git(['init', '--quiet']);
  // Git's sample hooks are most of what would be copied.
  const hooks = join(repo, '.git/hooks');
  for (const name of readdirSync(hooks)) rmSync(join(hooks, name));
  git(['commit', '--quiet', '--allow-empty', '--message', 'first commit']);
  if (files === 0) return;
  mkdirSync(join(repo, 'src'));
  for (let n = 0; n < files; n += 1) writeFileSync(join(repo, 'src', `file ${n}.txt`), `${n}\n`.repeat(200));
  git(['add', '.']);
  git(['commit', '--quiet', '--message', 'files']);
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
