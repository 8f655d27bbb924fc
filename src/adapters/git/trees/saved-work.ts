import { randomBytes } from 'node:crypto';
import { ClaimError } from '../../../core/errors.ts';
import { type Oid, type OrderId, parseOid } from '../../../core/ids.ts';
import { DURABLY, lastWords } from '../process.ts';
import { updateRefs } from '../refs/ref-transaction.ts';
import { outsideTrees, type Repository } from '../repository.ts';
import { madeEqual } from './contents/changed-files.ts';
import { scratchFolder } from './contents/contents.ts';
import { innerWork } from './contents/inner-work.ts';
import { LINK, type Listed, type ListedEntry, listIndex } from './contents/listed.ts';
import { withOpenIndex } from './contents/temporary-index.ts';
import { gitInTree, nameBytes, partsOf, readable, type TreeGit } from './contents/tree-git.ts';

/** Where saved work is kept: outside branches and tags, so that no list shows it, and under a ref, so that gc keeps it. */
export const SAVED_PREFIX = 'refs/claim-rescue/';

/** Begins the subject of the parent that has the ignored files. */
export const IGNORED_FILES = 'ignored files';

/** Returns the subject of a commit that keeps a worktree. */
export function savedSubject(order: OrderId): string {
  return `work on ${order} saved by git-claim`;
}

/**
 * Commits the state of a worktree under a ref of its own: every file as it is, also those that git was told to overlook. What was
 * staged and has changed since is a parent of its own, as in a stash, and so are the ignored files. The worktree, its index and
 * its branch stay as they are.
 *
 * @param ignored the ignored files to keep too, as latin1 texts
 * @returns the full name of the ref
 * @throws ClaimError `git`, also for a repository inside with work of its own: a commit would keep no more of it than a name
 */
export async function saveWork(
  repository: Repository,
  path: string,
  gitDir: string,
  order: OrderId,
  ignored: readonly string[] = [],
): Promise<string> {
  const tree = durably(gitInTree(repository, path, gitDir));
  try {
    const listed = await listIndex(tree);
    const folder = scratchFolder(repository);
    const whole = await treeOfFiles(repository, tree, folder, listed);
    const staged = await treeOfIndex(tree, folder, listed.entries);
    const kept = ignored.length === 0 ? null : await treeOfIgnored(tree, folder, ignored);
    // Empty on a branch without commits.
    const [head = '', headTree = '', date = '1'] = String((await tree.ask(['log', '-1', '--format=%H %T %ct'])).stdout)
      .trim()
      .split(' ');
    const below = [
      ...(staged === whole || staged === headTree ? [] : [{ what: 'what was staged', tree: staged }]),
      ...(kept === null ? [] : [{ what: IGNORED_FILES, tree: kept }]),
    ];
    const parents = head === '' ? [] : [head];
    for (const one of below) {
      const message = `${one.what} for ${order}, saved by git-claim`;
      // The same date each time, so that the same work has the same name.
      parents.push(await commitOf(tree, one.tree, head === '' ? [] : [head], message, `${date} +0000`));
    }
    const found = (await keptOf(repository, order)).find((one) => one.tree === whole && one.parents === parents.join(' '));
    if (found !== undefined) return found.ref;
    const notes = below.map(({ what }, at) => `parent ${at + 1 + (head === '' ? 0 : 1)}: ${what}`).join('\n');
    const message = `${savedSubject(order)}${notes === '' ? '' : `\n\n${notes}`}`;
    return await newRef(repository, parseOid(await commitOf(tree, whole, parents, message)), order);
  } catch (error) {
    const said = error instanceof ClaimError && error.failure.kind === 'worktree-unreadable' ? error.failure.said : null;
    throw said === null ? error : new ClaimError({ code: 'git', kind: 'work-not-saved', path, said });
  }
}

/**
 * Keeps commits under one ref, unless such a ref already exists.
 *
 * @param commits at least one
 * @param order null for a worktree of no order
 * @returns the full name of the ref
 * @throws ClaimError `git`
 */
export async function keepCommits(repository: Repository, commits: readonly Oid[], order: OrderId | null): Promise<string> {
  const [first] = commits as readonly [Oid, ...Oid[]];
  const away = outsideTrees(repository);
  const tree = durably(gitInTree(away, repository.commonDir, repository.commonDir));
  const [content = '', date = ''] = (await tree.told(['log', '-1', '--format=%T %ct', first])).trim().split(' ');
  const message = `commits${order === null ? '' : ` for ${order}`} that only a worktree named, kept by git-claim`;
  const commit = commits.length === 1 ? first : parseOid(await commitOf(tree, content, commits, message, `${date} +0000`));
  const kept = (await keptOf(away, order)).find((one) => one.commit === commit);
  return kept?.ref ?? newRef(away, commit, order);
}

function durably(tree: TreeGit): TreeGit {
  const ask: TreeGit['ask'] = (args, options) => tree.ask([...DURABLY, ...args], options);
  return { ...tree, ask, told: (args, options) => tree.told([...DURABLY, ...args], options) };
}

/**
 * Commits an index without its worktree.
 *
 * @returns the commit; null if nothing but HEAD's files is staged
 * @throws ClaimError `git`
 */
export async function commitOfIndex(repository: Repository, gitDir: string): Promise<Oid | null> {
  const tree = durably(gitInTree(repository, gitDir, gitDir));
  const staged = await treeOfIndex(tree, scratchFolder(repository), (await listIndex(tree)).entries);
  const [head = '', headTree = '', date = ''] = String((await tree.ask(['log', '-1', '--format=%H %T %ct'])).stdout)
    .trim()
    .split(' ');
  if (staged === headTree || head === '') return null;
  return parseOid(await commitOf(tree, staged, [head], 'what was staged, kept by git-claim', `${date} +0000`));
}

/** Stores every file that is not ignored, as it is. */
async function treeOfFiles(repository: Repository, tree: TreeGit, folder: string, listed: Listed): Promise<string> {
  return withOpenIndex(tree, folder, listed.overlooked, async (env) => {
    await tree.told(['add', '--all', '--sparse', '--', '.'], { env });
    const entries = await listIndexOf(tree, env);
    const [links, files] = [true, false].map((isLink) => entries.filter(({ mode }) => (mode === LINK) === isLink));
    await addUnfiltered(tree, folder, files as readonly Entry[], env);
    const names = (links as readonly Entry[]).map(({ path }) => readable(path));
    const inner = names.length === 0 ? [] : await innerWork(repository, tree, folder, listed);
    const lost = inner.find((one) => names.includes(one.folder));
    if (lost !== undefined) throw new ClaimError({ code: 'illegal', kind: 'inner-work', worktree: tree.path, inner: [lost] });
    return (await tree.told(['write-tree'], { env })).trim();
  });
}

type Entry = { readonly mode: string; readonly path: string };

/** Puts files into the index as they are, of which a filter stored something else. */
async function addUnfiltered(
  tree: TreeGit,
  folder: string,
  files: readonly Entry[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const made = new Set(
    await madeEqual(
      tree,
      folder,
      files.map(({ path }) => path),
      env,
    ),
  );
  const some = files.filter(({ path }) => made.has(path));
  if (some.length === 0) return;
  const input = nameBytes(...some.map(({ path }) => `${quoted(path)}\n`));
  const oids = (await tree.told(['hash-object', '-w', '--no-filters', '--stdin-paths'], { input })).split('\n');
  const rows = some.map(({ mode, path }, at) => `${mode} ${oids[at]}\t${path}\0`);
  await tree.told(['update-index', '-z', '--index-info'], { env, input: nameBytes(...rows) });
}

/** Returns a name as git reads one in a line, which has no form without quotes for a line break in it. */
function quoted(name: string): string {
  return `"${name.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r')}"`;
}

/** Stores the index as it is. While a merge is not resolved, each version of a file gets a name of its own. */
async function treeOfIndex(tree: TreeGit, folder: string, entries: readonly ListedEntry[]): Promise<string> {
  const unresolved = entries.filter(({ stage }) => stage > 0);
  const away = unresolved.map(({ oid, path }) => `0 ${'0'.repeat(oid.length)}\t${path}\0`);
  const named = unresolved.map(({ mode, oid, stage, path }) => `${mode} ${oid}\t${path}~${VERSIONS[stage]}\0`);
  return withOpenIndex(tree, folder, [], async (env) => {
    if (unresolved.length > 0) {
      await tree.told(['update-index', '-z', '--index-info'], { env, input: nameBytes(...away, ...named) });
    }
    return (await tree.told(['write-tree'], { env })).trim();
  });
}

const VERSIONS = ['', 'base', 'ours', 'theirs'];

async function treeOfIgnored(tree: TreeGit, folder: string, ignored: readonly string[]): Promise<string> {
  return withOpenIndex(tree, folder, [], async (env) => {
    await tree.told(['read-tree', '--empty'], { env });
    await tree.told(['update-index', '--add', '-z', '--stdin'], { env, input: nameBytes(...ignored.map((path) => `${path}\0`)) });
    return (await tree.told(['write-tree'], { env })).trim();
  });
}

async function listIndexOf(tree: TreeGit, env: Readonly<Record<string, string>>): Promise<Entry[]> {
  const rows = partsOf(await tree.told(['ls-files', '--stage', '-z'], { env }));
  return rows.map((row) => ({ mode: row.slice(0, row.indexOf(' ')), path: row.slice(row.indexOf('\t') + 1) }));
}

async function commitOf(
  tree: TreeGit,
  content: string,
  parents: readonly string[],
  message: string,
  date: string | null = null,
): Promise<string> {
  const dates = date === null ? {} : { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  const args = ['commit-tree', ...parents.flatMap((parent) => ['-p', parent]), '-m', message, content];
  return (await tree.told(args, { env: { ...AUTHOR, ...dates } })).trim();
}

type Kept = { readonly ref: string; readonly commit: string; readonly tree: string; readonly parents: string };

async function keptOf(repository: Repository, order: OrderId | null): Promise<Kept[]> {
  const format = '--format=%(refname)%00%(objectname)%00%(tree)%00%(parent)';
  const listed = await repository.git(['for-each-ref', format, `${SAVED_PREFIX}${order ?? NO_ORDER}/`]);
  const rows = String(listed.stdout)
    .split('\n')
    .filter((row) => row !== '');
  return rows.map((row) => {
    const [ref = '', commit = '', tree = '', parents = ''] = row.split('\0');
    return { ref, commit, tree, parents };
  });
}

/** No order is called so, since it has no number. */
const NO_ORDER = 'no-order';

async function newRef(repository: Repository, commit: Oid | null, order: OrderId | null): Promise<string> {
  const ref = `${SAVED_PREFIX}${order ?? NO_ORDER}/${randomBytes(4).toString('hex')}`;
  const said = await updateRefs(repository, [{ ref, from: null, to: commit }]);
  if ((await repository.git(['rev-parse', '-q', '--verify', ref])).code === 0) return ref;
  throw new ClaimError({ code: 'git', kind: 'work-not-kept', order: order ?? NO_ORDER, said: lastWords(said) });
}

/** Saving must work even if no user.name is set. */
const AUTHOR = {
  GIT_AUTHOR_NAME: 'git-claim',
  GIT_AUTHOR_EMAIL: 'git-claim@localhost',
  GIT_COMMITTER_NAME: 'git-claim',
  GIT_COMMITTER_EMAIL: 'git-claim@localhost',
};
