import type { RanProgram } from '../usecases/run.ts';
import { shown } from './page.ts';

/** Says what happened to the claim when the command ended. */
export function ranText({ view, end, exit }: RanProgram): string {
  const order = shown(view.order);
  const how = exit === 0 ? '' : `; the command ended with exit code ${exit}`;
  switch (end) {
    case 'completed':
      return `${order} is completed`;
    case 'released':
      return `${order} is released${how}`;
    case 'kept':
      return `${order} stays yours${how}`;
    case 'lost':
      return `you lost ${order}${how}`;
  }
}
