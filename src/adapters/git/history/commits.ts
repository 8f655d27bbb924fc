import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type Oid, parseOid } from '../../../core/ids.ts';
import type { Branches } from '../../../ports/branches.ts';
import type { Commits, SeenCommit } from '../../../ports/commits.ts';
import { readEnd, readText } from '../files.ts';
import { looseRefs } from '../refs/survey.ts';
import type { Repository } from '../repository.ts';

/** How many tips with a wrong clock are followed, and how far down. More such tips than this are an import. */
const SKEWED_TIPS_MAX = 5;
const SKEWED_DEPTH = 100;
/** How many characters of a field are kept. Nobody reads more of a subject. */
const FIELD_LENGTH_MAX = 500;

const trailer = (key: string) => `%(trailers:key=${key},valueonly,separator=%x09)`;
/** Fields end with SOH, because NUL ends the commit. A SOH in a message only breaks the fields of its own commit. */
const FORMAT = `--format=${['%H', '%P', '%ct', '%S', trailer('Order'), trailer('Claim-Session'), '%aN', '%s'].join('%x01')}`;

/** The newest commits of all refs but those of claims. */
export const recentCall = (claimPrefix: string, limit: number) => {
  const hidden = [
    `${claimPrefix}*`,
    `${claimPrefix.replace(/[^/]+\/$/, '')}claim-*`,
    'refs/claim-*',
    'refs/stash',
    'refs/notes/*',
  ];
  return logCall([...hidden.map((ref) => `--exclude=${ref}`), '--all'], limit);
};

const logCall = (revisions: readonly string[], limit: number): readonly string[] => [
  'log',
  '-z',
  '--encoding=UTF-8',
  '--no-show-signature',
  `--max-count=${limit}`,
  FORMAT,
  ...revisions,
  '--',
];

export class GitCommits implements Commits {
  readonly #repository: Repository;
  readonly #branches: Branches;
  readonly #claimPrefix: string;

  /** @param claimPrefix where claims live: their records are not commits, and there may be thousands */
  constructor(repository: Repository, branches: Branches, claimPrefix: string) {
    this.#repository = repository;
    this.#branches = branches;
    this.#claimPrefix = claimPrefix;
  }

  async since(sinceMs: number, limit: number): Promise<readonly SeenCommit[]> {
    // By date and without --since, which ignores everything below a commit with too early a date.
    const [walked, moved] = [await this.#walk(recentCall(this.#claimPrefix, limit)), this.#tipsMovedSince(sinceMs)];
    const seen = new Map(walked.map((commit) => [commit.oid, commit]));
    const skewed = moved.filter(({ tip }) => !seen.has(tip)).slice(0, SKEWED_TIPS_MAX);
    for (const below of await Promise.all(skewed.map(({ ref, tip }) => this.#log([tip], SKEWED_DEPTH, ref))))
      for (const commit of below) if (!seen.has(commit.oid)) seen.set(commit.oid, commit);
    const recent = [...seen.values()].filter(({ atMs }) => atMs >= sinceMs);
    return recent.sort((one, other) => other.atMs - one.atMs);
  }

  async onDefault(limit: number): Promise<readonly SeenCommit[]> {
    const base = await this.#branches.defaultBase();
    return base === null ? [] : this.#log([base.commit], limit, `refs/heads/${base.branch}`);
  }

  async inRange(range: string, limit: number): Promise<readonly SeenCommit[] | null> {
    // An option is no range, whatever git makes of it.
    if (range.startsWith('-')) return null;
    const { code, stdout } = await this.#repository.git(logCall([range], limit));
    return code === 0 ? commitsIn(stdout) : null;
  }

  madeHere(): ReadonlySet<Oid> {
    const lines = (readEnd(join(this.#repository.gitDir, 'logs/HEAD'), REFLOG_BYTES_MAX) ?? '').split('\n');
    return new Set(lines.flatMap((line) => madeBy(line) ?? []));
  }

  async filesOf(commits: readonly Oid[]): Promise<ReadonlyMap<Oid, readonly string[]>> {
    const files = new Map<Oid, string[]>(commits.map((oid) => [oid, []]));
    if (commits.length === 0) return files;
    const args = ['diff-tree', '--stdin', '-r', '-z', '--root', '--name-only', '--no-renames', '--diff-merges=first-parent'];
    const { stdout } = await this.#repository.git(args, { input: `${commits.join('\n')}\n` });
    let names: string[] = [];
    for (const word of String(stdout).split('\0').slice(0, -1)) {
      const of = files.get(word as Oid);
      if (of === undefined) names.push(word);
      else names = of;
    }
    return files;
  }

  /** @param ref the ref through which commits given as object names were found */
  async #log(revisions: readonly string[], limit: number, ref: string | null = null): Promise<SeenCommit[]> {
    return this.#walk(logCall(revisions, limit), ref);
  }

  async #walk(call: readonly string[], ref: string | null = null): Promise<SeenCommit[]> {
    return commitsIn((await this.#repository.git(call)).stdout, ref);
  }

  /** Returns the tips that moved, the newest first. Packed refs are left out: they have no time and moved long before packing. */
  #tipsMovedSince(sinceMs: number): { readonly ref: string; readonly tip: Oid }[] {
    const { commonDir, refFormat } = this.#repository;
    if (refFormat !== 'files') return [];
    const moved = ['refs/heads', 'refs/remotes']
      .flatMap((folder) => looseRefs(this.#repository, folder))
      .flatMap((ref) => {
        const atMs = statSync(join(commonDir, ref), { throwIfNoEntry: false })?.mtimeMs ?? 0;
        const tip = atMs < sinceMs ? null : parseOid(readText(join(commonDir, ref))?.trim() ?? '');
        return tip === null ? [] : [{ ref, tip, atMs }];
      });
    return moved.sort((one, other) => other.atMs - one.atMs);
  }
}

/** @param ref the ref that led to the commits, if git does not say so itself */
function commitsIn(stdout: Buffer, ref: string | null = null): SeenCommit[] {
  return String(stdout)
    .split('\0')
    .flatMap((text) => {
      const [hash = '', parents = '', seconds = '', source = '', orders = '', session = '', author = '', ...subject] =
        text.split('\x01');
      const oid = parseOid(hash);
      if (oid === null) return [];
      return [
        {
          oid,
          parents: parents.split(' ').flatMap((parent) => parseOid(parent) ?? []),
          atMs: Number(seconds) * 1000,
          branch: branchOf(ref ?? source),
          orders: orders
            .slice(0, FIELD_LENGTH_MAX)
            .split(/[\t,\s]+/)
            .filter((order) => order !== ''),
          session: session.split('\t')[0]?.slice(0, FIELD_LENGTH_MAX).trim() || null,
          author: author.slice(0, FIELD_LENGTH_MAX),
          subject: subject.join(' ').slice(0, FIELD_LENGTH_MAX),
        },
      ];
    });
}

/** The newest entries of a reflog: some hundreds. */
const REFLOG_BYTES_MAX = 64 * 1024;

/** Returns the commit that an entry of a reflog made; null if it only moved HEAD to a commit. */
function madeBy(entry: string): Oid | null {
  const [, hash = '', said = ''] = /^[0-9a-f]+ ([0-9a-f]+) [^\t]*\t(.*)$/.exec(entry) ?? [];
  if (!/^(?:commit|cherry-pick|revert|am|merge|pull|rebase)\b/.test(said)) return null;
  return /\bFast-forward$|\((?:start|finish|abort)\)/.test(said) ? null : parseOid(hash);
}

function branchOf(ref: string): string | null {
  return /^refs\/(?:heads|remotes\/[^/]+)\/(.+)$/.exec(ref)?.[1] ?? null;
}
