import { execFileSync } from 'node:child_process';
import { isLive } from '../../../src/core/claim/record.ts';
import { CLAIM_CODEC } from '../../../src/core/claim/trailers.ts';
import { isCanonicalOrderId } from '../../../src/core/ids.ts';

/** One record of an order's history. */
export type Link = { readonly oid: string; readonly action: string; readonly holder: string; readonly isLive: boolean };

/** Reads the history of every order in a bare repository, the oldest record first, without any of git-claim's own reading. */
export function historiesIn(bare: string, env: Readonly<Record<string, string>>): Map<string, Link[]> {
  const git = (words: readonly string[]) => execFileSync('git', words, { cwd: bare, env, encoding: 'utf8' });
  const refs = git(['for-each-ref', '--format=%(objectname) %(refname)', 'refs/claims']).split('\n').filter(Boolean);
  return new Map(
    refs.map((row) => {
      const [tip = '', ref = ''] = row.split(' ');
      const order = ref.slice('refs/claims/'.length);
      if (!isCanonicalOrderId(order)) throw new Error(`${ref} is no order's`);
      const links: Link[] = [];
      for (let oid: string | null = tip; oid !== null; ) {
        const decoded = CLAIM_CODEC.decode(git(['cat-file', 'tag', oid]), order);
        if (decoded.kind !== 'record') throw new Error(`${oid} of ${order} is ${decoded.why}`);
        const { record, previous } = decoded;
        links.unshift({ oid, action: record.action, holder: record.holder.key, isLive: isLive(record) });
        oid = previous;
      }
      return [order, links];
    }),
  );
}

/** Returns what in a history cannot be: a session that got an order which another one held. */
export function breachesIn(order: string, links: readonly Link[]): string[] {
  return links.flatMap((link, at) => {
    const before = links[at - 1];
    const isStolen = before?.isLive === true && before.holder !== link.holder && link.action !== 'hand' && link.action !== 'take';
    return isStolen ? [`${order}: ${link.action} by ${link.holder} while ${before.holder} held it`] : [];
  });
}

/** Returns every order that is held, with its holder. */
export function holdersIn(histories: ReadonlyMap<string, readonly Link[]>): string[] {
  const last = [...histories].map(([order, links]) => [order, links.at(-1)] as const);
  return last.flatMap(([order, link]) => (link?.isLive === true ? [`${order} ${link.holder}`] : [])).sort();
}
