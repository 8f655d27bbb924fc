import type { Finding } from '../core/check/finding.ts';
import type { OrderRefusal } from '../core/claim/refusal.ts';
import type { Found } from '../core/doctor/symptom.ts';
import type { Order } from '../core/orders/order.ts';
import type { Judged } from '../core/orders/recommend.ts';
import type { PathRefusal } from '../core/paths/refusal.ts';
import type { OneRefusal, Refusal } from '../core/refusal.ts';
import { findingRows, type WordedFinding } from '../text/documents/finding.ts';
import { mismatchRows, type WordedMismatch } from '../text/documents/mismatch.ts';
import type { WordedKeptTree } from '../text/documents/removal.ts';
import { type WordedSymptom, wordedSymptom } from '../text/documents/symptom.ts';
import { type WordedWarning, wordedWarnings } from '../text/documents/warning.ts';
import { noteMessage } from '../text/init.ts';
import { orderTrouble } from '../text/order-trouble.ts';
import { whyClause } from '../text/why.ts';
import type { Checked } from '../usecases/check.ts';
import type { Claimed } from '../usecases/claimed.ts';
import type { Diagnosis } from '../usecases/doctor/doctor.ts';
import type { Feed } from '../usecases/feed.ts';
import type { Filed } from '../usecases/follow-up.ts';
import type { Handed } from '../usecases/hand.ts';
import type { Initialised } from '../usecases/init.ts';
import type { Intents } from '../usecases/intent.ts';
import type { Board } from '../usecases/list.ts';
import type { Recommendation } from '../usecases/next.ts';
import type { Done } from '../usecases/own-claims.ts';
import type { ClaimedPaths, PathRows } from '../usecases/paths.ts';
import type { PushedOrders } from '../usecases/push.ts';
import type { RemoteBoard } from '../usecases/read-remote.ts';
import type { RanProgram } from '../usecases/run.ts';
import type { Sessions, StartedSession } from '../usecases/session.ts';
import type { OrderStatus, Overview } from '../usecases/status.ts';
import type { RemovedTrees } from '../usecases/trees/remove-several.ts';
import type { Verified } from '../usecases/verify.ts';
import type { Warning } from '../usecases/warning.ts';
import type { WorktreeRows } from '../usecases/worktree.ts';

/*
 * The answers of use cases as users of the library get them: sentences replace the data that text/ words.
 */

type Warned = { readonly warnings: readonly Warning[] };

/** An answer whose warnings are worded. */
type Worded<Value extends Warned> = Omit<Value, 'warnings'> & { readonly warnings: readonly WordedWarning[] };

type OneRefusalAnswer = OrderRefusal & { readonly found?: WordedFinding };
export type RefusalAnswer = (OneRefusalAnswer & { readonly others?: readonly OneRefusalAnswer[] }) | PathRefusal;
export type OrderAnswer = Omit<Order, 'trouble'> & { readonly trouble: string | null };
export type JudgedAnswer = Omit<Judged, 'order' | 'why'> & { readonly order: OrderAnswer; readonly why: string | null };
export type FoundAnswer = WordedSymptom & Pick<Found, 'isFixable' | 'isFixed'>;

export type ClaimedAnswer = Worded<Claimed>;
export type ClaimedPathsAnswer = Worded<ClaimedPaths>;
export type DoneAnswer = Worded<Done>;
export type FeedAnswer = Worded<Feed>;
export type HandedAnswer = Worded<Handed>;
export type IntentsAnswer = Worded<Intents>;
export type OrderStatusAnswer = Omit<Worded<OrderStatus>, 'done'> & { readonly done: WordedFinding | null };
export type PathRowsAnswer = Worded<PathRows>;
export type PushedAnswer = Worded<PushedOrders>;
export type RanAnswer = Worded<RanProgram>;
export type RemoteBoardAnswer = Worded<RemoteBoard>;
export type SessionsAnswer = Worded<Sessions>;
export type StartedAnswer = Worded<StartedSession>;
export type VerifiedAnswer = Omit<Verified, 'findings'> & { readonly findings: readonly WordedMismatch[] };
export type WorktreesAnswer = Worded<WorktreeRows>;

export type PrunedTreesAnswer = Omit<RemovedTrees, 'kept'> & { readonly kept: readonly WordedKeptTree[] };
export type BoardAnswer = Omit<Worded<Board>, 'legacy'> & { readonly legacy: readonly OrderAnswer[] };
export type CheckedAnswer = Omit<Worded<Checked>, 'findings'> & { readonly findings: readonly WordedFinding[] };
export type DiagnosisAnswer = Omit<Diagnosis, 'findings'> & { readonly findings: readonly FoundAnswer[] };
export type FiledAnswer = Omit<Filed, 'order'> & { readonly order: OrderAnswer };
export type InitialisedAnswer = Omit<Initialised, 'notes'> & { readonly notes: readonly string[] };
export type OverviewAnswer = Omit<Worded<Overview>, 'cacheTrouble' | 'more'> & { readonly cacheTrouble: string | null };
export type RecommendationAnswer = Omit<Worded<Recommendation>, 'orders' | 'passed'> & {
  readonly orders: readonly JudgedAnswer[];
  readonly passed: readonly JudgedAnswer[];
};

export function warned<Value extends Warned>(value: Value): Worded<Value> {
  return { ...value, warnings: wordedWarnings(value.warnings) };
}

export function warnedOrRefused<Value extends Warned & { readonly kind: string }>(
  outcome: Value | Refusal,
): Worded<Value> | RefusalAnswer {
  return isRefusal(outcome) ? refused(outcome) : warned(outcome);
}

export function orRefused<Value extends { readonly kind: string }>(outcome: Value | Refusal): Value | RefusalAnswer {
  return isRefusal(outcome) ? refused(outcome) : outcome;
}

export function boardAnswer(board: Board): BoardAnswer {
  return { ...warned(board), legacy: board.legacy.map(orderAnswer) };
}

export function checkedAnswer(checked: Checked): CheckedAnswer {
  return { ...warned(checked), findings: findingRows(checked.findings) };
}

export function diagnosisAnswer(diagnosis: Diagnosis): DiagnosisAnswer {
  const findings = diagnosis.findings.map((one) => {
    const { isFixable, isFixed } = one;
    return { ...wordedSymptom(one), isFixable, isFixed };
  });
  return { ...diagnosis, findings };
}

export function filedAnswer(filed: Filed): FiledAnswer {
  return { ...filed, order: orderAnswer(filed.order) };
}

export function initialisedAnswer(done: Initialised): InitialisedAnswer {
  return { ...done, notes: done.notes.map(noteMessage) };
}

export function orderStatusAnswer(status: OrderStatus): OrderStatusAnswer {
  return { ...warned(status), done: status.done && findingAnswer(status.done) };
}

export function overviewAnswer({ more: _, ...seen }: Overview): OverviewAnswer {
  return { ...warned(seen), cacheTrouble: seen.cacheTrouble?.said ?? null };
}

export function recommendationAnswer(outcome: Recommendation): RecommendationAnswer {
  return { ...warned(outcome), orders: outcome.orders.map(judgedAnswer), passed: outcome.passed.map(judgedAnswer) };
}

export function verifiedAnswer(verified: Verified): VerifiedAnswer {
  return { ...verified, findings: mismatchRows(verified.findings) };
}

function isRefusal(outcome: { readonly kind: string }): outcome is Refusal {
  return outcome.kind === 'refused';
}

export function refused(refusal: Refusal): RefusalAnswer {
  if ('wanted' in refusal) return refusal;
  const { others, ...first } = refusal;
  return others === undefined ? oneRefused(first) : { ...oneRefused(first), others: others.map(oneRefused) };
}

function oneRefused({ found, ...rest }: OneRefusal): OneRefusalAnswer {
  return found === undefined ? rest : { ...rest, found: findingAnswer(found) };
}

function findingAnswer(finding: Finding): WordedFinding {
  return findingRows([finding])[0] as WordedFinding;
}

function judgedAnswer({ order, why, ...rest }: Judged): JudgedAnswer {
  return { ...rest, order: orderAnswer(order), why: why === null ? null : whyClause(why) };
}

function orderAnswer({ trouble, ...order }: Order): OrderAnswer {
  return { ...order, trouble: trouble === null ? null : orderTrouble(trouble) };
}
