import type { Judged } from '../../core/orders/recommend.ts';
import { whyClause } from '../why.ts';

/** The ORDER document of docs/json.md. */
export function orderRow({ order, verdict, why }: Judged) {
  const { id, title, status, priority, labels, dependsOn, paths, linear, file } = order;
  return { order: id, title, verdict, why: why && whyClause(why), status, priority, labels, dependsOn, paths, linear, file };
}
