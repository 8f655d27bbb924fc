import type { ClaimView } from '../core/claim/view.ts';
import { remembered } from '../core/remembered.ts';
import { formatDuration, parseInstant } from '../core/time.ts';
import type { Board } from '../usecases/list.ts';
import { type Page, paint, place, shown, table, widthsOf } from './page.ts';

/** The board: a line for each claim. */
export function boardText(page: Page, board: Board): string {
  const lines = board.claims.length === 0 ? ['nothing is claimed'] : claimLines(page, board.claims);
  return [...lines, ...legacyLines(page, board.legacy), ...board.strangers.map((ref) => `${shown(ref)}  foreign`)].join('\n');
}

const LEGACY_ROWS = 10;

function legacyLines(page: Page, legacy: Board['legacy']): string[] {
  const rows = legacy
    .slice(0, LEGACY_ROWS)
    .map(({ id, file, title }) => [shown(id), 'legacy', 'in progress by its file, but nobody claimed it', shown(title ?? file)]);
  const more = legacy.length - LEGACY_ROWS;
  return [...table(page, rows), ...(more > 0 ? [`and ${more} more legacy orders`] : [])];
}

/** @param treeless orders whose worktrees are gone */
export function claimLines(page: Page, claims: readonly ClaimView[], treeless: ReadonlySet<string> = new Set()): string[] {
  const session = remembered(shown);
  const since = remembered((instant: string) => age(page, instant));
  const tree = remembered((worktree: string) => place(page, worktree));
  const rows = claims.map((claim) => [
    shown(claim.order),
    claim.mine ? 'you' : session(claim.session ?? '-'),
    condition(claim),
    claim.claimedAt === null ? '-' : since(claim.claimedAt),
    treeless.has(claim.order)
      ? `gone: git claim worktree add ${shown(claim.order)}`
      : claim.worktree === null
        ? '-'
        : tree(claim.worktree),
    shown(lastCell(claim)),
  ]);
  return table(page, isCramped(page, claims, rows) ? rows.map((row) => row.toSpliced(TREE, 1)) : rows).map((line, at) =>
    claims[at]?.mine ? paint(page, 'bold', line) : line,
  );
}

/** The column of the worktrees, and the least of a title that is worth reading. */
const [TREE, TITLE_MIN] = [4, 20];

/** If both do not fit, what others work on says more than where. A caller must always find its own worktrees. */
function isCramped({ width }: Page, claims: readonly ClaimView[], rows: readonly (readonly string[])[]): boolean {
  if (width === null || claims.every(({ mine }) => mine) || rows.every((row) => row.at(-1) === '')) return false;
  const before = widthsOf(rows).slice(0, -1);
  return before.reduce((sum, one) => sum + one + 2, 0) > width - TITLE_MIN;
}

/** Returns the title; for a blocked claim, what it waits for. */
function lastCell({ state, evidence, title, note }: ClaimView): string {
  if (state === null) return evidence ?? '';
  return state === 'blocked' ? [note, title].filter((part) => part !== null).join('; ') : (title ?? note ?? '');
}

/** Returns the state, and the liveness unless that is `live`. */
function condition({ state, liveness, idle }: ClaimView): string {
  if (state === null) return 'foreign';
  const doubt = liveness === null || liveness === 'live' ? '' : `, ${liveness}`;
  return `${state}${doubt}${idle ? ', idle' : ''}`;
}

function age(page: Page, instant: string): string {
  const epochMs = parseInstant(instant);
  return epochMs === null ? '-' : formatDuration(page.nowMs - epochMs);
}
