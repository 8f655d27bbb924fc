import type { OrderList } from '../../core/orders/order.ts';
import type { Warning } from '../warning.ts';

/** More of one kind are counted. */
const SHOWN_MAX = 5;

/** Tells what is wrong with the order files themselves: whoever reads them should hear of it once, whatever they asked. */
export function complaints({ orders, unnamed, missing, place }: OrderList): Warning[] {
  const broken = orders.flatMap(({ file, id, trouble }) =>
    trouble === null ? [] : [`${file} (${id}) cannot be read: ${trouble}`],
  );
  const files = new Map<string, string[]>();
  for (const { id, file } of orders) files.set(id, [...(files.get(id) ?? []), file]);
  const duplicates = [...files].flatMap(([id, many]) =>
    many.length === 1 ? [] : [`${many.join(' and ')} are both ${id}: nobody can tell which counts`],
  );
  return [
    ...missing.map((folder) => ({
      code: 'no-orders' as const,
      message: `there is no folder ${folder}/ in ${place} (claim.orders)`,
    })),
    ...some('broken-order', broken),
    ...some(
      'unnamed-order',
      unnamed.map(({ file, why }) => `${file} is no order: ${why}`),
    ),
    ...some('duplicate-order', duplicates),
  ];
}

function some(code: Warning['code'], messages: readonly string[]): Warning[] {
  const left = messages.length - SHOWN_MAX;
  const shown = messages.slice(0, left === 1 ? undefined : SHOWN_MAX);
  return [...shown, ...(left > 1 ? [`and ${left} more of this kind`] : [])].map((message) => ({ code, message }));
}
