import type { Oid, OrderId, SessionKey } from '../../core/ids.ts';
import {
  afterBeat,
  afterHeartbeat,
  afterSight,
  type Heartbeat,
  type Observation,
  type Sight,
  type Subject,
} from '../../core/liveness/observation.ts';
import { formatInstant, type Moment, parseInstant } from '../../core/time.ts';
import {
  type Debt,
  type EventFilter,
  FEED,
  type LeaseCache,
  type LoggedEvent,
  type Loss,
  type Mirrored,
  type NumberedEvent,
  type Owed,
  type Presence,
} from '../../ports/lease-cache.ts';
import { step } from '../system/step.ts';
import type { Connection } from './connection.ts';
import { type OpenCache, openCache } from './database.ts';
import { loadDriver } from './driver.ts';
import { insertEvent, pruneEvents, selectEvents } from './events.ts';
import { leaseOf, putLease, selectLeases } from './leases.ts';
import { insertLosses, markLossesTold, pruneLosses, selectUntoldLosses } from './losses.ts';
import { dropDebt, postponeDebt, putDebts, putMirrored, selectDebts, selectMirrored } from './outbox.ts';
import { stampOf } from './place.ts';
import { pruneSessions, putHeard, putSession, selectSessions } from './sessions.ts';
import { immediately } from './transaction.ts';
import { isDamage, reasonOf } from './trouble.ts';

/** How many old rows one write removes at most: it stays short, and a clock that jumped for a moment does not cost the whole history. */
const PRUNED_AT_ONCE = 50;

/**
 * The lease cache of a repository in `<git common dir>/claim/cache.db`.
 *
 * Opened at the first call. The first failure turns it off: `trouble` says why and every answer is empty, until `close`;
 * the call after that opens it again. A file that was removed, replaced or damaged is noticed, and a new one taken.
 * No method leaves a transaction open.
 */
export class SqliteLeaseCache implements LeaseCache {
  readonly #commonDir: string;
  readonly #keepMs: number;
  readonly #load: typeof loadDriver;
  #state: OpenCache | null = null;
  #trouble: string | null = null;
  /** What this process alone saw while there is no cache: enough for one that waits. */
  readonly #seenAlone = new Map<Subject, Observation>();
  /** What this process owes the feed. */
  readonly #feedDebts = new Map<OrderId, number>();

  /**
   * @param commonDir absolute path of the git directory that all worktrees share
   * @param keepMs how long events, and sessions not seen again, are kept (`claim.historyKeep`)
   */
  constructor(commonDir: string, keepMs: number, load: typeof loadDriver = loadDriver) {
    this.#commonDir = commonDir;
    this.#keepMs = keepMs;
    this.#load = load;
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  registerSession(presence: Presence): Presence {
    return this.#write('register session', presence, (connection) => {
      const recorded = putSession(connection, presence);
      pruneSessions(connection, this.#keptSince(presence.lastSeenAt), PRUNED_AT_ONCE);
      return recorded;
    });
  }

  sessions(): Presence[] {
    return this.#use([], selectSessions);
  }

  heardBefore(key: SessionKey, number: number): number {
    return this.#write('note heard', 0, (connection) => putHeard(connection, key, number) ?? 0);
  }

  beat(records: readonly { readonly order: Subject; readonly oid: Oid }[], at: Moment): void {
    if (records.length === 0) return;
    this.#write('beat', undefined, (connection) => {
      for (const { order, oid } of records) putLease(connection, afterBeat(leaseOf(connection, order), order, oid, at));
    });
  }

  heartbeat(beats: readonly Heartbeat[], at: Moment): void {
    if (beats.length === 0) return;
    this.#write('heartbeat', undefined, (connection) => {
      for (const beat of beats) putLease(connection, afterHeartbeat(leaseOf(connection, beat.order), beat, at));
      // An order has one row for ever; paths come and go.
      connection.prepare("DELETE FROM lease WHERE order_id LIKE '/%' AND last_seen_wall_ms < ?").run(at.wallMs - this.#keepMs);
    });
  }

  observe(standing: readonly Sight[], at: Moment): Map<Subject, Observation> {
    if (standing.length === 0) return new Map();
    const stored = this.#write('observe', null, (connection) => {
      const rows = standing.map((sight) => afterSight(leaseOf(connection, sight.order), sight, at));
      for (const row of rows) putLease(connection, row);
      return rows;
    });
    // What was seen alone knows nothing of the heartbeats that a cache holds meanwhile.
    if (stored !== null) this.#seenAlone.clear();
    return new Map((stored ?? this.#observeAlone(standing, at)).map((row) => [row.order, row]));
  }

  leases(): Map<Subject, Observation> {
    return this.#use(new Map(), (connection) => new Map(selectLeases(connection).map((row) => [row.order, row])));
  }

  noteLosses(losses: readonly Loss[]): void {
    if (losses.length === 0) return;
    const instants = losses.map(({ at }) => at).sort();
    this.#write('note losses', undefined, (connection) => {
      insertLosses(connection, losses);
      pruneLosses(connection, this.#keptSince(instants.at(-1) as string));
    });
  }

  untoldLosses(loser: SessionKey): Loss[] {
    const losses = this.#use([], (connection) => selectUntoldLosses(connection, loser));
    if (losses.length > 0) this.#write('tell losses', undefined, (connection) => markLossesTold(connection, loser));
    return losses;
  }

  appendEvent(event: LoggedEvent): number | null {
    return this.#write<number | null>('append event', null, (connection) => {
      const number = insertEvent(connection, event);
      pruneEvents(connection, this.#keptSince(event.at), PRUNED_AT_ONCE);
      // With its event a change is in the feed.
      const debt = event.order === null || event.oid === null ? undefined : this.#feedDebts.get(event.order);
      if (debt !== undefined) dropDebt(connection, debt);
      return number;
    });
  }

  events(filter: EventFilter): NumberedEvent[] {
    return this.#use([], (connection) => selectEvents(connection, filter));
  }

  owe(what: readonly Owed[], at: string): Debt[] {
    if (what.length === 0) return [];
    const unnoted = what.map((owed) => ({ ...owed, number: 0, owedAt: at, attempts: 0 }));
    const debts = this.#write('owe', unnoted, (connection) => putDebts(connection, what, at));
    for (const debt of debts) if (debt.mirror === FEED) this.#feedDebts.set(debt.order, debt.number);
    return debts;
  }

  debts(): Debt[] {
    return this.#use([], selectDebts);
  }

  paid(debts: readonly Debt[]): boolean {
    if (debts.length === 0) return true;
    return this.#write('pay', true, (connection) =>
      debts.map(({ number }) => dropDebt(connection, number)).every((wasOwed) => wasOwed),
    );
  }

  postpone({ number }: Debt, at: string): void {
    this.#write('postpone', undefined, (connection) => postponeDebt(connection, number, at));
  }

  mirrored(order: OrderId): Mirrored | null {
    return this.#use(null, (connection) => selectMirrored(connection, order));
  }

  noteMirrored(order: OrderId, mirrored: Mirrored | null): void {
    this.#write('note mirrored', undefined, (connection) => putMirrored(connection, order, mirrored));
  }

  close(): void {
    if (this.#state?.kind === 'ready') {
      step('before sql close');
      this.#state.connection.close();
      step('after sql close');
    }
    this.#state = null;
  }

  #observeAlone(standing: readonly Sight[], at: Moment): Observation[] {
    return standing.map((sight) => {
      const row = afterSight(this.#seenAlone.get(sight.order) ?? null, sight, at);
      this.#seenAlone.set(sight.order, row);
      return row;
    });
  }

  #keptSince(now: string): string {
    return formatInstant((parseInstant(now) ?? 0) - this.#keepMs);
  }

  #write<T>(what: string, otherwise: T, work: (connection: Connection) => T): T {
    return this.#use(otherwise, (connection) => {
      step(`before sql ${what}`);
      const result = immediately(connection, work);
      step(`after sql ${what}`);
      return result;
    });
  }

  /** Runs the work; on a file that turns out to be damaged a second time, on the one that takes its place. */
  #use<T>(otherwise: T, work: (connection: Connection) => T): T {
    try {
      return this.#onCurrentFile(work, otherwise);
    } catch (error) {
      if (!isDamage(error)) return this.#off(error, otherwise);
    }
    try {
      const damaged = this.#state?.kind === 'ready' ? this.#state.stamp : null;
      this.close();
      this.#open(damaged);
      return this.#onCurrentFile(work, otherwise);
    } catch (error) {
      return this.#off(error, otherwise);
    }
  }

  /** A connection to a file that was removed or replaced writes into the void without an error, so every call looks. */
  #onCurrentFile<T>(work: (connection: Connection) => T, otherwise: T): T {
    if (this.#state?.kind === 'ready' && stampOf(this.#state.path) !== this.#state.stamp) this.close();
    const state = this.#state ?? this.#open(null);
    return state.kind === 'ready' ? work(state.connection) : otherwise;
  }

  #open(damaged: string | null): OpenCache {
    const state = openCache(this.#commonDir, { load: this.#load, damaged });
    this.#state = state;
    this.#trouble = state.kind === 'off' ? state.why : null;
    return state;
  }

  #off<T>(error: unknown, otherwise: T): T {
    const why = reasonOf(this.#state?.kind === 'ready' ? this.#state.path : this.#commonDir, error);
    this.close();
    this.#state = { kind: 'off', why };
    this.#trouble = why;
    return otherwise;
  }
}
