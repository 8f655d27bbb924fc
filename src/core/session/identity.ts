import { ClaimError } from '../errors.ts';
import type { NoLeader, Unidentified } from '../failures/sessions.ts';
import type { SessionId, SessionKey } from '../ids.ts';
import { hostsManySessions } from './agents.ts';
import type { Anchor } from './anchor.ts';
import { anchorOf, type NamedAnchor, namedAnchor, terminalAnchor } from './credible-anchor.ts';
import { agentKey, anchorKey, namedKey, sessionIdOf } from './key.ts';
import type { Said } from './said.ts';
import { agentHere, nearestAgentProcess, type Surroundings } from './surroundings.ts';

const SESSION_VARIABLE = 'GIT_CLAIM_SESSION';

/** Who is asking. */
export type Identity = {
  readonly key: SessionKey;
  readonly id: SessionId;
  /** `claude`, `codex`, ...; null for a person. */
  readonly agent: string | null;
  /** Where the key came from, strongest first. */
  readonly source: 'named' | 'agent' | 'binding' | 'anchor';
  readonly host: string;
  readonly boot: string | null;
  readonly anchor: Anchor | null;
};

/** Tells whether a person asks: no agent is about, or the person is a guest in an agent's work tree. */
export function isPerson({ agent, source }: Pick<Identity, 'agent' | 'source'>): boolean {
  return agent === null || source === 'binding';
}

/** All that is known about the caller. */
export type IdentityFacts = Surroundings & {
  /** What `--session` said; GIT_CLAIM_SESSION is read from the environment. */
  readonly named: string | null;
  /** What an agent said of itself on a hook's stdin or in the metadata of a call. */
  readonly said: Said | null;
  /** The sessions that this worktree's binding names, one for each line. */
  readonly bound: readonly { readonly key: SessionKey; readonly agent: string | null }[];
  /** What `--anchor` or GIT_CLAIM_ANCHOR names. */
  readonly namedAnchor: NamedAnchor | null;
  readonly host: string;
  readonly boot: string | null;
  /** The pid namespace, `unknown` where it cannot be read. */
  readonly ns: string;
};

export type Identified = { readonly kind: 'session'; readonly identity: Identity } | Nobody;

/** No session asks, and why. */
export type Nobody = { readonly kind: 'nobody' } & Unidentified;

/**
 * Decides who asks: the name given, else what the agent says of itself, else the worktree's binding where it names exactly one
 * session and no agent is about, else the anchor. Never a git or system user, nor the host alone: several sessions share those.
 *
 * @throws ClaimError `usage` when a session id cannot be one, or a named anchor does not run
 */
export function identify(facts: IdentityFacts): Identified {
  const here = agentHere(facts);
  const agent = facts.said?.agent ?? here?.agent.name ?? null;
  const anchor = anchorFor(agent, facts);
  const session = (key: SessionKey, source: Identity['source'], who = agent, whose = anchor): Identified => ({
    kind: 'session',
    identity: { key, id: sessionIdOf(key), agent: who, source, host: facts.host, boot: facts.boot, anchor: asAnchor(whose) },
  });

  const variable = facts.environment[SESSION_VARIABLE] || null;
  if (facts.named !== null) return session(namedKey(facts.named, '--session'), 'named');
  if (variable !== null) return session(namedKey(variable, SESSION_VARIABLE), 'named');
  if (agent !== null && facts.said !== null) return session(agentKey(agent, facts.said.id, `${agent}'s hook`), 'agent');
  if (agent !== null && here?.agent.name === agent && here.id !== null) {
    return session(agentKey(agent, here.id, here.variable ?? agent), 'agent');
  }
  const bound = agent === null ? onlySession(facts.bound) : null;
  if (bound !== null && !isItself(bound.key, facts, anchor))
    return session(bound.key, 'binding', bound.agent, boundAnchor(facts));
  if (agent !== null && facts.namedAnchor === null && isShared(agent, facts))
    return { kind: 'nobody', why: 'agent-shared', agent };
  if (typeof anchor === 'object' && anchor !== null) return session(anchorKey(agent, facts, anchor), 'anchor');
  return agent === null ? { kind: 'nobody', why: anchor ?? 'hidden' } : { kind: 'nobody', why: 'agent-unseen', agent };
}

/** Returns the refusal of whatever needs a session, with what to do about it. */
export function noSession(nobody: Nobody): ClaimError {
  return new ClaimError({ code: 'no-session', kind: 'no-session', nobody });
}

/**
 * An agent's anchor is its own process or none: what else is above (a shell for one command, an editor, another agent)
 * lives shorter or longer than its session.
 */
function anchorFor(agent: string | null, facts: IdentityFacts): Anchor | NoLeader | null {
  if (facts.namedAnchor !== null) return namedAnchor(facts.namedAnchor, facts.ns);
  if (facts.ns === 'unknown') return null;
  if (agent === null) return terminalAnchor(facts.self, facts.ancestors, facts.ns);
  const process = nearestAgentProcess(agent, facts.ancestors);
  return process === null ? null : anchorOf(process, facts.ns);
}

/** A guest in an agent's tree must not lend that agent's claims the life of the guest's own terminal. */
function boundAnchor(facts: IdentityFacts): Anchor | null {
  return facts.namedAnchor === null ? null : namedAnchor(facts.namedAnchor, facts.ns);
}

/** A person in the work tree of the person's own claim is no guest: what is claimed from there lives as the terminal does. */
function isItself(key: SessionKey, facts: IdentityFacts, anchor: Anchor | NoLeader | null): boolean {
  return typeof anchor === 'object' && anchor !== null && anchorKey(null, facts, anchor) === key;
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
