import { isLive } from '../core/claim/record.ts';
import { answerTo, type Guarded, lookOut } from './guard.ts';
import type { Ports } from './ports.ts';

/**
 * Says when a push moves a branch of another session's order.
 *
 * @param refs the remote refs that the push moves
 */
export async function guardPush(ports: Ports, refs: readonly string[]): Promise<Guarded> {
  const lookout = await lookOut(ports);
  const pushed = new Set(refs);
  const others = lookout.scene.claims.filter(
    ({ record, isMine }) => !isMine && record !== null && isLive(record) && pushed.has(`refs/heads/${record.branch}`),
  );
  return answerTo(
    ports,
    lookout,
    'pre-push',
    others.map(({ order }) => ({ rule: 'push', order })),
  );
}
