import type { SessionKey } from '../../core/ids.ts';
import type { Loss, Losses } from '../../ports/losses.ts';

/** Losses without a disk. */
export class MemoryLosses implements Losses {
  readonly #losses: (Loss & { isTold: boolean })[] = [];

  note(losses: readonly Loss[]): void {
    for (const loss of losses) {
      const isKnown = this.#losses.some((one) => nameOf(one) === nameOf(loss));
      if (!isKnown) this.#losses.push({ ...loss, isTold: false });
    }
  }

  takeUntold(loser: SessionKey): Loss[] {
    const untold = this.#losses.filter((one) => one.loser === loser && !one.isTold);
    for (const one of untold) one.isTold = true;
    return untold
      .map(({ isTold: _, ...loss }) => loss)
      .sort((one, other) => (one.at < other.at ? -1 : Number(one.at > other.at)));
  }
}

function nameOf({ loser, order, generation }: Loss): string {
  return `${loser} ${order} ${generation}`;
}
