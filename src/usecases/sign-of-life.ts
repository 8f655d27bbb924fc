import { isLive, type Witnessed } from '../core/claim/record.ts';
import { ClaimError } from '../core/errors.ts';
import type { OrderId } from '../core/ids.ts';
import { isSameAnchor } from '../core/session/anchor.ts';
import type { Identity } from '../core/session/identity.ts';
import { lifeOf } from '../core/session/life.ts';
import type { Relation } from '../core/session/relation.ts';
import type { Reading } from '../ports/registry.ts';
import { holderOf } from './asker.ts';
import { changeOwnership } from './change-ownership.ts';
import { keepAlive } from './keep-alive.ts';
import { lossesIn, lossWarning } from './losses.ts';
import { noteChange } from './note-change.ts';
import { isMine, relationTo } from './observe.ts';
import type { Ports } from './ports.ts';
import type { Warning } from './warning.ts';

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
): Promise<{ readonly readings: Readings; readonly warnings: readonly Warning[] }> {
  const own = asker === null ? [] : ownClaims(ports, asker, readings);
  const beats = own.map(({ claim }) => ({ order: claim.record.order, oid: claim.oid }));
  ports.cache.beat(beats, ports.clock.now());
  // A helper that crashed is replaced by this.
  if (asker !== null && own.length > 0) await keepAlive(ports, holderOf(asker));
  const written = new Map(readings);
  const warnings = asker === null ? [] : lossesIn(readings, asker.key).map(lossWarning);
  for (const { claim, relation } of own) {
    const { order, challenge } = claim.record;
    if (asker === null || (challenge === null && relation !== 'resumed' && relation !== 'cleared')) continue;
    try {
      const outcome = await changeOwnership(
        ports,
        asker,
        challenge === null ? 'renew' : 'answer',
        [order],
        async () => () => ({}),
      );
      // A claim lost meanwhile is told of the next time.
      if (outcome.kind === 'refused') continue;
      for (const one of outcome.claims) {
        noteChange(ports, asker, one);
        written.set(order, { kind: 'record', ...one.now });
      }
    } catch (error) {
      if (!(error instanceof ClaimError)) throw error;
      warnings.push({ code: 'unanswered', message: `${order}: nobody can see that you are here: ${error.message}` });
    }
  }
  return { readings: written, warnings };
}

function ownClaims(
  ports: Ports,
  asker: Identity,
  readings: Readings,
): { readonly claim: Witnessed; readonly relation: Relation }[] {
  return [...readings.values()].flatMap((reading) => {
    if (reading.kind !== 'record' || !isLive(reading.record)) return [];
    // On a long board most are plainly somebody else's, and no process need be looked at for them.
    const { key, anchor } = reading.record.holder;
    if (key !== asker.key && !isSameAnchor(anchor, asker.anchor)) return [];
    // A guest in the tree is no proof that a dead session lives.
    if (asker.source === 'binding' && lifeOf(reading.record.holder, ports.processes).kind === 'gone') return [];
    const relation = relationTo(ports, reading, asker);
    return isMine(relation) ? [{ claim: reading, relation }] : [];
  });
}
