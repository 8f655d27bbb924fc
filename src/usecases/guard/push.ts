import { isLive } from '../../core/claim/record.ts';
import { forcePushMessage } from '../../core/event-messages.ts';
import { announceByHook } from '../caller/heard.ts';
import type { Ports } from '../ports.ts';
import { answerTo, type Guarded } from './lookout.ts';
import { lookOut } from './scene.ts';

/**
 * Reports if a push moves a branch of another session's order.
 *
 * @param refs the remote refs that the push moves
 * @param forced those of them that lose commits, which is announced
 */
export async function guardPush(ports: Ports, refs: readonly string[], forced: readonly string[]): Promise<Guarded> {
  const lookout = await lookOut(ports);
  if (lookout.asker !== null)
    announceByHook(
      ports,
      lookout.asker,
      forced.map((ref) => ({ kind: 'force-push', message: forcePushMessage(ref) })),
    );
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
