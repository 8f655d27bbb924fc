/**
 * The process whose life is the session's life. A pid alone identifies nothing: the kernel reuses pids, so the start time is part
 * of the anchor, and each pid namespace counts its own, so the namespace is too.
 */
export type Anchor = {
  readonly pid: number;
  /** Start time as the kernel counts it: clock ticks since boot on Linux, the start time of `ps` elsewhere. Opaque. */
  readonly start: string;
  /** The inode of the pid namespace, and how a time namespace shifts the clocks if one does; `host` where the system has none. */
  readonly ns: string;
};

/** Returns the anchor as one token, `<pid>@<start>/<ns>`. */
export function formatAnchor(anchor: Anchor): string {
  return `${anchor.pid}@${anchor.start}/${anchor.ns}`;
}

/** Returns the anchor that a token names, or null if the token is none. */
export function parseAnchor(text: string): Anchor | null {
  const match = /^([1-9][0-9]{0,9})@([0-9A-Za-z:._-]{1,64})\/([0-9A-Za-z]{1,32})$/.exec(text);
  if (match === null) return null;
  return { pid: Number(match[1]), start: match[2] as string, ns: match[3] as string };
}

export function isSameAnchor(one: Anchor | null, other: Anchor | null): boolean {
  return one !== null && other !== null && formatAnchor(one) === formatAnchor(other);
}
