import type { Unfit } from '../failures/remote.ts';
import type { Mode } from '../guard/mode.ts';
import type { Lowered } from '../install/gate.ts';
import type { OwnHook } from '../install/hooks.ts';
import type { CommittedComplaint } from '../settings/committed.ts';

/** One thing that is wrong or worth knowing. */
export type Symptom = {
  readonly kind: SymptomKind;
  /** `info`: good to know; `warn`: something does not work as promised. */
  readonly severity: 'info' | 'warn';
  /** Absolute path of a file or folder, or the name of a ref. */
  readonly place: string | null;
  readonly order: string | null;
  /** Whether `doctor --fix` may repair it: nothing can be lost by that. */
  readonly isFixable: boolean;
  /** The data for its sentence. */
  readonly about: SymptomAbout;
};

export type SymptomKind =
  | 'not-set-up'
  | 'hooks'
  | 'other-hooks'
  | 'agents'
  | 'mirror'
  | 'lock'
  | 'foreign-ref'
  | 'cache'
  | 'missing-worktree'
  | 'pruning-remote'
  | 'remote'
  | 'ownerless-work'
  | 'unclaimed-worktree'
  | 'lost-worktree'
  | 'copied-worktree'
  | 'bare'
  | 'inner-worktree'
  | 'other-clone'
  | 'clock'
  | 'file-system'
  | 'version'
  | 'mode'
  | 'committed';

export type SymptomAbout =
  | { readonly what: 'not-set-up' | 'unclear-index' | 'other-clone' | 'no-boot-id' }
  /** Files in one folder that are missing or changed (`write`), not ours (`move`) or left over (`remove`). */
  | { readonly what: 'files'; readonly wrong: 'write' | 'move' | 'remove'; readonly names: readonly string[] }
  /** `trees`: relative to the main worktree; null if only one is affected. */
  | {
      readonly what: 'silent-hooks';
      readonly hooks: readonly OwnHook[];
      readonly why: SilentHook;
      readonly trees: readonly string[] | null;
    }
  /** `trees`: as above. */
  | { readonly what: 'hooks-folder'; readonly folder: string; readonly trees: readonly string[] | null }
  | { readonly what: 'no-hooks-folder'; readonly path: string; readonly scope: string }
  /** Hooks of others that are links to nothing. */
  | { readonly what: 'dangling-hooks'; readonly names: readonly string[] }
  /** Our part of a file for coding agents is not as init would add it today. `option`: of init, to add it. */
  | { readonly what: 'agents-file'; readonly option: '--agents-md' | '--claude' }
  /** `why`: why a process may still own it; null: provably none does. */
  | { readonly what: 'lock'; readonly why: string | null }
  /** `why`: null if its name is not an order id. */
  | { readonly what: 'foreign-ref'; readonly ref: string; readonly why: string | null }
  | { readonly what: 'cache'; readonly trouble: CacheTrouble }
  | { readonly what: 'missing-worktree'; readonly holder: string }
  | { readonly what: 'pruning-remote'; readonly remote: string; readonly refspec: string }
  /** What claims are shared through is neither a remote nor an address, or cannot be reached. `said`: git's words. */
  | { readonly what: 'no-such-remote'; readonly remote: string }
  | { readonly what: 'remote-unfit'; readonly remote: string; readonly why: Unfit }
  | { readonly what: 'remote-unreachable'; readonly remote: string; readonly said: string | null }
  /** A ref keeps finished work of an order that has no record. */
  | { readonly what: 'ownerless-work'; readonly ref: string; readonly isMerged: boolean }
  /** `isListed`: git still lists it, but its folder is gone. */
  | { readonly what: 'unclaimed-worktree'; readonly isListed: boolean }
  /** Another tool has locked a worktree that is gone. `reason`: in its words. */
  | { readonly what: 'lost-worktree'; readonly path: string; readonly branch: string | null; readonly reason: string }
  /** The present worktree and `original` share one registration. */
  | { readonly what: 'copied-worktree'; readonly original: string }
  /**
   * Git lists a worktree that another repository has, of which this one is a copy, perhaps; or a folder without `.git`; or one
   * inside another worktree that does not ignore it.
   */
  | { readonly what: 'others-worktree' | 'no-git-file' | 'inner-worktree' }
  /** `core.bare` is set, by mistake, for the main worktree; or, inherited, for a linked one. */
  | { readonly what: 'bare'; readonly tree: string | null }
  /** The order is completed, and nobody needs to hold it. */
  | { readonly what: 'completed-worktree'; readonly branch: string | null; readonly isMerged: boolean }
  /** Nothing can be written. `said`: in the system's words; `isReadOnly`: the file system is, for this process. */
  | { readonly what: 'unwritable'; readonly said: string; readonly isReadOnly: boolean }
  /** `at`: RFC 3339, in the future by this machine's clock. */
  | { readonly what: 'future-record'; readonly at: string; readonly host: string }
  | { readonly what: 'file-clock'; readonly aheadMs: number }
  | { readonly what: 'letter-case'; readonly foldsCase: boolean }
  | {
      readonly what: 'version';
      readonly git: string;
      readonly node: string;
      readonly driver: string | null;
      readonly gitMin: string;
      readonly isOld: boolean;
    }
  /** What .gitclaim says and is not honoured. */
  | { readonly what: 'committed'; readonly complaint: CommittedComplaint }
  /** Git's own configuration names another remote than .gitclaim. */
  | { readonly what: 'other-remote'; readonly own: string; readonly committed: string }
  /** The remote shows an older state of the order's claim than it did. `isFixable`: whether who asks may send it again. */
  | { readonly what: 'clone-doubled'; readonly remote: string }
  | { readonly what: 'rewound'; readonly remote: string; readonly isFixable: boolean }
  | { readonly what: 'unsent'; readonly remote: string; readonly names: readonly string[] }
  | ({ readonly what: 'gate-lowered' } & Lowered)
  /** `times`: how often something removed or displaced our hooks since the mode was set; `at`: the last time, RFC 3339. */
  | { readonly what: 'mended'; readonly times: number; readonly at: string }
  | ModeReport;

/** What hooks have said, so that people can raise the mode on evidence. */
export type ModeReport = {
  readonly what: 'mode';
  readonly mode: Mode;
  /** Whether it covers the time since the mode was set; false: as far back as the log goes. */
  readonly isSince: boolean;
  readonly forMs: number;
  readonly counts: Readonly<Record<'warned' | 'overridden' | 'refused' | 'bypassed', number>>;
  /** How often each rule warned where hard mode would have refused: `branch 11`. */
  readonly stricter: readonly { readonly rule: string; readonly count: number }[];
};

/** Why git does not run a hook of ours. */
export type SilentHook =
  | { readonly kind: 'no-programs' | 'no-package' | 'not-found' }
  /** `core.hooksPath` names this folder in that worktree. */
  | { readonly kind: 'other-folder'; readonly folder: string }
  | { readonly kind: 'not-executable' | 'missing' | 'replaced'; readonly path: string }
  /** In git's own words. */
  | { readonly kind: 'failed'; readonly said: string };

/** Why there is no cache. */
export type CacheTrouble = {
  /** One clause, mostly in the words of Node, SQLite or the file system. */
  readonly said: string;
} & (
  | { readonly kind: 'unusable' }
  /** Neither can better-sqlite3 be loaded, nor does this Node have SQLite. */
  | {
      readonly kind: 'no-driver';
      /** The folder in which npm installs it, and whether it is there and only has to be built for this Node. */
      readonly folder: string;
      readonly isInstalled: boolean;
    }
);

/** Returns a symptom with the usual fields: a warning, without an order, that a person has to repair. */
export function symptom(kind: SymptomKind, about: SymptomAbout, more: Partial<Symptom> = {}): Symptom {
  return { kind, severity: 'warn', place: null, order: null, isFixable: false, about, ...more };
}

/** Returns whether two symptoms are the same trouble, whatever is left of it. */
export function isSameSymptom(one: Symptom, other: Symptom): boolean {
  return isAlike(one.about, other.about) && one.kind === other.kind && one.place === other.place;
}

function isAlike(one: SymptomAbout, other: SymptomAbout): boolean {
  if (one.what === 'files' && other.what === 'files') return one.wrong === other.wrong;
  if (one.what === 'silent-hooks' && other.what === 'silent-hooks') return one.why.kind === other.why.kind;
  return one.what === other.what;
}

export type Found = Symptom & { readonly isFixed: boolean };
