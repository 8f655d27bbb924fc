import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findDriver } from '../../../src/adapters/sqlite/driver.ts';
import { SCHEMA_VERSION } from '../../../src/adapters/sqlite/migrations.ts';
import { placeOf } from '../../../src/adapters/sqlite/place.ts';
import type { Oid, OrderId } from '../../../src/core/ids.ts';
import { type Caches, sqliteCaches } from '../../support/caches.ts';

const ORDER = 'ORDER-1' as OrderId;
const OID = 'a'.repeat(40) as Oid;
const at = (monoMs: number) => ({ boot: 'boot-1', monoMs, wallMs: 1_800_000_000_000 + monoMs });

let commonDir: string;
let folder: string;
let file: string;
let here: Caches;
beforeEach(() => {
  commonDir = mkdtempSync(join(tmpdir(), 'git-claim-cache-'));
  folder = join(commonDir, 'claim');
  file = join(folder, 'cache.db');
  here = sqliteCaches(commonDir, 1_000);
});
afterEach(() => {
  here.cache.close();
  rmSync(commonDir, { recursive: true });
});

const heartbeat = (of = here) => of.sightings.observe([sight(ORDER, OID)], at(99)).get(ORDER)?.heartbeat ?? null;
const setAside = () => readdirSync(folder).filter((name) => /^cache\.db\.[^-]+-.*Z$/.test(name));

describe('a fresh cache', () => {
  test('touches nothing before its first call, and is private', () => {
    expect(readdirSync(commonDir)).toEqual([]);
    here.sightings.beat([{ order: ORDER, oid: OID }], at(1));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of ['cache.db', 'cache.db-wal', 'cache.db-shm', 'locks.db'])
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    here.cache.close();
    expect(readdirSync(folder).sort()).toEqual(['cache.db', 'locks.db']);
  });

  test('has the tables of its schema, in WAL mode', () => {
    here.sightings.beat([{ order: ORDER, oid: OID }], at(1));
    const other = new Database(file);
    expect(other.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(other.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION);
    const tables = other
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
      .pluck()
      .all();
    expect(tables).toEqual([
      'accepted',
      'beat',
      'event',
      'free_order',
      'lease',
      'loss',
      'moved_ref',
      'outbox',
      'remote_read',
      'seen_path',
      'seen_ref',
      'session',
      'told_move',
      'turn',
      'vouched',
    ]);
    other.close();
  });

  test('leaves no transaction open between two calls', () => {
    here.sightings.beat([{ order: ORDER, oid: OID }], at(1));
    const other = new Database(file, { timeout: 0 });
    other.exec('BEGIN IMMEDIATE; ROLLBACK');
    other.close();
  });
});

describe('a damaged cache is set aside and a new one taken', () => {
  const damages: [string, () => void][] = [
    ['garbage from its first byte', () => writeFileSync(file, Buffer.alloc(8_192, 'garbage '))],
    ['a few bytes of garbage', () => writeFileSync(file, 'not a database')],
    ['cut in the middle', () => truncateSync(file, 6_000)],
    ['a database of somebody else', () => replace('CREATE TABLE session (x); PRAGMA user_version = 0')],
    ['without its tables', () => replace('PRAGMA journal_mode = WAL; PRAGMA user_version = 2')],
    ['of the first version, without its tables', () => replace('PRAGMA journal_mode = WAL; PRAGMA user_version = 1')],
  ];
  test.each(damages)('%s', (_, damage) => {
    here.sightings.beat([{ order: ORDER, oid: OID }], at(1));
    here.cache.close();
    damage();
    const broken = readFileSync(file);
    here.sightings.beat([{ order: ORDER, oid: OID }], at(2));
    expect(here.cache.trouble).toBeNull();
    expect(heartbeat()).toEqual(at(2));
    expect(setAside()).toHaveLength(1);
    expect(setAside()[0]).toMatch(/^cache\.db\.corrupt-\d{8}T\d{9}Z$/);
    expect(readFileSync(join(folder, setAside()[0] as string)).length).toBe(broken.length);
  });

  test('every page overwritten, one after the other', () => {
    here.sightings.beat([{ order: ORDER, oid: OID }], at(1));
    here.cache.close();
    const good = readFileSync(file);
    for (let page = 0; page < good.length / 4_096; page += 1) {
      const bad = Buffer.from(good);
      bad.fill(0xa5, page * 4_096, (page + 1) * 4_096);
      writeFileSync(file, bad);
      const log = () =>
        here.events.append({
          at: '2026-11-21T14:00:00Z',
          kind: 'k',
          order: ORDER,
          session: null,
          sessionKey: null,
          generation: 1,
          oid: null,
          message: '',
          detail: null,
        });
      log();
      here.sightings.beat([{ order: ORDER, oid: OID }], at(2));
      log();
      expect([page, here.cache.trouble, heartbeat(), here.events.read({ order: ORDER, limit: 9 }).length > 0]).toEqual([
        page,
        null,
        at(2),
        true,
      ]);
      here.cache.close();
    }
  });

  test('garbage written under an open handle', () => {
    here.sightings.beat([{ order: ORDER, oid: OID }], at(1));
    writeFileSync(file, Buffer.alloc(statSync(file).size, 'garbage '));
    writeFileSync(`${file}-wal`, '');
    here.sightings.beat([{ order: ORDER, oid: OID }], at(2));
    const later = sqliteCaches(commonDir, 1_000);
    later.sightings.beat([{ order: ORDER, oid: OID }], at(3));
    expect([later.cache.trouble, heartbeat(later)]).toEqual([null, at(3)]);
    later.cache.close();
  });

  test('an empty file is filled, not set aside', () => {
    mkdirSync(folder);
    writeFileSync(file, '');
    here.sightings.beat([{ order: ORDER, oid: OID }], at(2));
    expect([here.cache.trouble, heartbeat(), setAside()]).toEqual([null, at(2), []]);
  });

  test('a newer version is kept under its number', () => {
    here.sightings.beat([{ order: ORDER, oid: OID }], at(1));
    here.cache.close();
    const newer = new Database(file);
    newer.pragma(`user_version = ${SCHEMA_VERSION + 1}`);
    newer.close();
    here.sightings.beat([{ order: ORDER, oid: OID }], at(2));
    expect([here.cache.trouble, heartbeat()]).toEqual([null, at(2)]);
    expect(setAside()).toEqual([expect.stringMatching(new RegExp(`^cache\\.db\\.newer-${SCHEMA_VERSION + 1}-\\d{8}T\\d{9}Z$`))]);
    const kept = new Database(join(folder, setAside()[0] as string));
    expect(kept.prepare('SELECT heartbeat_mono_ms FROM lease').pluck().all()).toEqual([1]);
    kept.close();
  });

  test('three are kept, the newest, each under a name of its own', () => {
    for (let n = 0; n < 5; n += 1) {
      here.sightings.beat([{ order: ORDER, oid: OID }], at(1));
      here.cache.close();
      writeFileSync(file, `garbage ${n}`);
    }
    here.sightings.beat([{ order: ORDER, oid: OID }], at(1));
    expect(
      setAside()
        .sort()
        .map((name) => readFileSync(join(folder, name), 'utf8')),
    ).toEqual(['garbage 2', 'garbage 3', 'garbage 4']);
  });

  function replace(sql: string) {
    rmSync(file);
    const other = new Database(file);
    other.exec(sql);
    other.close();
  }
});

describe('a cache that somebody removes while it is open', () => {
  test.each([[['']], [['', '-wal', '-shm']], [['-wal', '-shm']], [['-shm']]])('%j', (suffixes) => {
    here.sightings.beat([{ order: ORDER, oid: OID }], at(1));
    for (const suffix of suffixes) rmSync(file + suffix);
    here.sightings.beat([{ order: ORDER, oid: OID }], at(2));
    here.cache.close();
    const later = sqliteCaches(commonDir, 1_000);
    later.sightings.beat([{ order: ORDER, oid: OID }], at(3));
    expect([later.cache.trouble, heartbeat(later)]).toEqual([null, at(3)]);
    later.cache.close();
  });

  test('the whole folder: the next beat lands in a new file', () => {
    here.sightings.beat([{ order: ORDER, oid: OID }], at(1));
    rmSync(folder, { recursive: true });
    here.sightings.beat([{ order: ORDER, oid: OID }], at(2));
    const other = sqliteCaches(commonDir, 1_000);
    expect([here.cache.trouble, other.cache.trouble, heartbeat(other)]).toEqual([null, null, at(2)]);
    other.cache.close();
  });

  test('the old handle does not take the new file with it when it closes', () => {
    here.sightings.beat([{ order: ORDER, oid: OID }], at(1));
    rmSync(file);
    const other = sqliteCaches(commonDir, 1_000);
    other.sightings.beat([{ order: ORDER, oid: OID }], at(2));
    here.cache.close();
    expect([existsSync(`${file}-wal`), heartbeat(), heartbeat(other)]).toEqual([true, at(2), at(2)]);
    other.cache.close();
  });
});

describe('where no cache can be, it is off and says why', () => {
  const expectOff = (why: RegExp, of = here, kind = 'unusable') => {
    of.sightings.beat([{ order: ORDER, oid: OID }], at(1));
    of.presence.register({} as never);
    // A session waiting in this process sees how long; the next process starts anew.
    of.sightings.observe([sight(ORDER, OID)], at(2));
    expect(of.sightings.observe([sight(ORDER, OID)], at(3)).get(ORDER)).toMatchObject({ heartbeat: null, silentSince: at(2) });
    expect(of.sightings.of([ORDER])).toEqual(new Map());
    expect([of.presence.sessions(), of.events.read({ limit: 5 })]).toEqual([[], []]);
    expect(of.cache.trouble).toMatchObject({ kind, said: expect.stringMatching(why) });
    of.cache.close();
  };

  test('the repository is not a folder', () => {
    writeFileSync(join(commonDir, 'file'), '');
    expectOff(/ENOTDIR/, sqliteCaches(join(commonDir, 'file'), 1_000));
  });

  test('the repository is gone, and is not made again', () => {
    expectOff(/ENOENT/, sqliteCaches(join(commonDir, 'gone'), 1_000));
    expect(existsSync(join(commonDir, 'gone'))).toBe(false);
  });

  test.runIf(process.platform === 'linux')('nobody may write there, not even root', () => {
    expectOff(/cannot be used: E/, sqliteCaches('/proc/self', 1_000));
  });

  test('the folder or the file is a symbolic link', () => {
    const elsewhere = mkdtempSync(join(commonDir, 'elsewhere-'));
    symlinkSync(elsewhere, folder);
    expectOff(/is not a folder/);
    rmSync(folder);
    for (const suffix of ['', '-wal', '-shm', '-journal']) {
      mkdirSync(folder);
      symlinkSync(join(elsewhere, 'victim'), file + suffix);
      expectOff(/is not a plain file/);
      expect(lstatSync(file + suffix).isSymbolicLink()).toBe(true);
      rmSync(folder, { recursive: true });
    }
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test('a file system that more than one machine writes to', () => {
    expect(() => placeOf(commonDir, 'cache.db', 0x6969)).toThrow(/is on NFS/);
    expect(() => placeOf(commonDir, 'cache.db', 0xef53)).not.toThrow();
  });

  test('the folder is read-only', ({ skip }) => {
    skip(process.getuid?.() === 0, 'root may write everywhere');
    mkdirSync(folder, { mode: 0o500 });
    expectOff(/EACCES/);
    chmodSync(folder, 0o700);
  });

  test('the module is not there', () => {
    const elsewhere = createRequire('/nowhere/');
    expectOff(
      /^better-sqlite3 cannot be loaded: Cannot find module/,
      sqliteCaches(commonDir, 1_000, () => findDriver(elsewhere, 9, () => null)),
      'no-driver',
    );
    expect(readdirSync(commonDir)).toEqual([]);
  });

  test('close, and the next call tries again', () => {
    symlinkSync('nowhere', folder);
    expectOff(/is not a folder/);
    rmSync(folder);
    here.sightings.beat([{ order: ORDER, oid: OID }], at(1));
    expect([here.cache.trouble, heartbeat()]).toEqual([null, at(1)]);
  });
});

function sight(order: OrderId, oid: Oid) {
  return { order, oid, continues: null, isDead: false };
}
