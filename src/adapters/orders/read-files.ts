import type { Stats } from 'node:fs';
import type { IdPattern } from '../../core/ids.ts';
import type { OrderList } from '../../core/orders/order.ts';
import { type FileRead, listOf } from './file-read.ts';
import { KnownFiles, statOf } from './known-files.ts';
import type { OrderHead } from './read-list.ts';

/** Where files and the snapshot are, and how a file is read. */
type Places = {
  readonly commonDir: string;
  readonly pathOf: (file: string) => string;
  readonly headOf: (file: string) => OrderHead;
};

type Wanted = {
  readonly pattern: IdPattern;
  /** The value of `claim.issuePrefix`. */
  readonly prefix: string;
  /** Returns whether what is known of a file is needed, given its JSON. */
  readonly isNeeded: (json: string) => boolean;
};

/** Reads order files, apart from those that are as they were when they were read last. */
export async function readFiles(
  { commonDir, pathOf, headOf }: Places,
  files: readonly string[],
  { pattern, prefix, isNeeded }: Wanted,
): Promise<Pick<OrderList, 'orders' | 'unnamed'>> {
  const known = new KnownFiles(commonDir, [pattern.source, prefix]);
  const read: [string, FileRead][] = [];
  const unknown: { readonly file: string; readonly stats: Stats | null; readonly at: number }[] = [];
  for (const file of files) {
    const stats = statOf(pathOf(file));
    const found = stats === null ? null : known.find(file, stats, isNeeded);
    if (found === null) unknown.push({ file, stats, at: read.length });
    read.push([file, found?.read ?? null]);
  }
  // What parses files is loaded only if some are unknown.
  const { readFile } = unknown.length === 0 ? { readFile: () => null } : await import('./read-list.ts');
  for (const { file, stats, at } of unknown) {
    const head = headOf(file);
    const one = readFile(file, head, pattern);
    read[at] = [file, one];
    if (stats !== null && !('trouble' in head)) known.add(file, stats, one);
  }
  known.keep();
  return listOf(read);
}
