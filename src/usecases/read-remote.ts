import { byText } from '../core/by-text.ts';
import { type ClaimRecord, isLive } from '../core/claim/record.ts';
import { DEFAULT_REF_PREFIX, orderOfRef } from '../core/claim/refs.ts';
import { CLAIM_CODEC } from '../core/claim/trailers.ts';
import { type ClaimView, foreignView, NO_TIMES, type Seen, viewOf } from '../core/claim/view.ts';
import type { Oid } from '../core/ids.ts';
import { keyOfRef, pathRefPrefix } from '../core/paths/refs.ts';
import { PATH_CODEC } from '../core/paths/trailers.ts';
import { foreignPathView, type PathView, pathViewOf } from '../core/paths/view.ts';
import type { Decoded } from '../core/record/codec.ts';
import type { Kept } from '../core/record/kept.ts';
import { MISREAD } from '../core/record/misread.ts';
import type { RefReading } from '../core/record/witness.ts';
import { recordedClause } from '../core/session/evidence.ts';
import type { UnclonedRef, UnclonedRefs } from '../ports/uncloned-refs.ts';
import { strangerWarning, type Warning } from './warning.ts';

/** The claims of a repository that nobody cloned. */
export type RemoteBoard = {
  readonly kind: 'remote-board';
  readonly claims: readonly ClaimView[];
  readonly paths: readonly PathView[];
  readonly strangers: readonly string[];
  readonly warnings: readonly Warning[];
};

/** Where claims are kept, as `git claim init` chooses it: `refs/claims/`, or where a host takes only heads and tags. */
const PREFIXES = [DEFAULT_REF_PREFIX, 'refs/tags/claims/'];
/** What a server is asked for: claims, and the paths beside them. */
const ASKED = ['refs/claim', 'refs/tags/claim'];

/**
 * Lists the claims of a remote repository as it has them. Whether a holder is still there is not visible from outside its host,
 * and nobody's clock is compared with anybody's.
 *
 * @param isAll also claims that have ended
 * @throws ClaimError `remote`
 */
export async function readRemote(remote: UnclonedRefs, isAll: boolean): Promise<RemoteBoard> {
  const folders = PREFIXES.flatMap((claims) => [claims, pathRefPrefix(claims)]);
  const { refs, cut } = await remote.read(ASKED, (ref) => folders.some((folder) => ref.startsWith(folder)));
  const claims: ClaimView[] = [];
  const paths: PathView[] = [];
  const strangers: string[] = [];
  for (const one of [...refs].sort(byText(({ ref }) => ref))) {
    const prefix = PREFIXES.find((claimPrefix) => one.ref.startsWith(claimPrefix));
    const order = prefix === undefined ? null : orderOfRef(prefix, one.ref);
    const key = PREFIXES.map((claimPrefix) => keyOfRef(pathRefPrefix(claimPrefix), one.ref)).find((found) => found !== null);
    if (order !== null) {
      const reading = readingOf(one, (body) => CLAIM_CODEC.decode(body, order));
      if (reading.kind !== 'record') claims.push({ ...foreignView(order, reading), sync: 'confirmed' });
      else if (isAll || isLive(reading.record)) claims.push(viewOf(reading, seenOf(reading.record)));
    } else if (key !== undefined && prefix === undefined) {
      const reading = readingOf(one, (body) => PATH_CODEC.decode(body, key));
      paths.push(reading.kind === 'record' ? pathViewOf(reading, unseenOf(reading.record)) : foreignPathView(key, reading));
    } else strangers.push(one.ref);
  }
  const warnings: Warning[] = cut === null ? [] : [{ code: 'remote-cut', cut }];
  return { kind: 'remote-board', claims, paths, strangers, warnings: [...warnings, ...strangers.map(strangerWarning)] };
}

function readingOf<Record>({ oid, object }: UnclonedRef, decode: (body: string) => Decoded<Record>): RefReading<Record> {
  if (object.kind === 'not-read') return { kind: 'unreadable', why: MISREAD.notRead };
  const foreign = { kind: 'foreign', oid: oid as Oid } as const;
  if (object.kind === 'other') return { ...foreign, why: object.why };
  const decoded = decode(object.body);
  return decoded.kind === 'foreign' ? { ...foreign, why: decoded.why } : { ...decoded, oid: oid as Oid };
}

/** A worktree on another machine is no path of this one. */
function seenOf(record: ClaimRecord) {
  const unseen = unseenOf(record);
  const verdict = isLive(record) ? unseen.verdict : { liveness: null, evidence: null, idle: false };
  return { ...unseen, verdict, title: null, worktree: null, sync: 'confirmed' } as const;
}

function unseenOf({ recordedAt, holder }: Kept): Seen {
  const evidence = recordedClause(recordedAt, holder.host);
  return { mine: false, verdict: { liveness: 'unknown', evidence, idle: false }, times: NO_TIMES };
}
