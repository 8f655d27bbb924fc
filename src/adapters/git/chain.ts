import { type Oid, parseOid } from '../../core/ids.ts';
import type { Git } from './process.ts';

/** Returns the records a ref or record stands on, itself first, by one walk of git's. */
export async function chainOf(git: Git, from: string): Promise<Oid[]> {
  const { stdout } = await git(['rev-list', '--objects', '--no-object-names', from, '--']);
  return String(stdout)
    .split('\n')
    .map(parseOid)
    .filter((oid) => oid !== null);
}
