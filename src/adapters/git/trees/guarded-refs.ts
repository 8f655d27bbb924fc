import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { claimRef, DONE_PREFIX } from '../../../core/claim/refs.ts';
import type { Pushed } from '../../../core/guard/moved-ref.ts';
import { type Oid, type OrderId, parseOid } from '../../../core/ids.ts';
import { remembered } from '../../../core/remembered.ts';
import { formatInstant } from '../../../core/time.ts';
import type { GuardedRefs, PruningRemote, RefStep } from '../../../ports/guarded-refs.ts';
import { readText } from '../files.ts';
import { packedLines, packedValues } from '../refs/packed-refs.ts';
import type { Repository } from '../repository.ts';
import { privateDirOf } from './bindings.ts';

/** Lines of a reflog: a look comes sooner than after that many moves. */
const STEPS_MAX = 1_000;
/** Bytes of packed-refs that one command searches, some ten milliseconds. Beyond, branches at remotes stay unread. */
const SEARCHED_MAX = 32_000_000;

/** Reads refs, packed-refs and reflogs as files. */
export class GitGuardedRefs implements GuardedRefs {
  readonly #repository: Repository;
  readonly #prefix: string;
  /** The packed refs of a folder. */
  readonly #packed: (folder: string) => ReadonlyMap<string, Oid>;
  #packedRemotes: Buffer | null = null;
  #remotes: readonly string[] | null = null;
  #searched = 0;

  constructor(repository: Repository, prefix: string) {
    this.#repository = repository;
    this.#prefix = prefix;
    this.#packed = remembered((folder) => packedValues(repository.commonDir, folder));
  }

  tip(branch: string): Oid | null | undefined {
    return this.#read('refs/heads/', branch);
  }

  kept(order: OrderId): Oid | null | undefined {
    return this.#read(DONE_PREFIX, order);
  }

  pushed(branch: string): Pushed | null {
    const { commonDir, refFormat } = this.#repository;
    if (refFormat !== 'files') return null;
    const folder = join(commonDir, 'refs/remotes');
    this.#remotes ??= namesIn(folder);
    const loose = this.#remotes.flatMap((remote) => {
      const oid = parseOid(readText(join(folder, remote, branch))?.trimEnd() ?? '');
      return oid === null ? [] : [[remote, oid] as const];
    });
    this.#packedRemotes ??= packedLines(commonDir, 'refs/remotes/');
    this.#searched += this.#packedRemotes.length;
    if (this.#searched > SEARCHED_MAX) return null;
    const found = [...packedAtRemotes(this.#packedRemotes, branch), ...loose];
    return Object.fromEntries(found.filter(([remote]) => this.isRemote(remote)));
  }

  isRemote(name: string): boolean {
    return this.#repository.config.get(`remote.${name}.url`) !== null;
  }

  areNoted(): boolean {
    return this.#repository.config.get('claim.hooks') !== null;
  }

  refOf(order: OrderId): string {
    return claimRef(this.#prefix, order);
  }

  steps(ref: string): readonly RefStep[] {
    const text = readText(join(this.#repository.commonDir, 'logs', ref)) ?? '';
    return text
      .split('\n')
      .slice(-STEPS_MAX)
      .flatMap((line) => {
        const [, one = '', other = '', by = '', seconds, message = ''] = STEP.exec(line) ?? [];
        const [from, to] = [parseOid(one), parseOid(other)];
        return from === null || to === null ? [] : [{ from, to, by, message, at: formatInstant(Number(seconds) * 1000) }];
      });
  }

  branchOf(worktree: string): string | null {
    const folder = privateDirOf(this.#repository, worktree);
    return /^ref: refs\/heads\/(.+)$/.exec(readText(join(folder ?? '', 'HEAD'))?.trimEnd() ?? '')?.[1] ?? null;
  }

  isHeadOf(worktree: string, commit: Oid, when: 'last' | 'of-late' = 'last'): boolean {
    const folder = privateDirOf(this.#repository, worktree);
    const lines = folder === null ? [] : (readText(join(folder, 'logs/HEAD'))?.trimEnd().split('\n') ?? []);
    return lines.slice(when === 'last' ? -1 : -STEPS_MAX).some((line) => line.split(' ', 2)[1] === commit);
  }

  #read(folder: string, name: string): Oid | null | undefined {
    const { commonDir, refFormat } = this.#repository;
    if (refFormat !== 'files') return undefined;
    const text = readText(join(commonDir, folder, name));
    // A symbolic or broken ref is for git to read.
    if (text !== null) return parseOid(text.trimEnd()) ?? undefined;
    return this.#packed(folder).get(folder + name) ?? null;
  }

  async putBack(order: OrderId, oid: Oid): Promise<void> {
    const { updateRefs } = await import('../refs/ref-transaction.ts');
    await updateRefs(this.#repository, [{ ref: this.refOf(order), from: null, to: oid }]);
  }

  async prunedBy(): Promise<readonly PruningRemote[]> {
    const { pruningRemotes } = await import('./refspecs.ts');
    return pruningRemotes(this.#repository.git, this.#prefix);
  }
}

/** `<old> <new> <name> <<address>> <seconds> <zone>\t<message>` */
const STEP = /^([0-9a-f]+) ([0-9a-f]+) (.*) <[^>]*> ([0-9]+) [-+][0-9]+(?:\t(.*))?$/;

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Searches the bytes: to make a text of them, or lines, takes longer where there are a hundred thousand refs. */
function packedAtRemotes(packed: Buffer, branch: string): (readonly [remote: string, oid: Oid])[] {
  const found: (readonly [string, Oid])[] = [];
  const end = `/${branch}\n`;
  for (let at = packed.indexOf(end); at !== -1; at = packed.indexOf(end, at + 1)) {
    const line = packed.toString('latin1', packed.lastIndexOf('\n', at) + 1, at);
    const [, name = '', remote = ''] = /^([0-9a-f]+) refs\/remotes\/([^/]+)$/.exec(line) ?? [];
    const oid = parseOid(name);
    if (oid !== null) found.push([remote, oid]);
  }
  return found;
}
