import { type Oid, parseOid } from '../../core/ids.ts';
import type { Git } from './process.ts';

/** Returns these records and those they stand on, newest first, by one walk of git's. */
export async function chainOf(git: Git, tips: readonly Oid[]): Promise<Oid[]> {
  if (tips.length === 0) return [];
  const args = ['rev-list', '--objects', '--no-object-names', '--filter=object:type=tag', '--stdin'];
  const { stdout } = await git(args, { input: `${tips.join('\n')}\n` });
  return String(stdout)
    .split('\n')
    .map(parseOid)
    .filter((oid) => oid !== null);
}
