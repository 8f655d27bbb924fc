import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClaimError } from '../../../../core/errors.ts';
import { type Oid, parseOid } from '../../../../core/ids.ts';
import { readText } from '../../files.ts';
import { lastWords } from '../../process.ts';
import { outsideTrees, type Repository } from '../../repository.ts';
import { gitInTree, type TreeGit } from './tree-git.ts';

export type OwnCommits = {
  readonly head: Oid | null;
  /** How many commits of HEAD no ref outside the worktree contains. */
  readonly detached: number;
  /** The other commits that no ref outside contains, without those below them. */
  readonly strays: readonly Oid[];
};

/** Each worktree has its own refs below these. */
const OWN_REFS = ['refs/bisect', 'refs/worktree', 'refs/rewritten'];

/** In these folders of the worktree's git directory git notes what it is in the middle of, an autostash among it. */
const OPERATION_FOLDERS = ['rebase-merge', 'rebase-apply', 'sequencer'];

/** Larger files there are patches. */
const NOTE_BYTES_MAX = 1024 * 1024;

/**
 * Returns the commits that go with a worktree: those that only its HEAD, reflog, refs and unfinished operation name.
 *
 * @param besides commits that count as named by the worktree too
 * @param branch a branch that goes with it, and whose reflog then goes too; null if none does
 */
export async function ownCommits(
  repository: Repository,
  tree: TreeGit,
  besides: readonly Oid[],
  branch: string | null,
): Promise<OwnCommits> {
  const head = parseOid(String((await tree.ask(['rev-parse', '-q', '--verify', 'HEAD^{commit}'])).stdout).trim());
  const named = new Set([...(head === null ? [] : [head]), ...besides, ...(await namedIn(repository, tree, branch))]);
  return nowhereElse(repository, tree.path, head, named);
}

/** Returns the commits that only a branch's reflog names, without those below them. */
export async function reflogOnly(repository: Repository, branch: string): Promise<readonly Oid[]> {
  const { commonDir, refFormat } = repository;
  const logs =
    refFormat === 'files'
      ? [textOf(join(commonDir, 'logs/refs/heads', branch))]
      : await inReftable(gitInTree(outsideTrees(repository), commonDir, commonDir), [`refs/heads/${branch}`]);
  return (await nowhereElse(repository, commonDir, null, new Set(logs.flatMap(namesIn)))).strays;
}

/** @throws ClaimError `git` if that cannot be told */
async function nowhereElse(repository: Repository, path: string, head: Oid | null, named: ReadonlySet<Oid>): Promise<OwnCommits> {
  const outside = outsideTrees(repository);
  const told = async (args: readonly string[], input: string) => {
    const answered = await outside.git(args, { input });
    if (answered.code === 0) return String(answered.stdout).split('\n').slice(0, -1);
    throw new ClaimError({ code: 'git', kind: 'worktree-unreadable', path, said: lastWords(answered) });
  };
  if (named.size === 0) return { head, detached: 0, strays: [] };
  const types = await told(['cat-file', '--batch-check=%(objectname) %(objecttype)'], lines(named));
  const commits = types.flatMap((row) => (row.endsWith(' commit') ? [row.slice(0, -' commit'.length)] : []));
  if (commits.length === 0) return { head, detached: 0, strays: [] };
  const listed = await told(['rev-list', '--parents', '--stdin', '--not', '--single-worktree', '--all'], lines(commits));
  return sorted(
    head,
    listed.map((row) => row.split(' ')),
  );
}

/** @param listed commits that no ref outside contains, each with its parents */
function sorted(head: Oid | null, listed: readonly string[][]): OwnCommits {
  const parents = new Map(listed.map(([oid = '', ...above]) => [oid, above]));
  const ofHead = new Set<string>(head !== null && parents.has(head) ? [head] : []);
  for (const commit of ofHead) for (const parent of parents.get(commit) ?? []) if (parents.has(parent)) ofHead.add(parent);
  const rest = [...parents].filter(([oid]) => !ofHead.has(oid));
  const below = new Set(rest.flatMap(([, above]) => above));
  const strays = rest.map(([oid]) => oid).filter((oid) => !below.has(oid));
  return { head, detached: ofHead.size, strays: strays.flatMap((oid) => parseOid(oid) ?? []) };
}

async function namedIn({ commonDir, refFormat }: Repository, tree: TreeGit, branch: string | null): Promise<Set<Oid>> {
  const refs = await tree.told(['for-each-ref', '--format=%(objectname)', ...OWN_REFS]);
  const logs = [join(tree.gitDir, 'logs', 'HEAD'), ...(branch === null ? [] : [join(commonDir, 'logs/refs/heads', branch)])];
  const files = refFormat === 'files' ? logs : [];
  const reflogs =
    refFormat === 'files' ? [] : await inReftable(tree, ['HEAD', ...(branch === null ? [] : [`refs/heads/${branch}`])]);
  return new Set([refs, ...reflogs, ...[...files, ...notesIn(tree.gitDir)].map(textOf)].flatMap(namesIn));
}

/** There each entry of a reflog is shown with the commit that it led to. */
async function inReftable(tree: TreeGit, refs: readonly string[]): Promise<string[]> {
  return Promise.all(refs.map(async (ref) => String((await tree.ask(['log', '-g', '--format=%H', ref, '--'])).stdout)));
}

function notesIn(gitDir: string): string[] {
  const heads = readdirSync(gitDir).filter((name) => /^[A-Z_]+_HEAD$/.test(name));
  const folders = OPERATION_FOLDERS.map((name) => join(gitDir, name)).filter((folder) => existsSync(folder));
  return [...heads.map((name) => join(gitDir, name)), ...folders.flatMap(filesBelow)];
}

function filesBelow(folder: string): string[] {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  return found.filter((path) => {
    const file = lstatSync(path, { throwIfNoEntry: false });
    return file?.isFile() === true && file.size <= NOTE_BYTES_MAX;
  });
}

/** A reflog may be missing; one that cannot be read is unknown, and stops the removal. */
function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'latin1') : '';
}

function namesIn(text: string): Oid[] {
  const words: string[] = text.match(/\b(?:[0-9a-f]{64}|[0-9a-f]{40})\b/g) ?? [];
  return words.flatMap((word) => (/^0+$/.test(word) ? [] : (parseOid(word) ?? [])));
}

function lines(words: Iterable<string>): string {
  return `${[...words].join('\n')}\n`;
}

/** Returns how many stashes were made on a branch. They belong to all worktrees. */
export function stashesOn({ commonDir }: Repository, branch: string | null): number {
  if (branch === null) return 0;
  const made = (readText(join(commonDir, 'logs/refs/stash')) ?? '').split('\n').map((row) => row.slice(row.indexOf('\t') + 1));
  return made.filter((text) => text.startsWith(`WIP on ${branch}: `) || text.startsWith(`On ${branch}: `)).length;
}
