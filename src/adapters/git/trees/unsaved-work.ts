import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, lstatSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ClaimError } from '../../../core/errors.ts';
import { type Oid, type OrderId, parseOid } from '../../../core/ids.ts';
import type { UnsavedWork } from '../../../ports/worktrees.ts';
import { step } from '../../system/step.ts';
import { DURABLY, type GitResult, lastWords } from '../process.ts';
import { updateRefs } from '../refs/ref-transaction.ts';
import type { Repository } from '../repository.ts';

/** Where saved work is kept: outside branches and tags, so that no list shows it, and under a ref, so that gc keeps it. */
const SAVED_PREFIX = 'refs/claim-rescue/';

/** Returns the work that would be lost with a worktree. */
export async function unsavedWork(repository: Repository, path: string, pushed: Oid | null): Promise<UnsavedWork> {
  const { simpleGit } = await import('simple-git');
  step('before git status');
  const status = await simpleGit({
    baseDir: path,
    allowEnvironment: CONFIGURATION,
    unsafe: { allowUnsafeConfigPaths: true },
  })
    .env(only([...CONFIGURATION, 'HOME', 'PATH', 'XDG_CONFIG_HOME']))
    .status(['--untracked-files=all']);
  step('after git status');
  const counted = await repository.git(
    ['rev-list', '--count', 'HEAD', '--not', '--remotes', ...(pushed === null ? [] : [pushed])],
    { cwd: path },
  );
  return { dirtyFiles: status.files.map(({ path: file }) => file), unpushedCommits: Number(String(counted.stdout).trim()) || 0 };
}

/**
 * Returns whether files of an unfinished checkout contain anything that the checkout did not write. If it
 * was killed, its last file may be cut short.
 */
export async function hasForeignChanges(repository: Repository, path: string): Promise<boolean> {
  const { stdout } = await repository.git(['diff-files', '--name-only', '-z', '--diff-filter=d'], { cwd: path });
  for (const file of String(stdout)
    .split('\0')
    .filter((name) => name !== '')) {
    const whole = await repository.git(['cat-file', 'blob', `HEAD:${file}`], { cwd: path });
    if (whole.code !== 0 || !lstatSync(join(path, file)).isFile()) return true;
    const written = readFileSync(join(path, file));
    if (!whole.stdout.subarray(0, written.length).equals(written)) return true;
  }
  return false;
}

/** Configuration decides which files git ignores. */
const CONFIGURATION = ['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM'];

/** simple-git refuses to start in many environments: with an `EDITOR`, or the `GIT_EXEC_PATH` that git sets for `git claim`. */
function only(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}

/**
 * Commits the state of a worktree, with untracked files but without ignored ones, under a ref of its own. The worktree, its index
 * and its branch stay as they are.
 *
 * @returns the full name of the ref
 * @throws ClaimError `git`, also for a repository inside: a commit would keep no more of it than a name
 */
export async function saveWork(repository: Repository, path: string, order: OrderId): Promise<string> {
  const index = join(repository.commonDir, 'claim', `save-${randomBytes(6).toString('hex')}.index`);
  const git = async (...args: string[]): Promise<string> => {
    const result: GitResult = await repository.git([...DURABLY, '-c', 'core.hooksPath=/dev/null', ...args], {
      cwd: path,
      env: { GIT_INDEX_FILE: index, ...AUTHOR },
    });
    if (result.code !== 0) throw new ClaimError({ code: 'git', kind: 'work-not-saved', path, said: lastWords(result) });
    return String(result.stdout).trim();
  };
  try {
    const own = String(
      (await repository.git(['rev-parse', '--path-format=absolute', '--git-path', 'index'], { cwd: path })).stdout,
    ).trim();
    if (existsSync(own)) copyFileSync(own, index);
    await git('add', '--all', '--', '.');
    const inner = linksIn(await git('ls-files', '--stage', '-z')).find((link) => existsSync(join(path, link, '.git')));
    if (inner !== undefined) throw new ClaimError({ code: 'git', kind: 'inner-repository', worktree: path, folder: inner });
    const tree = await git('write-tree');
    const head = await git('rev-parse', 'HEAD');
    const kept = (await keptOf(repository, order)).find((one) => one.tree === tree && one.parents === head);
    if (kept !== undefined) return kept.ref;
    const commit = parseOid(await git('commit-tree', '-p', head, '-m', `work on ${order} saved by git-claim`, tree));
    return await newRef(repository, commit, order);
  } finally {
    rmSync(index, { force: true });
  }
}

/**
 * Keeps a commit under a ref of its own, unless such a ref already exists.
 *
 * @returns the full name of the ref
 * @throws ClaimError `git`
 */
export async function keepCommit(repository: Repository, commit: Oid, order: OrderId): Promise<string> {
  const kept = (await keptOf(repository, order)).find((one) => one.commit === commit);
  return kept?.ref ?? newRef(repository, commit, order);
}

type Kept = { readonly ref: string; readonly commit: string; readonly tree: string; readonly parents: string };

async function keptOf(repository: Repository, order: OrderId): Promise<Kept[]> {
  const format = '--format=%(refname)%00%(objectname)%00%(tree)%00%(parent)';
  const listed = await repository.git(['for-each-ref', format, `${SAVED_PREFIX}${order}/`]);
  const rows = String(listed.stdout)
    .split('\n')
    .filter((row) => row !== '');
  return rows.map((row) => {
    const [ref = '', commit = '', tree = '', parents = ''] = row.split('\0');
    return { ref, commit, tree, parents };
  });
}

async function newRef(repository: Repository, commit: Oid | null, order: OrderId): Promise<string> {
  const ref = `${SAVED_PREFIX}${order}/${randomBytes(4).toString('hex')}`;
  const said = await updateRefs(repository, [{ ref, from: null, to: commit }]);
  if ((await repository.git(['rev-parse', '-q', '--verify', ref])).code === 0) return ref;
  throw new ClaimError({ code: 'git', kind: 'work-not-kept', order, said: lastWords(said) });
}

/** Returns the paths of entries that are only a commit's name: submodules and repositories inside. */
function linksIn(staged: string): string[] {
  return staged
    .split('\0')
    .filter((entry) => entry.startsWith('160000 '))
    .map((entry) => entry.slice(entry.indexOf('\t') + 1));
}

/** Saving must work even if no user.name is set. */
const AUTHOR = {
  GIT_AUTHOR_NAME: 'git-claim',
  GIT_AUTHOR_EMAIL: 'git-claim@localhost',
  GIT_COMMITTER_NAME: 'git-claim',
  GIT_COMMITTER_EMAIL: 'git-claim@localhost',
};
