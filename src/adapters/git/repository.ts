import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ClaimError } from '../../core/errors.ts';
import { CONFIG_CALL, type GitConfig, parseConfig } from './config.ts';
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
  readonly config: GitConfig;
  /** Runs git in this repository, whatever the caller's environment says. */
  readonly git: Git;
};

export type Layout = { readonly gitDir: string; readonly commonDir: string; readonly topLevel: string | null };

/**
 * Finds the repository as git would, usually with one git process. It reads the layout as gitrepository-layout(5)
 * defines it. The `git config` call, which is needed anyway, must then name the very same repository; it does not if git
 * rejects the owner or finds another repository.
 *
 * @param cwd the directory in which the command was run
 * @param git runs git there
 * @param mayBlock whether the process may be blocked while git works
 * @throws ClaimError `no-repo` outside a repository, `git` if git refuses to work in this one
 */
export async function openRepository(
  cwd: string,
  env: NodeJS.ProcessEnv,
  git = gitIn(cwd, env),
  mayBlock = false,
): Promise<Repository> {
  const guess = isPlainly(env) ? findLayout(cwd) : null;
  const settings = String((await git(CONFIG_CALL, { asCaller: true })).stdout);
  const { config, localFile } = parseConfig(settings, Boolean(env['GIT_CONFIG_GLOBAL']));
  const layout = guess !== null && confirms(localFile, guess, config) ? guess : await askGit(git, guess);
  return { ...layout, ...kindOf(config, layout), config, git: bound(layout, env, mayBlock) };
}

/** Returns whether no environment variable names a repository, so that git uses the current directory alone. */
export function isPlainly(env: NodeJS.ProcessEnv): boolean {
  return ['GIT_DIR', 'GIT_WORK_TREE'].every((name) => env[name] === undefined);
}

/** Walks up from a directory to the nearest git directory, by the rules of gitrepository-layout(5). */
export function findLayout(cwd: string): Layout | null {
  for (let at = realpathSync(cwd); ; at = dirname(at)) {
    const found = layoutAt(at);
    if (found !== null || at === dirname(at)) return found;
  }
}

function layoutAt(directory: string): Layout | null {
  const dotGit = join(directory, '.git');
  const kind = statSync(dotGit, { throwIfNoEntry: false });
  if (kind?.isDirectory() && isGitDir(dotGit)) return withCommonDir(realpathSync(dotGit), directory);
  if (kind?.isFile()) {
    const target = targetOf(readFileSync(dotGit, 'utf8'));
    const gitDir = resolve(directory, target ?? '.git');
    return existsSync(gitDir) ? withCommonDir(realpathSync(gitDir), directory) : null;
  }
  return isGitDir(directory) ? withCommonDir(directory, null) : null;
}

/** Returns what a `.git` file points to, or null if it points nowhere. The path itself may contain line breaks. */
export function targetOf(gitFile: string): string | null {
  return /^gitdir: (.+?)[\r\n]*$/s.exec(gitFile)?.[1] ?? null;
}

function withCommonDir(gitDir: string, topLevel: string | null): Layout {
  const pointer = join(gitDir, 'commondir');
  const commonDir = existsSync(pointer)
    ? realpathSync(resolve(gitDir, readFileSync(pointer, 'utf8').replace(/[\r\n]+$/, '')))
    : gitDir;
  return { gitDir, commonDir, topLevel };
}

function isGitDir(directory: string): boolean {
  const has = (name: string) => existsSync(join(directory, name));
  return has('HEAD') && (has('commondir') || (has('objects') && has('refs')));
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

function kindOf(config: GitConfig, layout: Layout): Pick<Repository, 'mainDir' | 'objectFormat' | 'refFormat'> {
  const { commonDir } = layout;
  const configured = config.get('core.worktree');
  const besideGitDir = basename(commonDir) === '.git' && !config.isTrue('core.bare') ? dirname(commonDir) : commonDir;
  return {
    mainDir: configured === null ? besideGitDir : resolve(commonDir, configured),
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
  return (args, options = {}) =>
    git(args, { ...options, env: { ...(options.cwd === undefined ? explicit : {}), ...options.env } });
}
