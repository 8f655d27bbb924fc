import { claimRef } from '../../../core/claim/refs.ts';
import { type Oid, type OrderId, parseOid } from '../../../core/ids.ts';
import type { BranchTip } from '../../../core/trees/branch-name.ts';
import type { Branches, Head, Start } from '../../../ports/branches.ts';
import { lastWords } from '../process.ts';
import { type RefUpdate, updateRefs } from '../refs/ref-transaction.ts';
import type { Mutex } from '../refs/stale-locks.ts';
import { swapRefs } from '../refs/swap.ts';
import { outsideTrees, type Repository } from '../repository.ts';
import { branchAt, conventionalNames, findStart, mayBeNamed } from './base.ts';
import { HEADS, headInFiles, ORIGIN_HEAD, type PlainHead } from './head-files.ts';

/** Git answers word by word: the commit, then full names. A missing origin/HEAD only ends the answer early. */
const HEAD_CALL = ['rev-parse', 'HEAD', '--symbolic-full-name', 'HEAD', ORIGIN_HEAD] as const;

export class GitBranches implements Branches {
  readonly #repository: Repository;
  readonly #mutex: Mutex;
  readonly #prefix: string;

  /** @param prefix where claim refs are */
  constructor(repository: Repository, mutex: Mutex, prefix: string) {
    this.#repository = repository;
    this.#mutex = mutex;
    this.#prefix = prefix;
  }

  async head(): Promise<Head> {
    const { commit, name, origin } = headInFiles(this.#repository) ?? (await this.#askHead());
    const branch = branchOf(commit === null ? await this.#unbornBranch() : name);
    const defaultName = branchOf(origin, 'refs/remotes/origin/');
    return { branch, commit, isDefault: branch !== null && (await this.#isDefault(branch, defaultName)) };
  }

  async #askHead(): Promise<PlainHead> {
    const asked = await this.#git(HEAD_CALL);
    const [first = '', name = '', origin = ''] = String(asked.stdout).split('\n');
    return { commit: parseOid(first), name, origin: asked.code === 0 ? origin : '' };
  }

  async defaultBase() {
    return (await this.startOf([])).base;
  }

  startOf(orders: readonly OrderId[]): Promise<Start> {
    return findStart(this.#repository, orders);
  }

  mayBeNamed(orders: readonly OrderId[]): boolean {
    return mayBeNamed(this.#repository, orders);
  }

  async lacking(one: Oid, other: Oid): Promise<number | null> {
    const { code, stdout } = await this.#git(['rev-list', '--count', other, `^${one}`]);
    return code === 0 ? Number(stdout) : null;
  }

  async resolve(revision: string): Promise<Oid | null> {
    const asked = await this.#git(['rev-parse', '-q', '--verify', '--end-of-options', `${revision}^{commit}`]);
    return asked.code === 0 ? parseOid(String(asked.stdout).trim()) : null;
  }

  tip(branch: string): Promise<Oid | null> {
    return this.resolve(HEADS + branch);
  }

  async contains(commit: Oid, other: Oid): Promise<boolean> {
    return (await this.#git(['merge-base', '--is-ancestor', other, commit])).code === 0;
  }

  async tips(branches: readonly string[]): Promise<ReadonlyMap<string, Oid>> {
    if (branches.length === 0) return new Map();
    const refs = branches.map((branch) => HEADS + branch);
    const { stdout } = await this.#git(['for-each-ref', '--format=%(objectname) %(refname)', ...refs]);
    const rows = String(stdout).split('\n').slice(0, -1);
    return new Map(rows.map((row) => [row.slice(row.indexOf(' ') + 1 + HEADS.length), row.slice(0, row.indexOf(' ')) as Oid]));
  }

  async outside(commits: readonly Oid[]): Promise<ReadonlySet<Oid>> {
    return (await this.#beyond(commits, await this.#mains())).outside;
  }

  async unmerged(commits: readonly Oid[]): Promise<ReadonlySet<Oid>> {
    return commits.length === 0 ? new Set() : this.#notTakenIn(commits, await this.#mains());
  }

  async unpublished(commits: readonly Oid[]): Promise<ReadonlySet<Oid>> {
    const { published } = commits.length === 0 ? { published: [] } : await findStart(this.#repository, []);
    return published.length === 0 ? new Set() : this.#notTakenIn(commits, published);
  }

  async ahead(): Promise<readonly BranchTip[]> {
    const mains = (await this.#starts()).map((main) => `--no-merged=${main}`);
    const format = '--format=%(objectname) %(refname)';
    const { stdout } = await this.#git(['for-each-ref', format, ...mains, HEADS, 'refs/remotes/']);
    return String(stdout)
      .split('\n')
      .flatMap((row) => {
        const [tip = '', ref = ''] = row.split(' ');
        return branchAt(ref, tip as Oid);
      });
  }

  async create(branch: string, at: Oid): Promise<string | null> {
    const ref = HEADS + branch;
    const valid = await this.#git(['check-ref-format', '--branch', branch]);
    if (valid.code !== 0) return lastWords(valid);
    const outcome = await swapRefs(this.#repository, [{ ref, from: null, to: at }], [], this.#mutex);
    if (outcome.kind === 'applied' || (await this.tip(branch)) !== null) return null;
    return outcome.kind === 'lost' ? 'another process deleted it again' : outcome.why;
  }

  async unmergedCount(commit: Oid): Promise<number> {
    const mains = (await this.#starts()).map((main) => `^${main}`);
    return Number(String((await this.#git(['rev-list', '--count', commit, ...mains])).stdout).trim());
  }

  async remove(branch: string, at: Oid, claim?: { readonly order: OrderId; readonly oid: Oid | null }): Promise<boolean> {
    const ref = HEADS + branch;
    // The worktree in which this runs may be gone.
    const away = outsideTrees(this.#repository);
    const same: RefUpdate[] =
      claim === undefined ? [] : [{ ref: claimRef(this.#prefix, claim.order), from: claim.oid, to: null }];
    await updateRefs(away, [...same, { ref, from: at, to: 'gone' }]);
    return (await away.git(['rev-parse', '-q', '--verify', ref])).code === 1;
  }

  async #notTakenIn(commits: readonly Oid[], mains: readonly Oid[]): Promise<ReadonlySet<Oid>> {
    const { outside, parents } = await this.#beyond(commits, mains);
    if (outside.size === 0) return outside;
    const { takenInAmong } = await import('./outside-branches.ts');
    const taken = await takenInAmong(this.#git, mains, [...outside], parents);
    return new Set([...outside].filter((commit) => !taken.has(commit)));
  }

  /** @returns the commits that the default branch does not contain, and the parents of each commit that was listed */
  async #beyond(commits: readonly Oid[], mains: readonly Oid[]) {
    if (commits.length === 0) return { outside: new Set<Oid>(), parents: new Map<string, readonly string[]>() };
    const input = [...commits, ...mains.map((main) => `^${main}`), ''].join('\n');
    const [listed, checked] = await Promise.all([
      this.#git(['rev-list', '--parents', '--ignore-missing', '--stdin'], { input }),
      this.#git(['cat-file', '--batch-check=%(objectname)'], { input: `${commits.join('\n')}\n` }),
    ]);
    const rows = listed.code === 0 ? String(listed.stdout).split('\n').slice(0, -1) : commits;
    const parents = new Map(rows.map((row) => row.split(' ')).map(([oid = '', ...above]) => [oid, above]));
    const present = new Set(String(checked.stdout).split('\n'));
    return { outside: new Set(commits.filter((commit) => parents.has(commit) || !present.has(commit))), parents };
  }

  /** The commits of the default branch, here and at origin. */
  async #mains(): Promise<readonly Oid[]> {
    return (await findStart(this.#repository, [])).mains;
  }

  /** The same, or where new work starts if no default branch is known: good enough for what is only shown. */
  async #starts(): Promise<readonly Oid[]> {
    const { base, mains } = await findStart(this.#repository, []);
    return mains.length > 0 || base === null ? mains : [base.commit];
  }

  get #git() {
    return this.#repository.git;
  }

  async #unbornBranch(): Promise<string> {
    return String((await this.#git(['symbolic-ref', '-q', 'HEAD'])).stdout).trim();
  }

  async #isDefault(branch: string, origins: string | null): Promise<boolean> {
    if (origins !== null) return branch === origins;
    if (conventionalNames(this.#repository).includes(branch)) return true;
    return (await this.defaultBase())?.branch === 'HEAD' && this.#repository.gitDir === this.#repository.commonDir;
  }
}

function branchOf(ref: string, prefix: string = HEADS): string | null {
  return ref.startsWith(prefix) && ref !== ORIGIN_HEAD ? ref.slice(prefix.length) : null;
}
