import { forcePushMessage } from '../../core/event-messages.ts';
import { isHeld } from '../../core/guard/place.ts';
import type { Oid } from '../../core/ids.ts';
import { announceByHook } from '../caller/heard.ts';
import { treeOf } from '../caller/tree.ts';
import type { Ports } from '../ports.ts';
import { answerTo, type Guarded } from './lookout.ts';
import { lookOut } from './scene.ts';

/** A remote ref that a push moves: to which commit (null: it is deleted), and whether it loses commits, which is announced. */
export type Push = { readonly ref: string; readonly commit: Oid | null; readonly isForced: boolean };

/** Reports if a push moves a branch of another session's order, and notes the pushes of the caller's own. */
export async function guardPush(ports: Ports, pushes: readonly Push[]): Promise<Guarded> {
  const lookout = await lookOut(ports, false);
  if (lookout.asker !== null) {
    const forced = pushes.filter(({ isForced }) => isForced);
    announceByHook(
      ports,
      lookout.asker,
      forced.map(({ ref }) => ({ kind: 'force-push', message: forcePushMessage(ref) })),
    );
  }
  const others = lookout.scene.claims.filter(isHeld).flatMap(({ order, record, isMine }) => {
    const made = record !== null ? pushes.filter(({ ref }) => ref === `refs/heads/${record.branch}`) : [];
    if (record === null || made.length === 0) return [];
    if (!isMine) return [order];
    const noted = made.map(({ commit }) => ({ commit, key: record.holder.key }));
    ports.notes.notePushed(treeOf(ports, record), noted);
    return [];
  });
  return answerTo(
    ports,
    lookout,
    'pre-push',
    others.map((order) => ({ rule: 'push', order })),
  );
}
