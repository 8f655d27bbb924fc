import type { CloneId, Oid } from '../../core/ids.ts';
import type { Instant, Moment } from '../../core/time.ts';
import type { RemoteRead, RemoteSightings } from '../../ports/remote-sightings.ts';
import type { SqliteCache } from './cache.ts';

/** The tables `remote_read`, with one row, `beat`, `vouched` and `accepted`. */
export class SqliteRemoteSightings implements RemoteSightings {
  readonly #cache: SqliteCache;

  constructor(cache: SqliteCache) {
    this.#cache = cache;
  }

  noteRead({ began, ended, beats, vouched }: RemoteRead): void {
    this.#cache.write('note read', undefined, (connection) => {
      connection.prepare<[object]>('INSERT OR REPLACE INTO remote_read VALUES (1, @boot, @monoMs, @wallMs, @upMs)').run(began);
      connection.prepare<[]>('DELETE FROM beat').run();
      const beat = connection.prepare<[string, string]>('INSERT INTO beat VALUES (?, ?)');
      for (const [clone, oid] of beats) beat.run(clone, oid);
      const { boot, monoMs, wallMs } = ended;
      const vouch = connection.prepare<[object]>('INSERT OR REPLACE INTO vouched VALUES (@mark, @boot, @monoMs, @wallMs)');
      for (const mark of vouched) vouch.run({ mark, boot, monoMs, wallMs });
      connection.prepare<[number]>('DELETE FROM vouched WHERE wall_ms < ?').run(wallMs - this.#cache.keepMs);
    });
  }

  lastRead(): Instant | null {
    return this.#cache.use<Instant | null>(
      null,
      (connection) => connection.prepare<[], Instant>(`SELECT ${INSTANT} FROM remote_read`).get() ?? null,
    );
  }

  beats(): ReadonlyMap<CloneId, Oid> {
    type Row = { readonly clone: CloneId; readonly oid: Oid };
    const rows = this.#cache.use<readonly Row[]>([], (connection) =>
      connection.prepare<[], Row>('SELECT clone, oid FROM beat').all(),
    );
    return new Map(rows.map(({ clone, oid }) => [clone, oid]));
  }

  heard(): ReadonlyMap<string, Moment> {
    type Row = Moment & { readonly mark: string };
    const rows = this.#cache.use<readonly Row[]>([], (connection) =>
      connection.prepare<[], Row>(`SELECT mark, ${MOMENT} FROM vouched`).all(),
    );
    return new Map(rows.map(({ mark, ...moment }) => [mark, moment]));
  }

  noteAccepted(oids: readonly Oid[], { boot, monoMs, wallMs, upMs }: Instant): void {
    if (oids.length === 0) return;
    this.#cache.write('note accepted', undefined, (connection) => {
      const put = connection.prepare<[object]>('INSERT OR REPLACE INTO accepted VALUES (@oid, @boot, @monoMs, @wallMs, @upMs)');
      for (const oid of oids) put.run({ oid, boot, monoMs, wallMs, upMs });
      connection.prepare<[number]>('DELETE FROM accepted WHERE wall_ms < ?').run(wallMs - this.#cache.keepMs);
    });
  }

  acceptedAt(oid: Oid): Instant | null {
    return this.#cache.use<Instant | null>(
      null,
      (connection) => connection.prepare<[string], Instant>(`SELECT ${INSTANT} FROM accepted WHERE oid = ?`).get(oid) ?? null,
    );
  }
}

const MOMENT = 'boot, mono_ms AS monoMs, wall_ms AS wallMs';
const INSTANT = `${MOMENT}, up_ms AS upMs`;
