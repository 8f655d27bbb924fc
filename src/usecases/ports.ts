import type { Sandbox } from '../core/failures/git.ts';
import type { Rule, RuleMode } from '../core/guard/mode.ts';
import type { IdPattern, OrderId } from '../core/ids.ts';
import type { Patience } from '../core/liveness/idle.ts';
import type { Observation, Subject } from '../core/liveness/observation.ts';
import type { LeaseTerms } from '../core/record/lease.ts';
import type { Anchor } from '../core/session/anchor.ts';
import type { Identified } from '../core/session/identity.ts';
import type { LockReason } from '../core/trees/lock-reason.ts';
import type { Bindings } from '../ports/bindings.ts';
import type { Branches } from '../ports/branches.ts';
import type { Cache } from '../ports/cache.ts';
import type { Changes } from '../ports/changes.ts';
import type { Clock } from '../ports/clock.ts';
import type { Commits } from '../ports/commits.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { FinishedWork } from '../ports/finished-work.ts';
import type { FreeOrders } from '../ports/free-orders.ts';
import type { GuardedRefs } from '../ports/guarded-refs.ts';
import type { HeartbeatHelper } from '../ports/heartbeat-helper.ts';
import type { Host } from '../ports/host.ts';
import type { Installation } from '../ports/installation.ts';
import type { KeptRows } from '../ports/kept-rows.ts';
import type { KeptWorkBook } from '../ports/kept-work.ts';
import type { Losses } from '../ports/losses.ts';
import type { Mirror } from '../ports/mirror.ts';
import type { OrderBook } from '../ports/order-book.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { Pager } from '../ports/pager.ts';
import type { PathRegistry } from '../ports/path-registry.ts';
import type { Places } from '../ports/places.ts';
import type { PresenceBook } from '../ports/presence.ts';
import type { ProcessTable } from '../ports/process-table.ts';
import type { Programs } from '../ports/programs.ts';
import type { PublishedClaims } from '../ports/published-claims.ts';
import type { Publisher } from '../ports/publisher.ts';
import type { RefMemory } from '../ports/ref-memory.ts';
import type { Registry } from '../ports/registry.ts';
import type { RemainsBook } from '../ports/remains.ts';
import type { RemoteProbe } from '../ports/remote-probe.ts';
import type { RemoteSightings } from '../ports/remote-sightings.ts';
import type { SharedClaims } from '../ports/shared-claims.ts';
import type { Sightings } from '../ports/sightings.ts';
import type { TreeNotes } from '../ports/tree-notes.ts';
import type { TreeSetup } from '../ports/tree-setup.ts';
import type { Mended, Worktrees } from '../ports/worktrees.ts';

/** What a person configured, parsed. Reading a broken setting throws ClaimError `usage`. */
type Settings = {
  readonly idPattern: IdPattern;
  /** `color.claim`, else git's `color.ui`; null if neither is set. */
  readonly color: string | null;
  /** `claim.sensitive`: files and folders whose changes are announced. */
  readonly sensitive: readonly string[];
  /** Returns `claim.worktrees.<agent>`, else `claim.worktrees`. */
  worktreesOf(agent: string | null): string;
  /** `claim.branch`. */
  readonly branch: string;
  /** What new records promise if only commands speak for a session. */
  readonly lease: LeaseTerms;
  /** What they promise if a helper does. */
  readonly helpedLease: LeaseTerms;
  /** What new records promise to other clones. */
  readonly remoteLease: LeaseTerms;
  readonly patience: Patience;
  /** `claim.personIdle`. */
  readonly personIdleMs: number;
  /** Returns `claim.rule.<name>` of a rule, else `claim.mode`. */
  ruleMode(rule: Rule): RuleMode;
  /** Why a person overrides the hooks this once (GIT_CLAIM_BYPASS); null if nobody does. */
  readonly bypass: string | null;
  /** `claim.readyAt`: when orders that depend on a completed one are ready. */
  readonly readyAt: 'merge' | 'complete';
  /** `claim.remoteMaxAge`: how old what is known of the remote may be where it is shown. */
  readonly remoteMaxAgeMs: number;
  /** `claim.pathTtl`. */
  readonly pathTtlMs: number;
};

/** Everything that a use case may touch. Each port is made when it is first used. */
export type Ports = {
  readonly registry: Registry;
  readonly paths: PathRegistry;
  /** Null where claims are not shared. */
  readonly shared: SharedClaims | null;
  readonly keptRows: KeptRows;
  readonly branches: Branches;
  readonly commits: Commits;
  readonly finished: FinishedWork;
  readonly worktrees: Worktrees;
  readonly kept: KeptWorkBook;
  readonly setup: TreeSetup;
  readonly bindings: Bindings;
  readonly notes: TreeNotes;
  readonly changes: Changes;
  readonly cache: Cache;
  readonly presence: PresenceBook;
  readonly sightings: Sightings;
  readonly remoteSightings: RemoteSightings;
  readonly losses: Losses;
  readonly freeOrders: FreeOrders;
  readonly refMemory: RefMemory;
  readonly guardedRefs: GuardedRefs;
  readonly events: EventLog;
  readonly outbox: Outbox;
  readonly mirrors: readonly Mirror[];
  /** What this process itself has seen of claims in its way. */
  readonly seenHere: Map<Subject, Observation>;
  readonly clock: Clock;
  readonly helper: HeartbeatHelper;
  readonly processes: ProcessTable;
  readonly pager: Pager;
  readonly programs: Programs;
  readonly orders: OrderBook;
  publisher(): Promise<Publisher>;
  /** Reads the claims that count for what is published: those of the remote, if there is one. */
  published(): Promise<PublishedClaims>;
  host(): Promise<Host>;
  /** Returns what `git claim init` installs. */
  installation(): Promise<Installation>;
  remains(): Promise<RemainsBook>;
  remoteProbe(): Promise<RemoteProbe>;
  readonly settings: Settings;
  readonly places: Places;
  /** The coding agent's sandbox that this process runs in; null if none is seen. */
  readonly sandbox: Sandbox | null;
  /** Returns who calls. It is found out once. */
  identify(): Identified;
  /** Returns this process as an anchor; null if the system does not tell. */
  self(): Anchor | null;
  /** Tells a waiting caller what is being done. */
  narrate(progress: Progress): void;
  /** Shows a person at the terminal how far it is, for the moment; null if nobody watches. */
  readonly watch: ((progress: Progress) => void) | null;
  sleep(ms: number): Promise<void>;
  /** Waits while other processes are about to claim a free order. Returns what ends the caller's own turn. */
  takeTurn(order: OrderId): Promise<() => void>;
  /** Returns this many nonces, each of 128 random bits in hex. */
  nonces(count: number): Promise<string[]>;
};

/** What is being done in the worktree of an order, or was done about it. */
export type Progress =
  /** `said`: how far git is with the files, in its own words. */
  | { readonly kind: 'checkout'; readonly order: OrderId; readonly said: string }
  /** `lock`: what the lock of its worktree says, which another process makes or removes. */
  | { readonly kind: 'waiting'; readonly order: OrderId; readonly lock: LockReason }
  | { readonly kind: 'mended'; readonly mended: Mended }
  | { readonly kind: 'copying' | 'copied'; readonly order: OrderId; readonly files: number }
  /** The remote, which has not answered yet. */
  | { readonly kind: 'remote'; readonly remote: string; readonly doing: 'fetch' | 'push' }
  /** `elapsedMs` is null when the command begins; `said`: the last line that it said, empty for none. */
  | {
      readonly kind: 'command';
      readonly order: OrderId;
      readonly command: string;
      readonly elapsedMs: number | null;
      readonly said: string;
    };
