import type { Oid } from '../../../core/ids.ts';
import { DURABLY, type GitResult } from '../process.ts';
import type { Repository } from '../repository.ts';

export type RefUpdate = {
  readonly ref: string;
  /** The value that must stand; null: the ref must not exist. */
  readonly from: Oid | null;
  /** The new value; null: only insist on `from`; `gone`: delete the ref. */
  readonly to: Oid | 'gone' | null;
  /** It is new, and git makes no ref below another one, nor above: one that stands there has won. */
  readonly isExclusive?: boolean;
};

/** Git waits this long for a lock before it gives up; its own 100 ms is less than a hook of somebody else's may take. */
const LOCK_WAIT_MS = 1_000;

/**
 * Settings of every git call that writes a ref of ours: synced to disk, patient with locks, and without hooks (a hook that vetoed or delayed a swap
 * would decide ownership). Hooks from configuration (git 2.54) are switched off by event, which git 2.55 understands, and each by its name.
 */
const REF_WRITE = [
  ...DURABLY,
  ...['core.hooksPath=/dev/null', 'hook.reference-transaction.enabled=false', 'gc.auto=0'],
  ...[
    `core.filesRefLockTimeout=${LOCK_WAIT_MS}`,
    `core.packedRefsTimeout=${LOCK_WAIT_MS}`,
    `reftable.lockTimeout=${LOCK_WAIT_MS}`,
  ],
].flatMap((word) => (word === '-c' ? [] : ['-c', word]));

/**
 * Moves refs in one transaction, all or none. The result says what git said, which decides nothing: read the refs again.
 * The transaction is only carried out on its last line, so an input cut short by a crash changes nothing.
 *
 * @param mayCommit asked while git holds the locks of all refs
 */
export function updateRefs(
  repository: Repository,
  updates: readonly RefUpdate[],
  mayCommit?: () => Promise<boolean>,
): Promise<GitResult> {
  const zero = '0'.repeat(repository.objectFormat === 'sha256' ? 64 : 40);
  // Git locks refs as they are listed: in one order for all, so that no two transactions wait for each other.
  const sorted = [...updates].sort((one, other) => (one.ref < other.ref ? -1 : 1));
  const lines = sorted.map(({ ref, from, to }) => {
    if (to === null) return `verify ${ref}\0${from ?? zero}\0`;
    return to === 'gone' ? `delete ${ref}\0${from ?? zero}\0` : `update ${ref}\0${to}\0${from ?? zero}\0`;
  });
  const input = ['start\0', ...lines, 'prepare\0', mayCommit === undefined ? 'commit\0' : ''].join('');
  const reply = async () => ((await mayCommit?.()) ? 'commit\0' : 'abort\0');
  return repository.git([...REF_WRITE, 'update-ref', '--no-deref', '--stdin', '-z'], {
    input,
    env: withoutHooks(repository),
    ...(mayCommit === undefined ? {} : { dialogue: { said: 'prepare: ok', reply } }),
  });
}

/** Packing thousands of refs takes a second; on a disk slower than this it is left to git's own gc. */
const PACK_MS_MAX = 10_000;

/** Packs loose refs into one file; gives up at once where somebody else is packing. */
export function packRefs(repository: Repository): Promise<GitResult> {
  return repository.git([...REF_WRITE, '-c', 'core.packedRefsTimeout=0', 'pack-refs', '--all', '--prune'], {
    timeoutMs: PACK_MS_MAX,
    env: withoutHooks(repository),
  });
}

/** Said in the environment: a hook's name may hold `=`, at which `git -c` would cut it. */
function withoutHooks({ config }: Repository): Record<string, string> {
  const settings = [...config.hooks].flatMap((name, at) => [
    [`GIT_CONFIG_KEY_${at}`, `hook.${name}.enabled`],
    [`GIT_CONFIG_VALUE_${at}`, 'false'],
  ]);
  return settings.length === 0 ? {} : Object.fromEntries([['GIT_CONFIG_COUNT', String(config.hooks.size)], ...settings]);
}
