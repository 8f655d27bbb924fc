import type { ClaimView } from '../core/claim/view.ts';
import type { Liveness } from '../core/liveness/liveness.ts';
import { remembered } from '../core/remembered.ts';
import { formatDuration, parseInstant } from '../core/time.ts';
import type { Board } from '../usecases/list.ts';
import { nameOf } from './names.ts';
import { type Page, paint, place, shown, table, widthsOf } from './page.ts';

/** The board: a line for each claim. */
export function boardText(page: Page, board: Board): string {
  const lines =
    board.claims.length === 0 ? ['nothing is claimed'] : claimLines(page, board.claims, new Set(), page.width !== null);
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

/**
 * @param treeless orders whose worktrees are gone
 * @param isHeaded whether the first line names the columns. A program that reads the lines has no use for it.
 */
export function claimLines(
  page: Page,
  claims: readonly ClaimView[],
  treeless: ReadonlySet<string> = new Set(),
  isHeaded = false,
): string[] {
  const session = remembered(nameOf);
  const since = remembered((instant: string) => age(page, instant));
  const tree = remembered((worktree: string) => place(page, worktree));
  const rows = claims.map((claim) => [
    shown(claim.order),
    claim.mine ? 'you' : claim.session === null ? '-' : session(claim),
    condition(claim),
    claim.claimedAt === null ? '-' : since(claim.claimedAt),
    treeless.has(claim.order)
      ? `gone: git claim worktree add ${shown(claim.order)}`
      : claim.worktree === null
        ? '-'
        : tree(claim.worktree),
    shown(lastCell(claim)),
  ]);
  const headed = isHeaded ? [HEADERS, ...rows] : rows;
  const lines = table(page, isCramped(page, claims, rows) ? headed.map((row) => row.toSpliced(TREE, 1)) : headed);
  const first = headed.length - rows.length;
  return lines.map((line, at) => (at < first ? paint(page, 'dim', line) : coloured(page, claims[at - first] as ClaimView, line)));
}

const HEADERS = ['ORDER', 'SESSION', 'STATE', 'SINCE', 'WORKTREE', 'TITLE'];

/** A claim that may be taken stands out, and so do the caller's own. */
function coloured(page: Page, { liveness, mine }: ClaimView, line: string): string {
  if (liveness === 'dead') return paint(page, 'red', line);
  if (liveness !== null && SILENCE.has(liveness)) return paint(page, 'yellow', line);
  return mine ? paint(page, 'green', line) : line;
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

/** Returns the state; of an active claim whose holder may be gone, what is known of the holder. */
function condition({ state, liveness, idle }: ClaimView): string {
  if (state === null) return 'foreign';
  const doubt = liveness === null || liveness === 'live' ? null : (SILENCE.get(liveness) ?? liveness);
  if (doubt !== null) return state === 'active' ? doubt : `${state}, ${doubt}`;
  return `${state}${idle ? ', idle' : ''}`;
}

const SILENCE: ReadonlyMap<Liveness, string> = new Map([
  ['stale', 'silent'],
  ['challenged', 'challenged'],
  ['expired', 'challenged'],
]);

function age(page: Page, instant: string): string {
  const epochMs = parseInstant(instant);
  return epochMs === null ? '-' : formatDuration(page.nowMs - epochMs);
}
