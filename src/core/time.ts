import { ClaimError } from './errors.ts';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof UNIT_MS;

/** The longest duration that any setting may have: ten years. */
const DURATION_MS_MAX = 10 * 365 * UNIT_MS.d;

/** One instant on two clocks. Only the monotonic one decides anything, and only against another reading of the same boot. */
export type Moment = {
  /** The kernel's boot id, or null where the system has none. Readings of different boots cannot be compared. */
  readonly boot: string | null;
  /** Milliseconds on the boot's monotonic clock, which stops while the machine sleeps. */
  readonly monoMs: number;
  /** Milliseconds since the epoch, for display. */
  readonly wallMs: number;
};

/** One instant, for whoever must know that no more time has passed since: no clock alone tells. */
export type Instant = Moment & {
  /** Milliseconds since the boot, with the time in which the machine slept. */
  readonly upMs: number;
};

/** Returns how long ago an instant was, on the clock that says the most; without end if it was before this boot. */
export function mostElapsedMs(since: Instant, now: Instant): number {
  if (since.boot === null || since.boot !== now.boot) return Number.POSITIVE_INFINITY;
  return Math.max(now.monoMs - since.monoMs, now.upMs - since.upMs, now.wallMs - since.wallMs);
}

/**
 * Parses a duration such as `500ms`, `30s`, `15m`, `4h` or `7d`; a bare number is seconds.
 *
 * @param name what the duration is for, used in the error message
 * @returns milliseconds, 0 to ten years
 * @throws ClaimError `usage`
 */
export function parseDurationMs(text: string, name: string): number {
  const match = /^([0-9]{1,12}(?:\.[0-9]{1,3})?)(ms|s|m|h|d)?$/.exec(text.trim());
  const ms = match === null ? Number.NaN : Number(match[1]) * UNIT_MS[(match[2] ?? 's') as Unit];
  if (!(ms <= DURATION_MS_MAX)) {
    throw new ClaimError({ code: 'usage', kind: 'duration', name, text });
  }
  return Math.round(ms);
}

/** Returns a duration as people say it, in its largest whole unit: `45s`, `12m`, `3h`, `2d`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / UNIT_MS.s));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 120 * 60) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

/** Returns the instant as RFC 3339 in UTC with whole seconds: `2026-11-21T14:02:05Z`. */
export function formatInstant(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}

/** Returns the instant as RFC 3339 in UTC with milliseconds, which sort after whole seconds only by their value. */
export function formatExactInstant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** Returns the milliseconds since the epoch that an RFC 3339 text names, or null if the text is none. */
export function parseInstant(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(text)) return null;
  const epochMs = Date.parse(text);
  return Number.isNaN(epochMs) ? null : epochMs;
}
