/** What git, or the file system below it, would not do; `said` holds its own words. */
export type GitFailure =
  | { readonly code: 'git'; readonly kind: 'changes-unlisted'; readonly path: string; readonly said: string }
  | { readonly code: 'git'; readonly kind: 'claim-not-written'; readonly said: string }
  | { readonly code: 'unknown'; readonly kind: 'claims-unreadable'; readonly said: string }
  | { readonly code: 'git'; readonly kind: 'config-locked'; readonly lock: string }
  /** Orders and paths that others changed each time they were to be written. */
  | { readonly code: 'git'; readonly kind: 'contended'; readonly names: readonly string[]; readonly rounds: number }
  | { readonly code: 'git'; readonly kind: 'file-changing'; readonly file: string }
  | { readonly code: 'git'; readonly kind: 'git-not-started'; readonly said: string }
  /** `mainDir`: where a person, whom no sandbox holds, runs the same command. */
  | { readonly code: 'git'; readonly kind: 'git-read-only'; readonly said: string; readonly mainDir: string }
  /** `trust`: the command that git names for a repository of somebody else's. */
  | { readonly code: 'git'; readonly kind: 'git-refuses'; readonly said: string; readonly trust: string | null }
  | { readonly code: 'git'; readonly kind: 'git-stopped'; readonly command: string; readonly why: GitStop }
  | { readonly code: 'git'; readonly kind: 'ignored-unlisted'; readonly said: string }
  | { readonly code: 'git'; readonly kind: 'install-denied'; readonly said: string; readonly place: string }
  | { readonly code: 'git'; readonly kind: 'mode-not-set'; readonly said: string }
  | { readonly code: 'no-repo'; readonly kind: 'no-repository' }
  | { readonly code: 'git'; readonly kind: 'record-not-written'; readonly said: string };

/** Why a git process was ended. */
export type GitStop = 'too-long' | 'too-slow';
