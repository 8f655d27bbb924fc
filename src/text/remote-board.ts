import type { ClaimView } from '../core/claim/view.ts';
import { formatDuration, parseInstant } from '../core/time.ts';
import type { RemoteBoard } from '../usecases/read-remote.ts';
import { nameOf } from './names.ts';
import { type Page, paint, shown, table } from './page.ts';
import { pathRowsText } from './paths.ts';

/** The board of a repository that nobody cloned: a line for each claim, with the host where its holder can be seen. */
export function remoteBoardText(page: Page, { claims, paths, strangers }: RemoteBoard): string {
  const rows = claims.map((claim) => [
    shown(claim.order),
    claim.session === null ? '-' : nameOf(claim),
    claim.state ?? 'foreign',
    age(page, claim.claimedAt),
    shown(claim.host ?? '-'),
    shown((claim.state === null ? claim.evidence : (claim.note ?? claim.branch)) ?? ''),
  ]);
  const [head, ...lines] = table(page, [['ORDER', 'SESSION', 'STATE', 'SINCE', 'HOST', 'BRANCH'], ...rows]);
  return [
    ...(rows.length === 0
      ? ['nothing is claimed']
      : page.width === null
        ? lines
        : [paint(page, 'dim', head as string), ...lines]),
    ...strangers.map((ref) => `${shown(ref)}  foreign`),
    ...(paths.length === 0 ? [] : ['', pathRowsText(page, { kind: 'paths', paths, warnings: [] })]),
  ].join('\n');
}

function age(page: Page, claimedAt: ClaimView['claimedAt']): string {
  const sinceMs = claimedAt === null ? null : parseInstant(claimedAt);
  return sinceMs === null ? '-' : formatDuration(page.nowMs - sinceMs);
}
