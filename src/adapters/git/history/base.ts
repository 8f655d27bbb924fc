import { join } from 'node:path';
import { type Oid, type OrderId, parseOid } from '../../../core/ids.ts';
import type { BranchTip } from '../../../core/trees/branch-name.ts';
import type { Base, BaseDoubt, Start } from '../../../ports/branches.ts';
import { readText } from '../files.ts';
import { packedBelow } from '../refs/packed-refs.ts';
import { looseRefs } from '../refs/survey.ts';
import type { Repository } from '../repository.ts';

const HEADS = 'refs/heads/';
const REMOTES = 'refs/remotes/';
const ORIGIN = 'origin';
const ORIGIN_HEAD = `${REMOTES}${ORIGIN}/HEAD`;

/** The HEAD of the main worktree, wherever this runs: the HEAD of an order's worktree contains all its work, merged or not. */
const MAIN_HEAD = 'main-worktree/HEAD';

/** Where a default branch was renamed, one of these names gave way to the other. */
const RENAMED: readonly string[] = ['main', 'master'];

/** Returns the names that a default branch usually has, the likeliest first. */
export function conventionalNames({ config }: Repository): string[] {
  const configured = config.get('init.defaultbranch');
  return [...new Set([...(configured === null ? [] : [configured]), 'main', 'master'])];
}

type FoundStart = Start & {
  /** The tips of the default branch, here and at origin; none if no branch is known to be the default one. */
  readonly mains: readonly Oid[];
  /** Those at origin. */
  readonly published: readonly Oid[];
};

/** Finds the newest default branch that is here, and the branches named after orders, usually with one git process. */
export async function findStart(repository: Repository, orders: readonly OrderId[]): Promise<FoundStart> {
  const conventional = conventionalNames(repository);
  // Where refs are files, this is the cheapest look at it. A dangling one is seen in no other way.
  const recorded = originBranch(
    readText(join(repository.commonDir, ORIGIN_HEAD))
      ?.trim()
      .replace(/^ref: /, '') ?? '',
  );
  const refs = await listed(repository, patternsFor([...conventional, ...(recorded === null ? [] : [recorded])], orders));
  const head = recorded ?? originBranch(refs.get(ORIGIN_HEAD)?.target ?? '');
  if (head !== null && head !== recorded && !conventional.includes(head))
    for (const [ref, row] of await listed(repository, patternsFor([head], []))) refs.set(ref, row);
  const tipOf = (ref: string) => refs.get(ref)?.tip ?? null;
  const { name, stale } = await nameOfDefault(repository, head, conventional, tipOf);
  const found = name === null ? null : await newest(repository, name, tipOf);
  const base = found?.base ?? (await mainHead(repository));
  const names = [...(name === null ? [] : [name]), ...(head === null ? [] : [head])];
  // The main worktree's HEAD is no proof: whoever looks at a branch there has merged nothing.
  const published = names.flatMap((one) => tipOf(`${REMOTES}${ORIGIN}/${one}`) ?? []);
  const tips = [found?.base.commit ?? null, ...names.map((one) => tipOf(HEADS + one)), ...published];
  return {
    base,
    mains: [...new Set(tips.filter((tip) => tip !== null))],
    published: [...new Set(published)],
    doubts: [...stale, ...(found?.doubts ?? [])],
    named: orders.length === 0 ? [] : [...refs].flatMap(([ref, { tip }]) => branchAt(ref, tip)),
  };
}

/** Returns whether a branch may be named after one of the orders. Where refs are files, this needs no process. */
export function mayBeNamed(repository: Repository, orders: readonly OrderId[]): boolean {
  if (repository.refFormat !== 'files') return true;
  const refs = [HEADS, REMOTES].flatMap((folder) => [
    ...looseRefs(repository, folder.slice(0, -1)),
    ...packedBelow(repository.commonDir, folder),
  ]);
  return orders.some((order) => {
    const isNamed = new RegExp(`${order.replace(/[^A-Z0-9]/g, '\\$&')}(?![0-9])`, 'i');
    return refs.some((ref) => isNamed.test(ref));
  });
}

type Row = { readonly tip: Oid; readonly target: string };

/** Names of branches may be in either case; git's own option for that would list every ref. */
function patternsFor(names: readonly string[], orders: readonly OrderId[]): string[] {
  const spellings = orders.flatMap((order) => [...new Set([order.toLowerCase(), order])]);
  return [
    ORIGIN_HEAD,
    ...names.flatMap((name) => [HEADS + name, `${REMOTES}${ORIGIN}/${name}`]),
    ...spellings.flatMap((id) => [HEADS, REMOTES].flatMap((all) => [`${all}**/*${id}*`, `${all}**/*${id}*/**`])),
  ];
}

async function listed({ git }: Repository, patterns: readonly string[]): Promise<Map<string, Row>> {
  const { stdout } = await git(['for-each-ref', '--format=%(objectname) %(refname) %(symref)', ...patterns]);
  return new Map(
    String(stdout)
      .split('\n')
      .flatMap((row) => {
        const [hash = '', ref = '', target = ''] = row.split(' ');
        const tip = parseOid(hash);
        return tip === null ? [] : [[ref, { tip, target }] as const];
      }),
  );
}

function originBranch(ref: string): string | null {
  const prefix = `${REMOTES}${ORIGIN}/`;
  return ref.startsWith(prefix) && ref !== ORIGIN_HEAD ? ref.slice(prefix.length) : null;
}

/** Returns the name of the default branch: that of origin's HEAD unless it is out of date, else the first usual name in use. */
async function nameOfDefault(
  { git }: Repository,
  head: string | null,
  conventional: readonly string[],
  tipOf: (ref: string) => Oid | null,
): Promise<{ readonly name: string | null; readonly stale: readonly BaseDoubt[] }> {
  const remote = (name: string) => tipOf(`${REMOTES}${ORIGIN}/${name}`);
  const there = (name: string) => remote(name) !== null || tipOf(HEADS + name) !== null;
  const staleHead = (named: string, newer: string | null): BaseDoubt => ({
    kind: 'stale-head',
    remote: ORIGIN,
    named: `${ORIGIN}/${named}`,
    newer: newer === null ? null : `${ORIGIN}/${newer}`,
  });
  const local = conventional.find((name) => tipOf(HEADS + name) !== null) ?? conventional.find(there) ?? null;
  if (head === null) return { name: local, stale: [] };
  const at = remote(head);
  const others = conventional.filter((name) => name !== head && remote(name) !== null);
  const renamed = RENAMED.includes(head) ? others.filter((name) => RENAMED.includes(name)) : [];
  if (at === null) return { name: others[0] ?? (there(head) ? head : local), stale: [staleHead(head, null)] };
  // A renamed default branch: the old one stays behind where nobody asked origin again.
  for (const name of renamed) {
    const tip = remote(name) as Oid;
    if (tip !== at && (await git(['merge-base', '--is-ancestor', at, tip])).code === 0)
      return { name, stale: [staleHead(head, name)] };
  }
  return { name: head, stale: [] };
}

/** Returns origin's tip of a branch if it contains the local one, else the local one. */
async function newest(
  { git }: Repository,
  branch: string,
  tipOf: (ref: string) => Oid | null,
): Promise<{ readonly base: Base; readonly doubts: readonly BaseDoubt[] } | null> {
  const [here, there] = [tipOf(HEADS + branch), tipOf(`${REMOTES}${ORIGIN}/${branch}`)];
  const name = `${ORIGIN}/${branch}`;
  if (here === null) return there === null ? null : { base: { branch, name, commit: there }, doubts: [] };
  const local = { branch, name: branch, commit: here };
  if (there === null || there === here) return { base: local, doubts: [] };
  const counted = await git(['rev-list', '--left-right', '--count', `${here}...${there}`]);
  const [ahead, behind] = counted.code === 0 ? String(counted.stdout).trim().split('\t').map(Number) : [];
  if (ahead === undefined || behind === undefined || behind === 0) return { base: local, doubts: [] };
  if (ahead === 0) return { base: { branch, name, commit: there }, doubts: [] };
  return { base: local, doubts: [{ kind: 'diverged', local: branch, remote: name, missing: behind }] };
}

async function mainHead({ git }: Repository): Promise<Base | null> {
  const asked = await git(['rev-parse', '-q', '--verify', '--end-of-options', `${MAIN_HEAD}^{commit}`]);
  const commit = asked.code === 0 ? parseOid(String(asked.stdout).trim()) : null;
  return commit && { branch: 'HEAD', name: 'HEAD', commit };
}

/** Returns the branch of a ref, unless it is a remote's HEAD or no branch. */
export function branchAt(ref: string, tip: Oid): BranchTip[] {
  if (ref.startsWith(HEADS)) return [{ branch: ref.slice(HEADS.length), remote: null, tip }];
  const [, remote = '', branch = ''] = /^refs\/remotes\/([^/]+)\/(.+)$/.exec(ref) ?? [];
  return branch === '' || branch === 'HEAD' ? [] : [{ branch, remote, tip }];
}
