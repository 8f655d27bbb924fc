import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SCHEMA_VERSION } from '../../src/adapters/sqlite/migrations.ts';
import { Program } from '../support/program.ts';

const PROCESSES = 16;
const ROUNDS = 10;
let program: Program;
beforeAll(async () => {
  program = await new Program().bundle('cache-program.ts');
});
afterAll(() => program.remove());

const starts: [string, (file: string) => void][] = [
  ['make it', (file) => rmSync(file, { force: true })],
  ['set garbage aside', (file) => writeFileSync(file, Buffer.alloc(9_000, 'garbage '))],
  ['set a newer one aside', (file) => sql(file, `PRAGMA user_version = ${SCHEMA_VERSION + 1}`)],
  ['make it beside the WAL of one that was removed', (file) => [rmSync(file), writeFileSync(`${file}-wal`, 'left over')]],
];

test.each(starts)(`${PROCESSES} processes ${'%s'} at once and all come out with a working cache`, async (_, prepare) => {
  const rounds = prepare === starts[0]?.[1] ? ROUNDS : 3;
  for (let round = 0; round < rounds; round += 1) {
    const commonDir = program.commonDir();
    const file = join(commonDir, 'claim', 'cache.db');
    if (prepare !== starts[0]?.[1]) {
      await program.run(['beat', commonDir, 'ORDER-0']);
      prepare(file);
    }
    const orders = Array.from({ length: PROCESSES }, (__, n) => `ORDER-${n + 1}`);
    const ended = await Promise.all(orders.map((order) => program.run(['beat', commonDir, order])));
    expect(ended.map(({ stdout, stderr }) => stdout + stderr)).toEqual(orders.map(() => '{"trouble":null}'));
    expect(sql(file, 'SELECT order_id FROM lease').sort()).toEqual([...orders].sort());
    expect(sql(file, 'PRAGMA integrity_check')).toEqual(['ok']);
    expect(
      readdirSync(join(commonDir, 'claim')).filter((name) => /\.(?:corrupt|newer-[0-9]+)-[^-]*$/.test(name)).length,
    ).toBeLessThanOrEqual(1);
  }
});

test('a count under the mutex loses nothing between processes', async () => {
  const commonDir = program.commonDir();
  const counter = join(commonDir, 'counter');
  writeFileSync(counter, '0');
  const ended = await Promise.all(Array.from({ length: 4 }, () => program.run(['count-up', commonDir, counter])));
  expect(ended.map(({ stdout, stderr, code }) => [stdout + stderr, code])).toEqual(ended.map(() => ['', 0]));
  expect(readFileSync(counter, 'utf8')).toBe('80');
});

function sql(file: string, text: string): unknown[] {
  const connection = new Database(file);
  try {
    return /^PRAGMA user_version =/.test(text) ? [connection.exec(text)] : connection.prepare(text).pluck().all();
  } finally {
    connection.close();
  }
}
