import { fileURLToPath } from 'node:url';
import type { OrderId } from '../../../src/core/ids.ts';
import type { Identity } from '../../../src/core/session/identity.ts';
import type { Reading } from '../../../src/ports/registry.ts';
import { claimOnce } from '../../../src/usecases/claim.ts';
import { observe } from '../../../src/usecases/evidence/observe.ts';
import { heartbeat, type Watched } from '../../../src/usecases/heartbeat.ts';
import type { Ports } from '../../../src/usecases/ports.ts';
import { freshen } from '../../../src/usecases/remote/contact.ts';
import { wire } from '../../../src/wire.ts';
import { holderNamed } from '../claims.ts';
import { proc } from '../processes.ts';
import type { Sandbox } from '../sandbox.ts';

/** A machine that exists in this process alone, with a clone of its own and a clock that the test moves. */
export type Imagined = {
  readonly ports: Ports;
  readonly sandbox: Sandbox;
  /** Returns the ports of another command of the same session, which knows only what is kept. */
  again(): Promise<Ports>;
  /** Lets its session's helper beat once. */
  beat(): Promise<Watched>;
  /** Tries to claim an order; returns `yours`, or the code of the refusal. */
  claim(order?: string): Promise<string>;
  /** Returns what the board says of an order: whether its holder lives, and why. */
  sees(order?: string): Promise<{ liveness: string | null; evidence: string | null }>;
  record(order?: string): Promise<Extract<Reading, { kind: 'record' }>>;
  /** Takes the remote away from it, or gives it back. */
  cut(isCut: boolean): void;
  /** Lets time pass by its own clock. */
  pass(ms: number): void;
};

const ORDER = 'R-1' as OrderId;

/** @param rate how fast its clock runs */
export async function imagine(sandbox: Sandbox, name: string, rate = 1): Promise<Imagined> {
  const boot = `boot-${name}`;
  // Nobody's clock agrees with anybody's.
  let sinceBootMs = 1_000_000 * (name.charCodeAt(0) - 90);
  const now = () => ({ boot, monoMs: sinceBootMs, wallMs: 1_700_000_000_000 + 86_400_000 * name.charCodeAt(0) + sinceBootMs });
  const anchor = { pid: 7, start: '70', ns: String(4_026_531_000 + name.charCodeAt(0)) };
  const url = sandbox.git(['config', 'remote.origin.url']);
  const again = async (): Promise<Ports> => {
    const wired = await wire({ cwd: sandbox.repo, env: sandbox.env, session: name, anchor: null, isSurveying: false });
    const identity: Identity = {
      ...holderNamed(name, 'claude'),
      ...{ host: `host-${name}`, boot, anchor, clone: wired.shared?.clone ?? null, source: 'named', guestOf: null },
    };
    const imagined: Partial<Ports> = {
      clock: { now, instant: () => ({ ...now(), upMs: sinceBootMs }), isCredible: () => true },
      helper: { ensure: async () => true },
      identify: () => ({ kind: 'session', identity }),
      processes: {
        ...{ host: `host-${name}`, boot, ns: anchor.ns, ancestors: () => [] },
        find: (pid) => (pid === anchor.pid ? { ...proc(pid, 'claude'), start: anchor.start } : 'gone'),
      },
    };
    return new Proxy(wired, { get: (target, key) => Reflect.get(key in imagined ? imagined : target, key) });
  };
  const ports = await again();
  let watched: Watched = [];
  return {
    ports,
    sandbox,
    again,
    beat: async () => {
      watched = await heartbeat(
        await again(),
        holderNamed(name).key,
        anchor,
        watched.map(({ subject }) => subject),
      );
      return watched;
    },
    claim: async (order = ORDER) => {
      const request = { orders: [order], isHere: true, base: null, isReopen: false, onWait: null };
      const outcome = await claimOnce(await again(), request);
      return outcome.kind === 'refused' ? outcome.code : 'yours';
    },
    sees: async (order = ORDER) => {
      const now = await again();
      await freshen(now);
      const { readings } = await now.registry.survey([order as OrderId]);
      const [{ liveness = null, evidence = null } = {}] = observe(now, readings, null);
      return { liveness, evidence };
    },
    record: async (order = ORDER) => {
      const reading = (await (await again()).registry.read([order as OrderId])).get(order as OrderId);
      if (reading?.kind !== 'record') throw new Error(`${order} is ${reading?.kind}`);
      return reading;
    },
    cut: (isCut) =>
      void sandbox.git(['config', 'remote.origin.url', isCut ? fileURLToPath(new URL('nowhere', import.meta.url)) : url]),
    pass: (ms) => {
      sinceBootMs += ms * rate;
    },
  };
}
