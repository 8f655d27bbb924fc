import type { Oid, SessionKey } from '../../core/ids.ts';
import {
  afterBeat,
  afterHeartbeat,
  afterSight,
  type Heartbeat,
  type Observation,
  type Sight,
  type Subject,
} from '../../core/liveness/observation.ts';
import type { Moment } from '../../core/time.ts';
import type { Duty, Sightings } from '../../ports/sightings.ts';
import type { SqliteCache } from './cache.ts';
import type { Connection } from './connection.ts';

/** The tables `lease`, with a row for each order and path, and `turn`. */
export class SqliteSightings implements Sightings {
  readonly #cache: SqliteCache;
  /** What this process alone saw while the cache is off: enough for a caller that waits. */
  readonly #seenAlone = new Map<Subject, Observation>();

  constructor(cache: SqliteCache) {
    this.#cache = cache;
  }

  beat(records: readonly { readonly order: Subject; readonly oid: Oid }[], at: Moment): void {
    if (records.length === 0) return;
    this.#cache.write('beat', undefined, (connection) => {
      const [find, put] = [finding(connection), putting(connection)];
      for (const { order, oid } of records) put(afterBeat(find(order), order, oid, at));
    });
  }

  heartbeat(beats: readonly Heartbeat[], at: Moment): void {
    if (beats.length === 0) return;
    this.#cache.write('heartbeat', undefined, (connection) => {
      const [find, put] = [finding(connection), putting(connection)];
      for (const beat of beats) put(afterHeartbeat(find(beat.order), beat, at));
      prunePaths(connection, at.wallMs - this.#cache.keepMs);
    });
  }

  observe(sights: readonly Sight[], at: Moment): Map<Subject, Observation> {
    if (sights.length === 0) return new Map();
    const stored = this.#cache.write('observe', null, (connection) => {
      const [find, put] = [finding(connection), putting(connection)];
      const rows = sights.map((sight) => afterSight(find(sight.order), sight, at));
      for (const row of rows) put(row);
      return rows;
    });
    // What was seen alone knows nothing of the heartbeats that the cache has received since.
    if (stored !== null) this.#seenAlone.clear();
    return new Map((stored ?? this.#observeAlone(sights, at)).map((row) => [row.order, row]));
  }

  of(subjects: readonly Subject[]): Map<Subject, Observation> {
    return this.#cache.use(new Map(), (connection) => {
      const rows = connection.prepare<[string], LeaseRow>(ALL_OF).all(JSON.stringify(subjects));
      return new Map(rows.map((row) => [row.order_id, ofRow(row)]));
    });
  }

  silentSince({ boot, monoMs }: Moment, except: SessionKey, limit: number): Subject[] {
    const rows = this.#cache.use<readonly { readonly subject: Subject }[]>([], (connection) =>
      connection.prepare<[object], { subject: Subject }>(SILENT).all({ boot, monoMs, except, limit }),
    );
    return rows.map(({ subject }) => subject);
  }

  takeTurn(duty: Duty, { boot, monoMs }: Moment, everyMs: number): boolean {
    return this.#cache.write('take turn', false, (connection) => {
      const { changes } = connection.prepare<[object]>(TURN).run({ number: TURNS[duty], boot, monoMs, everyMs });
      return changes > 0;
    });
  }

  #observeAlone(sights: readonly Sight[], at: Moment): Observation[] {
    return sights.map((sight) => {
      const row = afterSight(this.#seenAlone.get(sight.order) ?? null, sight, at);
      this.#seenAlone.set(sight.order, row);
      return row;
    });
  }
}

const SILENT = `
  SELECT lease.order_id AS subject
  FROM (
    SELECT order_id, holder FROM seen_ref WHERE is_gone = 0 AND done IS NULL
    UNION ALL SELECT key, holder FROM seen_path WHERE leaving_since_ms IS NULL
  ) AS held
  JOIN lease ON lease.order_id = held.order_id
  WHERE held.holder <> @except AND (silent_since_boot IS NOT @boot OR silent_since_mono_ms < @monoMs)
  ORDER BY last_seen_wall_ms LIMIT @limit`;

const TURNS: Readonly<Record<Duty, number>> = { challenge: 1, suggest: 2, remote: 3 };

/** The duty's row changes if the last turn is long enough ago, or is of another boot or in the future. */
const TURN = `
  INSERT INTO turn VALUES (@number, @boot, @monoMs)
  ON CONFLICT DO UPDATE SET boot = @boot, mono_ms = @monoMs
  WHERE boot IS NOT @boot OR mono_ms > @monoMs OR @monoMs - mono_ms >= @everyMs`;

/** Returns a function that finds rows one after another. */
function finding(connection: Connection): (order: Subject) => Observation | null {
  const one = connection.prepare<[string], LeaseRow>('SELECT * FROM lease WHERE order_id = ?');
  return (order) => {
    const row = one.get(order);
    return row === undefined ? null : ofRow(row);
  };
}

/** Rows of a long board: to ask for each takes three times as long. */
const ALL_OF = 'SELECT lease.* FROM json_each(?) AS wanted JOIN lease ON lease.order_id = wanted.value';

/** Returns a function that writes rows one after another. */
function putting(connection: Connection): (seen: Observation) => void {
  const one = connection.prepare(
    `INSERT OR REPLACE INTO lease VALUES (@order_id, @oid,
         @heartbeat_boot, @heartbeat_mono_ms, @heartbeat_wall_ms, @activity_boot, @activity_mono_ms, @activity_wall_ms,
         @silent_since_boot, @silent_since_mono_ms, @silent_since_wall_ms,
         @dead_since_boot, @dead_since_mono_ms, @dead_since_wall_ms,
         @first_seen_boot, @first_seen_mono_ms, @first_seen_wall_ms, @last_seen_boot, @last_seen_mono_ms, @last_seen_wall_ms)`,
  );
  return (seen) => {
    one.run(toRow(seen));
  };
}

/** An order keeps its row for ever; paths come and go. */
function prunePaths(connection: Connection, beforeMs: number): void {
  connection.prepare("DELETE FROM lease WHERE order_id LIKE '/%' AND last_seen_wall_ms < ?").run(beforeMs);
}

type MomentName = 'heartbeat' | 'activity' | 'silent_since' | 'dead_since' | 'first_seen' | 'last_seen';

/** An observation with each moment spread over three columns. The table is STRICT, so they hold what the schema says. */
type LeaseRow = { readonly order_id: Subject; readonly oid: Oid } & {
  readonly [Column in `${MomentName}_boot`]: string | null;
} & { readonly [Column in `${MomentName}_${'mono' | 'wall'}_ms`]: number | null };

function toRow(seen: Observation): LeaseRow {
  return {
    order_id: seen.order,
    oid: seen.oid,
    ...columns('heartbeat', seen.heartbeat),
    ...columns('activity', seen.activity),
    ...columns('silent_since', seen.silentSince),
    ...columns('dead_since', seen.deadSince),
    ...columns('first_seen', seen.firstSeen),
    ...columns('last_seen', seen.lastSeen),
  } as LeaseRow;
}

function ofRow(row: LeaseRow): Observation {
  return {
    order: row.order_id,
    oid: row.oid,
    heartbeat: moment(row.heartbeat_boot, row.heartbeat_mono_ms, row.heartbeat_wall_ms),
    activity: moment(row.activity_boot, row.activity_mono_ms, row.activity_wall_ms),
    silentSince: moment(row.silent_since_boot, row.silent_since_mono_ms, row.silent_since_wall_ms) as Moment,
    deadSince: moment(row.dead_since_boot, row.dead_since_mono_ms, row.dead_since_wall_ms),
    firstSeen: moment(row.first_seen_boot, row.first_seen_mono_ms, row.first_seen_wall_ms) as Moment,
    lastSeen: moment(row.last_seen_boot, row.last_seen_mono_ms, row.last_seen_wall_ms) as Moment,
  };
}

function columns(name: MomentName, at: Moment | null) {
  return { [`${name}_boot`]: at?.boot ?? null, [`${name}_mono_ms`]: at?.monoMs ?? null, [`${name}_wall_ms`]: at?.wallMs ?? null };
}

function moment(boot: string | null, monoMs: number | null, wallMs: number | null): Moment | null {
  return monoMs === null ? null : { boot, monoMs, wallMs: wallMs as number };
}
