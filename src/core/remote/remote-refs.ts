import { type CloneId, parseCloneId } from '../ids.ts';
import { guardRef, pathRefPrefix } from '../paths/refs.ts';

/** Below it is what remotes were last seen to have. It is never what anybody acts on, and nobody else's fetch writes there. */
export const SEEN_PREFIX = 'refs/claims-remote/';

/** How the refs of claims here, on the remote and in what was seen of it correspond. */
export type RemoteRefs = {
  /** The folder of everything that was seen of this remote, with its slash. */
  readonly seenPrefix: string;
  /** Exists once this clone's own claims were offered to the remote. */
  readonly joined: string;
  /** What `git fetch` takes, to where it is seen. */
  readonly refspecs: readonly string[];
  /** Returns the name of a ref of claims on the remote: as here, but for the guard, as no push makes a ref in `refs/` itself. */
  remoteOf(ref: string): string;
  /** Returns where a ref of claims is seen; null for a ref that is not shared. */
  seenOf(ref: string): string | null;
  /** Returns the ref that marks a ref of claims as not sent. It points at what the remote had; the empty tree is nothing. */
  unsentOf(ref: string): string;
  /** Returns the ref that keeps what was claimed here and is lost, for whoever wants to rescue its work. */
  lostOf(ref: string): string;
  /** Returns the ref of claims whose loss this keeps; null for any other ref. */
  localOfLost(kept: string): string | null;
  /** Returns the ref of claims that is seen here; null for any other ref. */
  localOf(seen: string): string | null;
  /** Returns where a clone leaves its signs of life on the remote, and where they are seen. */
  beatOf(clone: CloneId): { readonly ref: string; readonly seen: string };
  /** Returns the clone whose beat is seen here; null for any other ref. */
  cloneOf(seen: string): CloneId | null;
  /** Returns the ref of claims that this marks as not sent; null for any other ref. */
  localOfUnsent(marker: string): string | null;
};

/**
 * Returns the refs for a remote.
 *
 * @param remote its name in git's configuration, or its address
 * @param prefix of claim refs, with its slash
 */
export function remoteRefs(remote: string, prefix: string): RemoteRefs {
  const seenPrefix = `${SEEN_PREFIX}${folderOf(remote)}/`;
  const paths = pathRefPrefix(prefix);
  const guard = guardRef(paths);
  const [guards, beats] = ['claims-guard/', 'claims-beat/'].map((folder) => paths.replace(/[^/]+\/$/, folder)) as [
    string,
    string,
  ];
  const folders = [
    [prefix, 'orders/'],
    [paths, 'paths/'],
  ] as const;
  const below = (ref: string, top: string): string | null => {
    if (ref === guard) return `${top}guard/paths`;
    const found = folders.find(([from]) => ref.startsWith(from));
    return found === undefined ? null : top + found[1] + ref.slice(found[0].length);
  };
  const above = (ref: string, top: string): string | null => {
    if (ref === `${top}guard/paths`) return guard;
    const found = folders.find(([, to]) => ref.startsWith(top + to));
    return found === undefined ? null : found[0] + ref.slice(top.length + found[1].length);
  };
  const [unsent, lost] = [`${seenPrefix}unsent/`, `${seenPrefix}lost/`];
  return {
    seenPrefix,
    joined: `${seenPrefix}joined`,
    refspecs: [
      ...folders.map(([from, to]) => `+${from}*:${seenPrefix}${to}*`),
      // A name that does not exist would be an error, a pattern is none.
      `+${guards}*:${seenPrefix}guard/*`,
      `+${beats}*:${seenPrefix}beat/*`,
    ],
    remoteOf: (ref) => (ref === guard ? `${guards}paths` : ref),
    seenOf: (ref) => below(ref, seenPrefix),
    lostOf: (ref) => below(ref, lost) ?? lost,
    localOfLost: (kept) => above(kept, lost),
    unsentOf: (ref) => below(ref, unsent) ?? unsent,
    localOf: (seen) => above(seen, seenPrefix),
    beatOf: (clone) => ({ ref: beats + clone, seen: `${seenPrefix}beat/${clone}` }),
    cloneOf: (seen) =>
      seen.startsWith(`${seenPrefix}beat/`) ? parseCloneId(seen.slice(seenPrefix.length + 'beat/'.length)) : null,
    localOfUnsent: (marker) => above(marker, unsent),
  };
}

/** Returns a name as a folder of refs. An address becomes its plain letters and a hash, since two may differ in others only. */
function folderOf(remote: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(remote)) return remote;
  const plain = remote
    .replace(/^[a-z+]+:\/+(?:[^@/]*@)?/i, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return `${`at-${plain}`.slice(0, 40).replace(/-$/, '')}-${hash(remote)}`;
}

/** The hash FNV-1a of a text's UTF-16 units, 32 bits in hex (Fowler, Noll and Vo). */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, '0');
}
