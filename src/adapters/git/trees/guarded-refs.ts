import { join } from 'node:path';
import { claimRef } from '../../../core/claim/refs.ts';
import { type Oid, type OrderId, parseOid } from '../../../core/ids.ts';
import { formatInstant } from '../../../core/time.ts';
import type { GuardedRefs, PruningRemote } from '../../../ports/guarded-refs.ts';
import { readText } from '../files.ts';
import type { Repository } from '../repository.ts';
import { privateDirOf } from './bindings.ts';

/** Reads refs, packed-refs and reflogs as files. */
export class GitGuardedRefs implements GuardedRefs {
  readonly #repository: Repository;
  readonly #prefix: string;
  #packed: ReadonlyMap<string, Oid> | null = null;

  constructor(repository: Repository, prefix: string) {
    this.#repository = repository;
    this.#prefix = prefix;
  }

  tip(branch: string): Oid | null | undefined {
    const { commonDir, refFormat } = this.#repository;
    if (refFormat !== 'files') return undefined;
    const text = readText(join(commonDir, 'refs/heads', branch));
    // A symbolic or broken branch is for git to read.
    if (text !== null) return parseOid(text.trimEnd()) ?? undefined;
    this.#packed ??= packedIn(readText(join(commonDir, 'packed-refs')) ?? '');
    return this.#packed.get(`refs/heads/${branch}`) ?? null;
  }

  lastMove(branch: string): { readonly by: string; readonly at: string } | null {
    const line = lastLine(readText(join(this.#repository.commonDir, 'logs/refs/heads', branch)));
    const [, name = '', seconds, message = ''] = MOVE.exec(line) ?? [];
    return seconds === undefined ? null : { by: `${name}: ${message}`, at: formatInstant(Number(seconds) * 1000) };
  }

  branchOf(worktree: string): string | null {
    const folder = privateDirOf(this.#repository, worktree);
    return /^ref: refs\/heads\/(.+)$/.exec(readText(join(folder ?? '', 'HEAD'))?.trimEnd() ?? '')?.[1] ?? null;
  }

  isHeadOf(worktree: string, commit: Oid): boolean {
    const folder = privateDirOf(this.#repository, worktree);
    const line = folder === null ? '' : lastLine(readText(join(folder, 'logs/HEAD')));
    return line.split(' ', 2)[1] === commit;
  }

  async putBack(order: OrderId, oid: Oid): Promise<void> {
    const { updateRefs } = await import('../refs/ref-transaction.ts');
    await updateRefs(this.#repository, [{ ref: claimRef(this.#prefix, order), from: null, to: oid }]);
  }

  async prunedBy(): Promise<readonly PruningRemote[]> {
    const { pruningRemotes } = await import('./refspecs.ts');
    return pruningRemotes(this.#repository.git, this.#prefix);
  }
}

/** `<old> <new> <name> <<address>> <seconds> <zone>\t<message>` */
const MOVE = /^[0-9a-f]+ [0-9a-f]+ (.*) <[^>]*> ([0-9]+) [-+][0-9]+(?:\t(.*))?$/;

function lastLine(text: string | null): string {
  return text?.trimEnd().split('\n').at(-1) ?? '';
}

function packedIn(text: string): ReadonlyMap<string, Oid> {
  const rows = text.split('\n').map((line) => line.split(' ', 2));
  return new Map(
    rows
      .flatMap(([oid = '', ref = '']) => (ref.startsWith('refs/heads/') ? [[ref, parseOid(oid)] as const] : []))
      .flatMap(([ref, oid]) => (oid === null ? [] : [[ref, oid] as const])),
  );
}
