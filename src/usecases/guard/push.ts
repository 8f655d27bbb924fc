import { forcePushMessage } from '../../core/event-messages.ts';
import { isHeld } from '../../core/guard/place.ts';
import type { Oid } from '../../core/ids.ts';
import { announceByHook } from '../caller/heard.ts';
import { treeOf } from '../caller/tree.ts';
import type { Ports } from '../ports.ts';
import { contact } from '../remote/contact.ts';
import { answerTo, type Guarded, type Unsure } from './lookout.ts';
import { type HookView, lookOut } from './scene.ts';

/** A remote ref that a push moves: to which commit (null: it is deleted), and whether it loses commits, which is announced. */
export type Push = { readonly ref: string; readonly commit: Oid | null; readonly isForced: boolean };

/** Git has its own connection open meanwhile, and somebody waits. */
const REMOTE_MS_MAX = 2_000;

/**
 * Reports if a push moves a branch of another session's order, and notes the pushes of the caller's own. Where claims are shared,
 * it asks the remote first; if that cannot be reached, git's own push decides.
 */
export async function guardPush(ports: Ports, pushes: readonly Push[]): Promise<Guarded> {
  const { lookout, unsure } = await lookWithRemote(ports, pushes);
  if (lookout.asker !== null) {
    const forced = pushes.filter(({ isForced }) => isForced);
    announceByHook(
      ports,
      lookout.asker,
      forced.map(({ ref }) => ({ kind: 'force-push', message: forcePushMessage(ref) })),
    );
  }
  const others = concerned(lookout, pushes).flatMap(({ order, record, isMine, made }) => {
    if (!isMine) return [order];
    const noted = made.map(({ commit }) => ({ commit, key: record.holder.key }));
    ports.notes.notePushed(treeOf(ports, record), noted);
    return [];
  });
  const guarded = await answerTo(
    ports,
    lookout,
    'pre-push',
    others.map((order) => ({ rule: 'push', order })),
  );
  return unsure === null ? guarded : { ...guarded, unsure };
}

/** Looks at the claims, once more if the remote has others than this clone had. */
async function lookWithRemote(ports: Ports, pushes: readonly Push[]): Promise<{ lookout: HookView; unsure: Unsure | null }> {
  const lookout = await lookOut(ports, false);
  const orders = concerned(lookout, pushes).map(({ order }) => order);
  const outcome = orders.length === 0 ? null : await contact(ports, REMOTE_MS_MAX);
  if (outcome === null) return { lookout, unsure: null };
  if (outcome.kind === 'unreachable')
    return { lookout, unsure: { orders, remote: ports.shared?.remote ?? '', said: outcome.said } };
  const isSame = outcome.followed.length + outcome.lost.length === 0;
  return { lookout: isSame ? lookout : await lookOut(ports, false), unsure: null };
}

/** Returns the live claims whose branches a push moves, each with what it does to its branch. */
function concerned({ scene }: HookView, pushes: readonly Push[]) {
  return scene.claims.filter(isHeld).flatMap(({ order, record, isMine }) => {
    const made = record === null ? [] : pushes.filter(({ ref }) => ref === `refs/heads/${record.branch}`);
    return record === null || made.length === 0 ? [] : [{ order, record, isMine, made }];
  });
}
