import { byText } from '../../../core/by-text.ts';
import type { Oid } from '../../../core/ids.ts';
import { DURABLY, type GitResult } from '../process.ts';
import type { Repository } from '../repository.ts';

export type RefUpdate = {
  readonly ref: string;
  /** The value that the ref must have; null: it must not exist. */
  readonly from: Oid | null;
  /** The new value; null: only check `from`; `gone`: delete the ref. */
  readonly to: Oid | 'gone' | null;
  /** The ref is new, and git creates no ref above or below another one. A ref that already exists there has won. */
  readonly isExclusive?: boolean;
  /** It moves with the others, and anybody may move it on at once: what it is later does not tell whether they moved. */
  readonly isFollower?: boolean;
  /** It gives a claim away. Who does that is no holder any more, even if nobody hears of it for a while. */
  readonly isParting?: boolean;
};

/** How long git waits for a lock before it gives up. Git's default of 100 ms is less than somebody's hook may take. */
const LOCK_WAIT_MS = 1_000;

/**
 * Settings of every git call that writes one of our refs: synced to disk, patient with locks, and without hooks (a hook that
 * refuses or delays a swap would decide ownership). Hooks from configuration (git 2.54) are disabled by event, which git 2.55
 * understands, and each by its name.
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
 * Moves refs in one transaction, all or none. The result says what git said, which decides nothing: the caller reads the refs
 * again. Git carries out the transaction only on its last line, so input cut short by a crash changes nothing.
 *
 * @param mayCommit called while git holds the locks of all refs
 * @param settings of the git call
 */
export function updateRefs(
  repository: Repository,
  updates: readonly RefUpdate[],
  mayCommit?: () => Promise<boolean>,
  settings: readonly string[] = REF_WRITE,
): Promise<GitResult> {
  const zero = '0'.repeat(repository.objectFormat === 'sha256' ? 64 : 40);
  // Git locks refs in the given order. Everybody uses the same order, so that no two transactions wait for each other.
  const sorted = [...updates].sort(byText(({ ref }) => ref));
  const lines = sorted.map(({ ref, from, to }) => {
    if (to === null) return `verify ${ref}\0${from ?? zero}\0`;
    return to === 'gone' ? `delete ${ref}\0${from ?? zero}\0` : `update ${ref}\0${to}\0${from ?? zero}\0`;
  });
  const input = ['start\0', ...lines, 'prepare\0', mayCommit === undefined ? 'commit\0' : ''].join('');
  const reply = async () => ((await mayCommit?.()) ? 'commit\0' : 'abort\0');
  return repository.git([...settings, 'update-ref', '--no-deref', '--stdin', '-z'], {
    input,
    env: withoutHooks(repository),
    ...(mayCommit === undefined ? {} : { dialogue: { said: 'prepare: ok', reply } }),
  });
}

/**
 * Moves many refs in one transaction, and packs them then: git syncs the one file of packed refs to disk, instead of a file for
 * each ref. Only for refs whose values can be had again, because those moved are safe only once they are packed.
 */
export async function updateManyRefs(repository: Repository, updates: readonly RefUpdate[]): Promise<GitResult> {
  const moved = await updateRefs(repository, updates, undefined, [...REF_WRITE, '-c', 'core.fsync=none']);
  if (moved.code === 0) await packRefs(repository);
  return moved;
}

/** Packing thousands of refs takes a second. On a disk slower than this, git's own gc does it. */
const PACK_MS_MAX = 10_000;

/** Packs loose refs into one file; gives up at once if another process is packing. */
export function packRefs(repository: Repository): Promise<GitResult> {
  return repository.git([...REF_WRITE, '-c', 'core.packedRefsTimeout=0', 'pack-refs', '--all', '--prune'], {
    timeoutMs: PACK_MS_MAX,
    env: withoutHooks(repository),
  });
}

/** Returns the settings as environment variables: `git -c` would cut a hook's name at a `=`. */
function withoutHooks({ config }: Repository): Record<string, string> {
  const settings = [...config.hooks].flatMap((name, at) => [
    [`GIT_CONFIG_KEY_${at}`, `hook.${name}.enabled`],
    [`GIT_CONFIG_VALUE_${at}`, 'false'],
  ]);
  return settings.length === 0 ? {} : Object.fromEntries([['GIT_CONFIG_COUNT', String(config.hooks.size)], ...settings]);
}
