import type { Observation, Subject } from '../../core/liveness/observation.ts';
import type { Connection } from './connection.ts';
import { leaseOfRow, leaseToRow, type StoredLease } from './rows.ts';

export function leaseOf(connection: Connection, order: Subject): Observation | null {
  const row = connection.prepare<[string], StoredLease>('SELECT * FROM lease WHERE order_id = ?').get(order);
  return row === undefined ? null : leaseOfRow(row);
}

export function selectLeases(connection: Connection): Observation[] {
  return connection.prepare<[], StoredLease>('SELECT * FROM lease').all().map(leaseOfRow);
}

export function putLease(connection: Connection, lease: Observation): void {
  connection
    .prepare(
      `INSERT OR REPLACE INTO lease VALUES (@order_id, @oid,
         @heartbeat_boot, @heartbeat_mono_ms, @heartbeat_wall_ms, @activity_boot, @activity_mono_ms, @activity_wall_ms,
         @silent_since_boot, @silent_since_mono_ms, @silent_since_wall_ms, @dead_since_boot, @dead_since_mono_ms, @dead_since_wall_ms,
         @first_seen_boot, @first_seen_mono_ms, @first_seen_wall_ms, @last_seen_boot, @last_seen_mono_ms, @last_seen_wall_ms)`,
    )
    .run(leaseToRow(lease));
}
