import { isLive } from '../core/claim/record.ts';
import type { ClaimView } from '../core/claim/view.ts';
import type { OrderId } from '../core/ids.ts';
import type { Reading } from '../ports/registry.ts';
import { readerOf } from './asker.ts';
import { survey } from './observe.ts';
import type { Ports } from './ports.ts';
import { giveSignOfLife } from './sign-of-life.ts';
import { strangerWarning, type Warning } from './warning.ts';

export type Board = {
  readonly kind: 'board';
  readonly claims: readonly ClaimView[];
  readonly strangers: readonly string[];
  readonly warnings: readonly Warning[];
};

/** Lists claims: live ones and refs that are not understood, with `isAll` ended ones too, with `isMine` only the asker's. */
export async function list(ports: Ports, { isAll, isMine }: { isAll: boolean; isMine: boolean }): Promise<Board> {
  const asker = readerOf(ports);
  const standing = await ports.registry.survey();
  const { readings, warnings } = await giveSignOfLife(ports, asker, standing.readings, standing.paths);
  const shown = new Map<OrderId, Reading>();
  for (const [order, reading] of readings) {
    if (isAll || reading.kind !== 'record' || isLive(reading.record)) shown.set(order, reading);
  }
  const claims = survey(ports, shown, asker);
  const strangers = isMine ? [] : standing.strangers;
  return {
    kind: 'board',
    claims: isMine ? claims.filter(({ mine }) => mine) : claims,
    strangers,
    warnings: [...warnings, ...strangers.map(strangerWarning)],
  };
}
