export type { Action, State } from './core/claim/record.ts';
export type { ClaimView } from './core/claim/view.ts';
export { type ErrorCode, exitCodeOf } from './core/exit-codes.ts';
export type { Mode } from './core/guard/mode.ts';
export type { Oid, OrderId, SessionId, SessionKey } from './core/ids.ts';
export type { Liveness } from './core/liveness/liveness.ts';
export type { WorkStatus } from './core/orders/order.ts';
export type { Verdict } from './core/orders/recommend.ts';
export type { PathRefusal } from './core/paths/refusal.ts';
export type { PathView } from './core/paths/view.ts';
export type { Identified, Identity } from './core/session/identity.ts';
export type { SessionView } from './core/session/view.ts';
export type {
  BoardAnswer as Board,
  CheckedAnswer as Checked,
  ClaimedAnswer as Claimed,
  ClaimedPathsAnswer as ClaimedPaths,
  DiagnosisAnswer as Diagnosis,
  DoneAnswer as Done,
  FeedAnswer as Feed,
  FiledAnswer as Filed,
  FoundAnswer as Found,
  HandedAnswer as Handed,
  InitialisedAnswer as Initialised,
  IntentsAnswer as Intents,
  JudgedAnswer as Judged,
  OrderAnswer as Order,
  OrderStatusAnswer as OrderStatus,
  OverviewAnswer as Overview,
  PathRowsAnswer as PathRows,
  PrunedTreesAnswer as PrunedTrees,
  PushedAnswer as Pushed,
  RanAnswer as RanProgram,
  RecommendationAnswer as Recommendation,
  RefusalAnswer as Refusal,
  RemoteBoardAnswer as RemoteBoard,
  SessionsAnswer as Sessions,
  StartedAnswer as StartedSession,
  VerifiedAnswer as Verified,
  WorktreesAnswer as WorktreeRows,
} from './library/answers.ts';
export type { Claims } from './library/claims.ts';
export { openClaims } from './library/open.ts';
export type { ClaimOptions, CompleteOptions, OpenOptions, PushOptions } from './library/options.ts';
export { type ReadOptions, readClaims } from './library/read.ts';
export { WordedError as ClaimError } from './library/worded.ts';
export type { Change } from './ports/installation.ts';
export type { WordedFinding as Finding } from './text/documents/finding.ts';
export type { WordedWarning as Warning } from './text/documents/warning.ts';
export type { EventView } from './usecases/caller/event-view.ts';
export type { PathOverlap } from './usecases/evidence/path-overlaps.ts';
export type { Announced } from './usecases/intent.ts';
export type { History, HistoryRow } from './usecases/log.ts';
export type { ReleasedPaths } from './usecases/paths.ts';
export type { Rescued } from './usecases/rescue.ts';
export type { EndedSession } from './usecases/session.ts';
export type { Synced } from './usecases/sync.ts';
export type { Removed } from './usecases/trees/remove.ts';
export type { Pruned, WorktreeRow } from './usecases/worktree.ts';
