import type { CheckedCommit, CheckFacts, HeardIntent } from '../core/check/facts.ts';
import type { Finding } from '../core/check/finding.ts';
import { findCollisions } from '../core/check/findings.ts';
import { ordersOf, ships } from '../core/check/naming.ts';
import { currentIn } from '../core/claim/board.ts';
import type { ClaimView } from '../core/claim/view.ts';
import { ClaimError } from '../core/errors.ts';
import type { OrderId } from '../core/ids.ts';
import type { Identity } from '../core/session/identity.ts';
import { parseInstant } from '../core/time.ts';
import type { SeenCommit } from '../ports/commits.ts';
import type { Reading } from '../ports/registry.ts';
import { freshIntents } from './caller/heard.ts';
import { commitsHad } from './check/commits-had.ts';
import { onTheirBranches } from './check/their-branches.ts';
import { type CheckedTrees, checkTrees } from './check/trees.ts';
import { heldPaths } from './evidence/held-paths.ts';
import { survey } from './evidence/observe.ts';
import { straysBeside } from './evidence/strays.ts';
import { waitsOf } from './orders/holds.ts';
import { namedOrders } from './orders/spelling.ts';
import type { Ports } from './ports.ts';
import { type Arrival, arrive } from './presence/arrive.ts';
import { freshen } from './remote/contact.ts';
import { baseWarning, nearMisses, type Warning } from './warning.ts';

export type Checked = {
  readonly kind: 'checked';
  /** The gravest first. */
  readonly findings: readonly Finding[];
  /** The order that was named, or null. */
  readonly order: OrderId | null;
  readonly warnings: readonly Warning[];
};

/** How far back a check looks by default. */
export const SINCE_MS = 5 * 60_000;
/** How many recent commits are looked at. A session makes one every few minutes. */
const RECENT_MAX = 500;
/** How many of those made by others are judged, and with them their files. */
const TOLD_MAX = 60;
/** How many commits of the default branch are searched for shipped work: weeks of a busy project, in 20 ms. */
const SHIPPED_AMONG = 2_000;

/**
 * Checks for collisions: judges what other sessions hold, did recently, left in worktrees or announced, for one order or for all
 * orders that the caller holds.
 *
 * @param text the order; null: all that the caller holds
 * @param sinceMs how far back "recently" goes
 * @param arrival what the same command has found already
 * @throws ClaimError `bad-id`, and as {@link arrive}
 */
export async function check(
  ports: Ports,
  text: string | null,
  sinceMs: number,
  arrival: Arrival | null = null,
): Promise<Checked> {
  if (arrival === null) await freshen(ports);
  const asked = text === null ? null : await namedOrders(ports, [text]);
  const [named = null] = asked?.orders ?? [];
  const surveying = arrival === null ? ports.registry.survey() : null;
  const { wallMs } = ports.clock.now();
  const reading = Promise.all([
    ports.orders.read(),
    ports.commits.since(wallMs - sinceMs, RECENT_MAX),
    ports.branches.startOf([]),
  ]);
  const { asker, readings, paths, warnings } =
    surveying === null ? { ...(arrival as Arrival), warnings: [] } : await arrive(ports, { surveying, beside: reading });
  const [list, seen, { base, doubts }] = await reading;
  const claims = survey(ports, ofInterest(readings, named), asker);
  const held = claims.filter(isHeldByAsker);
  const about = named === null ? held.map(({ order }) => order) : [named];
  const filed = new Set(list.orders.map(({ id }) => id));
  const asCommit = (commit: SeenCommit): CheckedCommit => ({
    ...commit,
    orders: ordersOf(
      commit,
      ports.settings.idPattern,
      (order) => filed.has(order) || readings.has(order) || about.includes(order),
    ),
    files: null,
  });
  const orderFiles = new Set(list.orders.flatMap(({ file }) => [file, ...newFolders(file)]));
  const asking = list.orders.filter(({ id }) => about.includes(id));
  const [trees, shipped, branches, fates, waits] = await Promise.all([
    checkTrees(ports, asker, claims, (file) => orderFiles.has(file)),
    shippedAmong(ports, about, asker),
    unmergedBranches(ports, about, claims),
    fatesOf(ports, readings, about),
    waitsOf(ports, asker, asking, list.orders),
  ]);
  const made = ports.commits.madeHere();
  const isMade = ({ oid, session, atMs }: SeenCommit) => session === null && made.has(oid) && isAloneHere(ports, asker, atMs);
  const strange = seen.filter((commit) => !isMade(commit) && !isOwn(commit, asker, claims, trees, base?.branch ?? null));
  const others = await onTheirBranches(ports, base, strange.slice(0, TOLD_MAX));
  const files = await ports.commits.filesOf([...others, ...shipped.map(({ commit }) => commit)].map(({ oid }) => oid));
  const hereSinceMs = hereSince(ports, asker);
  const facts: CheckFacts = {
    named,
    me: asker?.id ?? null,
    hereSinceMs,
    claims,
    fates,
    orders: list.orders,
    waits,
    isRecorded: (order) => (readings.get(order)?.kind ?? 'absent') !== 'absent',
    commits: others.map((commit) => ({ ...asCommit(commit), files: files.get(commit.oid) ?? [] })),
    had: commitsHad(seen, others, { about, held, trees: trees.trees, base, hereSinceMs }),
    shipped: shipped.map(({ order, commit }) => ({ order, commit: { ...asCommit(commit), files: files.get(commit.oid) ?? [] } })),
    branches,
    trees: trees.trees,
    heldPaths: heldPaths(ports, paths, asker),
    intents: intentsHeard(ports, asker),
  };
  return {
    kind: 'checked',
    findings: findCollisions(facts),
    order: named,
    warnings: [...nearMisses(asked), ...warnings, ...doubts.map(baseWarning), ...trees.warnings],
  };
}

/** Checks for a session that starts. A check that fails is only a warning, so that the session starts nevertheless. */
export async function checkAtStart(ports: Ports, arrival: Arrival): Promise<Pick<Checked, 'findings' | 'warnings'>> {
  try {
    return await check(ports, null, SINCE_MS, arrival);
  } catch (error) {
    if (!(error instanceof ClaimError)) throw error;
    return { findings: [], warnings: [{ code: 'unchecked', failure: error.failure }] };
  }
}

/** If all files of a folder are new, git names the folder instead. */
function newFolders(file: string): string[] {
  const names = file.split('/');
  return names.slice(1).map((_, at) => `${names.slice(0, at + 1).join('/')}/`);
}

/** Returns live claims, refs that are not understood, and the named order's reading. */
function ofInterest(readings: ReadonlyMap<OrderId, Reading>, named: OrderId | null): ReadonlyMap<OrderId, Reading> {
  const current = currentIn(readings);
  const reading = named === null || current.has(named) ? undefined : readings.get(named);
  return reading === undefined ? current : new Map([...current, [named as OrderId, reading]]);
}

function isHeldByAsker({ mine, state }: ClaimView): boolean {
  return mine && (state === 'active' || state === 'blocked');
}

/** A commit's trailer says whose it is. Without a trailer, it is the caller's if it is on the caller's own branch. */
function isOwn(
  { session, branch }: SeenCommit,
  asker: Identity | null,
  claims: readonly ClaimView[],
  { trees }: CheckedTrees,
  base: string | null,
): boolean {
  if (asker === null) return false;
  if (session !== null) return session === asker.id;
  if (branch === null || branch === base) return false;
  return (
    claims.some((claim) => isHeldByAsker(claim) && claim.branch === branch) ||
    trees.some((tree) => tree.isHere && tree.branch === branch)
  );
}

/** Whether no other session was in this worktree when the commit was made: its reflog does not say who of two made it. */
function isAloneHere(ports: Ports, asker: Identity | null, atMs: number): boolean {
  const { topLevel } = ports.places;
  return !ports.presence
    .sessions()
    .some(
      ({ key, worktree, startedAt, lastSeenAt }) =>
        key !== asker?.key &&
        worktree === topLevel &&
        (parseInstant(startedAt) ?? 0) <= atMs &&
        (parseInstant(lastSeenAt) ?? 0) >= atMs,
    );
}

async function shippedAmong(
  ports: Ports,
  about: readonly OrderId[],
  asker: Identity | null,
): Promise<{ readonly order: OrderId; readonly commit: SeenCommit }[]> {
  if (about.length === 0) return [];
  const commits = await ports.commits.onDefault(SHIPPED_AMONG);
  return about.flatMap((order) => {
    const commit = commits.find((one) => one.session !== (asker?.id ?? '') && ships(order, one, ports.settings.idPattern));
    return commit === undefined ? [] : [{ order, commit }];
  });
}

async function unmergedBranches(
  ports: Ports,
  about: readonly OrderId[],
  claims: readonly ClaimView[],
): Promise<CheckFacts['branches']> {
  if (about.length === 0) return [];
  const ahead = await ports.branches.ahead();
  const found = about.map((order) => {
    const own = claims.find((claim) => claim.order === order)?.branch ?? null;
    return straysBeside(ports, order, own, ahead);
  });
  return (await Promise.all(found)).flat();
}

async function fatesOf(
  ports: Ports,
  readings: ReadonlyMap<OrderId, Reading>,
  about: readonly OrderId[],
): Promise<CheckFacts['fates']> {
  const fates = new Map<OrderId, 'merged' | 'unmerged' | 'empty'>();
  for (const order of about) {
    const reading = readings.get(order);
    if (reading?.kind !== 'record' || reading.record.state !== 'completed' || reading.record.tip === null) continue;
    const { tip, base } = reading.record;
    const isUnmerged = tip !== base && (await ports.branches.unmerged([tip])).has(tip);
    fates.set(order, tip === base ? 'empty' : isUnmerged ? 'unmerged' : 'merged');
  }
  return fates;
}

function hereSince(ports: Ports, asker: Identity | null): number | null {
  if (asker === null) return null;
  const own = ports.presence.session(asker.key);
  return own === null ? null : parseInstant(own.startedAt);
}

/** What a session has heard here, its first claim does not repeat. A guest hears nothing for the holder. */
function intentsHeard(ports: Ports, asker: Identity | null): HeardIntent[] {
  const intents = freshIntents(ports, asker);
  const last = intents.at(-1)?.number;
  if (asker !== null && asker.source !== 'binding' && last !== undefined) ports.presence.reportedBefore(asker.key, last);
  return intents.map(({ session, order, at, message }) => ({ session, order, at, message }));
}
