import type { Symptom } from '../core/doctor/symptom.ts';
import type { Mode } from '../core/guard/mode.ts';
import type { Route } from '../core/install/route.ts';

/** What a change is about. */
export type InstallPart = 'hook' | 'config' | 'agents-md' | 'claude' | 'manifest';

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

/** What is to be set up. */
export type Wish = {
  /** Null keeps the mode that is configured. */
  readonly mode: Mode | null;
  readonly agentsMd: boolean;
  readonly claude: boolean;
};

export type InstallPlan = {
  readonly route: Route;
  readonly mode: Mode;
  /** In the order they are to be made; empty when everything is as it should be. */
  readonly changes: readonly Change[];
  readonly notes: readonly InstallNote[];
};

/** What a person should know: of something that cannot be done here, or that somebody else changed. */
export type InstallNote =
  /** The package lies in the cache of npx, which npm empties. */
  | { readonly kind: 'passing' }
  /** `changed`: somebody edited the file since; `left`: an earlier hook, whose place another one has taken. */
  | { readonly kind: 'changed' | 'left'; readonly path: string };

/** What `git claim init` puts into a repository. */
export interface Installation {
  /** Whether init was run here. */
  readonly isThere: boolean;
  /** How far the hooks go. */
  readonly mode: Mode;
  /** Whether AGENTS.md has our block. */
  readonly hasAgentsBlock: boolean;
  /** Whether a person at this machine does not want it there. */
  readonly isAgentsBlockDeclined: boolean;
  /** Remembers what a person said when it was offered; where nothing can be kept it will be offered again. */
  noteAgentsBlock(isWanted: boolean): void;
  /**
   * Says what has to be changed so that everything wished for is there; repeated, nothing.
   *
   * @throws ClaimError `usage` for a file that cannot be edited without losing something
   */
  plan(wish: Wish): Promise<InstallPlan>;
  /** Says what has to be changed so that everything is as it was before. */
  planRemoval(): Promise<InstallPlan>;
  /** Says what of it is not in place, or does not run in one of these work trees. */
  examine(trees: readonly string[]): Promise<Symptom[]>;
  /** Says in which of these work trees the hooks of a mode do not run. */
  probe(trees: readonly string[], mode: Mode, route: Route): Promise<Symptom[]>;
  /** Runs a section that looks and changes while no other process of ours does. */
  exclusively<T>(section: () => Promise<T>): Promise<T>;
  /**
   * Makes the changes, each file in one piece.
   *
   * @throws ClaimError `git` where this process may not write
   */
  apply(changes: readonly Change[]): void;
}
