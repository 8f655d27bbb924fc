import type { Judged } from '../core/orders/recommend.ts';

/** The ORDER document of docs/json.md. */
export function orderRow({ order, verdict, why }: Judged) {
  const { id, title, status, priority, labels, dependsOn, paths, linear, file } = order;
  return { order: id, title, verdict, why, status, priority, labels, dependsOn, paths, linear, file };
}
