import type { Mismatch } from '../core/verify/verify.ts';
import type { Verified } from '../usecases/verify.ts';
import { type Page, paint, shown } from './page.ts';

/** Says what does not match, the gravest first, and last what was compared. */
export function verifiedText(page: Page, { findings, commits, isCut, remote, range }: Verified): string {
  const rows = findings.slice(0, ROWS_MAX).map((one) => {
    const where = one.commit === null ? '' : `${one.commit.slice(0, 10)}  `;
    return `${paint(page, one.severity === 'block' ? 'red' : 'yellow', one.severity.padEnd(5))}  ${where}${shown(mismatchMessage(one))}`;
  });
  const more = findings.length - ROWS_MAX;
  const claims = remote === null ? 'the claims here' : `the claims of ${shown(remote)}`;
  const count = `${commits} commit${commits === 1 ? '' : 's'} of ${shown(range)}`;
  const result = findings.length === 0 ? `${count}: all as ${claims} say` : `compared ${count} with ${claims}`;
  return [
    ...rows,
    ...(more > 0 ? [`and ${more} more: git claim verify --json`] : []),
    isCut ? `${result}; older ones were not read` : result,
  ].join('\n');
}

const ROWS_MAX = 50;

/** Says in one sentence what does not match. */
export function mismatchMessage({ kind, order, session, holder, why }: Mismatch): string {
  switch (kind) {
    case 'unclaimed':
      return `${order}: nobody ever claimed it`;
    case 'unclear':
      return `${order}: its claim is not understood: ${why}`;
    case 'no-holder':
      return `${order}: ${session} never held it${holder === null ? '' : `, and ${holder} held it then`}`;
    case 'early':
      return `${order}: ${session} did not hold it yet`;
    case 'late':
      return `${order}: ${session} had lost it${holder === null ? '' : `, and ${holder} held it then`}`;
    case 'after-end':
      return `${order}: ${session} had ended its claim`;
    case 'unsigned':
      return order === null ? 'it names no order (Order:)' : `${order}: it names no session (Claim-Session:)`;
    case 'taken':
      return `${order}: ${session} worked on it last, and it is ${holder}'s now`;
    case 'given-up':
      return `${order}: ${session} worked on it last, and gave it up`;
  }
}
