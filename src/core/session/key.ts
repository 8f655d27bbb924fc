import { ClaimError } from '../errors.ts';
import { parseSessionKey, type SessionId, type SessionKey } from '../ids.ts';
import { KNOWN_AGENTS } from './agents.ts';
import { type Anchor, formatAnchor } from './anchor.ts';

/** Where an anchor's process runs. Its pid means something only there. */
export type Home = { readonly host: string; readonly boot: string | null };

/**
 * Returns the key of a session that was named explicitly.
 *
 * @param origin what named it, for the error message
 * @throws ClaimError `usage`
 */
export function namedKey(name: string, origin: string): SessionKey {
  return readKey(name, name, origin);
}

/**
 * Returns the key of an agent's session that reports its id: `claude:<id>`.
 *
 * @throws ClaimError `usage`
 */
export function agentKey(agent: string, id: string, origin: string): SessionKey {
  return readKey(`${agent}:${id}`, id, origin);
}

/** Returns the key of a session known by its anchor alone: `<agent or person>:<host>:<boot>:<pid>@<start>/<ns>`. */
export function anchorKey(agent: string | null, home: Home, anchor: Anchor): SessionKey {
  return parseSessionKey(`${agent ?? PERSON}:${plain(home.host)}:${plain(home.boot ?? 'unknown')}:${formatAnchor(anchor)}`);
}

/**
 * Returns the short name under which a session is shown: `claude-7f3a21`. A plain name stays as it is. The short name depends on
 * the key alone, so that a session has the same one everywhere. Two sessions may share one, so it is never compared.
 */
export function sessionIdOf(key: SessionKey): SessionId {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/.test(key)) return key as string as SessionId;
  const speaker = speakerOf(key);
  return `${speaker ?? 'session'}-${uuidDigits(key.slice((speaker ?? '').length + 1)) ?? hashDigits(key)}` as SessionId;
}

/** Returns the agent whose own key this is, or null for a person's key and for a name that somebody gave. */
export function agentOfKey(key: SessionKey): string | null {
  const speaker = speakerOf(key);
  return speaker === PERSON ? null : speaker;
}

const PERSON = 'person';

function readKey(key: string, given: string, origin: string): SessionKey {
  try {
    return parseSessionKey(key);
  } catch (cause) {
    throw new ClaimError({ code: 'usage', kind: 'bad-session-name', origin, text: given }, { cause });
  }
}

function plain(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 48) || '-';
}

function speakerOf(key: SessionKey): string | null {
  const speaker = key.slice(0, Math.max(0, key.indexOf(':')));
  return speaker === PERSON || KNOWN_AGENTS.some((agent) => agent.name === speaker) ? speaker : null;
}

/** The first digits of a random (v4) uuid are random. In others, such as v7, they are the time, which neighbours share. */
function uuidDigits(text: string): string | null {
  const match = /^[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i.exec(text);
  if (match === null) return null;
  return (match[1] === '4' ? text.slice(0, 6) : text.slice(-6)).toLowerCase();
}

/** FNV-1a, folded to 24 bits. */
function hashDigits(text: string): string {
  const hash = Array.from(text).reduce((sum, char) => Math.imul(sum ^ char.charCodeAt(0), 0x01000193), 0x811c9dc5);
  return ((hash >>> 24) ^ (hash & 0xffffff)).toString(16).padStart(6, '0');
}
