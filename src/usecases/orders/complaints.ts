import type { OrderList } from '../../core/orders/order.ts';
import type { Warning } from '../warning.ts';

/** Further warnings of one kind are only counted. */
const SHOWN_MAX = 5;

/** Returns warnings of what is wrong with the order files themselves, for every command that reads all of them. */
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
