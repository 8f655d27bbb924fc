/**
 * The process whose life is the session's life. A pid alone names nothing: pids are reused, so the start time goes with it,
 * and they are counted anew in every pid namespace, so the namespace does too.
 */
export type Anchor = {
  readonly pid: number;
  /** Start time as the kernel counts it (clock ticks since boot on Linux, `ps` start time elsewhere); opaque. */
  readonly start: string;
  /** The pid namespace's inode; `host` where the system has no namespaces. */
  readonly ns: string;
};

/** Returns the anchor as one token, `<pid>@<start>/<ns>`. */
export function formatAnchor(anchor: Anchor): string {
  return `${anchor.pid}@${anchor.start}/${anchor.ns}`;
}

/** Returns the anchor a token names, or null when it names none. */
export function parseAnchor(text: string): Anchor | null {
  const match = /^([1-9][0-9]{0,9})@([0-9A-Za-z:._-]{1,64})\/([0-9A-Za-z]{1,32})$/.exec(text);
  if (match === null) return null;
  return { pid: Number(match[1]), start: match[2] as string, ns: match[3] as string };
}

export function isSameAnchor(one: Anchor | null, other: Anchor | null): boolean {
  return one !== null && other !== null && formatAnchor(one) === formatAnchor(other);
}
