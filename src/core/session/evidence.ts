import { formatDuration } from '../time.ts';
import type { Life } from './life.ts';

/*
 * The clauses of evidence: what is known of a session, and for how long. They are worded here, and not in text/, because they are
 * stored text that must not change: a takeover writes them into its record, and the cache keeps them for the session that lost
 * the claim. Only people read them. See docs/decisions/0009-words.md.
 */

/** Returns what is known of a session's process. */
export function lifeClause(life: Life, host: string, pid: number | null): string {
  switch (life.kind) {
    case 'alive':
      return `process ${pid} runs`;
    case 'gone':
      return GONE[life.why](pid);
    case 'unknown':
      return WHY_UNKNOWN[life.why](host, pid);
  }
}

/** Returns the same of a person whose terminal has closed. The end of its shell says nothing of the work. */
export function closedClause(life: Life, host: string, pid: number | null): string {
  return life.kind === 'gone' ? `its terminal has closed (process ${pid} exited)` : lifeClause(life, host, pid);
}

/** Returns why a claim is taken over to another terminal of the same person. */
export function returnedClause(closed: string, terminal: string): string {
  return `${closed}, and the same person continues${terminal === '-' ? '' : ` at ${terminal}`}`;
}

const GONE: Record<Extract<Life, { kind: 'gone' }>['why'], (pid: number | null) => string> = {
  exited: (pid) => `process ${pid} exited`,
  reused: (pid) => `process ${pid} exited (its number belongs to another process now)`,
  zombie: (pid) => `process ${pid} exited (a zombie)`,
};

const WHY_UNKNOWN: Record<Extract<Life, { kind: 'unknown' }>['why'], (host: string, pid: number | null) => string> = {
  'no-anchor': (host) => `no process on ${host} can be watched`,
  host: (host) => `on host ${host}`,
  boot: (host) => `host ${host}, another boot`,
  namespace: () => 'in another container',
  hidden: (_, pid) => `process ${pid} cannot be seen from here`,
};

/** @param life the {@link lifeClause} */
export function deadClause(life: string, forMs: number): string {
  return `${life} at least ${formatDuration(forMs)} ago`;
}

export function heartbeatClause(agoMs: number): string {
  return `last heartbeat ${formatDuration(agoMs)} ago`;
}

/** @param life the {@link lifeClause} of a holder in another clone */
export function elsewhereClause(life: string): string {
  return `${life}, another clone`;
}

/** Returns when the clone of a holder last said that it lives. */
export function beatClause(agoMs: number): string {
  return `seen in its beat ${formatDuration(agoMs)} ago`;
}

/**
 * Returns that nothing can be said of a holder in another clone.
 *
 * @param forMs how long ago the remote was read; null if that is unknown
 */
export function unreadClause(forMs: number | null, where: string): string {
  return `the remote was not read${forMs === null ? ' yet' : ` for ${formatDuration(forMs)}`}, ${where}`;
}

export function idleClause(forMs: number): string {
  return `idle for ${formatDuration(forMs)}`;
}

/** @param where what is known besides */
export function unseenClause(where: string): string {
  return `nothing seen of it yet, ${where}`;
}

/** @param where what is known besides */
export function silentClause(forMs: number, where: string): string {
  return `silent for ${formatDuration(forMs)}, ${where}`;
}

/** @param at when its holder wrote the record, by the holder's clock */
export function recordedClause(at: string, host: string): string {
  return `last record at ${at}, on host ${host}`;
}

/** @param silence the {@link silentClause} */
export function challengedClause(silence: string, forMs: number): string {
  return `${silence}, challenged ${formatDuration(forMs)} ago`;
}

/** Returns why the claim of a silent holder is taken. */
export function unansweredClause(silentMs: number, challengedMs: number): string {
  return `silent for ${formatDuration(silentMs)}, no answer to a challenge for ${formatDuration(challengedMs)}`;
}
