import { type Finding, SEVERITIES } from '../core/check/finding.ts';
import { formatDuration, parseInstant } from '../core/time.ts';
import { findingMessage } from './finding.ts';
import { type Page, paint, shown, since } from './page.ts';

/** Rows shown of each severity; `--json` has all. */
const ROWS_MAX = { block: 20, warn: 20, info: 8 } as const;
const COLOURS = { block: 'red', warn: 'yellow', info: 'dim' } as const;

/** Says what may collide, the gravest first. */
export function findingsText(page: Page, findings: readonly Finding[]): string {
  if (findings.length === 0) return 'no collisions';
  return findingLines(page, findings, ROWS_MAX).join('\n');
}

/** Returns a few lines for a caller that is about to do something else: only findings it should look at. */
export function shortFindings(page: Page, findings: readonly Finding[]): string[] {
  return findingLines(
    page,
    findings.filter(({ severity }) => severity !== 'info'),
    { block: 5, warn: 5, info: 0 },
  );
}

function findingLines(page: Page, findings: readonly Finding[], rows: Readonly<Record<Finding['severity'], number>>): string[] {
  return SEVERITIES.flatMap((severity) => {
    const all = findings.filter((one) => one.severity === severity);
    const more = all.length - rows[severity];
    const label = paint(page, COLOURS[severity], severity.padEnd(5));
    return [
      ...all.slice(0, rows[severity]).map((one) => `${label}  ${shown(findingMessage(one, page.path))}${when(page, one)}`),
      ...(more > 0 ? [`${label}  and ${more} more: git claim check --json`] : []),
    ];
  });
}

/** A claim's message ends with its last sign of life. The time of the claim must not be mistaken for it. */
function when(page: Page, { kind, at }: Finding): string {
  const atMs = at === null ? null : parseInstant(at);
  if (atMs === null) return '';
  return CLAIMS.has(kind) ? `, since ${since(page, at)}` : ` (${formatDuration(page.nowMs - atMs)} ago)`;
}

const CLAIMS: ReadonlySet<Finding['kind']> = new Set(['live-claim', 'stale-claim', 'challenged-claim', 'path-overlap']);
