import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { claimRef, DONE_PREFIX, doneRef } from '../../../core/claim/refs.ts';
import type { Pushed } from '../../../core/guard/moved-ref.ts';
import { type Oid, type OrderId, parseOid } from '../../../core/ids.ts';
import { formatInstant } from '../../../core/time.ts';
import type { GuardedRefs, PruningRemote, RefStep } from '../../../ports/guarded-refs.ts';
import { readText } from '../files.ts';
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
  #bytes: Buffer | null = null;
  #packed: ReadonlyMap<string, Oid> | null = null;
  #remotes: readonly string[] | null = null;
  #searched = 0;

  constructor(repository: Repository, prefix: string) {
    this.#repository = repository;
    this.#prefix = prefix;
  }

  tip(branch: string): Oid | null | undefined {
    return this.#read(`refs/heads/${branch}`);
  }

  kept(order: OrderId): Oid | null | undefined {
    return this.#read(doneRef(order));
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
    this.#searched += this.#packedBytes().length;
    if (this.#searched > SEARCHED_MAX) return null;
    const found = [...packedAtRemotes(this.#packedBytes(), branch), ...loose];
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

  #read(ref: string): Oid | null | undefined {
    const { commonDir, refFormat } = this.#repository;
    if (refFormat !== 'files') return undefined;
    const text = readText(join(commonDir, ref));
    // A symbolic or broken ref is for git to read.
    if (text !== null) return parseOid(text.trimEnd()) ?? undefined;
    this.#packed ??= packedIn(String(this.#packedBytes()));
    return this.#packed.get(ref) ?? null;
  }

  #packedBytes(): Buffer {
    this.#bytes ??= bytesWithout(join(this.#repository.commonDir, 'packed-refs'), this.#prefix);
    return this.#bytes;
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

/** Reads packed-refs without the refs below a prefix. Git sorts it, so they are together; most of a large file is claims. */
function bytesWithout(path: string, prefix: string): Buffer {
  let file: Buffer;
  try {
    file = readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
  const isSorted = /^#[^\n]* sorted /.test(file.toString('latin1', 0, HEADER_BYTES));
  const from = isSorted ? file.indexOf(` ${prefix}`) : -1;
  if (from < 0) return file;
  const end = file.indexOf('\n', file.lastIndexOf(` ${prefix}`));
  const after = end < 0 ? [] : [file.subarray(end + 1)];
  return Buffer.concat([file.subarray(0, file.lastIndexOf('\n', from) + 1), ...after]);
}

/** The first line of packed-refs is shorter. */
const HEADER_BYTES = 200;

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

function packedIn(text: string): ReadonlyMap<string, Oid> {
  const rows = text.split('\n').map((line) => line.split(' ', 2));
  return new Map(
    rows
      .flatMap(([oid = '', ref = '']) => (OWN_REFS.some((own) => ref.startsWith(own)) ? [[ref, parseOid(oid)] as const] : []))
      .flatMap(([ref, oid]) => (oid === null ? [] : [[ref, oid] as const])),
  );
}

const OWN_REFS = ['refs/heads/', DONE_PREFIX];
