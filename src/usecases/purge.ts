import { isLive } from '../core/claim/record.ts';
import { ClaimError } from '../core/errors.ts';
import { encodePath } from '../core/path-encoding.ts';
import type { Remains } from '../ports/remains.ts';
import { isAskedByAgent } from './caller/by-agent.ts';
import { worksElsewhere } from './caller/tree.ts';
import { type Ask, type Initialised, removal } from './init.ts';
import type { Ports } from './ports.ts';

/** What a purge removed, or would remove, and what it left. */
export type Purged = {
  readonly kind: 'purged';
  readonly installed: Initialised;
  /** Claims of orders and paths, with those that have ended. */
  readonly refs: readonly string[];
  /** Absolute paths of the worktrees of orders, which stay with all that is in them. */
  readonly worktrees: readonly string[];
  /** The remote that claims were shared through, where they stay; null if they were not. */
  readonly remote: string | null;
  /** Refs that keep work which is on no branch, and claims that git-claim did not write or cannot read. */
  readonly left: readonly string[];
};

/**
 * Removes everything of git-claim from the repository: what {@link init} installed, the claims, the folders and the settings.
 * Work stays: worktrees, branches, and the refs that keep what is on no branch.
 *
 * @throws ClaimError `illegal` if an agent asks, or the person says no
 */
export async function purge(ports: Ports, isPrinting: boolean, ask: Ask): Promise<Purged> {
  if (isAskedByAgent(ports)) throw new ClaimError({ code: 'illegal', kind: 'gate-by-agent' });
  const [{ readings, strangers, paths }, trees] = await Promise.all([ports.registry.survey(), ports.worktrees.list()]);
  const book = await ports.remains();
  const records = [...readings].filter(([, reading]) => reading.kind === 'record');
  const known = paths.filter(({ reading }) => reading.kind === 'record');
  const remains = await book.find({
    orders: records.map(([order]) => order),
    // A key is a path from the top, and a ref's name has no leading slash.
    paths: known.map(({ key }) => encodePath(key).replace(/^\//, '')),
  });
  const held = records.flatMap(([order, reading]) => (reading.kind === 'record' && isLive(reading.record) ? [order] : []));
  const named = new Set(
    records.flatMap(([, reading]) =>
      reading.kind === 'record' && reading.record.worktree !== null && !worksElsewhere(ports, reading.record.holder)
        ? [ports.places.absolute(reading.record.worktree)]
        : [],
    ),
  );
  const own = trees.filter(({ path, lock, isMain }) => !isMain && (lock !== null || named.has(path)));
  const foreign = [...readings].filter(([, reading]) => reading.kind !== 'record' && reading.kind !== 'absent');
  const left = [...remains.keeping, ...strangers, ...foreign.map(([order]) => order)];
  const worktrees = own.map(({ path }) => path);
  if (
    !isPrinting &&
    (await isAnythingThere(ports, remains)) &&
    !(await ask({ kind: 'purge', held, refs: remains.refs.length, worktrees }))
  )
    throw new ClaimError({ code: 'illegal', kind: 'gate-not-agreed' });
  const installed = await removal(ports, isPrinting);
  if (!isPrinting) {
    for (const { path, lock } of own) if (lock !== null) ports.worktrees.unlock(path, lock.order);
    ports.cache.end();
    await book.remove(remains);
  }
  return { kind: 'purged', installed, refs: remains.refs, worktrees, remote: ports.shared?.remote ?? null, left };
}

async function isAnythingThere(ports: Ports, { refs, hasOther }: Remains): Promise<boolean> {
  return refs.length > 0 || hasOther || (await ports.installation()).isThere;
}
