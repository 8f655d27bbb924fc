import type { PruningRemote } from '../../../ports/guarded-refs.ts';
import type { Git } from '../process.ts';

/** Returns the remotes whose fetch may write to refs below a prefix, and which no refspec of theirs keeps away from it. */
export async function pruningRemotes(git: Git, prefix: string): Promise<readonly PruningRemote[]> {
  const { stdout } = await git(['config', '-z', '--get-regexp', '^remote\\..*\\.fetch$']);
  const entries = String(stdout)
    .split('\0')
    .flatMap((entry) => {
      const [, remote, refspec] = /^remote\.(.*)\.fetch\n(.*)$/s.exec(entry) ?? [];
      return remote === undefined || refspec === undefined ? [] : [{ remote, refspec }];
    });
  const isKept = (remote: string) =>
    entries.some((one) => one.remote === remote && one.refspec.startsWith('^') && covers(one.refspec.slice(1), prefix));
  return entries.filter(({ remote, refspec }) => covers(refspec.split(':')[1] ?? '', prefix) && !isKept(remote));
}

/** Returns whether a pattern with one `*` fits what is below a prefix. */
function covers(pattern: string, prefix: string): boolean {
  const [before = '', after] = pattern.split('*');
  return after !== undefined && `${prefix}x`.startsWith(before);
}
