import { setTimeout as sleep } from 'node:timers/promises';
import type { Registry } from '../../src/ports/registry.ts';
import { claim } from '../../src/usecases/claim.ts';
import { type Wired, wire } from '../../src/wire.ts';

/**
 * A contender in its own process: `node program.cjs <repository> <session> <sight> <verb> <argument> <order>...`.
 * A `blind` contender sees no process, so that only heartbeats, challenges and answers protect a holder from it.
 */
const [cwd = '', session = '', sight = '', verb = '', argument = '', ...orders] = process.argv.slice(2);

/** When the last take was written, on the monotonic clock; it was decided before that. */
let tookAtMs: number | null = null;

/** Nobody waits for a contender whose test run was killed. */
const parent = process.ppid;
setInterval(() => process.ppid === parent || process.exit(1), 1_000).unref();

void (verb === 'wait' ? wait() : attempt());

/** Waits for one order as `--wait` does, and reports when it took it. */
async function wait(): Promise<void> {
  const ports = await open();
  const outcome = await claim(ports, { ...request(orders.slice(0, 1)), onWait: () => {} });
  process.stdout.write(JSON.stringify({ kind: outcome.kind, tookAtMs }));
  ports.cache.close();
}

/** Asks for the orders in turn, so many times in all, a moment apart; reports what it got. */
async function attempt(): Promise<void> {
  const stolen: string[] = [];
  for (let n = 0; n < Number(argument); n += 1) {
    const order = orders[n % orders.length] as string;
    const ports = await open();
    const outcome = await claim(ports, request([order]));
    if (outcome.kind === 'claimed') stolen.push(order);
    ports.cache.close();
    await sleep(PAUSE_MS);
  }
  process.stdout.write(JSON.stringify({ stolen }));
}

const PAUSE_MS = 500;

function request(names: readonly string[]) {
  return { orders: names, isHere: true, base: null, isReopen: false, onWait: null };
}

async function open(): Promise<Wired> {
  const { PATH, HOME, GIT_CONFIG_NOSYSTEM } = process.env;
  const env = { PATH, HOME, GIT_CONFIG_NOSYSTEM };
  const ports = await wire({ cwd, env, session, anchor: null, isSurveying: false });
  const processes = sight === 'blind' ? { ...ports.processes, find: () => 'unknown' as const } : ports.processes;
  return { ...ports, processes, registry: watched(ports.registry, ports) };
}

function watched(registry: Registry, { clock }: Wired): Registry {
  return {
    read: (names) => registry.read(names),
    survey: (names) => registry.survey(names),
    spellings: (names) => registry.spellings(names),
    isAsSeen: (order, oid, seenMs) => registry.isAsSeen(order, oid, seenMs),
    history: (order, limit) => registry.history(order, limit),
    swap: (changes) => {
      if (changes.some(({ record }) => record?.action === 'take')) tookAtMs = clock.now().monoMs;
      return registry.swap(changes);
    },
  };
}
