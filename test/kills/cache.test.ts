import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withMutex, withMutexSync } from '../../src/adapters/sqlite/locks.ts';
import type { Oid, OrderId } from '../../src/core/ids.ts';
import { sqliteCaches } from '../support/caches.ts';
import { Program, type Running } from '../support/program.ts';

const ORDER = 'ORDER-1' as OrderId;
const OID = 'a'.repeat(40) as Oid;
let program: Program;
beforeAll(async () => {
  program = await new Program().bundle('cache-program.ts');
});
afterAll(() => program.remove());

test('a writer that is killed at any moment loses nothing it was told is written', async () => {
  for (let round = 0; round < 8; round += 1) {
    const commonDir = program.commonDir();
    const log = join(commonDir, 'log');
    const writer = program.start(['write-on', commonDir, log]);
    const other = program.start(['write-on', commonDir, join(commonDir, 'other-log')]);
    await until(() => existsSync(log) && statSync(log).size > 200 * (round + 1), writer);
    other.child.kill('SIGKILL');
    writer.child.kill('SIGKILL');
    await Promise.all([writer.ended, other.ended]);

    const written = Number(readFileSync(log, 'utf8').trimEnd().split('\n').at(-1));
    const { cache, sightings, events } = sqliteCaches(commonDir, 1_000);
    const row = sightings
      .observe([{ order: ORDER, oid: OID, continues: null, isDead: false }], { boot: 'boot-1', monoMs: 1e9, wallMs: 0 })
      .get(ORDER);
    expect(cache.trouble).toBeNull();
    expect(row?.heartbeat?.monoMs).toBeGreaterThan(0);
    expect(events.read({ limit: 1e6 }).filter(({ generation }) => generation === written).length).toBeGreaterThan(0);
    cache.close();
    const connection = new Database(join(commonDir, 'claim', 'cache.db'));
    expect(connection.pragma('integrity_check', { simple: true })).toBe('ok');
    connection.close();
  }
});

const POINTS = [
  'before file mkdir claim',
  'after file mkdir claim',
  'after file create locks.db',
  'after file create cache.db',
  'before sql lock',
  'after sql lock',
  'before sql migrate',
  'after sql migrate',
  'before sql beat',
  'after sql beat',
  'before sql open',
  'after sql open',
  'before sql close',
  'after sql close',
];
test.each(POINTS)('a process that dies %s leaves nothing that stops the next', async (point) => {
  const commonDir = program.commonDir();
  const died = await program.run(['beat', commonDir, 'ORDER-1'], { GIT_CLAIM_CRASH_AT: point });
  expect(died.signal).toBe('SIGKILL');
  expect((await program.run(['beat', commonDir, 'ORDER-1'])).stdout).toBe('{"trouble":null}');
});

test.each([
  'before file set aside',
  'after file set aside',
  'before file set aside-wal',
  'after file set aside-wal',
  'before file remove old',
  'after file remove old',
])('a process that dies %s of a damaged cache leaves nothing that stops the next', async (point) => {
  const commonDir = program.commonDir();
  const file = join(commonDir, 'claim', 'cache.db');
  mkdirSync(join(commonDir, 'claim'));
  for (const day of ['01', '02', '03', '04']) writeFileSync(`${file}.corrupt-202611${day}T000000000Z`, '');
  // SQLite itself removes a garbage WAL that lies beside its database.
  writeFileSync(point.endsWith('-wal') ? `${file}-wal` : file, Buffer.alloc(9_000, 'garbage '));
  const died = await program.run(['beat', commonDir, 'ORDER-1'], { GIT_CLAIM_CRASH_AT: point });
  expect(died.signal).toBe('SIGKILL');
  for (const _ of ['the next', 'and the one after']) {
    expect((await program.run(['beat', commonDir, 'ORDER-1'])).stdout).toBe('{"trouble":null}');
  }
});

test('every step is named in its order', async () => {
  const commonDir = program.commonDir();
  const trace = join(commonDir, 'trace');
  await program.run(['beat', commonDir, 'ORDER-1'], { GIT_CLAIM_TRACE_STEPS: trace });
  expect(readFileSync(trace, 'utf8').trimEnd().split('\n')).toMatchSnapshot();
});

test('the mutex keeps others out while its process lives, and lets them in when it is killed', async () => {
  const commonDir = program.commonDir();
  const holder = program.start(['hold', commonDir]);
  await new Promise((held) => holder.child.stdout?.once('data', held));
  const said = expect.stringMatching(/locks\.db cannot be used: database is locked/);
  const refused = { kind: 'unavailable', trouble: { kind: 'unusable', said } };
  expect(await withMutex(commonDir, () => 'in', { waitMs: 50 })).toEqual(refused);
  expect(withMutexSync(commonDir, () => 'in', { waitMs: 50 })).toEqual(refused);
  const waiting = withMutex(commonDir, () => 'in');
  holder.child.kill('SIGKILL');
  expect(await waiting).toEqual({ kind: 'ran', value: 'in' });
  expect(statSync(join(commonDir, 'claim', 'locks.db')).size).toBe(0);
});

async function until(isSo: () => boolean, running: Running): Promise<void> {
  let hasEnded = false;
  running.ended.then(() => (hasEnded = true));
  while (!isSo()) {
    if (hasEnded) throw new Error(`it ended too early: ${JSON.stringify(await running.ended)}`);
    await new Promise((next) => setTimeout(next, 2));
  }
}
