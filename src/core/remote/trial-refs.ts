/** No order can have such a name, which has small letters: clones that see one leave it alone. */
const NAME = 'git-claim-probe';

/** A trial lasts for seconds. What is older was left behind by one that was interrupted. */
const LEFT_MS = 3_600_000;

/**
 * Returns the names of refs to try a remote with.
 *
 * @param prefix of claim refs
 * @param nonce letters and digits that no other trial has
 */
export function trialRefs(prefix: string, nowMs: number, nonce: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${prefix}${NAME}.${Math.floor(nowMs / 1000)}.${nonce}.${n + 1}`);
}

/** Returns the pattern, for ls-remote, of the refs of all trials. */
export function trialPattern(prefix: string): string {
  return `${prefix}${NAME}.*`;
}

/** Returns whether a ref is of a trial that was interrupted long ago. */
export function isLeftBehind(prefix: string, ref: string, nowMs: number): boolean {
  if (!ref.startsWith(`${prefix}${NAME}.`)) return false;
  const seconds = Number(/^[0-9]{1,12}(?=\.)/.exec(ref.slice(`${prefix}${NAME}.`.length))?.[0] ?? Number.NaN);
  return nowMs - seconds * 1000 > LEFT_MS;
}
