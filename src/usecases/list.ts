import { currentIn } from '../core/claim/board.ts';
import type { ClaimView } from '../core/claim/view.ts';
import { ClaimError } from '../core/errors.ts';
import type { Order } from '../core/orders/order.ts';
import type { Reading } from '../ports/registry.ts';
import { survey } from './evidence/observe.ts';
import { withBranchesThatAre } from './evidence/still-there.ts';
import type { Ports } from './ports.ts';
import { type Arrival, arrive } from './presence/arrive.ts';
import { freshen } from './remote/contact.ts';
import { strangerWarning, type Warning } from './warning.ts';

export type Board = {
  readonly kind: 'board';
  readonly claims: readonly ClaimView[];
  readonly strangers: readonly string[];
  /** Orders in progress by their files that nobody ever claimed. Sessions without git-claim may work on them. */
  readonly legacy: readonly Order[];
  readonly warnings: readonly Warning[];
};

/** `isAll`: ended claims too; `isMine`: only the caller's. */
export type BoardWish = { readonly isAll: boolean; readonly isMine: boolean };

/** What a board is made of. */
type Seen = Pick<Arrival, 'asker' | 'readings' | 'strangers' | 'warnings'> & { readonly inProgress: readonly Order[] };

/** Lists live claims and refs that are not understood. */
export async function list(ports: Ports, wish: BoardWish): Promise<Board> {
  return boardOf(ports, wish, await look(ports, wish));
}

/** A person does not notice the delay, and one look is one git process. */
const WATCH_POLL_MS = 2_000;

/**
 * Returns the board again and again, until it is stopped. Only the first look is a sign of life: who watches does not work. The
 * order files are read once.
 */
export async function* watch(ports: Ports, wish: BoardWish, { sleep, isStopped }: Watching): AsyncGenerator<Board> {
  const first = await look(ports, wish);
  yield boardOf(ports, wish, first);
  for (;;) {
    await sleep(WATCH_POLL_MS);
    if (isStopped()) return;
    yield boardOf(ports, wish, { ...first, ...(await ports.registry.survey()) });
  }
}

type Watching = { readonly sleep: (ms: number) => Promise<void>; readonly isStopped: () => boolean };

async function look(ports: Ports, { isMine }: BoardWish): Promise<Seen> {
  await freshen(ports);
  const surveying = ports.registry.survey();
  const reading = isMine ? Promise.resolve([]) : ordersInProgress(ports);
  const arrival = await arrive(ports, { surveying, beside: reading });
  return { ...arrival, inProgress: await reading };
}

function boardOf(
  ports: Ports,
  { isAll, isMine }: BoardWish,
  { asker, readings, strangers: all, warnings, inProgress }: Seen,
): Board {
  const claims = withBranchesThatAre(ports, survey(ports, isAll ? readings : currentIn(readings), asker));
  const strangers = isMine ? [] : all;
  return {
    kind: 'board',
    claims: isMine ? claims.filter(({ mine }) => mine) : claims,
    strangers,
    legacy: inProgress.filter(({ id }) => !isRecorded(readings.get(id))),
    warnings: [...warnings, ...strangers.map(strangerWarning)],
  };
}

/** The board is about claims. Other commands report what is wrong with order files. */
async function ordersInProgress(ports: Ports): Promise<readonly Order[]> {
  try {
    return await ports.orders.inProgress();
  } catch (error) {
    if (!(error instanceof ClaimError)) throw error;
    return [];
  }
}

/** Of an order that was ever claimed, git-claim knows who worked on it, whatever its file still says. */
function isRecorded(reading: Reading | undefined): boolean {
  return reading !== undefined && reading.kind !== 'absent';
}

/** Returns the warning of a legacy order, for the document of a list. */
export function legacyWarning({ id, file }: Order): Warning {
  return { code: 'legacy', order: id, file };
}
