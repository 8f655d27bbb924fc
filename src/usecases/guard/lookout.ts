import type { ClaimView } from '../../core/claim/view.ts';
import { type Response, type Rule, responseTo } from '../../core/guard/mode.ts';
import type { MovedRef } from '../../core/guard/moved-ref.ts';
import type { OrderId } from '../../core/ids.ts';
import type { PathView } from '../../core/paths/view.ts';
import type { Operation, RecentCommit } from '../../ports/changes.ts';
import type { Reading } from '../../ports/registry.ts';
import type { EventView } from '../caller/event-view.ts';
import { observe } from '../evidence/observe.ts';
import { readyOrder } from '../orders/ready-order.ts';
import type { Ports } from '../ports.ts';
import { FINDINGS_MAX, note } from './log.ts';
import type { HookView } from './scene.ts';

/** The subject of a finding, besides its claim. */
export type About = {
  readonly files?: readonly string[];
  readonly commit?: RecentCommit;
  readonly status?: string;
  readonly path?: PathView;
  /** The change was made elsewhere, and a merge or a rebase brings it in. */
  readonly isBroughtIn?: boolean;
  /** The branch of the claim was left, in its own worktree. */
  readonly isLeft?: boolean;
};

/** A finding and the response to it. */
export type Reported = About & {
  readonly rule: Rule;
  readonly order: OrderId | null;
  readonly claim: ClaimView | null;
  readonly response: Exclude<Response, 'pass'>;
  /** Whether hard mode would have refused. */
  readonly stricter: boolean;
  /** Whether the claim was taken from the caller. */
  readonly wasTaken: boolean;
  /** Whether the caller may reopen the order, if it is complete. */
  readonly mayReopen: boolean;
};

/** What a hook reports. */
export type Guarded = {
  readonly kind: 'guarded';
  readonly hook: string;
  readonly reported: readonly Reported[];
  readonly isRefused: boolean;
  /** The git operation that is under way, and still is after a refusal. */
  readonly operation: Operation | null;
  /** What is committed is brought in from elsewhere and belongs together, as in a merge or a squash. */
  readonly isWhole: boolean;
  /** Why a person overrode a refusal; null if nobody did. */
  readonly bypass: string | null;
  /** An order that is ready and free, for a caller who is in another session's way; null if none is known. */
  readonly free: OrderId | null;
  /** Refs of claims that moved without their session. */
  readonly moves: readonly MovedRef[];
  /** Set if the remote was to say who holds orders, and did not. */
  readonly unsure?: Unsure;
  /** Set if the remote has not confirmed the caller's claims lately. */
  readonly unconfirmed?: HookView['unconfirmed'];
  /** What other sessions announced. */
  readonly heard?: readonly EventView[];
};

/** `said`: git's words; null if the remote did not answer in time. */
export type Unsure = { readonly orders: readonly OrderId[]; readonly remote: string; readonly said: string | null };

/**
 * Decides by mode and actor how to respond to what was found, logs that, and returns what the hook reports.
 *
 * @param warned lines of {@link lineOf} that an earlier hook of the same commit has warned of
 */
export async function answerTo(
  ports: Ports,
  { asker, scene, readings, moves }: HookView,
  hook: string,
  found: readonly (About & { readonly rule: Rule; readonly order: OrderId | null })[],
  warned: readonly string[] = [],
): Promise<Guarded> {
  const answered = found.slice(0, FINDINGS_MAX).flatMap((finding) => {
    const mode = ports.settings.ruleMode(finding.rule);
    const { response, stricter } = responseTo(finding.rule, mode, scene.actor, finding.isBroughtIn === true);
    if (response === 'pass' || (response === 'warn' && warned.includes(lineOf(finding)))) return [];
    return [{ ...finding, response, stricter }];
  });
  // All at once: titles take a look at all order files.
  const orders = new Set(answered.flatMap(({ order }) => order ?? []));
  const views = observe(ports, new Map([...orders].flatMap((order) => readingOf(readings, order))), asker);
  const reported = answered.map((finding): Reported => {
    const claim = views.find(({ order }) => order === finding.order) ?? null;
    const reading = finding.order === null ? undefined : readings.get(finding.order);
    const record = reading?.kind === 'record' ? reading.record : null;
    const wasTaken = asker !== null && record?.takenFrom === asker.key;
    const mayReopen = scene.actor === 'person' || (asker !== null && record?.holder.key === asker.key);
    return { ...finding, claim, wasTaken, mayReopen };
  });
  const isRefused = reported.some(({ response }) => response === 'refuse');
  const bypass = isRefused && scene.actor === 'person' ? ports.settings.bypass : null;
  for (const one of reported) {
    const kind = bypass !== null && one.response === 'refuse' ? 'bypassed' : one.response === 'refuse' ? 'refused' : 'warned';
    note(ports, asker, kind, hook, one, bypass ?? '');
  }
  const free = reported.some(({ rule }) => IN_THE_WAY.includes(rule)) ? await readyOrder(ports) : null;
  const operation = hook === 'pre-push' ? null : ports.changes.operation();
  const isWhole = ports.changes.isUnderWay();
  return { kind: 'guarded', hook, reported, isRefused: isRefused && bypass === null, operation, isWhole, bypass, free, moves };
}

function readingOf(readings: HookView['readings'], order: OrderId): [OrderId, Reading][] {
  const reading = readings.get(order);
  return reading === undefined ? [] : [[order, reading]];
}

const IN_THE_WAY: readonly Rule[] = ['lost', 'branch', 'named', 'unclaimed', 'push', 'checkout'];

/** Returns a finding as one line, which hooks of one commit leave for each other. */
export function lineOf({ rule, order }: Pick<Reported, 'rule' | 'order'>): string {
  return `${rule} ${order ?? '-'}`;
}
