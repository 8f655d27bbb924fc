import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { withMutex } from '../../src/adapters/sqlite/locks.ts';
import type { Oid, OrderId } from '../../src/core/ids.ts';
import { sqliteCaches } from './caches.ts';

/** A separate process for races and kills: `node program.cjs <verb> <common dir> [<argument>]`; it answers on stdout. */
const [verb, commonDir = '', argument = ''] = process.argv.slice(2);
const DAY_MS = 86_400_000;
const { cache, sightings, events } = sqliteCaches(commonDir, 7 * DAY_MS);
const order = (id: string) => id as OrderId;
const oid = (digit: string) => digit.repeat(40) as Oid;
const at = (monoMs: number) => ({ boot: 'boot-1', monoMs, wallMs: monoMs });

void main();

async function main() {
  switch (verb) {
    case 'beat':
      sightings.beat([{ order: order(argument), oid: oid('a') }], at(1_000));
      process.stdout.write(JSON.stringify({ trouble: cache.trouble }));
      cache.close();
      break;
    case 'write-on':
      for (let n = 1; cache.trouble === null; n += 1) {
        sightings.beat([{ order: order('ORDER-1'), oid: oid('a') }], at(n));
        events.append({
          at: '2026-11-21T14:02:05Z',
          kind: 'n',
          order: null,
          session: null,
          sessionKey: null,
          generation: n,
          oid: null,
          message: '',
          detail: null,
        });
        if (cache.trouble === null) appendFileSync(argument, `${n}\n`);
      }
      process.stdout.write(JSON.stringify({ trouble: cache.trouble }));
      break;
    case 'count-up':
      for (let n = 0; n < 20; n += 1) {
        const outcome = await withMutex(commonDir, async () => {
          const count = Number(readFileSync(argument, 'utf8'));
          await new Promise(setImmediate);
          writeFileSync(argument, String(count + 1));
        });
        if (outcome.kind === 'unavailable') process.stdout.write(outcome.trouble.said);
      }
      break;
    case 'hold': {
      await withMutex(commonDir, () => {
        process.stdout.write('held');
        return new Promise(() => setInterval(() => {}, 60_000));
      });
    }
  }
}
