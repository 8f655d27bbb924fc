import type { OrderList } from '../../core/orders/order.ts';
import type { Warning } from '../warning.ts';

/** More of one kind are counted. */
const SHOWN_MAX = 5;

/** Tells what is wrong with the order files themselves: whoever reads them should hear of it once, whatever they asked. */
export function complaints({ orders, unnamed, missing, place }: OrderList): Warning[] {
  const broken = orders.flatMap(({ file, id, trouble }) =>
    trouble === null ? [] : [{ code: 'broken-order' as const, order: id, file, trouble }],
  );
  const files = new Map<string, string[]>();
  for (const { id, file } of orders) files.set(id, [...(files.get(id) ?? []), file]);
  const duplicates = [...files].flatMap(([order, many]) =>
    many.length === 1 ? [] : [{ code: 'duplicate-order' as const, order, files: many }],
  );
  return [
    ...missing.map((folder) => ({ code: 'no-orders' as const, folder, place })),
    ...some('broken-order', broken),
    ...some(
      'unnamed-order',
      unnamed.map((one) => ({ code: 'unnamed-order' as const, ...one })),
    ),
    ...some('duplicate-order', duplicates),
  ];
}

function some(code: 'broken-order' | 'unnamed-order' | 'duplicate-order', warnings: readonly Warning[]): Warning[] {
  const left = warnings.length - SHOWN_MAX;
  const shown = warnings.slice(0, left === 1 ? undefined : SHOWN_MAX);
  return [...shown, ...(left > 1 ? [{ code, more: left }] : [])];
}
