/** What is configured but cannot be used. `text`: the value. */
export type SettingFailure =
  | { readonly code: 'usage'; readonly kind: 'branch-template'; readonly text: string; readonly usual: string }
  /** `entry`: what to add to this event in the settings. */
  | { readonly code: 'usage'; readonly kind: 'claude-settings'; readonly event: string; readonly entry: string }
  /** `name`: the key or the option. */
  | { readonly code: 'usage'; readonly kind: 'duration'; readonly name: string; readonly text: string }
  /** An agent wanted to make the hooks milder or to remove them. */
  | { readonly code: 'illegal'; readonly kind: 'gate-by-agent' }
  | { readonly code: 'illegal'; readonly kind: 'gate-not-agreed' }
  | { readonly code: 'usage'; readonly kind: 'id-pattern'; readonly isSlow: boolean }
  | { readonly code: 'usage'; readonly kind: 'idle-after' }
  | { readonly code: 'usage'; readonly kind: 'issue-prefix'; readonly text: string }
  | { readonly code: 'usage'; readonly kind: 'lease'; readonly why: LeaseTrouble; readonly terms: LeaseNumbers }
  | { readonly code: 'usage'; readonly kind: 'max-idle'; readonly maxIdleMs: number; readonly idleAfterMs: number }
  | { readonly code: 'usage'; readonly kind: 'mirror'; readonly text: string }
  | { readonly code: 'usage'; readonly kind: 'mirror-field'; readonly text: string; readonly fields: readonly string[] }
  | {
      readonly code: 'usage';
      readonly kind: 'mode';
      readonly key: string;
      readonly text: string;
      readonly choices: readonly string[];
      readonly usual: string;
    }
  | { readonly code: 'usage'; readonly kind: 'no-setup-commands' }
  /** Something other than a file is where init would add to one. */
  | { readonly code: 'usage'; readonly kind: 'not-a-file'; readonly path: string }
  | { readonly code: 'usage'; readonly kind: 'orders-from'; readonly text: string }
  | { readonly code: 'usage'; readonly kind: 'orders-pattern'; readonly text: string }
  | { readonly code: 'usage'; readonly kind: 'ready-at'; readonly text: string }
  | { readonly code: 'usage'; readonly kind: 'ref-prefix'; readonly text: string; readonly usual: string }
  | { readonly code: 'usage'; readonly kind: 'remote-lease'; readonly why: LeaseTrouble; readonly terms: LeaseNumbers }
  | { readonly code: 'usage'; readonly kind: 'worktrees-template'; readonly text: string; readonly usual: string };

/** The rule that the numbers of a lease break. */
export type LeaseTrouble = 'beat-too-short' | 'not-above-zero' | 'stale-before-beat' | 'grace-too-short' | 'expire-too-early';

export type LeaseNumbers = {
  readonly beatMs: number;
  readonly staleMs: number;
  readonly expireMs: number;
  readonly graceMs: number;
};
