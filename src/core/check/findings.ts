import type { ClaimView } from '../claim/view.ts';
import type { OrderId } from '../ids.ts';
import type { Order } from '../orders/order.ts';
import { statusOf } from '../orders/status-words.ts';
import type { HeldPath } from '../paths/held.ts';
import { touching } from '../paths/touching.ts';
import { formatInstant, parseInstant } from '../time.ts';
import { nameOfTip } from '../trees/branch-name.ts';
import type { CheckedCommit, CheckFacts, CommitsHad, OtherBranch } from './facts.ts';
import { bySeverity, type Finding, type FindingAbout, NOTHING, named } from './finding.ts';
import { type Scope, scopeOf } from './scope.ts';
import { treeFindings } from './tree-findings.ts';

/** Returns what a session that is about to begin, or is at work, may collide with. The worst comes first. */
export function findCollisions(facts: CheckFacts): Finding[] {
  const scope = scopeOf(facts);
  return bySeverity([
    ...facts.claims.flatMap((claim) => claimFinding(claim, facts, scope)),
    ...doneFindings(facts, scope),
    ...[...scope.orders].flatMap((order) => fileFindings(order, facts)),
    ...facts.heldPaths.flatMap((held) => pathFinding(held, scope)),
    ...facts.branches.flatMap((one) => branchFinding(one, facts, scope)),
    ...facts.trees.flatMap((tree) => treeFindings(tree, facts, scope)),
    ...facts.commits.filter((commit) => !isTold(commit, facts)).map((commit) => commitFinding(commit, facts.had, scope)),
    ...facts.orders.flatMap((order) => legacyFinding(order, facts, scope)),
    ...facts.intents.map(intentFinding),
  ]);
}

function claimFinding(claim: ClaimView, { named }: CheckFacts, { orders }: Scope): Finding[] {
  const isAbout = orders.has(claim.order);
  // What nobody understands is never free.
  const isUnknown = claim.state === null && isAbout && named !== null;
  if (claim.mine || (claim.state !== 'active' && claim.state !== 'blocked' && !isUnknown)) return [];
  const kind = KIND_OF[claim.liveness ?? 'live'];
  const isCurrent = kind !== 'stale-claim';
  return [
    {
      ...NOTHING,
      kind,
      severity: !isAbout || named === null ? 'info' : isCurrent ? 'block' : 'warn',
      order: claim.order,
      session: claim.session,
      at: claim.claimedAt,
      about: { what: 'claim', claim },
    },
  ];
}

const KIND_OF = {
  live: 'live-claim',
  unknown: 'live-claim',
  challenged: 'challenged-claim',
  stale: 'stale-claim',
  expired: 'stale-claim',
  dead: 'stale-claim',
} as const;

/** Finds orders whose work exists: by the claim, by the file, or by a commit of the default branch. One finding each suffices. */
function doneFindings({ claims, fates, orders: files, shipped }: CheckFacts, { orders }: Scope): Finding[] {
  return [...orders].flatMap((order) => {
    const claim = claims.find((one) => one.order === order);
    const isHeld = claim?.state === 'active' || claim?.state === 'blocked';
    if (claim?.state === 'completed') {
      const about = { what: 'completed', fate: fates.get(order) ?? 'unknown' } as const;
      return [done(order, claim.session, null, claim.claimedAt, about)];
    }
    const found = shipped.find((one) => one.order === order)?.commit;
    if (found !== undefined) {
      const one = done(order, found.session, found, formatInstant(found.atMs), { what: 'shipped', commit: found });
      // A session that released the order, or claimed it after that commit, knows that there is work left.
      const isNews = claim === undefined || (isHeld && claim.mine && found.atMs > (parseInstant(claim.claimedAt ?? '') ?? 0));
      return [isNews ? one : { ...one, severity: 'warn' as const }];
    }
    const copies = files.filter(({ id }) => id === order);
    const [file] = copies;
    if (file === undefined || !copies.every(isDone)) return [];
    const one = done(order, null, null, null, { what: 'done-by-file', statusWord: file.statusWord, file: file.file });
    return [isHeld ? { ...one, severity: 'warn' as const } : one];
  });
}

function done(
  order: OrderId,
  session: string | null,
  commit: CheckedCommit | null,
  at: string | null,
  about: FindingAbout,
): Finding {
  const paths = named(commit?.files ?? []);
  return { kind: 'already-done', severity: 'block', order, session, commit: commit?.oid ?? null, paths, at, about };
}

function pathFinding(held: HeldPath, scope: Scope): Finding[] {
  const met = [...touching(scope.paths, [held.path]), ...touching([held.path], scope.dirty)];
  if (met.length === 0) return [];
  const isChanged = scope.dirty.some((file) => met.includes(file));
  return [
    {
      ...NOTHING,
      kind: 'path-overlap',
      severity: held.isLive ? 'block' : 'warn',
      order: held.order,
      session: held.session,
      paths: [...new Set([held.path, ...met])],
      at: held.claimedAt,
      about: { what: 'path', path: held.path, evidence: held.evidence, isChanged },
    },
  ];
}

function branchFinding(one: OtherBranch, { claims }: CheckFacts, { orders }: Scope): Finding[] {
  const { order, branch, remote, lacking } = one;
  const claim = claims.find((other) => other.order === order);
  if (!orders.has(order) || (remote === null && claim?.branch === branch)) return [];
  const about = { what: 'branch', branch: nameOfTip(one), lacking } as const;
  return [{ ...NOTHING, kind: 'branch-exists', severity: 'warn', order, about }];
}

/** Returns whether a finding already says that this commit completed its order. */
function isTold({ oid }: CheckedCommit, { shipped }: CheckFacts): boolean {
  return shipped.some(({ commit }) => commit.oid === oid);
}

function commitFinding(commit: CheckedCommit, had: CommitsHad, scope: Scope): Finding {
  const order = commit.orders.find((one) => scope.orders.has(one)) ?? null;
  const files = commit.files ?? [];
  const changed = had.here.has(commit.oid) ? [] : scope.dirty;
  const paths = [...scope.pathsOf].flatMap(([id, all]) => (had.orders.get(id)?.has(commit.oid) ? [] : all));
  const met = [...new Set([...touching(changed, files), ...touching(paths, files)])];
  return {
    kind: 'recent-commit',
    severity: order !== null || met.length > 0 ? 'warn' : 'info',
    order: order ?? commit.orders[0] ?? null,
    session: commit.session,
    commit: commit.oid,
    paths: named(met.length > 0 ? met : files),
    at: formatInstant(commit.atMs),
    about: { what: 'commit', commit, met, isOfOrder: order !== null },
  };
}

/** A file that cannot be read may still say plainly that the work is done. */
function isDone({ status, statusWord, trouble }: Order): boolean {
  return status === 'complete' || (trouble !== null && statusOf(statusWord ?? '') === 'complete');
}

/** Finds what is wrong with an order's own file, and what it waits for. */
function fileFindings(order: OrderId, { orders, waits }: CheckFacts): Finding[] {
  const copies = orders.filter(({ id }) => id === order);
  const waiting = waits.get(order);
  const of = { ...NOTHING, severity: 'warn', order } as const;
  const isDoubled = copies.length > 1 && !copies.every(isDone);
  const files = copies.map(({ file }) => file);
  return [
    ...(isDoubled ? [{ ...of, kind: 'duplicate-order', paths: files, about: { what: 'duplicate', files } } as const] : []),
    ...copies.flatMap(({ file, trouble }): Finding[] =>
      trouble === null ? [] : [{ ...of, kind: 'broken-order', paths: [file], about: { what: 'broken', file, trouble } }],
    ),
    ...(waiting === undefined ? [] : [{ ...of, kind: 'waiting', about: { what: 'waits', waits: waiting } } as const]),
  ];
}

function legacyFinding({ id, status, file }: Order, { isRecorded }: CheckFacts, { orders }: Scope): Finding[] {
  if (status !== 'in_progress' || isRecorded(id)) return [];
  const severity = orders.has(id) ? 'warn' : 'info';
  return [{ ...NOTHING, kind: 'legacy-in-progress', severity, order: id, paths: [file], about: { what: 'legacy', file } }];
}

function intentFinding(intent: CheckFacts['intents'][number]): Finding {
  const { session, order, at } = intent;
  return { ...NOTHING, kind: 'intent', severity: 'warn', order, session, at, about: { what: 'intent', intent } };
}
