import type { Connection } from './connection.ts';
import { immediately } from './transaction.ts';

/**
 * The schema as steps; `user_version` counts the steps taken. A released step never changes: a new one follows it.
 *
 * Each reading of the monotonic clock has its boot id beside it, and the wall time for display.
 */
const MIGRATIONS = [
  `
  CREATE TABLE session (
    key          TEXT PRIMARY KEY,
    id           TEXT NOT NULL,
    agent        TEXT,
    host         TEXT NOT NULL,
    boot         TEXT,
    anchor       TEXT,
    worktree     TEXT,
    title        TEXT,
    linear       TEXT,
    started_at   TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    ended_at     TEXT
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE lease (
    order_id           TEXT PRIMARY KEY,
    oid                TEXT NOT NULL,
    heartbeat_boot     TEXT,
    heartbeat_mono_ms  REAL,
    heartbeat_wall_ms  REAL,
    activity_boot      TEXT,
    activity_mono_ms   REAL,
    activity_wall_ms   REAL,
    silent_since_boot    TEXT,
    silent_since_mono_ms REAL NOT NULL,
    silent_since_wall_ms REAL NOT NULL,
    dead_since_boot    TEXT,
    dead_since_mono_ms REAL,
    dead_since_wall_ms REAL,
    first_seen_boot    TEXT,
    first_seen_mono_ms REAL NOT NULL,
    first_seen_wall_ms REAL NOT NULL,
    last_seen_boot     TEXT,
    last_seen_mono_ms  REAL NOT NULL,
    last_seen_wall_ms  REAL NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE event (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    at          TEXT NOT NULL,
    kind        TEXT NOT NULL,
    order_id    TEXT,
    session     TEXT,
    session_key TEXT,
    generation  INTEGER,
    oid         TEXT,
    message     TEXT NOT NULL,
    detail      TEXT CHECK (json_type(detail) = 'object')
  ) STRICT;
  CREATE INDEX event_of_order ON event (order_id, number);
  CREATE INDEX event_at ON event (at);
  -- Numbers begin at the time in milliseconds, so that those of a new cache are greater than those of one that was deleted.
  INSERT INTO sqlite_sequence (name, seq) VALUES ('event', CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER));

  -- The pending mirrors. One that is noted again is replaced, so that its number is new; numbers are never used again.
  CREATE TABLE outbox (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id TEXT NOT NULL,
    mirror   TEXT NOT NULL,
    owed_at  TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    UNIQUE (order_id, mirror)
  ) STRICT;

  CREATE TABLE loss (
    loser      TEXT NOT NULL,
    order_id   TEXT NOT NULL,
    generation INTEGER NOT NULL,
    taker      TEXT NOT NULL,
    at         TEXT NOT NULL,
    reason     TEXT,
    is_told    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (loser, order_id, generation)
  ) STRICT, WITHOUT ROWID;

  -- The lines of order files before a claim first wrote into them.
  CREATE TABLE mirrored (
    order_id TEXT PRIMARY KEY,
    file     TEXT NOT NULL,
    before   TEXT NOT NULL CHECK (json_type(before) = 'object')
  ) STRICT, WITHOUT ROWID;
  `,
  // The number of the last event that hooks reported to the session.
  'ALTER TABLE session ADD COLUMN heard INTEGER NOT NULL DEFAULT 0',
  // What order files said before is kept where git's filter finds it.
  'DROP TABLE mirrored',
  // Where the refs of live claims were last seen, and the moves that their holders have not heard of.
  `
  CREATE TABLE seen_ref (
    order_id TEXT PRIMARY KEY,
    oid      TEXT NOT NULL,
    holder   TEXT NOT NULL,
    branch   TEXT,
    tip      TEXT,
    is_gone  INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE moved_ref (
    number INTEGER PRIMARY KEY,
    holder TEXT NOT NULL,
    move   TEXT NOT NULL CHECK (json_type(move) = 'object')
  ) STRICT;
  `,
  // The person at the session's terminal.
  'ALTER TABLE session ADD COLUMN person TEXT',
  // The order's branch at remotes, finished work that a ref keeps, and path claims.
  `
  ALTER TABLE seen_ref ADD COLUMN pushed TEXT;
  ALTER TABLE seen_ref ADD COLUMN done TEXT;

  CREATE TABLE seen_path (
    key              TEXT PRIMARY KEY,
    path             TEXT NOT NULL,
    holder           TEXT NOT NULL,
    order_id         TEXT,
    oid              TEXT NOT NULL,
    leaving_since_ms REAL
  ) STRICT, WITHOUT ROWID;
  `,
  // What a session holds is found by its key. When a helper last looked for silent claims on behalf of all.
  `
  CREATE INDEX seen_ref_of_holder ON seen_ref (holder);
  CREATE INDEX seen_path_of_holder ON seen_path (holder);
  CREATE TABLE turn (number INTEGER PRIMARY KEY, boot TEXT, mono_ms REAL NOT NULL) STRICT;
  `,
  // Orders that were ready and free when somebody last looked for one.
  `
  CREATE TABLE free_order (
    place      INTEGER PRIMARY KEY,
    order_id   TEXT NOT NULL,
    priority   REAL,
    created_ms REAL,
    oid        TEXT,
    found_ms   REAL NOT NULL
  ) STRICT;
  `,
  // Moves of refs that a look has just reported.
  'CREATE TABLE told_move (move TEXT PRIMARY KEY, told_ms REAL NOT NULL) STRICT, WITHOUT ROWID',
  // Since when a session was seen in its worktree and in no other.
  'ALTER TABLE session ADD COLUMN there_since TEXT',
  // Below which prefix a claim's ref was seen; null is where claims were when this column was added.
  'ALTER TABLE seen_ref ADD COLUMN prefix TEXT; ALTER TABLE seen_path ADD COLUMN prefix TEXT',
  // When the remote was read, the beats that were there, what they vouch for, and what it accepted of this clone.
  `
  CREATE TABLE remote_read (
    number  INTEGER PRIMARY KEY,
    boot    TEXT,
    mono_ms REAL NOT NULL,
    wall_ms REAL NOT NULL,
    up_ms   REAL NOT NULL
  ) STRICT;
  CREATE TABLE beat (clone TEXT PRIMARY KEY, oid TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE vouched (
    mark    TEXT PRIMARY KEY,
    boot    TEXT,
    mono_ms REAL NOT NULL,
    wall_ms REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE accepted (
    oid     TEXT PRIMARY KEY,
    boot    TEXT,
    mono_ms REAL NOT NULL,
    wall_ms REAL NOT NULL,
    up_ms   REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  // The last commit that was noted of a claim's holder; null if nobody looked.
  'ALTER TABLE seen_ref ADD COLUMN noted TEXT',
] as const;

export const SCHEMA_VERSION = MIGRATIONS.length;

export function schemaVersionOf(connection: Connection): number {
  return connection.pragma('user_version', { simple: true }) as number;
}

/** Takes the missing steps, all or none. */
export function migrate(connection: Connection): void {
  immediately(connection, () => {
    for (const sql of MIGRATIONS.slice(schemaVersionOf(connection))) connection.exec(sql);
    connection.pragma(`user_version = ${SCHEMA_VERSION}`);
  });
}
