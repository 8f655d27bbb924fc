import { isLive, type Witnessed } from '../core/claim/record.ts';
import type { ClaimView } from '../core/claim/view.ts';
import { ClaimError, troubleFrom } from '../core/errors.ts';
import type { Trouble } from '../core/failures/failure.ts';
import type { OrderId } from '../core/ids.ts';
import type { Refusal } from '../core/refusal.ts';
import { type Anchor, formatAnchor } from '../core/session/anchor.ts';
import { type Identified, type Identity, noSession } from '../core/session/identity.ts';
import { anchorKey, sessionIdOf } from '../core/session/key.ts';
import { formatInstant } from '../core/time.ts';
import { notePresence } from './caller/asker.ts';
import { claim } from './claim.ts';
import type { Claimed } from './claimed.ts';
import { complete } from './complete.ts';
import { isMine, relationTo } from './evidence/observe.ts';
import { meantOrders, type OnNearMiss } from './orders/spelling.ts';
import { type Done, release } from './own-claims.ts';
import type { Ports } from './ports.ts';
import type { Warning } from './warning.ts';

export type RunRequest = {
  readonly order: string;
  /** The program and its arguments. */
  readonly words: readonly string[];
  /** Whether to complete the order if the program succeeds. */
  readonly isCompleting: boolean;
  /** Whether the caller has named the session's anchor. */
  readonly isAnchored: boolean;
  /** Whether the program's standard output goes to standard error. */
  readonly isQuiet: boolean;
  /** Asks whether another order was meant; null if nobody can be asked. */
  readonly onNearMiss: OnNearMiss | null;
  /** Called when the order is claimed and the program is about to start. */
  readonly onStart: (claimed: Claimed) => void;
};

export type RanProgram = {
  readonly kind: 'ran';
  readonly view: ClaimView;
  /** The program's exit code; 128 + n if a signal ended it. */
  readonly exit: number;
  /** What happened to the claim. `kept`: the session held it before, or could not release it; `lost`: another session took it. */
  readonly end: 'completed' | 'released' | 'kept' | 'lost';
  readonly warnings: readonly Warning[];
};

/**
 * Claims an order, runs a program in its worktree as the session's anchor, and releases the claim when the program has exited. A
 * claim that the session held before is kept.
 *
 * @throws ClaimError `usage` if there is no such program, and as {@link claim}; then nothing was run
 */
export async function run(ports: Ports, request: RunRequest): Promise<RanProgram | Refusal> {
  if (request.words.length === 0) throw new ClaimError({ code: 'usage', kind: 'no-program-named' });
  const [name] = request.words as [string];
  if (!ports.programs.has(name)) throw new ClaimError({ code: 'usage', kind: 'no-such-program', name });
  const [order] = (await meantOrders(ports, [request.order], request.onNearMiss)).orders as [OrderId];
  // Who was asked means this order.
  const onNearMiss = request.onNearMiss && (async () => false);
  const before = (await ports.registry.read([order])).get(order);
  const current = before?.kind === 'record' && isLive(before.record) ? before : null;
  const program = await ports.programs.hold(request.words, request.isQuiet);
  try {
    const { identity, isHolder } = runnerOf(ports, current, program.anchor, request.isAnchored);
    const session = as(ports, identity);
    const claimed = await claim(session, {
      orders: [order],
      isHere: false,
      base: null,
      isReopen: false,
      onWait: null,
      onNearMiss,
    });
    if (claimed.kind === 'refused') {
      // A session that was made only for the program has ended before it began.
      if (identity.source === 'anchor' && !isHolder)
        notePresence(session, identity, { endedAt: formatInstant(ports.clock.now().wallMs) });
      return claimed;
    }
    const [{ view }] = claimed.claims as [Claimed['claims'][number]];
    request.onStart(claimed);
    const folder = view.worktree ?? ports.places.topLevel ?? ports.places.mainDir;
    const exit = await program.start(folder, variablesOf(identity));
    const ran = { kind: 'ran', view, exit, warnings: claimed.warnings } as const;
    if (request.isCompleting && exit === 0) return await completed(session, ran, isHolder);
    return isHolder ? { ...ran, end: 'kept' } : await givenBack(session, ran);
  } finally {
    program.end();
  }
}

type Runner = {
  readonly identity: Identity;
  /** Whether the session held the order before. */
  readonly isHolder: boolean;
};

/**
 * Returns the session that runs the program. A named session, an agent's session and the order's holder run it themselves. For
 * anybody else, such as a person at a terminal, it is a new session that lives as long as the program, so that several programs
 * side by side are several sessions.
 */
function runnerOf(ports: Ports, current: Witnessed | null, program: Anchor | null, isAnchored: boolean): Runner {
  const identified = ports.identify();
  const asker = identified.kind === 'session' ? identified.identity : null;
  const relation = asker === null || current === null ? 'other' : relationTo(ports, current, asker);
  const isHolders = (isMine(relation) && relation !== 'resumed') || relation === 'returned';
  if (asker !== null && isHolders) return { identity: asker, isHolder: true };
  if (asker !== null && (asker.source === 'named' || (asker.agent !== null && asker.source !== 'binding'))) {
    const isOwn = asker.anchor !== null && (isAnchored || asker.agent !== null);
    return { identity: isOwn ? asker : { ...asker, anchor: program, person: null }, isHolder: false };
  }
  if (program === null) throw nobody(identified);
  const { host, boot } = ports.processes;
  const clone = ports.shared?.clone ?? null;
  const agent = identified.kind === 'nobody' && 'agent' in identified ? identified.agent : null;
  const key = anchorKey(agent, { host, boot }, program);
  const started = { agent, host, boot, clone, anchor: program, person: null, guestOf: null };
  return { identity: { ...started, key, id: sessionIdOf(key), source: 'anchor' }, isHolder: false };
}

function nobody(identified: Identified): ClaimError {
  if (identified.kind === 'nobody') return noSession(identified);
  return new ClaimError({ code: 'no-session', kind: 'program-unseen' });
}

/** Returns the same ports for another session. */
function as(ports: Ports, identity: Identity): Ports {
  return Object.create(ports, { identify: { value: () => ({ kind: 'session', identity }) } }) as Ports;
}

function variablesOf({ key, anchor }: Identity): Record<string, string> {
  return { GIT_CLAIM_SESSION: key, ...(anchor === null ? {} : { GIT_CLAIM_ANCHOR: formatAnchor(anchor) }) };
}

type Ran = Omit<RanProgram, 'end'>;

/**
 * Completes the order. If that fails, a claim that was made for the program is released, because nobody works on it any more.
 * With uncommitted work it is kept: whoever claims a free order next gets its worktree as it is.
 */
async function completed(ports: Ports, ran: Ran, isHolder: boolean): Promise<RanProgram | Refusal> {
  let isKept = isHolder;
  try {
    const done = await complete(ports, [ran.view.order]);
    isKept ||= done.kind === 'done';
    return done.kind === 'done' ? over(ran, 'completed', done) : done;
  } catch (error) {
    isKept ||= error instanceof ClaimError && error.failure.kind === 'uncommitted-work';
    throw error;
  } finally {
    if (!isKept) await givenBack(ports, ran);
  }
}

/** Releases the claim. If that fails, it is only a warning: the exit code of the program is still the answer. */
async function givenBack(ports: Ports, ran: Ran): Promise<RanProgram> {
  const kept = (end: 'lost' | 'kept', failure: Trouble | null): RanProgram => {
    const { order } = ran.view;
    return { ...ran, end, warnings: [...ran.warnings, { code: 'not-released', order, failure }] };
  };
  try {
    const done = await release(ports, [ran.view.order]);
    // The program may have ended the claim itself.
    if (done.kind === 'refused' && done.claim?.mine && done.claim.state !== null)
      return { ...ran, end: done.claim.state === 'completed' ? 'completed' : 'released', view: done.claim };
    if (done.kind === 'refused') return kept('lost', null);
    return over(ran, 'released', done);
  } catch (error) {
    return kept('kept', troubleFrom(error));
  }
}

function over(ran: Ran, end: RanProgram['end'], { claims, warnings }: Done): RanProgram {
  return { ...ran, end, view: claims[0]?.view ?? ran.view, warnings: [...ran.warnings, ...warnings] };
}
