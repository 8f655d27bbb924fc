import type { IdPattern } from '../../core/ids.ts';
import type { Order } from '../../core/orders/order.ts';
import { HEAD_BYTES_MAX } from './head.ts';
import { patternsOf } from './patterns.ts';
import { readList } from './read-list.ts';

/** Reads orders from texts that are not files here, such as what is staged for a commit. */
export async function readTexts(
  globs: readonly string[],
  pattern: IdPattern,
  texts: ReadonlyMap<string, string>,
): Promise<readonly Order[]> {
  const patterns = await patternsOf(globs);
  const meant = [...texts].filter(([path]) => patterns.some(({ matches }) => matches(path)));
  const heads = meant.map(([path, text]) => {
    const head = { text: text.slice(0, HEAD_BYTES_MAX), isWhole: text.length <= HEAD_BYTES_MAX };
    return [path, head] as const;
  });
  return readList(heads, pattern).orders;
}
