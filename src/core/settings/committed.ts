import { MODES, RULES } from '../guard/mode.ts';
import { oneLine } from '../line.ts';
import { assertPatience, DEFAULT_PATIENCE } from '../liveness/idle.ts';
import { MIRROR_FIELDS } from '../orders/mirrored-fields.ts';
import { assertLease, BEAT_MS_MIN, UNHELPED_LEASE } from '../record/lease.ts';
import { plainAddress } from '../remote/address.ts';
import { parseDurationMs } from '../time.ts';

/*
 * The settings that everybody who clones a repository gets with it: the file .gitclaim in the main worktree, in the syntax of
 * git's own configuration. Whoever may commit to the repository writes it, so each value is read as if a stranger had typed it.
 * See docs/decisions/0023-committed-settings.md.
 */

/** The file's name, in the main worktree. */
export const COMMITTED_FILE = '.gitclaim';
/** A person writes some lines. */
export const COMMITTED_BYTES_MAX = 64 * 1024;

export type CommittedSettings = {
  /** What is honoured, by key in lower case, as git's own configuration would have it. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly complaints: readonly CommittedComplaint[];
};

/** What is in the file and is not honoured. `unknown`: a key that no committed file may set. */
export type CommittedComplaint =
  | { readonly kind: 'unknown'; readonly key: string }
  | { readonly kind: 'refused'; readonly key: string; readonly text: string }
  | { readonly kind: 'unreadable'; readonly why: 'special' | 'too-large' | 'syntax' };

/** What is in the file, as git lists it: section and name in lower case. */
type Entry = readonly [key: string, value: string];

/** A value of a file is at most so long. */
const LENGTH_MAX = 500;

/** Returns what is honoured of a file's entries. A value that is refused does not stop the others. */
export function committedSettings(entries: readonly Entry[]): CommittedSettings {
  const values = new Map<string, string[]>();
  const complaints: CommittedComplaint[] = [];
  for (const [spelled, value] of entries) {
    const key = spelled.toLowerCase();
    const isGood = checkOf(key);
    if (isGood === null) complaints.push({ kind: 'unknown', key: oneLine(spelled).slice(0, SHOWN_MAX) });
    else if (value.length > LENGTH_MAX || hasControls(value) || !isGood(value))
      complaints.push({ kind: 'refused', key, text: plainAddress(value).slice(0, SHOWN_MAX) });
    else values.set(key, [...(values.get(key) ?? []), value]);
  }
  for (const key of brokenTerms(values)) {
    complaints.push({ kind: 'refused', key, text: values.get(key)?.at(-1) ?? '' });
    values.delete(key);
  }
  return { values, complaints };
}

const SHOWN_MAX = 80;

type Check = (value: string) => boolean;

/** Returns what a value of this key must be like; null if no committed file may set it. */
function checkOf(key: string): Check | null {
  const rule = /^claim\.rule\.([a-z]+)$/.exec(key)?.[1];
  if (rule !== undefined) return RULES.some((one) => one === rule) ? isOneOf([...MODES, 'off']) : null;
  if (/^claim\.worktrees\.[a-z][a-z0-9-]{0,31}$/.test(key)) return isTreeTemplate;
  return CHECKS[key] ?? (DURATIONS.has(key) ? isDuration : null);
}

const CHECKS: Readonly<Record<string, Check>> = {
  'claim.remote': isRemote,
  'claim.orders': isInside,
  'claim.ordersfrom': (value) => /^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(value) && !/\.\.|\/\/|\.lock(?:\/|$)/.test(value),
  'claim.mode': isOneOf(MODES),
  'claim.readyat': (value) => value === 'merge' || value === 'complete',
  'claim.idpattern': isPattern,
  'claim.worktrees': isTreeTemplate,
  'claim.mirror': (value) => ['main', 'worktree', 'none'].includes(value),
  'claim.mirrorfields': (value) =>
    value.split(/[\s,]+/).every((field) => field === '' || MIRROR_FIELDS.some((one) => one === field)),
};

/** How long a setup command may take is not among them, because no committed file has any run. */
const DURATIONS: ReadonlySet<string> = new Set(
  [
    ...['heartbeat', 'staleafter', 'expireafter', 'grace', 'idleafter', 'maxidle', 'personidle', 'pathttl', 'historykeep'],
    ...['remoteheartbeat', 'remotestaleafter', 'remoteexpireafter', 'remotegrace', 'remotemaxage'],
  ].map((name) => `claim.${name}`),
);

function isOneOf(values: readonly string[]): Check {
  return (value) => values.includes(value.toLowerCase());
}

/**
 * A remote's name, or an address by https, ssh (its short form too), git or file. Git takes many others for commands to run. A
 * committed password is nobody's secret.
 */
function isRemote(value: string): boolean {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(value)) return true;
  if (/^(?:https|git):\/\/[A-Za-z0-9][^@\s]*$/.test(value) || /^file:\/\/\/[^\s]+$/.test(value)) return true;
  return (
    /^ssh:\/\/(?:[A-Za-z0-9][\w.-]*@)?[A-Za-z0-9[][^@\s]*$/.test(value) ||
    /^(?:[A-Za-z0-9][\w.-]*@)?[A-Za-z0-9][\w.-]*:(?![/\\]{2}|:)[^@\s]+$/.test(value)
  );
}

/** A pattern of files in the repository: not absolute, not outward, not git's own. */
function isInside(value: string): boolean {
  const names = value.replace(/^(?:\.\/)+/, '').split('/');
  return value !== '' && !/^[/~\\!]/.test(value) && !names.some((name) => name === '..' || name.toLowerCase() === '.git');
}

/** Worktrees go into the main one, or into a folder beside it that has its name. */
function isTreeTemplate(value: string): boolean {
  const beside = /^\.\.\/<repo>([A-Za-z0-9._-]*)\/(.+)$/.exec(value);
  const inner = beside === null ? value : (beside[2] as string);
  if (!value.includes('<order>') || !isInside(inner)) return false;
  return inner.split('/').every((name) => /^(?:[\w.-]|<order>|<repo>)+$/.test(name));
}

function isPattern(value: string): boolean {
  try {
    return value !== '' && new RegExp(`^(?:${value})$`).source !== '';
  } catch {
    return false;
  }
}

function isDuration(value: string): boolean {
  return durationMs(value) !== null;
}

function durationMs(value: string): number | null {
  try {
    return parseDurationMs(value, '');
  } catch {
    return null;
  }
}

/** Returns the keys of durations that do not fit together: no command would work with them. */
function brokenTerms(values: ReadonlyMap<string, readonly string[]>): string[] {
  const of = (name: string, usualMs: number) => durationMs(values.get(`claim.${name}`)?.at(-1) ?? '') ?? usualMs;
  const lease = () => {
    const beatMs = of('heartbeat', UNHELPED_LEASE.beatMs);
    const [staleMs, expireMs] = [of('staleafter', UNHELPED_LEASE.staleMs), of('expireafter', UNHELPED_LEASE.expireMs)];
    assertLease({ beatMs, staleMs, expireMs, graceMs: of('grace', UNHELPED_LEASE.graceMs) });
    return beatMs >= BEAT_MS_MIN;
  };
  const patience = () => {
    const idleAfterMs = of('idleafter', DEFAULT_PATIENCE.idleAfterMs);
    assertPatience({ idleAfterMs, maxIdleMs: of('maxidle', DEFAULT_PATIENCE.maxIdleMs) });
    return true;
  };
  const broken = [
    ...(holds(lease) ? [] : ['heartbeat', 'staleafter', 'expireafter', 'grace']),
    ...(holds(patience) ? [] : ['idleafter', 'maxidle']),
  ];
  return broken.map((name) => `claim.${name}`).filter((key) => values.has(key));
}

function holds(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}

function hasControls(value: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject here
  return /[\x00-\x1f\x7f]/.test(value);
}
