import { isLive, type Witnessed } from '../../core/claim/record.ts';
import type { Command } from '../../core/claim/transitions.ts';
import { ClaimError } from '../../core/errors.ts';
import type { OrderId } from '../../core/ids.ts';
import { isSameAnchor } from '../../core/session/anchor.ts';
import type { Identity } from '../../core/session/identity.ts';
import { lifeOf } from '../../core/session/life.ts';
import type { Relation } from '../../core/session/relation.ts';
import type { StandingPath } from '../../ports/path-registry.ts';
import type { Reading } from '../../ports/registry.ts';
import { holderOf } from '../caller/asker.ts';
import { lossesIn, lossWarning } from '../caller/losses.ts';
import { isMine, relationTo } from '../evidence/observe.ts';
import { changeOwnership } from '../ownership/change-ownership.ts';
import type { Changed } from '../ownership/changed.ts';
import { payDebts } from '../ownership/mirror.ts';
import { noteChange, notePaths } from '../ownership/note-change.ts';
import { asIs, type PathWish } from '../ownership/plan-paths.ts';
import type { Ports } from '../ports.ts';
import type { Warning } from '../warning.ts';
import { keepAlive } from './keep-alive.ts';

type Readings = ReadonlyMap<OrderId, Reading>;

/**
 * A session that asks how things stand is alive: its claims get a heartbeat, whoever challenged one has the answer, and a claim whose record names an
 * anchor that is gone gets the present one. It is told what it lost. Where git may not write the question is answered all the same, with a warning.
 *
 * @returns the readings with the records that were written
 */
export async function giveSignOfLife(
  ports: Ports,
  asker: Identity | null,
  readings: Readings,
  paths: readonly StandingPath[] = [],
): Promise<{ readonly readings: Readings; readonly paths: readonly StandingPath[]; readonly warnings: readonly Warning[] }> {
  if (asker === null) return { readings, paths, warnings: [] };
  const orders: { subject: OrderId; claim: Witnessed; relation: Relation }[] = [];
  for (const [order, reading] of readings) {
    const relation = reading.kind === 'record' && isLive(reading.record) ? relationToOwn(ports, asker, reading) : null;
    if (relation !== null && reading.kind === 'record') orders.push({ subject: order, claim: reading, relation });
  }
  const ownPaths = paths.flatMap(({ key, reading }) => {
    const relation = reading.kind === 'record' ? relationToOwn(ports, asker, reading) : null;
    return relation === null || reading.kind !== 'record' ? [] : [{ subject: key, claim: reading, relation }];
  });
  const own = [...orders, ...ownPaths];
  ports.cache.beat(
    own.map(({ subject, claim }) => ({ order: subject, oid: claim.oid })),
    ports.clock.now(),
  );
  // A helper that crashed is replaced by this.
  if (own.length > 0) await keepAlive(ports, holderOf(asker));
  const losses = lossesIn(readings, asker.key);
  // In a cache that is new nobody was told of them.
  ports.cache.noteLosses(losses);
  const warnings: Warning[] = [...losses.map(lossWarning), ...(await payDebts(ports))];
  const speak = async (what: string, command: Command, order: OrderId | null, wish: PathWish | null): Promise<Changed | null> => {
    try {
      const outcome = await changeOwnership(
        ports,
        asker,
        command,
        order === null ? [] : [order],
        async () => () => ({}),
        null,
        wish,
      );
      // A claim lost meanwhile is told of the next time.
      return outcome.kind === 'refused' ? null : outcome;
    } catch (error) {
      if (!(error instanceof ClaimError)) throw error;
      warnings.push({ code: 'unanswered', message: `${what}: nobody can see that you are here: ${error.message}` });
      return null;
    }
  };
  const written = new Map<OrderId, Reading>();
  for (const { subject, claim } of orders.filter(hasToSpeak)) {
    const command = claim.record.challenge === null ? 'renew' : 'answer';
    for (const one of (await speak(subject, command, subject, null))?.claims ?? []) {
      noteChange(ports, asker, one);
      written.set(subject, { kind: 'record', ...one.now });
    }
  }
  const standing = new Map(paths.map((one) => [one.key, one]));
  for (const { subject, claim } of ownPaths.filter(hasToSpeak)) {
    const outcome = await speak(claim.record.path, 'renew', null, asIs(claim.record));
    if (outcome !== null) notePaths(ports, asker, outcome);
    const now = outcome?.paths[0]?.now ?? null;
    if (now !== null) standing.set(subject, { key: subject, reading: { kind: 'record', ...now } });
  }
  return {
    readings: written.size === 0 ? readings : new Map([...readings, ...written]),
    paths: [...standing.values()],
    warnings,
  };
}

/** Whoever is challenged answers, and a record follows its session to another anchor. */
function hasToSpeak({
  claim,
  relation,
}: {
  claim: Pick<Witnessed, 'oid'> & { record: Challengeable };
  relation: Relation;
}): boolean {
  return claim.record.challenge !== null || relation === 'resumed' || relation === 'cleared';
}

type Challengeable = Pick<Witnessed['record'], 'challenge'>;

/** Returns what the asker is to a holder that is the asker; null where it is not. */
function relationToOwn(
  ports: Ports,
  asker: Identity,
  { record }: { record: Pick<Witnessed['record'], 'holder'> },
): Relation | null {
  // On a long board most are plainly somebody else's, and no process need be looked at for them.
  const { key, anchor } = record.holder;
  if (key !== asker.key && !isSameAnchor(anchor, asker.anchor)) return null;
  // A guest in the tree is no proof that a dead session lives.
  if (asker.source === 'binding' && lifeOf(record.holder, ports.processes).kind === 'gone') return null;
  const relation = relationTo(ports, { record }, asker);
  return isMine(relation) ? relation : null;
}
