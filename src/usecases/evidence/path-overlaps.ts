import { type ClaimPath, isWithin } from '../../core/path.ts';
import type { PathView } from '../../core/paths/view.ts';
import type { Identity } from '../../core/session/identity.ts';
import type { Ports } from '../ports.ts';
import { observePaths } from './observe-paths.ts';

/** Files inside a path that another session claims. */
export type PathOverlap = { readonly claim: PathView; readonly files: readonly string[] };

/**
 * Returns which of these files lie inside path claims of other sessions, with one git process. Leaves out claims whose holders
 * are dead, or have been silent for as long as the protocol requires.
 *
 * @param files relative to the top level with `/`, as `git diff --cached --name-only -z` prints them; bytes that are not UTF-8
 * may be read as anything
 * @param asker the caller; null: every claim is another session's
 */
export async function pathOverlaps(ports: Ports, files: readonly string[], asker: Identity | null): Promise<PathOverlap[]> {
  const { paths } = await ports.paths.survey();
  const keys = files.map((file) => ports.paths.keyOf(file as ClaimPath));
  const touched = paths.filter(({ key }) => keys.some((file) => isWithin(file, key)));
  return observePaths(ports, touched, asker).flatMap((claim, at) => {
    const key = touched[at]?.key;
    const isOver = claim.mine || claim.liveness === null || claim.liveness === 'dead' || claim.liveness === 'expired';
    return isOver || key === undefined ? [] : [{ claim, files: files.filter((_, file) => isWithin(keys[file] ?? key, key)) }];
  });
}
