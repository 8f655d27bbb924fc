import { type CheckedCommit, type CheckFacts, COMMITS_BEFORE_CLAIM } from '../../core/check/facts.ts';
import type { Finding } from '../../core/check/finding.ts';
import { findCollisions } from '../../core/check/findings.ts';
import { ordersOf, ships } from '../../core/check/naming.ts';
import { isLive } from '../../core/claim/record.ts';
import type { Oid, OrderId } from '../../core/ids.ts';
import type { Order } from '../../core/orders/order.ts';
import type { Identity } from '../../core/session/identity.ts';
import type { SeenCommit } from '../../ports/commits.ts';
import type { Reading } from '../../ports/registry.ts';
import { freshIntents } from '../caller/heard.ts';
import { heldPaths } from '../evidence/held-paths.ts';
import { observe } from '../evidence/observe.ts';
import { waitsOf } from '../orders/holds.ts';
import type { Ports } from '../ports.ts';
import { commitsBefore } from './commits-had.ts';
import { onTheirBranches } from './their-branches.ts';

/** How far back the check looks. */
const SINCE_MS = 5 * 60_000;

/**
 * Returns the findings, given the current readings of the orders, the other branches with work on them, and the commit at which
 * the work on an order will begin, if that is known; it is asked only where commits may collide.
 */
export type ClaimCheck = (
  readings: ReadonlyMap<OrderId, Reading>,
  branches: CheckFacts['branches'],
  beginningOf: (order: OrderId) => Promise<Oid | null> | Oid | null,
) => Promise<readonly Finding[]>;

/**
 * Begins the check of orders that are about to be claimed, with one git process beside others. It looks at recent commits,
 * intents and the orders' own files, and at path claims only if one of those files names paths.
 *
 * @param filed those of the orders that have a file
 * @param intentsOf returns what others announced
 */
export function checkClaim(
  ports: Ports,
  asker: Identity | null,
  orders: readonly OrderId[],
  filed: readonly OrderId[],
  intentsOf = freshIntents,
): ClaimCheck {
  const { wallMs } = ports.clock.now();
  const walking = ports.commits.since(wallMs - SINCE_MS, COMMITS_BEFORE_CLAIM);
  const reading = filed.length === 0 ? [] : ports.orders.readNamed(filed);
  // A caller who is refused for another reason does not wait for these.
  walking.catch(() => undefined);
  if (reading instanceof Promise) reading.catch(() => undefined);
  let intents: ReturnType<typeof freshIntents> | null = null;
  return async (readings, branches, beginningOf) => {
    // Once: a caller that loses a race and decides again has not heard of them yet.
    intents ??= intentsOf(ports, asker);
    const files = await reading;
    const hasPaths = files.some(({ paths }) => paths.length > 0);
    const walked = await walking;
    const seen = walked.filter(({ session }) => session === null || session !== asker?.id);
    const { idPattern } = ports.settings;
    const isAbout = (commit: SeenCommit) => ordersOf(commit, idPattern, (order) => orders.includes(order)).length > 0;
    const about = seen.filter(isAbout);
    const base = about.length === 0 ? null : await ports.branches.defaultBase();
    const placed = new Map((await onTheirBranches(ports, base, about)).map((commit) => [commit.oid, commit]));
    const commits = seen.map((commit) => placed.get(commit.oid) ?? commit);
    const open = files.filter(({ id }) => !isHeld(readings.get(id)));
    const [touched, held, shipped, waits] = await Promise.all([
      hasPaths ? ports.commits.filesOf(commits.map(({ oid }) => oid)) : new Map(),
      hasPaths ? ports.paths.survey() : null,
      shippedAmong(ports, orders, commits),
      waitsOf(ports, asker, open),
    ]);
    const asCommit = (commit: SeenCommit): CheckedCommit => ({
      ...commit,
      orders: ordersOf(commit, ports.settings.idPattern, (order) => orders.includes(order)),
      files: touched.get(commit.oid) ?? [],
    });
    const ended = new Map([...readings].filter(([, one]) => one.kind === 'record' && !isLive(one.record)));
    const facts: Omit<CheckFacts, 'named'> = {
      me: asker?.id ?? null,
      hereSinceMs: null,
      claims: observe(ports, ended, asker),
      fates: new Map(),
      orders: open,
      waits,
      isRecorded: (order) => (readings.get(order)?.kind ?? 'absent') !== 'absent',
      commits: commits.map(asCommit),
      had: hasPaths ? await commitsBefore(walked, commits, orders, beginningOf) : { here: new Set(), orders: new Map() },
      shipped: shipped.map(({ order, commit }) => ({ order, commit: asCommit(commit) })),
      branches,
      trees: [],
      heldPaths: held === null ? [] : heldPaths(ports, held.paths, asker),
      intents,
    };
    const found = orders.flatMap((named, at) =>
      findCollisions({ ...facts, orders: ofOne(facts.orders, named), intents: at === 0 ? facts.intents : [], named }),
    );
    return found.filter(({ severity }) => severity !== 'info');
  };
}

/** The file of a claim that is taken over says "in progress" rightly. */
function isHeld(reading: Reading | undefined): boolean {
  return reading?.kind === 'record' && isLive(reading.record);
}

function ofOne(files: readonly Order[], order: OrderId): readonly Order[] {
  return files.filter(({ id }) => id === order);
}

/** Returns those commits that brought the work of an order to the default branch. */
async function shippedAmong(
  ports: Ports,
  orders: readonly OrderId[],
  commits: readonly SeenCommit[],
): Promise<{ readonly order: OrderId; readonly commit: SeenCommit }[]> {
  const shipping = orders.flatMap((order) =>
    commits.filter((commit) => ships(order, commit, ports.settings.idPattern)).map((commit) => ({ order, commit })),
  );
  if (shipping.length === 0) return [];
  const outside = await ports.branches.outside(shipping.map(({ commit }) => commit.oid));
  return shipping.filter(({ commit }) => !outside.has(commit.oid));
}
