import type { Symptom } from '../core/doctor/symptom.ts';
import type { Mode } from '../core/guard/mode.ts';
import type { Lowered } from '../core/install/gate.ts';
import type { Route } from '../core/install/route.ts';

/** The part of the setup that a change belongs to. */
export type InstallPart = 'hook' | 'config' | 'attributes' | 'agents-md' | 'claude' | 'worktree-include' | 'manifest' | 'exclude';

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
  /** A symbolic link to `to`, relative to its folder. */
  | { readonly kind: 'link'; readonly part: InstallPart; readonly path: string; readonly to: string }
  | { readonly kind: 'remove'; readonly part: InstallPart; readonly path: string };

/** What to set up. */
export type Wish = {
  /** Null keeps the configured mode. */
  readonly mode: Mode | null;
  readonly agentsMd: boolean;
  readonly claude: boolean;
  /** Whether to list what git ignores of these in `.worktreeinclude`. */
  readonly isListing: boolean;
  /** What to set in the repository's configuration besides the mode, by key. */
  readonly settings: Readonly<Record<string, string>>;
  /** Whether what is configured now is what a person wants, even if it is milder than before. */
  readonly isByPerson: boolean;
  /** When a helper put hooks back: RFC 3339. The next command tells and forgets it. */
  readonly mendedAt: string | null;
};

/** To put back what is missing, and nothing else. */
export const NO_WISH: Wish = {
  mode: null,
  agentsMd: false,
  claude: false,
  isListing: false,
  settings: {},
  isByPerson: false,
  mendedAt: null,
};

export type InstallPlan = {
  readonly route: Route;
  readonly mode: Mode;
  /** When a helper put hooks back that nobody was told of: RFC 3339. */
  readonly mendedAt: string | null;
  /** In the order in which they are made; empty if everything is in place. */
  readonly changes: readonly Change[];
  readonly notes: readonly InstallNote[];
};

/** Something a person should know: what cannot be done here, or what somebody else changed. */
export type InstallNote =
  /** Where an agent's worktrees could be, so that it may enter them. */
  | { readonly kind: 'agent-trees' | 'agent-trees-set'; readonly agent: string; readonly template: string }
  /** The package is in the cache of npx, which npm empties. */
  | { readonly kind: 'passing' }
  /** Order files go through a filter of git's already, so they show no claims. */
  | { readonly kind: 'filtered'; readonly filter: string }
  /** Git ignores these files, so that other worktrees do not get them; or (`isListed`) only by `.worktreeinclude`. */
  | { readonly kind: 'ignored'; readonly paths: readonly string[]; readonly isListed: boolean }
  /** `core.hooksPath` names something that is no folder, so no hook of others runs. `scope`: that of the setting. */
  | { readonly kind: 'no-hooks-folder'; readonly path: string; readonly scope: string }
  /** `changed`: somebody has edited the file since; `left`: an earlier hook that another one has replaced. */
  | { readonly kind: 'changed' | 'left'; readonly path: string };

/**
 * What a person may decline: at the terminal our block in AGENTS.md and worktrees in an agent's folder; by an uninstallation the
 * filter, which claims install by themselves.
 */
export type Offer = 'agents-md' | 'agent-trees' | 'filter';

/** What `git claim init` puts into a repository. */
export interface Installation {
  /** Whether `git claim init` was run here. */
  readonly isThere: boolean;
  /** How strict the hooks are. */
  readonly mode: Mode;
  /** Returns what is milder than a person left it, or would be with this mode; null keeps the configured mode. */
  lowering(mode: Mode | null): readonly Lowered[];
  /** Whether AGENTS.md has not our block, and could have it. */
  readonly lacksAgentsBlock: boolean;
  /** Returns which of these files git ignores and `.worktreeinclude` does not list, relative to the worktree. */
  unlisted(parts: readonly ('agents-md' | 'claude')[]): Promise<readonly string[]>;
  /** Returns whether a person at this machine declined an offer. */
  isDeclined(offer: Offer): boolean;
  /** Records the person's answer to an offer. If it cannot be kept, the offer is repeated. */
  noteAnswer(offer: Offer, isWanted: boolean): void;
  /**
   * Sets `claim.worktrees.<agent>` in the repository's configuration.
   *
   * @throws ClaimError `git` if git cannot write it
   */
  placeAgentTrees(agent: string, template: string): Promise<void>;
  /**
   * Installs nothing but the filter that keeps git from seeing claims in order files, unless init was run here or the filter was
   * once removed.
   *
   * @returns whether it is in place now
   */
  addFilter(): Promise<boolean>;
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
