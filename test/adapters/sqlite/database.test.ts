import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Connection } from '../../../src/adapters/sqlite/connection.ts';
import { openCache } from '../../../src/adapters/sqlite/database.ts';
import { createSandbox } from '../../support/sandbox.ts';

const NORMAL = 1;

test('a crash of the machine leaves the file whole: what a checkpoint copies was synchronised', () => {
  const connection = openIn(createSandbox().dir);
  expect(connection.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(connection.pragma('synchronous', { simple: true })).toBe(NORMAL);
  connection.close();
});

test('commands that end without closing it leave a WAL that stays small', () => {
  const { dir } = createSandbox();
  const connection = openIn(dir);
  const insert = connection.prepare("INSERT INTO outbox (order_id, mirror, owed_at) VALUES (?, 'feed', '')");
  for (let at = 0; at < 500; at += 1) insert.run(`ORDER-${at}`);
  expect(statSync(join(dir, 'claim/cache.db-wal')).size).toBeLessThan(320 * 1024);
  connection.close();
});

function openIn(commonDir: string): Connection {
  const cache = openCache(commonDir);
  if (cache.kind === 'off') throw new Error(cache.trouble.said);
  return cache.connection;
}
