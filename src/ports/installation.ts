import type { Symptom } from '../core/doctor/symptom.ts';
import type { Mode } from '../core/guard/mode.ts';
import type { Route } from '../core/install/route.ts';

/** The part of the setup that a change belongs to. */
export type InstallPart = 'hook' | 'config' | 'attributes' | 'agents-md' | 'claude' | 'manifest' | 'exclude';

/** One file to change. Texts are bytes in Latin-1. */
export type Change =
  | {
      readonly kind: 'write';
      readonly part: InstallPart;
      readonly path: string;
      readonly before: string | null;
      readonly text: string;
    }
  | { readonly kind: 'move'; readonly part: InstallPart; readonly path: string; readonly to: string }
  | { readonly kind: 'remove'; readonly part: InstallPart; readonly path: string };

/** What to set up. */
export type Wish = {
  /** Null keeps the configured mode. */
  readonly mode: Mode | null;
  readonly agentsMd: boolean;
  readonly claude: boolean;
};

export type InstallPlan = {
  readonly route: Route;
  readonly mode: Mode;
  /** In the order in which they are made; empty if everything is in place. */
  readonly changes: readonly Change[];
  readonly notes: readonly InstallNote[];
};

/** Something a person should know: what cannot be done here, or what somebody else changed. */
export type InstallNote =
  /** The package is in the cache of npx, which npm empties. */
  | { readonly kind: 'passing' }
  /** Order files go through a filter of git's already, so they show no claims. */
  | { readonly kind: 'filtered'; readonly filter: string }
  /** `changed`: somebody has edited the file since; `left`: an earlier hook that another one has replaced. */
  | { readonly kind: 'changed' | 'left'; readonly path: string };

/** What `git claim init` puts into a repository. */
export interface Installation {
  /** Whether `git claim init` was run here. */
  readonly isThere: boolean;
  /** How strict the hooks are. */
  readonly mode: Mode;
  /** Whether AGENTS.md has our block. */
  readonly hasAgentsBlock: boolean;
  /** Whether a person at this machine declined that block. */
  readonly isAgentsBlockDeclined: boolean;
  /** Records the person's answer to the offer. If it cannot be kept, the offer is repeated. */
  noteAgentsBlock(isWanted: boolean): void;
  /**
   * Returns the changes that put everything wished for in place; none if it already is.
   *
   * @throws ClaimError `usage` if a file cannot be edited without losing something
   */
  plan(wish: Wish): Promise<InstallPlan>;
  /** Returns the changes that restore everything as it was before. */
  planRemoval(): Promise<InstallPlan>;
  /** Returns what is not in place, and what does not run in one of these worktrees. */
  examine(trees: readonly string[]): Promise<Symptom[]>;
  /** Returns the worktrees, of these, in which the hooks of a mode do not run. */
  probe(trees: readonly string[], mode: Mode, route: Route): Promise<Symptom[]>;
  /** Runs a section while no other git-claim process runs one. */
  exclusively<T>(section: () => Promise<T>): Promise<T>;
  /**
   * Makes the changes; each file is replaced whole.
   *
   * @throws ClaimError `git` if this process may not write
   */
  apply(changes: readonly Change[]): void;
}
