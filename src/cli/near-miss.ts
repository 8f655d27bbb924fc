import type { OrderId } from '../core/ids.ts';
import type { OnNearMiss } from '../usecases/orders/spelling.ts';
import { isTerminal } from './streams.ts';

/** Returns how a person at a terminal is asked whether another order was meant; null where nobody can be asked. */
export function nearMissAsked(): OnNearMiss | null {
  return isTerminal('stdin') && isTerminal('stderr') ? askOnce() : null;
}

/** A caller that waits is not asked again. */
function askOnce(): OnNearMiss {
  const answers = new Map<OrderId, Promise<boolean>>();
  return (order, near) => {
    const answer = answers.get(order) ?? asked(order, near);
    answers.set(order, answer);
    return answer;
  };
}

async function asked(order: OrderId, near: OrderId): Promise<boolean> {
  const [{ agrees }, { nearMissQuestion }] = await Promise.all([import('./confirm.ts'), import('../text/near-miss.ts')]);
  return agrees(nearMissQuestion(order, near));
}
