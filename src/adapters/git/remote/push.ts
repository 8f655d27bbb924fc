import { type Oid, parseOid } from '../../../core/ids.ts';
import { type GitResult, lastWords } from '../process.ts';
import type { Repository } from '../repository.ts';
import { callRemote, type Remote } from './call.ts';

/**
 * One ref's part of a push: from exactly what it is expected to be (null: not there) to a new value. Undefined: from whatever the
 * new value is built on. Git compares that with what the remote has, and the remote moves the ref from there or not at all.
 */
export type PushedRef = { readonly ref: string; readonly expected: Oid | null | undefined; readonly to: Oid | 'gone' };

export type PushOutcome =
  /** The remote has moved these refs. Of an atomic push, all or none. */
  | {
      readonly kind: 'answered';
      readonly moved: ReadonlySet<string>;
      readonly said: string;
      /** Refs that have a value which the new one is not built on, or another one than expected. */
      readonly strayed: ReadonlySet<string>;
    }
  /** The connection failed, or the answer was lost. Perhaps the remote has moved the refs. */
  | { readonly kind: 'unknown'; readonly wasSent: boolean; readonly said: string | null };

/**
 * Pushes refs, each with the value that the remote must have now. A bare `--force-with-lease` would take it from what somebody
 * fetched last.
 *
 * @param isAtomic whether all refs move or none
 * @param hooks a folder with a hook that git runs between reading what the remote has and sending
 */
export async function pushRefs(
  repository: Repository,
  remote: Remote,
  refs: readonly PushedRef[],
  isAtomic: boolean,
  { limitMs, hooks = null }: { readonly limitMs?: number; readonly hooks?: string | null } = {},
): Promise<PushOutcome> {
  const leases = refs.flatMap(({ ref, expected }) =>
    expected === undefined ? [] : [`--force-with-lease=${ref}:${expected === null ? '' : checked(expected)}`],
  );
  // An empty source deletes. Refs that go come first: git makes none above or below one that is still there.
  const going = refs.filter(({ to }) => to === 'gone').map(({ ref }) => `:${ref}`);
  const coming = refs.flatMap(({ ref, to }) => (to === 'gone' ? [] : [`${checked(to)}:${ref}`]));
  const args = [
    '--porcelain',
    ...(isAtomic ? ['--atomic'] : []),
    ...(hooks === null ? ['--no-verify'] : []),
    ...ALONE,
    ...leases,
    '--',
    remote.name,
    ...going,
    ...coming,
  ];
  const result = await callRemote(repository, remote, ['push', ...args], limitMs, hooks);
  if (result === null) return { kind: 'unknown', wasSent: true, said: null };
  return outcomeOf(result, refs);
}

/** Nothing but the named refs is sent, and no hook of the caller's asked. */
const ALONE = ['--no-follow-tags', '--no-signed', '--recurse-submodules=no', '--no-thin'];

/** Reads git-push(1)'s porcelain output: one line a ref, `<flag>\t<from>:<to>\t<summary> (<reason>)`. */
function outcomeOf(result: GitResult, refs: readonly PushedRef[]): PushOutcome {
  const rows = String(result.stdout)
    .split('\n')
    .flatMap((line) => {
      const [, flag = '', to = '', summary = ''] = /^([ +\-*!=])\t[^:]*:([^\t]*)\t(.*)$/.exec(line) ?? [];
      return to === '' ? [] : [{ flag, to, summary }];
    });
  const named = new Map(rows.map((row) => [row.to, row]));
  // An answer names every ref. One that was cut off does not.
  if (refs.some(({ ref }) => !named.has(ref))) return { kind: 'unknown', wasSent: wasSent(result), said: lastWords(result) };
  const refused = rows.filter(({ flag }) => flag === '!');
  if (result.code !== 0 && refused.length === 0) return { kind: 'unknown', wasSent: true, said: lastWords(result) };
  const moved = rows.filter(({ flag }) => flag !== '!').map(({ to }) => to);
  const reasons = refused.map(({ to, summary }) => ({ to, why: /\((.*)\)$/.exec(summary)?.[1] ?? summary }));
  const strayed = reasons.filter(({ why }) => STRAYED.includes(why)).map(({ to }) => to);
  const said = saidBy(result) ?? reasons[0]?.why ?? '';
  return { kind: 'answered', moved: new Set(moved), said, strayed: new Set(strayed) };
}

/** Why git itself does not even ask the remote to move a ref. */
const STRAYED: readonly string[] = ['stale info', 'non-fast-forward', 'fetch first', 'needs force'];

/** Before git has read what the remote has, it sends nothing: where it cannot, it says so in one of these ways. */
function wasSent({ stderr }: GitResult): boolean {
  return !UNCONNECTED.test(stderr);
}

const UNCONNECTED =
  /unable to access|[Cc]ould not resolve|unable to (?:look up|connect)|[Cc]onnection (?:refused|timed out)|Could not read from remote repository|Authentication failed|could not read (?:Username|Password)|does not appear to be a git repository|[Rr]epository .*not found|not found$/m;

/** Returns the last line that the remote itself printed; null if it printed none. */
function saidBy({ stderr }: GitResult): string | null {
  const lines = stderr.split(/[\n\r]/).flatMap((line) => /^remote: (?:error: )?(.*\S)/.exec(line)?.[1] ?? []);
  return lines[0] ?? null;
}

/** An empty name would delete the ref. */
function checked(oid: Oid): Oid {
  if (parseOid(oid) === null) throw new TypeError(oid);
  return oid;
}
