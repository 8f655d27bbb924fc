/** What is wrong with the session that asks, or with the one it names. */
export type SessionFailure =
  | { readonly code: 'usage'; readonly kind: 'anchor-ended'; readonly pid: number }
  | { readonly code: 'usage'; readonly kind: 'anchor-not-a-pid'; readonly text: string }
  | { readonly code: 'usage'; readonly kind: 'anchor-unseen'; readonly pid: number }
  | { readonly code: 'usage'; readonly kind: 'bad-session-key' }
  /** `origin`: the option, variable or hook that named it. */
  | { readonly code: 'usage'; readonly kind: 'bad-session-name'; readonly origin: string; readonly text: string }
  | { readonly code: 'illegal'; readonly kind: 'guest-declined'; readonly order: string }
  | { readonly code: 'no-session'; readonly kind: 'guest-session'; readonly host: string }
  | { readonly code: 'usage'; readonly kind: 'hand-to-self'; readonly to: string }
  /** `trouble`: why the cache failed, if known. */
  | { readonly code: 'internal'; readonly kind: 'intent-not-kept'; readonly trouble: string | null }
  | { readonly code: 'usage'; readonly kind: 'linear-issue'; readonly text: string }
  | { readonly code: 'no-session'; readonly kind: 'no-session'; readonly nobody: Unidentified }
  | { readonly code: 'no-session'; readonly kind: 'program-unseen' }
  /** `keys`: the full keys of the sessions with that short id. */
  | { readonly code: 'usage'; readonly kind: 'session-ambiguous'; readonly to: string; readonly keys: readonly string[] }
  /** `seen`: the short ids of the other sessions here. */
  | { readonly code: 'usage'; readonly kind: 'session-ended'; readonly to: string; readonly seen: readonly string[] }
  | { readonly code: 'usage'; readonly kind: 'session-unknown'; readonly to: string; readonly seen: readonly string[] };

/**
 * Why no session could be identified. `agent-unseen`: an agent is at work but reports no id, and none of its processes is
 * visible. `agent-shared`: the agent's process hosts many sessions, so it identifies none of them.
 */
export type Unidentified = { readonly why: 'agent-unseen' | 'agent-shared'; readonly agent: string } | { readonly why: NoLeader };

/** Why a terminal offers no anchor. */
export type NoLeader = 'no-terminal' | 'short-lived' | 'hidden';
