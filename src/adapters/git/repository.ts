import { existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ClaimError } from '../../core/errors.ts';
import type { CommittedSettings } from '../../core/settings/committed.ts';
import { readCommitted, withCommitted } from './committed-settings.ts';
import { CONFIG_CALL, type GitConfig, parseConfig } from './config.ts';
import { findLayout, type Layout, withCommonDir } from './layout.ts';
import { mainDirOf } from './main-dir.ts';
import { type Git, gitIn, lastWords } from './process.ts';

/** Where a repository is and of what kind. All paths are absolute and without symbolic links. */
export type Repository = {
  /** The directory that all worktrees share. */
  readonly commonDir: string;
  /** The private directory of this worktree; in the main one, the common directory. */
  readonly gitDir: string;
  /** The top of this worktree; null in a bare repository or inside a git directory. */
  readonly topLevel: string | null;
  /** The base of relative worktree paths in records, the same from every worktree: the main worktree, or the bare repository. */
  readonly mainDir: string;
  readonly objectFormat: 'sha1' | 'sha256';
  readonly refFormat: 'files' | 'reftable';
  /** Git's own configuration, and behind it what is committed in the main worktree. */
  readonly config: GitConfig;
  /** What is committed; null if there is no such file. */
  readonly committed: Committed | null;
  /** Runs git in this repository, whatever the caller's environment says. */
  readonly git: Git;
  /** Whether this process is a command's own, and no program that uses the library. */
  readonly isOwnProcess: boolean;
};

/** Returns the repository as it is seen from no worktree: the one in which a command runs may be moved or removed meanwhile. */
export function outsideTrees(repository: Repository): Repository {
  const { git, commonDir } = repository;
  const away: Git = (args, options) => git(args, { cwd: commonDir, ...options, env: { GIT_DIR: commonDir, ...options?.env } });
  return { ...repository, git: away };
}

/**
 * Finds the repository as git would, usually with one git process. It reads the layout as gitrepository-layout(5)
 * defines it. The `git config` call, which is needed anyway, must then name the very same repository; it does not if git
 * rejects the owner or finds another repository.
 *
 * @param cwd the directory in which the command was run
 * @param git runs git there
 * @param isOwnProcess whether this process is a command's own, which may be blocked while git works
 * @throws ClaimError `no-repo` outside a repository, `git` if git refuses to work in this one
 */
export async function openRepository(
  cwd: string,
  env: NodeJS.ProcessEnv,
  git = gitIn(cwd, env),
  isOwnProcess = false,
): Promise<Repository> {
  const guess = isPlainly(env) ? findLayout(cwd) : null;
  const settings = String((await git(CONFIG_CALL, { asCaller: true })).stdout);
  const { config, localFile } = parseConfig(settings, Boolean(env['GIT_CONFIG_GLOBAL']));
  const layout = guess !== null && confirms(localFile, guess, config) ? guess : await askGit(git, guess);
  const own = bound(layout, env, isOwnProcess);
  const mainDir = await mainDirOf(layout, config, own);
  const found = await readCommitted(mainDir, layout.commonDir, own);
  const committed = found && { ...found, ownRemote: config.get('claim.remote') };
  return { ...layout, ...formatsOf(config), mainDir, config: withCommitted(config, found), committed, git: own, isOwnProcess };
}

/** `ownRemote`: the `claim.remote` of git's own configuration, which overrides the committed one. */
type Committed = CommittedSettings & { readonly ownRemote: string | null };

/** Returns whether no environment variable names a repository, so that git uses the current directory alone. */
export function isPlainly(env: NodeJS.ProcessEnv): boolean {
  return ['GIT_DIR', 'GIT_WORK_TREE'].every((name) => env[name] === undefined);
}

function confirms(localFile: string | null, guess: Layout, config: GitConfig): boolean {
  if (localFile === null || config.get('core.worktree') !== null) return false;
  return resolve(guess.topLevel ?? guess.gitDir, localFile) === join(guess.commonDir, 'config');
}

async function askGit(git: Git, guess: Layout | null): Promise<Layout> {
  const asked = await git(['rev-parse', ...LAYOUT], { asCaller: true });
  if (asked.code !== 0 && guess === null) throw notARepository();
  if (asked.code !== 0)
    throw new ClaimError({ code: 'git', kind: 'git-refuses', said: lastWords(asked), trust: trustCommand(asked.stderr) });
  // Git prints one answer per line. If a path contains a line break, each question is asked alone.
  const lines = String(asked.stdout).trimEnd().split('\n');
  const [gitDir, isInside] =
    lines.length === 2 ? lines : [await answer(git, '--git-dir'), await answer(git, '--is-inside-work-tree')];
  const top = isInside === 'true' ? await answer(git, '--show-toplevel') : null;
  return withCommonDir(realpathSync(gitDir as string), top === null ? null : realpathSync(top));
}

const LAYOUT = ['--path-format=absolute', '--git-dir', '--is-inside-work-tree'];

async function answer(git: Git, question: string): Promise<string> {
  const asked = await git(['rev-parse', '--path-format=absolute', question], { asCaller: true });
  return String(asked.stdout).replace(/\n$/, '');
}

/** Returns the command, printed by git, that trusts another user's repository. Only a person may decide to run it. */
function trustCommand(stderr: string): string | null {
  return /^\s*(git config --global --add safe\.directory .+)$/m.exec(stderr)?.[1] ?? null;
}

function notARepository(): ClaimError {
  return new ClaimError({ code: 'no-repo', kind: 'no-repository' });
}

function formatsOf(config: GitConfig): Pick<Repository, 'objectFormat' | 'refFormat'> {
  return {
    objectFormat: config.get('extensions.objectformat') === 'sha256' ? 'sha256' : 'sha1',
    refFormat: config.get('extensions.refstorage') === 'reftable' ? 'reftable' : 'files',
  };
}

function bound(layout: Layout, env: NodeJS.ProcessEnv, mayBlock: boolean): Git {
  const git = gitIn(layout.topLevel ?? layout.commonDir, env, mayBlock);
  const explicit = {
    GIT_DIR: layout.gitDir,
    ...(layout.topLevel === null ? {} : { GIT_WORK_TREE: layout.topLevel }),
  };
  const away = { GIT_DIR: layout.commonDir };
  return (args, options = {}) => {
    if (options.cwd !== undefined) return git(args, options);
    // The worktree in which a command runs may be removed by that very command.
    const isThere = layout.topLevel === null || existsSync(layout.topLevel);
    const place = isThere ? explicit : away;
    return git(args, { ...options, ...(isThere ? {} : { cwd: layout.commonDir }), env: { ...place, ...options.env } });
  };
}
