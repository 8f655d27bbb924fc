import type { Chance } from '../chance.ts';
import type { Exchange, Fault } from './proxy.ts';

/** Returns faults for a share of all exchanges, the same for the same seed. */
export function chaos({ below, pick }: Chance, percent: number, delayMsMax = 60): (exchange: Exchange) => Fault {
  const kinds: Readonly<Record<Exchange, readonly (() => Fault)[]>> = {
    push: [
      () => ({ kind: 'delay', ms: below(delayMsMax) }),
      () => ({ kind: 'drop-request' }),
      () => ({ kind: 'drop-reply' }),
      () => ({ kind: 'late', ms: below(delayMsMax) }),
      () => ({ kind: 'twice' }),
      () => ({ kind: 'cut', side: 'request', bytes: below(600) }),
      () => ({ kind: 'cut', side: 'reply', bytes: below(200) }),
    ],
    fetch: [
      () => ({ kind: 'delay', ms: below(delayMsMax) }),
      () => ({ kind: 'drop-request' }),
      () => ({ kind: 'drop-reply' }),
      () => ({ kind: 'cut', side: 'reply', bytes: below(2_000) }),
    ],
  };
  return (exchange) => (below(100) < percent ? pick(kinds[exchange])() : { kind: 'none' });
}
