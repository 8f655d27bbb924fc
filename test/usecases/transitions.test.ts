import { expect, test } from 'vitest';
import { STATES, type State, type Witnessed } from '../../src/core/claim/record.ts';
import { ACTORS, type Actor, type Command } from '../../src/core/claim/transitions.ts';
import { claim } from '../../src/usecases/claim.ts';
import { complete } from '../../src/usecases/complete.ts';
import { hand } from '../../src/usecases/hand.ts';
import { abandon, block, release, renew, unblock } from '../../src/usecases/own-claims.ts';
import type { Ports } from '../../src/usecases/ports.ts';
import { holderNamed, ORDER, recordOf } from '../support/claims.ts';
import { memoryPorts } from '../support/memory-ports.ts';
import { TABLE } from '../support/transition-table.ts';

/** The commands people type; the protocol's own moves have their own tests. */
type Typed = Exclude<Command, 'challenge' | 'answer' | 'take' | 'mint'>;

const RUN: Record<Typed, (ports: Ports) => Promise<{ kind: string; code?: string }>> = {
  claim: (ports) => claim(ports, { orders: [ORDER], isHere: true, base: null, isReopen: false, onWait: null }),
  reopen: (ports) => claim(ports, { orders: [ORDER], isHere: true, base: null, isReopen: true, onWait: null }),
  renew: (ports) => renew(ports, [ORDER]),
  release: (ports) => release(ports, [ORDER]),
  complete: (ports) => complete(ports, [ORDER]),
  abandon: (ports) => abandon(ports, [ORDER]),
  block: (ports) => block(ports, [ORDER], 'waits'),
  unblock: (ports) => unblock(ports, [ORDER]),
  hand: (ports) => hand(ports, ORDER, 'zoe'),
};

/** An order that was never claimed has no former holder. */
const CELLS = (Object.keys(RUN) as Typed[])
  .flatMap((command) => [null, ...STATES].flatMap((state) => ACTORS.map((actor) => ({ command, state, actor }))))
  .filter(({ state, actor }) => state !== null || (actor !== 'former' && actor !== 'holder'));

test.each(CELLS)('$command of $state by $actor', async ({ command, state, actor }) => {
  const alice = memoryPorts({ name: 'alice' });
  const seen = {
    title: null,
    thereSince: '2027-01-15T08:00:00Z',
    linear: null,
    startedAt: '2027-01-15T08:00:00Z',
    lastSeenAt: '2027-01-15T08:00:00Z',
    endedAt: null,
  };
  alice.presence.register({ ...holderNamed('zoe'), ...seen, worktree: null });
  const before = state === null ? null : await claimInState(alice, state);
  const asker = askerAs(actor, alice);
  const outcome = await RUN[command](asker);
  const after = await standing(alice);
  const cell = TABLE[command][state ?? 'absent'][ACTORS.indexOf(actor)] as string;

  if (/^[>+]/.test(cell)) {
    expect(outcome.kind).not.toBe('refused');
    expect(after?.record.state).toBe(cell.slice(1));
    expect(after?.record.generation).toBe((before?.record.generation ?? 0) + (cell.startsWith('+') ? 1 : 0));
    expect(after?.previous).toBe(before?.oid ?? null);
    expect(after?.record.holder.key).toBe(command === 'hand' ? 'zoe' : NAMES[actor]);
  } else {
    expect(outcome).toMatchObject(cell === '=' ? { claims: [{ isAlready: true }] } : { kind: 'refused', code: cell });
    expect(after).toEqual(before);
  }
});

const NAMES: Record<Actor, string> = { holder: 'alice', former: 'frida', person: 'pia', agent: 'claude:x' };

function askerAs(actor: Actor, alice: Ports): Ports {
  if (actor === 'holder') return alice;
  // The former holder is an agent here, which may do less than a person.
  return memoryPorts({ name: NAMES[actor], agent: actor === 'person' ? null : 'claude' }, alice);
}

/** Frida held the order first; alice holds it now, or held it last. */
async function claimInState(ports: Ports, state: State): Promise<Witnessed> {
  const steps = [
    recordOf({ holder: holderNamed('frida', 'claude') }),
    recordOf({ holder: holderNamed('frida', 'claude'), state: 'released', action: 'release' }),
    recordOf({ generation: 2 }),
    ...(state === 'active' ? [] : [recordOf({ generation: 2, state })]),
  ];
  for (const record of steps) await ports.registry.swap([{ order: ORDER, expected: await standing(ports), record }]);
  return (await standing(ports)) as Witnessed;
}

async function standing(ports: Ports): Promise<Witnessed | null> {
  const reading = (await ports.registry.read([ORDER])).get(ORDER);
  return reading?.kind === 'record' ? { oid: reading.oid, previous: reading.previous, record: reading.record } : null;
}
