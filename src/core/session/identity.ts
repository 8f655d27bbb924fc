import { ClaimError } from '../errors.ts';
import type { NoLeader, Unidentified } from '../failures/sessions.ts';
import type { CloneId, SessionId, SessionKey } from '../ids.ts';
import { oneLine } from '../line.ts';
import { hostsManySessions, isTerminalHost } from './agents.ts';
import type { Anchor } from './anchor.ts';
import { anchorOf, type NamedAnchor, namedAnchor, terminalAnchor } from './credible-anchor.ts';
import { agentKey, anchorKey, namedKey, sessionIdOf } from './key.ts';
import type { Person } from './person.ts';
import type { Said } from './said.ts';
import { agentHere, nearestAgentProcess, type Surroundings, type Unheeded, unheededVariable } from './surroundings.ts';

const SESSION_VARIABLE = 'GIT_CLAIM_SESSION';

/** Who is asking. */
export type Identity = {
  readonly key: SessionKey;
  readonly id: SessionId;
  /** `claude`, `codex`, ...; null for a person. */
  readonly agent: string | null;
  /** Where the key came from, the strongest source first. */
  readonly source: 'named' | 'agent' | 'binding' | 'anchor';
  readonly host: string;
  readonly boot: string | null;
  readonly anchor: Anchor | null;
  /** The person at the terminal whose shell is the anchor; null for every other session. */
  readonly person: Person | null;
  /** The clone in which it asks; null where claims are not shared. */
  readonly clone: CloneId | null;
  /**
   * The session in whose worktree the caller is as a guest, which covers reading and committing there; null for no guest. A guest
   * without a terminal has no session of its own, and only that one's key (the source `binding`).
   */
  readonly guestOf: SessionKey | null;
};

/** Returns whether a person asks: either no agent is at work, or the person is a guest in an agent's worktree. */
export function isPerson({ agent, source }: Pick<Identity, 'agent' | 'source'>): boolean {
  return agent === null || source === 'binding';
}

/** All that is known about the caller. */
export type IdentityFacts = Surroundings & {
  /** The value of `--session`. GIT_CLAIM_SESSION is read from the environment. */
  readonly named: string | null;
  /** What an agent reported of itself on a hook's stdin or in the metadata of a call. */
  readonly said: Said | null;
  /** The sessions that this worktree's binding names, one per line. */
  readonly bound: readonly { readonly key: SessionKey; readonly agent: string | null }[];
  /** What `--anchor` or GIT_CLAIM_ANCHOR names. */
  readonly namedAnchor: NamedAnchor | null;
  readonly host: string;
  readonly boot: string | null;
  readonly clone: CloneId | null;
  /** The pid namespace; `unknown` if it cannot be read. */
  readonly ns: string;
  /** Whose processes these are; null where the system does not say. */
  readonly user: { readonly uid: number; readonly name: string } | null;
};

export type Identified = ({ readonly kind: 'session'; readonly identity: Identity } | Nobody) & {
  /** Only where no agent was found. */
  readonly unheeded?: Unheeded | null;
};

/** No session could be identified, and why. */
export type Nobody = { readonly kind: 'nobody' } & Unidentified;

/**
 * Identifies the session that asks. The sources, strongest first: the name given, what the agent reports of itself, the
 * anchor, and the worktree's binding (if it names exactly one session). A git or system user, or the host alone, never identifies
 * a session: several sessions share those. A person at a terminal in another session's worktree is its guest.
 *
 * @throws ClaimError `usage` if a session id is malformed or a named anchor is not running
 */
export function identify(facts: IdentityFacts): Identified {
  const found = identifyHeeded(facts);
  const isAgents = found.kind === 'session' && found.identity.agent !== null;
  return isAgents ? found : { ...found, unheeded: unheededVariable(facts) };
}

function identifyHeeded(facts: IdentityFacts): Identified {
  const here = agentHere(facts);
  const agent = facts.said?.agent ?? here?.agent.name ?? null;
  const anchor = anchorFor(agent, facts);
  const person = agent === null && asAnchor(anchor) !== null ? personAt(facts) : null;
  const { host, boot, clone } = facts;
  const self = { agent, host, boot, clone, anchor: asAnchor(anchor), person, guestOf: null };
  const session = (key: SessionKey, source: Identity['source'], other: Partial<Identity> = {}): Identified => ({
    kind: 'session',
    identity: { ...self, key, id: sessionIdOf(key), source, ...other },
  });

  const variable = facts.environment[SESSION_VARIABLE] || null;
  if (facts.named !== null) return session(namedKey(facts.named, '--session'), 'named');
  if (variable !== null) return session(namedKey(variable, SESSION_VARIABLE), 'named');
  if (agent !== null && facts.said !== null) return session(agentKey(agent, facts.said.id, `${agent}'s hook`), 'agent');
  if (agent !== null && here?.agent.name === agent && here.id !== null) {
    return session(agentKey(agent, here.id, here.variable ?? agent), 'agent');
  }
  const bound = agent === null ? onlySession(facts.bound) : null;
  if (bound !== null && !isItself(bound.key, facts, anchor)) {
    if (person !== null) return session(anchorKey(null, facts, anchor as Anchor), 'anchor', { guestOf: bound.key });
    return session(bound.key, 'binding', { agent: bound.agent, anchor: boundAnchor(facts), guestOf: bound.key });
  }
  if (agent !== null && facts.namedAnchor === null && isShared(agent, facts))
    return { kind: 'nobody', why: 'agent-shared', agent };
  if (typeof anchor === 'object' && anchor !== null) return session(anchorKey(agent, facts, anchor), 'anchor');
  return agent === null ? { kind: 'nobody', why: anchor ?? 'hidden' } : { kind: 'nobody', why: 'agent-unseen', agent };
}

/** Returns the error for a command that needs a session and has none, with what to do about it. */
export function noSession(nobody: Nobody): ClaimError {
  return new ClaimError({ code: 'no-session', kind: 'no-session', nobody });
}

/**
 * Returns the anchor of the session that asks. An agent's anchor is the agent's own process or nothing: any other process above
 * (a shell for one command, an editor, another agent) lives shorter or longer than the agent's session.
 */
function anchorFor(agent: string | null, facts: IdentityFacts): Anchor | NoLeader | null {
  if (facts.namedAnchor !== null) return namedAnchor(facts.namedAnchor, facts.ns);
  if (facts.ns === 'unknown') return null;
  if (agent === null) return terminalAnchor(facts.self, facts.ancestors, facts.ns);
  const process = nearestAgentProcess(agent, facts.ancestors);
  return process === null ? null : anchorOf(process, facts.ns);
}

/** A guest in an agent's worktree must not tie that agent's claims to the life of the guest's own terminal. */
function boundAnchor(facts: IdentityFacts): Anchor | null {
  return facts.namedAnchor === null ? null : namedAnchor(facts.namedAnchor, facts.ns);
}

/** A person in the worktree of their own claim is no guest: the terminal's life is the life of what they claim there. */
function isItself(key: SessionKey, facts: IdentityFacts, anchor: Anchor | NoLeader | null): boolean {
  return typeof anchor === 'object' && anchor !== null && anchorKey(null, facts, anchor) === key;
}

/** A named anchor is no terminal's shell, and its session ends with it. */
function personAt({ user, namedAnchor: named, self, ancestors, environment }: IdentityFacts): Person | null {
  if (user === null || named !== null) return null;
  const pane = environment['TMUX_PANE'] ?? '';
  const isInTmux = ancestors.find(isTerminalHost)?.command.startsWith('tmux') === true && /^%[0-9]{1,9}$/.test(pane);
  const terminal = isInTmux ? `tmux:${pane}` : (self?.terminal ?? '-');
  return { uid: user.uid, terminal, name: oneLine(user.name).slice(0, 100).trim() || 'somebody' };
}

function asAnchor(anchor: Anchor | NoLeader | null): Anchor | null {
  return typeof anchor === 'string' ? null : anchor;
}

function isShared(agent: string, facts: IdentityFacts): boolean {
  const process = nearestAgentProcess(agent, facts.ancestors);
  return process !== null && hostsManySessions(process);
}

function onlySession(bound: IdentityFacts['bound']) {
  return new Set(bound.map(({ key }) => key)).size === 1 ? (bound[0] ?? null) : null;
}
