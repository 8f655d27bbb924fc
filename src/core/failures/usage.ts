/** A command or call that makes no sense. `text`: what was typed. */
export type UsageFailure =
  | { readonly code: 'usage'; readonly kind: 'after-not-a-number' }
  /** `said`: the parser's words. */
  | { readonly code: 'usage'; readonly kind: 'bad-option'; readonly command: string; readonly said: string }
  | { readonly code: 'usage'; readonly kind: 'beat-without-anchor' }
  | { readonly code: 'usage'; readonly kind: 'block-without-reason' }
  | { readonly code: 'usage'; readonly kind: 'claim-options-without-claim' }
  | { readonly code: 'usage'; readonly kind: 'claim-with-count' }
  | { readonly code: 'usage'; readonly kind: 'count-out-of-range'; readonly text: string; readonly max: number }
  | { readonly code: 'usage'; readonly kind: 'follow-from-number' }
  | { readonly code: 'usage'; readonly kind: 'follow-up-without-title' }
  | { readonly code: 'usage'; readonly kind: 'force-with-json' }
  | { readonly code: 'usage'; readonly kind: 'hand-without-session' }
  | { readonly code: 'usage'; readonly kind: 'init-options'; readonly options: readonly string[] }
  | { readonly code: 'usage'; readonly kind: 'intent-kind'; readonly text: string }
  | { readonly code: 'usage'; readonly kind: 'intent-not-one-text' }
  | { readonly code: 'usage'; readonly kind: 'more-than-one-order'; readonly command: OneOrderCommand }
  | { readonly code: 'usage'; readonly kind: 'more-than-one-range' }
  /** Its claim records no branch, or none that has a commit. */
  | { readonly code: 'illegal'; readonly kind: 'no-branch-to-push'; readonly order: string }
  | { readonly code: 'usage'; readonly kind: 'no-order-named' }
  | { readonly code: 'usage'; readonly kind: 'no-path-named' }
  | { readonly code: 'usage'; readonly kind: 'no-program-named' }
  /** Claims are not shared through any. */
  | { readonly code: 'usage'; readonly kind: 'no-remote' }
  | { readonly code: 'usage'; readonly kind: 'no-shell-functions'; readonly order: string }
  | { readonly code: 'usage'; readonly kind: 'no-shell-named'; readonly command: ShellCommand }
  | { readonly code: 'usage'; readonly kind: 'no-such-program'; readonly name: string }
  | { readonly code: 'usage'; readonly kind: 'no-such-range'; readonly text: string }
  | { readonly code: 'illegal'; readonly kind: 'no-terminal' }
  /** No remote is configured. */
  | { readonly code: 'usage'; readonly kind: 'nowhere-to-push'; readonly branch: string }
  | { readonly code: 'usage'; readonly kind: 'on-without-worktree' }
  | { readonly code: 'usage'; readonly kind: 'push-offline' }
  | { readonly code: 'usage'; readonly kind: 'remote-with-options'; readonly options: readonly string[] }
  | { readonly code: 'usage'; readonly kind: 'session-verb' }
  | { readonly code: 'usage'; readonly kind: 'take-not-one-order' }
  | { readonly code: 'usage'; readonly kind: 'take-without-reason' }
  | { readonly code: 'usage'; readonly kind: 'ttl-with-release' }
  /** `meant`: what was probably meant after `git claim`. */
  | { readonly code: 'usage'; readonly kind: 'unknown-command'; readonly text: string; readonly meant: string | null }
  | { readonly code: 'usage'; readonly kind: 'unknown-help-topic'; readonly text: string }
  | { readonly code: 'usage'; readonly kind: 'unknown-hook'; readonly text: string }
  | { readonly code: 'usage'; readonly kind: 'unknown-shell'; readonly command: ShellCommand; readonly text: string }
  | { readonly code: 'usage'; readonly kind: 'unwanted-operands'; readonly command: BareCommand }
  | { readonly code: 'usage'; readonly kind: 'watch-without-terminal' }
  | { readonly code: 'usage'; readonly kind: 'worktree-verb' }
  /** A person was asked to type these words and typed others. */
  | { readonly code: 'held'; readonly kind: 'wrong-words'; readonly words: string };

/** Commands that print something for a shell. */
export type ShellCommand = 'completion' | 'shell-init';

/** Commands that take at most one order. */
export type OneOrderCommand = 'check' | 'feed' | 'go' | 'log' | 'rescue' | 'status' | 'where';

/** Commands that take no operands. */
export type BareCommand = 'doctor' | 'init' | 'intents' | 'list' | 'next' | 'paths' | 'sync';
