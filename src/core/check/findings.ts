import type { ClaimView } from '../claim/view.ts';
import { fitted } from '../columns.ts';
import type { OrderId } from '../ids.ts';
import type { HeldPath } from '../paths/held.ts';
import { touching } from '../paths/touching.ts';
import { formatInstant, parseInstant } from '../time.ts';
import type { CheckedCommit, CheckFacts } from './facts.ts';
import { bySeverity, type Finding, listed, NOTHING, named } from './finding.ts';
import { type Scope, scopeOf } from './scope.ts';
import { treeFindings } from './tree-findings.ts';

/** Judges what a session that is about to begin, or is at work, may collide with: the gravest first. */
export function findCollisions(facts: CheckFacts): Finding[] {
  const scope = scopeOf(facts);
  return bySeverity([
    ...facts.claims.flatMap((claim) => claimFinding(claim, facts, scope)),
    ...doneFindings(facts, scope),
    ...facts.heldPaths.flatMap((held) => pathFinding(held, scope)),
    ...facts.branches.flatMap((one) => branchFinding(one, facts, scope)),
    ...facts.trees.flatMap((tree) => treeFindings(tree, facts, scope)),
    ...facts.commits.filter((commit) => !isTold(commit, facts)).map((commit) => commitFinding(commit, scope)),
    ...facts.orders.flatMap((order) => legacyFinding(order, facts, scope)),
    ...facts.intents.map(intentFinding),
  ]);
}

/** Columns of a title; whose it is comes behind it, and is to be read on a terminal of 80. */
const TITLE_MAX = 30;

function claimFinding(claim: ClaimView, { named }: CheckFacts, { orders }: Scope): Finding[] {
  if (claim.mine || claim.state === null) return [];
  if (claim.state !== 'active' && claim.state !== 'blocked') return [];
  const isAbout = orders.has(claim.order);
  const kind = KIND_OF[claim.liveness ?? 'live'];
  const isStanding = kind !== 'stale-claim';
  const blocked = claim.state === 'blocked' ? ', blocked' : '';
  const title = claim.title === null ? '' : ` (${fitted(claim.title, TITLE_MAX)})`;
  return [
    {
      ...NOTHING,
      kind,
      severity: !isAbout || named === null ? 'info' : isStanding ? 'block' : 'warn',
      order: claim.order,
      session: claim.session,
      at: claim.claimedAt,
      message: `${claim.order}${title} is held by ${claim.session}${blocked}: ${claim.evidence ?? 'nothing else is known'}`,
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

/** The order's work is there already: by its claim, by its file, or by a commit of the default branch. One finding for each order tells enough. */
function doneFindings({ claims, fates, orders: files, shipped }: CheckFacts, { orders }: Scope): Finding[] {
  return [...orders].flatMap((order) => {
    const claim = claims.find((one) => one.order === order);
    const isHeld = claim?.state === 'active' || claim?.state === 'blocked';
    if (claim?.state === 'completed') {
      const fate = fates.get(order);
      return [
        done(order, claim.session, null, claim.claimedAt, `${order} was completed by ${claim.session}${FATE[fate ?? 'unknown']}`),
      ];
    }
    const found = shipped.find((one) => one.order === order)?.commit;
    if (found !== undefined) {
      const by = found.session === null ? '' : ` by ${found.session}`;
      const text = `${order} is on ${found.branch ?? 'the default branch'} already${by}: ${short(found)}`;
      const one = done(order, found.session, found, formatInstant(found.atMs), text);
      // Whoever gave it back, or began after it, knows that there is work left.
      const isNews = claim === undefined || (isHeld && claim.mine && found.atMs > (parseInstant(claim.claimedAt ?? '') ?? 0));
      return [isNews ? one : { ...one, severity: 'warn' as const }];
    }
    const file = files.find(({ id }) => id === order);
    if (file?.status !== 'complete') return [];
    const one = done(order, null, null, null, `${order} is ${file.statusWord ?? 'complete'} by its file ${file.file}`);
    return [isHeld ? { ...one, severity: 'warn' as const } : one];
  });
}

const FATE = {
  merged: ', and merged',
  unmerged: ', and is not merged yet',
  empty: ', without a commit of its own',
  unknown: '',
} as const;

function done(order: OrderId, session: string | null, commit: CheckedCommit | null, at: string | null, message: string): Finding {
  const paths = named(commit?.files ?? []);
  return { kind: 'already-done', severity: 'block', order, session, commit: commit?.oid ?? null, paths, at, message };
}

function pathFinding(held: HeldPath, scope: Scope): Finding[] {
  const met = [...touching(scope.paths, [held.path]), ...touching([held.path], scope.dirty)];
  if (met.length === 0) return [];
  const what = scope.dirty.some((file) => met.includes(file)) ? 'which you have changed' : 'which your order is about';
  return [
    {
      ...NOTHING,
      kind: 'path-overlap',
      severity: held.isLive ? 'block' : 'warn',
      order: held.order,
      session: held.session,
      paths: [...new Set([held.path, ...met])],
      at: held.claimedAt,
      message: `${held.path}, ${what}, is claimed by ${held.session}: ${held.evidence}`,
    },
  ];
}

function branchFinding(
  { order, branch }: { readonly order: OrderId; readonly branch: string },
  { claims }: CheckFacts,
  { orders }: Scope,
): Finding[] {
  const claim = claims.find((one) => one.order === order);
  if (!orders.has(order) || claim?.branch === branch) return [];
  return [
    {
      ...NOTHING,
      kind: 'branch-exists',
      severity: 'warn',
      order,
      message: `work on ${order} that is not merged is on branch ${branch}`,
    },
  ];
}

/** Its order is said to be done by it. */
function isTold({ oid }: CheckedCommit, { shipped }: CheckFacts): boolean {
  return shipped.some(({ commit }) => commit.oid === oid);
}

function commitFinding(commit: CheckedCommit, scope: Scope): Finding {
  const order = commit.orders.find((one) => scope.orders.has(one)) ?? null;
  const files = commit.files ?? [];
  const met = [...new Set([...touching(scope.dirty, files), ...touching(scope.paths, files)])];
  const by = commit.session ?? 'somebody';
  const where = commit.branch === null ? '' : ` on ${commit.branch}`;
  const why = order === null ? (met.length === 0 ? '' : `, to ${listed(met)}, which you work on too`) : `, for ${order}`;
  return {
    kind: 'recent-commit',
    severity: order !== null || met.length > 0 ? 'warn' : 'info',
    order: order ?? commit.orders[0] ?? null,
    session: commit.session,
    commit: commit.oid,
    paths: named(met.length > 0 ? met : files),
    at: formatInstant(commit.atMs),
    message: `${by} committed${where}${why}: ${short(commit)}`,
  };
}

function legacyFinding({ id, status, file }: CheckFacts['orders'][number], { claims }: CheckFacts, { orders }: Scope): Finding[] {
  const claim = claims.find((one) => one.order === id);
  if (status !== 'in_progress' || claim?.state === 'active' || claim?.state === 'blocked') return [];
  const message = `legacy: ${id} is in progress by its file ${file}, and nobody claimed it: a session that does not use git claim may be at it`;
  return [
    { ...NOTHING, kind: 'legacy-in-progress', severity: orders.has(id) ? 'warn' : 'info', order: id, paths: [file], message },
  ];
}

function intentFinding({ session, order, at, message }: CheckFacts['intents'][number]): Finding {
  return {
    ...NOTHING,
    kind: 'intent',
    severity: 'warn',
    order,
    session,
    at,
    message: `${session ?? 'a session'} announced: ${message}`,
  };
}

function short({ oid, subject }: CheckedCommit): string {
  return `${oid.slice(0, 10)} ${subject}`.trimEnd();
}
