import { byText } from '../../core/by-text.ts';
import type { SessionKey } from '../../core/ids.ts';
import type { Loss, Losses } from '../../ports/losses.ts';

/** Losses without a disk. */
export class MemoryLosses implements Losses {
  readonly #losses: (Loss & { isReported: boolean })[] = [];

  note(losses: readonly Loss[]): void {
    for (const loss of losses) {
      const isKnown = this.#losses.some((one) => nameOf(one) === nameOf(loss));
      if (!isKnown) this.#losses.push({ ...loss, isReported: false });
    }
  }

  takeUnreported(loser: SessionKey): Loss[] {
    const unreported = this.#losses.filter((one) => one.loser === loser && !one.isReported);
    for (const one of unreported) one.isReported = true;
    return unreported.map(({ isReported: _, ...loss }) => loss).sort(byText(({ at }) => at));
  }
}

function nameOf({ loser, order, generation }: Loss): string {
  return `${loser} ${order} ${generation}`;
}
