import { MemoryCache } from '../../src/adapters/memory/cache.ts';
import { MemoryEventLog } from '../../src/adapters/memory/event-log.ts';
import { MemoryFreeOrders } from '../../src/adapters/memory/free-orders.ts';
import { MemoryLosses } from '../../src/adapters/memory/losses.ts';
import { MemoryOutbox } from '../../src/adapters/memory/outbox.ts';
import { MemoryPresence } from '../../src/adapters/memory/presence.ts';
import { MemoryRefMemory } from '../../src/adapters/memory/ref-memory.ts';
import { MemoryRemoteSightings } from '../../src/adapters/memory/remote-sightings.ts';
import { MemorySightings } from '../../src/adapters/memory/sightings.ts';
import { SqliteCache } from '../../src/adapters/sqlite/cache.ts';
import type { loadDriver } from '../../src/adapters/sqlite/driver.ts';
import { SqliteEventLog } from '../../src/adapters/sqlite/event-log.ts';
import { SqliteFreeOrders } from '../../src/adapters/sqlite/free-orders.ts';
import { SqliteLosses } from '../../src/adapters/sqlite/losses.ts';
import { SqliteOutbox } from '../../src/adapters/sqlite/outbox.ts';
import { SqlitePresence } from '../../src/adapters/sqlite/presence.ts';
import { SqliteRefMemory } from '../../src/adapters/sqlite/ref-memory.ts';
import { SqliteRemoteSightings } from '../../src/adapters/sqlite/remote-sightings.ts';
import { SqliteSightings } from '../../src/adapters/sqlite/sightings.ts';
import type { Ports } from '../../src/usecases/ports.ts';

/** The cache and the eight ports that share it; sessions that share them work on one repository. */
export type Caches = Pick<
  Ports,
  'cache' | 'presence' | 'sightings' | 'remoteSightings' | 'losses' | 'freeOrders' | 'refMemory' | 'events' | 'outbox'
>;

export function memoryCaches(keepMs: number): Caches {
  const cache = new MemoryCache(keepMs);
  const outbox = new MemoryOutbox();
  const refMemory = new MemoryRefMemory();
  return {
    cache,
    presence: new MemoryPresence(cache),
    sightings: new MemorySightings(cache, refMemory),
    remoteSightings: new MemoryRemoteSightings(),
    losses: new MemoryLosses(),
    freeOrders: new MemoryFreeOrders(),
    refMemory,
    events: new MemoryEventLog(cache, outbox),
    outbox,
  };
}

export function sqliteCaches(commonDir: string, keepMs: number, load?: typeof loadDriver): Caches {
  const cache = new SqliteCache(commonDir, keepMs, load);
  const outbox = new SqliteOutbox(cache);
  return {
    cache,
    presence: new SqlitePresence(cache),
    sightings: new SqliteSightings(cache),
    remoteSightings: new SqliteRemoteSightings(cache),
    losses: new SqliteLosses(cache),
    freeOrders: new SqliteFreeOrders(cache),
    refMemory: new SqliteRefMemory(cache, 'refs/claims/'),
    events: new SqliteEventLog(cache, outbox),
    outbox,
  };
}
