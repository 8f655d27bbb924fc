import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ClaimError } from '../../../../core/errors.ts';
import type { InnerWork } from '../../../../core/failures/why.ts';
import { readText } from '../../files.ts';
import { targetOf } from '../../layout.ts';
import type { Repository } from '../../repository.ts';
import { changedFiles } from './changed-files.ts';
import { below } from './folders.ts';
import { type Listed, listIndex } from './listed.ts';
import { gitInTree, nameBytes, readable, type TreeGit } from './tree-git.ts';

/**
 * Returns the repositories and worktrees inside a worktree, submodules among them, that hold work which exists nowhere else.
 *
 * @param folder where temporary files may lie
 */
export async function innerWork(repository: Repository, tree: TreeGit, folder: string, listed: Listed): Promise<InnerWork[]> {
  const links = new Set(listed.links);
  const tracked = new Set(listed.entries.map(({ path }) => path));
  const found = repositoriesBelow(tree.path);
  const works: InnerWork[] = [];
  const seen = new Set<string>();
  for (const { path, isBare } of found) {
    // Test data, say: whether it is changed is seen file by file.
    if (isBare && tracked.has(`${path}/HEAD`)) continue;
    const top = resolve(tree.path, readable(path));
    const gitDir = isBare ? null : innerGitDir(top);
    const isWorktree = gitDir !== null && basename(dirname(gitDir)) === 'worktrees' && existsSync(join(gitDir, 'commondir'));
    const kind = isBare ? 'bare' : isWorktree ? 'worktree' : links.has(path) ? 'submodule' : 'repository';
    if (gitDir !== null) seen.add(gitDir);
    // Nothing is run in a bare repository, which may have come with a commit: its configuration names programs.
    const why = gitDir === null || isWorktree ? 'unknown' : await workIn(repository, top, gitDir, folder);
    if (why !== null) works.push({ folder: readable(path), kind, why });
  }
  return [...works, ...(await storedSubmodules(repository, tree.gitDir, seen))];
}

/**
 * Returns the submodules of whose repositories below a worktree's git directory something exists nowhere else. They remain when a
 * branch without the submodule is checked out, and when the worktree is gone.
 *
 * @param seen the git directories that were looked at already
 */
export async function storedSubmodules(
  repository: Repository,
  ownGitDir: string,
  seen: ReadonlySet<string> = new Set(),
): Promise<InnerWork[]> {
  const modules = join(ownGitDir, 'modules');
  const works: InnerWork[] = [];
  for (const { path } of existsSync(modules) ? gitDirsBelow(modules) : []) {
    const gitDir = join(modules, readable(path));
    if (seen.has(gitDir) || seen.has(realpathSync(gitDir))) continue;
    const why = await commitsOnlyIn(repository, gitInTree(repository, gitDir, gitDir));
    if (why !== null) works.push({ folder: readable(path), kind: 'submodule', why });
  }
  return works;
}

/** Returns the submodules of a worktree that hold work which exists nowhere else. */
export async function submoduleWork(repository: Repository, tree: TreeGit, folder: string, listed: Listed): Promise<InnerWork[]> {
  const works: InnerWork[] = [];
  for (const path of listed.links) {
    const top = resolve(tree.path, readable(path));
    const gitDir = existsSync(join(top, '.git')) ? innerGitDir(top) : null;
    const why = gitDir === null ? null : await workIn(repository, top, gitDir, folder);
    if (why !== null) works.push({ folder: readable(path), kind: 'submodule', why });
  }
  return works;
}

type Found = { readonly path: string; readonly isBare: boolean };

function repositoriesBelow(top: string): Found[] {
  const found: Found[] = [];
  const isPlain = (path: string, names: ReadonlySet<string>) =>
    basename(path) !== '.git' && !isRepository(names) && !isGitDir(names);
  for (const { path, isFolder, names } of below(top, isPlain)) {
    if (!isFolder || path === '.git') continue;
    if (isRepository(names)) found.push({ path, isBare: false });
    else if (basename(path) !== '.git' && isGitDir(names)) found.push({ path, isBare: true });
  }
  return found;
}

function gitDirsBelow(top: string): Found[] {
  const isPlain = (_: string, names: ReadonlySet<string>) => !isGitDir(names);
  const found = [...below(top, isPlain)].filter(({ isFolder, names }) => isFolder && isGitDir(names));
  // Below the repository of a submodule lie those of its own submodules.
  return found.flatMap(({ path }) => [
    { path, isBare: true },
    ...(existsSync(join(top, readable(path), 'modules'))
      ? gitDirsBelow(join(top, readable(path), 'modules')).map((one) => ({ ...one, path: `${path}/modules/${one.path}` }))
      : []),
  ]);
}

function isRepository(names: ReadonlySet<string>): boolean {
  return names.has('.git');
}

function isGitDir(names: ReadonlySet<string>): boolean {
  return names.has('HEAD') && names.has('objects') && names.has('refs');
}

/** Returns the git directory of a folder with a `.git`, or null if it leads nowhere. */
function innerGitDir(top: string): string | null {
  const own = join(top, '.git');
  if (lstatSync(own, { throwIfNoEntry: false })?.isFile() !== true)
    return existsSync(join(own, 'HEAD')) ? realpathSync(own) : null;
  const target = targetOf(readText(own) ?? '');
  return target !== null && existsSync(resolve(top, target)) ? realpathSync(resolve(top, target)) : null;
}

/** Returns what of a repository exists nowhere else; null if it can be cloned again as it is. */
async function workIn(repository: Repository, top: string, gitDir: string, folder: string): Promise<InnerWork['why'] | null> {
  const tree = gitInTree(repository, top, gitDir);
  try {
    const listed = await listIndex(tree);
    const { files, hidden, ignored } = await changedFiles(tree, folder, listed);
    if (files.length + hidden.length + ignored.length > 0) return 'files';
    if ((await innerWork(repository, tree, folder, listed)).length > 0) return 'files';
    return await commitsOnlyIn(repository, tree);
  } catch (error) {
    if (error instanceof ClaimError) return 'unknown';
    throw error;
  }
}

/**
 * A commit counts as kept if a remote's branch contains it, or if the main worktree's copy of the submodule has it. A tag may
 * never have been pushed: it counts only in a clone of a tag, which has no branch.
 */
async function commitsOnlyIn({ commonDir, git }: Repository, tree: TreeGit): Promise<'commits' | 'unknown' | null> {
  const hasRemote = (await tree.ask(['config', '--get-regexp', '^remote\\..*\\.url$'])).code === 0;
  const isOfTag = hasRemote && (await tree.told(['for-each-ref', '--count=1', 'refs/heads/'])) === '';
  const listed = await tree.ask(['rev-list', '--all', '--reflog', '--not', '--remotes', ...(isOfTag ? ['--tags'] : [])]);
  if (listed.code !== 0) return 'unknown';
  const commits = String(listed.stdout).split('\n').slice(0, -1);
  if (commits.length === 0) return null;
  const [, name = ''] = /\/worktrees\/[^/]+\/(modules\/.+)$/.exec(tree.gitDir) ?? [];
  if (name === '' || !existsSync(join(commonDir, name))) return 'commits';
  const input = nameBytes(commits.map((commit) => `${commit}\n`).join(''));
  const checked = await git(['cat-file', '--batch-check=%(objectname)'], { input, env: { GIT_DIR: join(commonDir, name) } });
  return checked.code !== 0 || String(checked.stdout).includes(' missing') ? 'commits' : null;
}
