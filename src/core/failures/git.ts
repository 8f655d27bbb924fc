/** The coding agent whose sandbox a command runs in: its shell may not write everywhere. */
export type Sandbox = 'claude' | 'codex';

/** What git, or the file system below it, refused. `said`: its own words. */
export type GitFailure =
  | { readonly code: 'git'; readonly kind: 'changes-unlisted'; readonly path: string; readonly said: string }
  | { readonly code: 'git'; readonly kind: 'claim-not-written'; readonly said: string }
  | { readonly code: 'unknown'; readonly kind: 'claims-unreadable'; readonly said: string }
  | { readonly code: 'git'; readonly kind: 'config-locked'; readonly lock: string }
  /** Orders and paths that other sessions changed each time this command tried to write them. */
  | { readonly code: 'git'; readonly kind: 'contended'; readonly names: readonly string[]; readonly rounds: number }
  | { readonly code: 'git'; readonly kind: 'file-changing'; readonly file: string }
  | { readonly code: 'git'; readonly kind: 'finished-unlisted'; readonly said: string }
  | { readonly code: 'git'; readonly kind: 'git-not-started'; readonly said: string }
  /** `mainDir`: where a person, outside any sandbox, runs the same command. */
  | {
      readonly code: 'git';
      readonly kind: 'git-read-only';
      readonly said: string;
      readonly mainDir: string;
      readonly sandbox: Sandbox | null;
    }
  /** `trust`: the command, printed by git, that trusts another user's repository. */
  | { readonly code: 'git'; readonly kind: 'git-refuses'; readonly said: string; readonly trust: string | null }
  | { readonly code: 'git'; readonly kind: 'git-stopped'; readonly command: string; readonly why: GitStop }
  | { readonly code: 'git'; readonly kind: 'ignored-unlisted'; readonly said: string }
  | {
      readonly code: 'git';
      readonly kind: 'include-unusable';
      readonly file: string;
      readonly why: 'special' | 'too-large';
      readonly bytesMax: number;
    }
  | { readonly code: 'git'; readonly kind: 'install-denied'; readonly said: string; readonly place: string }
  | { readonly code: 'git'; readonly kind: 'kept-not-dropped'; readonly ref: string }
  | { readonly code: 'git'; readonly kind: 'kept-unlisted'; readonly said: string }
  | { readonly code: 'no-repo'; readonly kind: 'no-repository' }
  | { readonly code: 'git'; readonly kind: 'record-not-written'; readonly said: string }
  | { readonly code: 'git'; readonly kind: 'remains-not-removed'; readonly said: string }
  | { readonly code: 'git'; readonly kind: 'setting-not-set'; readonly key: string; readonly said: string };

/** Why a git process was stopped. */
export type GitStop = 'too-long' | 'too-slow';
