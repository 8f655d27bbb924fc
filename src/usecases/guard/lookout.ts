import { isLive, type Witnessed } from '../../core/claim/record.ts';
import type { ClaimView } from '../../core/claim/view.ts';
import { type Committer, type Response, type Rule, responseTo } from '../../core/guard/mode.ts';
import { isOneFamily, namesIn } from '../../core/guard/named-order.ts';
import { isHere, type KnownClaim, type Scene } from '../../core/guard/place.ts';
import { isCanonicalOrderId, type OrderId, orderIdOf } from '../../core/ids.ts';
import { oneLine } from '../../core/line.ts';
import type { PathView } from '../../core/paths/view.ts';
import type { Identity } from '../../core/session/identity.ts';
import { sessionIdOf } from '../../core/session/key.ts';
import { formatInstant } from '../../core/time.ts';
import type { Operation, RecentCommit } from '../../ports/changes.ts';
import type { Reading } from '../../ports/registry.ts';
import { readerOf } from '../caller/asker.ts';
import type { EventView } from '../caller/event-view.ts';
import { bindTree, treeOf } from '../caller/tree.ts';
import { isMine, observe, relationTo } from '../evidence/observe.ts';
import { readyOrder } from '../orders/ready-order.ts';
import type { Ports } from '../ports.ts';
import { arrive } from '../presence/arrive.ts';

/** Nobody reads more, and each one is an event in the log. */
const FINDINGS_MAX = 20;

/** What a hook sees in the repository that it runs in. */
export type HookView = {
  readonly asker: Identity | null;
  readonly scene: Scene;
  readonly readings: ReadonlyMap<OrderId, Reading>;
};

/** The subject of a finding, besides its claim. */
export type About = {
  readonly files?: readonly string[];
  readonly commit?: RecentCommit;
  readonly status?: string;
  readonly path?: PathView;
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
};

/** What a hook reports. */
export type Guarded = {
  readonly kind: 'guarded';
  readonly hook: string;
  readonly reported: readonly Reported[];
  readonly isRefused: boolean;
  /** The git operation that is under way, and still is after a refusal. */
  readonly operation: Operation | null;
  /** Why a person overrode a refusal; null if nobody did. */
  readonly bypass: string | null;
  /** An order that is ready and free, for a caller who is in another session's way; null if none is known. */
  readonly free: OrderId | null;
  /** What other sessions announced. */
  readonly heard?: readonly EventView[];
};

/** Looks at all claims for the session at work here, records its presence and answers challenges of its claims. */
export async function lookOut(ports: Ports): Promise<HookView> {
  const surveying = ports.registry.survey();
  noteUnreported(ports, readerOf(ports));
  const { asker, readings } = await arrive(ports, { surveying });
  const bound = ports.bindings.read(null);
  const claims = [...readings].flatMap(([order, reading]) => knownClaim(ports, asker, order, reading));
  for (const { order, oid } of bound) {
    const reading = readings.get(order);
    const isAnswered = reading?.kind === 'record' && isLive(reading.record) && reading.oid !== oid;
    if (isAnswered && claims.some((claim) => claim.order === order && claim.isMine)) rebind(ports, reading);
  }
  const branch = await ports.changes.branch();
  const named = branch === null ? null : await orderNamedBy(ports, branch, claims);
  return {
    asker,
    readings,
    scene: { actor: actorOf(ports, asker), branch, isMerge: ports.changes.isMerging(), bound, claims, named },
  };
}

/** The claims that a commit here works on, in the order they were bound. */
export function claimsHere({ scene }: HookView): readonly KnownClaim[] {
  const here = scene.claims.filter((claim) => isHere(scene, claim));
  const onBranch = here.filter(({ record }) => record?.branch === scene.branch);
  return onBranch.length > 0 ? onBranch : here;
}

/**
 * Decides by mode and actor how to respond to what was found, logs that, and returns what the hook reports.
 *
 * @param warned lines of {@link lineOf} that an earlier hook of the same commit has warned of
 */
export async function answerTo(
  ports: Ports,
  { asker, scene, readings }: HookView,
  hook: string,
  found: readonly (About & { readonly rule: Rule; readonly order: OrderId | null })[],
  warned: readonly string[] = [],
): Promise<Guarded> {
  const reported = found.slice(0, FINDINGS_MAX).flatMap((finding): Reported[] => {
    const { response, stricter } = responseTo(finding.rule, ports.settings.ruleMode(finding.rule), scene.actor);
    if (response === 'pass' || (response === 'warn' && warned.includes(lineOf(finding)))) return [];
    const reading = finding.order === null ? undefined : readings.get(finding.order);
    const [claim = null] = reading === undefined ? [] : observe(ports, new Map([[finding.order as OrderId, reading]]), asker);
    const wasTaken = reading?.kind === 'record' && asker !== null && reading.record.takenFrom === asker.key;
    return [{ ...finding, claim, response, stricter, wasTaken }];
  });
  const isRefused = reported.some(({ response }) => response === 'refuse');
  const bypass = isRefused && scene.actor === 'person' ? ports.settings.bypass : null;
  for (const one of reported) {
    const kind = bypass !== null && one.response === 'refuse' ? 'bypassed' : one.response === 'refuse' ? 'refused' : 'warned';
    note(ports, asker, kind, hook, one, bypass ?? '');
  }
  const free = reported.some(({ rule }) => IN_THE_WAY.includes(rule)) ? await readyOrder(ports) : null;
  const operation = hook === 'pre-push' ? null : ports.changes.operation();
  return { kind: 'guarded', hook, reported, isRefused: isRefused && bypass === null, operation, bypass, free };
}

const IN_THE_WAY: readonly Rule[] = ['lost', 'branch', 'push', 'checkout'];

/** Returns a finding as one line, which hooks of one commit leave for each other. */
export function lineOf({ rule, order }: Pick<Reported, 'rule' | 'order'>): string {
  return `${rule} ${order ?? '-'}`;
}

/** Logs what a hook did. */
export function note(
  ports: Ports,
  asker: Pick<Identity, 'id' | 'key'> | null,
  kind: 'warned' | 'refused' | 'bypassed' | 'overridden',
  hook: string,
  { rule, order, stricter, files }: Pick<Reported, 'rule' | 'order' | 'stricter' | 'files'>,
  message: string,
): void {
  ports.events.append({
    at: formatInstant(ports.clock.now().wallMs),
    kind,
    order,
    session: asker?.id ?? null,
    sessionKey: asker?.key ?? null,
    generation: null,
    oid: null,
    message,
    detail: { hook, rule, mode: ports.settings.ruleMode(rule), stricter, ...(files === undefined ? {} : { files }) },
  });
}

/** Logs what a hook did while refs were locked. It cannot log then, and leaves a note for the next command or hook. */
export function noteUnreported(ports: Ports, asker: Identity | null): void {
  for (const reason of ports.notes.takeBypassed()) {
    note(ports, asker, 'bypassed', LOCKED, { rule: 'refs', order: null, stricter: false }, oneLine(reason));
  }
  for (const { what, key } of ports.notes.takeRefused().slice(-FINDINGS_MAX)) {
    const session = key === null ? null : { id: sessionIdOf(key), key };
    const order = isCanonicalOrderId(what) ? what : null;
    note(ports, session, 'refused', LOCKED, { rule: 'refs', order, stricter: false }, order === null ? oneLine(what) : '');
  }
}

const LOCKED = 'reference-transaction';

function knownClaim(ports: Ports, asker: Identity | null, order: OrderId, reading: Reading): KnownClaim[] {
  if (reading.kind === 'absent') return [];
  if (reading.kind !== 'record') return [{ order, record: null, isMine: false, isThisTrees: false }];
  const { record } = reading;
  return [
    {
      order,
      record,
      isMine: asker !== null && isMine(relationTo(ports, reading, asker)),
      isThisTrees: treeOf(ports, record) === ports.places.topLevel,
    },
  ];
}

/** Binds the record after an answer. With the old one in the binding, the shell hook would look twice at every commit. */
function rebind(ports: Ports, { oid, record }: Witnessed): void {
  if (treeOf(ports, record) === ports.places.topLevel) bindTree(ports, { oid, previous: null, record });
}

/** A guest in an agent's worktree has the agent's key, and is not an agent. */
function actorOf(ports: Ports, asker: Identity | null): Committer {
  const identified = ports.identify();
  if (identified.kind === 'nobody')
    return identified.why === 'agent-unseen' || identified.why === 'agent-shared' ? 'agent' : 'nobody';
  return asker?.agent !== null && asker?.source !== 'binding' ? 'agent' : 'person';
}

/** A branch such as release-2 only looks like an order's. There must be a file for it, or a claim with the same id prefix. */
async function orderNamedBy(ports: Ports, branch: string, claims: readonly KnownClaim[]): Promise<OrderId | null> {
  const { idPattern } = ports.settings;
  const orders = namesIn(branch).flatMap((name) => orderIdOf(name, idPattern) ?? orderIdOf(name.toLowerCase(), idPattern) ?? []);
  if (orders.length === 0) return null;
  const claimed = orders.find((order) => claims.some((claim) => claim.order === order));
  if (claimed !== undefined) return claimed;
  const { titles } = await ports.orders.find(orders);
  const filed = orders.find((order) => titles.has(order));
  return filed ?? orders.find((order) => claims.some((claim) => isOneFamily(order, claim.order))) ?? null;
}
