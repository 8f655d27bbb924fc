import { judgePlace } from '../core/guard/ownership.ts';
import { findRepeated } from '../core/guard/recent.ts';
import type { SessionId } from '../core/ids.ts';
import type { RecentCommit } from '../ports/changes.ts';
import { type About, answerTo, claimsHere, type Guarded, type Lookout, lineOf, lookOut } from './guard.ts';
import type { Ports } from './ports.ts';

/** A commit older than this is history, which everybody has read. */
const RECENT_MS = 10 * 60_000;
/** So many of them are compared as patches; each costs two git processes. */
const PATCHES_MAX = 10;

/** What pre-commit has to say: whose claim and branch this is, and who else is at the same work. */
export async function guardCommit(ports: Ports): Promise<Guarded> {
  const lookout = await lookOut(ports);
  const repeated = ports.changes.isUnderWay() ? [] : await repeatedWork(ports, lookout.asker?.id ?? null);
  const guarded = answerTo(ports, lookout, 'pre-commit', [...judgePlace(lookout.scene), ...repeated]);
  remember(ports, guarded);
  return guarded;
}

export type Messaged = Guarded & {
  /** What the message is to say: the orders worked on here, and the session. */
  readonly trailers: { readonly orders: readonly string[]; readonly session: SessionId | null };
};

/** What prepare-commit-msg has to say: the same of the place alone, unless pre-commit has just said so. */
export async function guardMessage(ports: Ports): Promise<Messaged> {
  const lookout = await lookOut(ports);
  const before = ports.notes.takeWarned();
  const guarded = answerTo(ports, lookout, 'prepare-commit-msg', judgePlace(lookout.scene), before);
  remember(ports, guarded, before);
  return { ...guarded, trailers: trailersOf(lookout) };
}

/** A commit on another session's branch is that order's work all the same, and says who made it. */
function trailersOf(lookout: Lookout): Messaged['trailers'] {
  const here = claimsHere(lookout);
  const holder = here.find(({ isMine }) => isMine)?.record?.holder.id ?? null;
  const { asker, scene } = lookout;
  return { orders: here.map(({ order }) => order), session: holder ?? (scene.actor === 'agent' ? (asker?.id ?? null) : null) };
}

/** What is warned of and done all the same is told to the event log once the commit is there. */
function remember(ports: Ports, { told, isRefused }: Guarded, before: readonly string[] = []): void {
  const lines = [...before, ...told.map(lineOf)];
  if (!isRefused && lines.length > 0) ports.notes.noteWarned(lines);
}

async function repeatedWork(
  ports: Ports,
  me: SessionId | null,
): Promise<(About & { rule: 'shipped' | 'overlap'; order: null })[]> {
  const recent = await ports.changes.recent(RECENT_MS);
  const others = recent.filter(({ session }) => session !== me);
  if (others.length === 0) return [];
  const [files, patch] = await Promise.all([ports.changes.staged(), ports.changes.stagedPatch()]);
  const touching = others.filter((commit) => commit.files.some((file) => files.includes(file))).slice(0, PATCHES_MAX);
  const patches = await Promise.all(touching.map(({ oid }) => ports.changes.patchOf(oid)));
  const candidates = others.map((commit) => ({ ...commit, patch: patches[touching.indexOf(commit)] ?? null }));
  const repeated = findRepeated<RecentCommit & { patch: string | null }>({ files, patch }, candidates, me);
  return repeated === null ? [] : [{ ...repeated, order: null }];
}
