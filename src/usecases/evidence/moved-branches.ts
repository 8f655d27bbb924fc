import type { ClaimRecord } from '../../core/claim/record.ts';
import type { LastSeen, MovedRef, RefMove } from '../../core/guard/moved-ref.ts';
import type { Oid } from '../../core/ids.ts';
import { formatInstant } from '../../core/time.ts';
import type { RefStep } from '../../ports/guarded-refs.ts';
import type { NotedCommit } from '../../ports/tree-notes.ts';
import { treeOf } from '../caller/tree.ts';
import type { Ports } from '../ports.ts';

/**
 * Returns how the branch of a live claim moved without its session. A commit that its session's hook has noted moved it as it
 * should, if no commit below is unknown to the hooks. A new holder begins with what it found. Where no hook notes any, nobody
 * knows whose a commit in the worktree is.
 */
export function branchMove(ports: Ports, last: LastSeen, now: LastSeen, record: ClaimRecord): MovedRef[] {
  const { branch, tip: from } = last;
  if (branch === null || from === null || now.branch !== branch || now.holder !== last.holder) return [];
  if (now.tip === from && (last.noted === null || now.noted === last.noted)) return [];
  const tree = treeOf(ports, record);
  const isHead = (commit: Oid | null, when: 'last' | 'of-late') =>
    tree !== null && commit !== null && ports.guardedRefs.isHeadOf(tree, commit, when);
  const present = tree === null ? null : ports.guardedRefs.branchOf(tree);
  // Renamed, and its worktree with it: nothing is lost.
  if (now.tip === null && present !== null && present !== branch) return [];
  const committed = ports.notes.committed(tree);
  const noted = committed.filter(({ key }) => key === now.holder);
  const steps = ports.guardedRefs.steps(`refs/heads/${branch}`);
  const move = steps.at(-1) ?? null;
  const isNoted = (commit: Oid | null) => noted.some((one) => one.commit !== null && one.commit === commit);
  const isRebase = noted.some((one) => one.isRebase) && move !== null && isOfRebase(move);
  const told = { order: last.order, holder: now.holder, ref: branch, from };
  const undone = isRebase ? null : undoneCommit(noted, steps, last, now);
  if (undone !== null) {
    const isInTree = isHead(now.tip, 'last');
    return [{ ...told, what: 'branch-moved', from: undone, to: now.tip, ...when(ports, move), isInTree }];
  }
  if (now.tip === from) return [];
  if (!isNoted(now.tip) && !isRebase) {
    const what = now.tip === null ? 'branch-deleted' : 'branch-moved';
    const isInTree = isHead(now.tip, 'last');
    if (isInTree && committed.length === 0 && !ports.guardedRefs.areNoted()) return [];
    return [{ ...told, what, to: now.tip, ...when(ports, move), isInTree }];
  }
  const since = steps.slice(steps.findLastIndex(({ to }) => to === from) + 1);
  const odd = since.find((step) => isCommit(step) && !isNoted(step.to));
  if (odd === undefined) return [];
  const isInTree = isHead(odd.to, 'of-late');
  return [{ ...told, what: 'unnoted-commit', from: odd.from, to: odd.to, ...when(ports, odd), isInTree }];
}

/** Returns the last commit that a hook noted of the holder in its claim's worktree; empty if there is none. */
export function lastNoted(ports: Ports, record: ClaimRecord): LastSeen['noted'] {
  const own = ports.notes.committed(treeOf(ports, record)).filter(({ key }) => key === record.holder.key);
  return own.findLast(({ commit }) => commit !== null)?.commit ?? '';
}

/**
 * Returns the last commit of the holder that its branch had and that was taken away again since the last look; null if there is
 * none. Where the branch is now is a place where it was before that.
 */
function undoneCommit(noted: readonly NotedCommit[], steps: readonly RefStep[], last: LastSeen, now: LastSeen): Oid | null {
  if (last.noted === null || now.noted === last.noted || now.tip === null) return null;
  if (now.tip !== last.tip && !noted.some(({ commit }) => commit === now.tip)) return null;
  const since = noted.slice(noted.findLastIndex(({ commit }) => commit === last.noted) + 1);
  // In its worktree a session may commit to other branches.
  const own = since.findLast(({ commit }) => commit !== null && steps.some(({ to }) => to === commit))?.commit ?? null;
  return own === now.tip ? null : own;
}

/**
 * Returns how remotes got the branch of a live claim in another way than by a push that its session's hook noted; nothing where
 * no hook notes any.
 */
export function pushMoves(ports: Ports, last: LastSeen, now: LastSeen, record: ClaimRecord): MovedRef[] {
  const { branch, pushed: before } = last;
  const { pushed: after } = now;
  if (branch === null || before === null || after === null || now.branch !== branch || now.holder !== last.holder) return [];
  const remotes = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = remotes.filter((remote) => before[remote] !== after[remote]);
  if (changed.length === 0) return [];
  const tree = treeOf(ports, record);
  if (ports.notes.committed(tree).length === 0 && !ports.guardedRefs.areNoted()) return [];
  const noted = ports.notes.pushed(tree).filter(({ key }) => key === now.holder);
  return changed.flatMap((remote): MovedRef[] => {
    const [from, to] = [before[remote] ?? null, after[remote] ?? null];
    if (noted.some(({ commit }) => commit === to)) return [];
    // A remote that was removed or renamed changed nothing.
    const isRenamed = from === null && changed.some((other) => before[other] === to && after[other] === undefined);
    if (isRenamed || (to === null && !ports.guardedRefs.isRemote(remote))) return [];
    const what: RefMove = to === null ? 'push-deleted' : 'pushed';
    const step = to === null ? null : (ports.guardedRefs.steps(`refs/remotes/${remote}/${branch}`).at(-1) ?? null);
    const told = { order: last.order, holder: now.holder, what, ref: `${remote}/${branch}`, from, to };
    return [{ ...told, ...when(ports, step), isInTree: false }];
  });
}

/** Returns when something moved, and who did it by the reflog; without one, when it was seen. */
export function when(ports: Ports, step: RefStep | null): Pick<MovedRef, 'at' | 'by'> {
  if (step === null) return { at: formatInstant(ports.clock.now().wallMs), by: null };
  return { at: step.at, by: `${step.by}: ${step.message}` };
}

export function isOfRebase({ message }: RefStep): boolean {
  return message.startsWith('rebase');
}

/** Commands of git that run hooks for each commit say so in the reflog; what says nothing is no command that people use. */
function isCommit({ message }: RefStep): boolean {
  return message === '' || /^(?:commit|cherry-pick|revert|am)\b/.test(message);
}
