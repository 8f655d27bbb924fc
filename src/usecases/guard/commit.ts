import { announcementsOf } from '../../core/check/announcements.ts';
import { judgePlace } from '../../core/guard/place.ts';
import { findRepeated, REPEATED_MS } from '../../core/guard/repeated-work.ts';
import { type ByHand, findByHand } from '../../core/guard/status-by-hand.ts';
import type { OrderId, SessionId } from '../../core/ids.ts';
import { sightOf } from '../../core/session/life.ts';
import { relate } from '../../core/session/relation.ts';
import type { RecentCommit } from '../../ports/changes.ts';
import { announceByHook, intentsForHook } from '../caller/heard.ts';
import { pathOverlaps } from '../evidence/path-overlaps.ts';
import type { Ports } from '../ports.ts';
import { type About, answerTo, type Guarded, lineOf } from './lookout.ts';
import { claimsHere, type HookView, lookOut } from './scene.ts';

/** A commit of more order files than this is not work on one of them. */
const ORDER_FILES_MAX = 50;

/**
 * Returns what pre-commit reports: whose claim and branch this is, and who else does the same work. With the trailers, the
 * commit's next hook does not have to look again.
 */
export async function guardCommit(ports: Ports): Promise<Messaged> {
  const [staged, gone] = await Promise.all([ports.changes.staged(), ports.changes.stagedGone()]);
  const lookout = await lookOut(ports, textsAmong(staged).length === 0);
  const heard = intentsForHook(ports, lookout.asker);
  const { unconfirmed } = lookout;
  // The next hook looks again.
  if (unconfirmed !== null) ports.notes.noteIntent();
  if (lookout.asker !== null && !ports.changes.isUnderWay())
    announceByHook(ports, lookout.asker, announcementsOf(staged, gone, ports.settings.sensitive));
  const byHand = await statusesByHand(ports, lookout, staged);
  const repeated = ports.changes.isUnderWay() ? [] : await repeatedWork(ports, staged, lookout);
  const paths = await pathsOfOthers(ports, lookout, staged);
  const guarded = await answerTo(ports, lookout, 'pre-commit', [...judgePlace(lookout.scene), ...paths, ...byHand, ...repeated]);
  remember(ports, guarded);
  return { ...guarded, heard, unconfirmed, trailers: trailersOf(lookout) };
}

export type Messaged = Guarded & {
  /** The trailers for the message: the orders worked on here, and the session. */
  readonly trailers: { readonly orders: readonly string[]; readonly session: SessionId | null };
};

/**
 * Returns what prepare-commit-msg reports, which --no-verify, cherry-pick, merge and rebase do not skip: the place, the paths and
 * the statuses, without what pre-commit has just reported.
 */
export async function guardMessage(ports: Ports): Promise<Messaged> {
  const staged = await ports.changes.staged();
  const lookout = await lookOut(ports, textsAmong(staged).length === 0);
  const before = ports.notes.takeWarned();
  const paths = await pathsOfOthers(ports, lookout, staged);
  const byHand = isBringingIn(ports) ? [] : await statusesByHand(ports, lookout, staged);
  const found = [...judgePlace(lookout.scene), ...paths, ...byHand];
  const guarded = await answerTo(ports, lookout, 'prepare-commit-msg', found, before);
  remember(ports, guarded, before);
  return { ...guarded, trailers: trailersOf(lookout) };
}

/** A merge or a rebase brings in what was committed elsewhere; only what a merge changes besides is made here. */
async function pathsOfOthers(ports: Ports, { asker }: HookView, staged: readonly string[]) {
  const overlaps = await pathOverlaps(ports, staged, asker);
  if (overlaps.length === 0) return [];
  const madeHere = isBringingIn(ports) ? await ports.changes.madeInMerge() : staged;
  return overlaps.map(({ claim, files }) => {
    const isBroughtIn = !files.some((file) => madeHere.includes(file));
    return { rule: 'path' as const, order: claim.order, path: claim, files, isBroughtIn };
  });
}

function isBringingIn({ changes }: Ports): boolean {
  return changes.isMerging() || changes.operation() === 'rebase';
}

/** A commit on another session's branch is still that order's work, and says who made it. */
function trailersOf(lookout: HookView): Messaged['trailers'] {
  const here = claimsHere(lookout);
  const holder = here.find(({ isMine }) => isMine)?.record?.holder.id ?? null;
  const { asker, scene } = lookout;
  return { orders: here.map(({ order }) => order), session: holder ?? (scene.actor === 'agent' ? (asker?.id ?? null) : null) };
}

/** Notes warnings for the event log, which gets them if the commit is made nevertheless. */
function remember(ports: Ports, { reported, isRefused }: Guarded, before: readonly string[] = []): void {
  const lines = [...before, ...reported.map(lineOf)];
  if (!isRefused && lines.length > 0) ports.notes.noteWarned(lines);
}

/** Returns the files that may be orders. What they are about may be any claim. */
function textsAmong(staged: readonly string[]): readonly string[] {
  return staged.filter((file) => /\.md$/i.test(file));
}

async function statusesByHand(ports: Ports, { scene }: HookView, staged: readonly string[]): Promise<readonly ByHand[]> {
  const files = textsAmong(staged).slice(0, ORDER_FILES_MAX);
  if (files.length === 0) return [];
  const ordersAt = async (where: 'staged' | 'head') => ports.orders.readTexts(await ports.changes.texts(files, where));
  const [after, before] = await Promise.all([ordersAt('staged'), ordersAt('head')]);
  const claimOf = (order: OrderId) => scene.claims.find((claim) => claim.order === order) ?? { record: null, isMine: false };
  return findByHand(after, before, claimOf);
}

async function repeatedWork(
  ports: Ports,
  files: readonly string[],
  lookout: HookView,
): Promise<(About & { rule: 'shipped' | 'overlap'; order: null })[]> {
  const recent = await ports.changes.recent(REPEATED_MS);
  const me = lookout.asker?.id ?? null;
  const named = recent.filter(({ session }) => session !== me);
  const before = named.length === 0 ? new Set<string | null>() : idsBefore(ports, lookout);
  const others = named.filter(({ session }) => !before.has(session));
  if (others.length === 0) return [];
  const patch = await ports.changes.stagedPatch();
  const isTouching = (commit: RecentCommit) => !commit.isHere && commit.files.some((file) => files.includes(file));
  const patches = await ports.changes.patchesOf(others.filter(isTouching).map(({ oid }) => oid));
  const candidates = others.map((commit) => ({ ...commit, patch: patches.get(commit.oid) ?? null }));
  const repeated = findRepeated({ files, patch }, candidates, me);
  return repeated === null ? [] : [{ ...repeated, order: null }];
}

/** Returns the sessions of the caller's closed terminals from which claims here came over. */
function idsBefore(ports: Ports, lookout: HookView): ReadonlySet<string | null> {
  const { asker } = lookout;
  if (asker === null) return new Set();
  const from = claimsHere(lookout).flatMap(({ isMine, record }) => (isMine ? (record?.takenFrom ?? []) : []));
  const sessions = from.flatMap((key) => ports.presence.session(key) ?? []);
  const own = sessions.filter((one) => relate(one, asker, sightOf(one, ports.processes)) === 'returned');
  return new Set(own.map(({ id }) => id));
}
