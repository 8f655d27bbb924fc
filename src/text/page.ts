import { columnsOf, fitted } from '../core/columns.ts';
import { visible } from '../core/line.ts';
import { formatDuration, parseInstant } from '../core/time.ts';

/** How and when somebody will read a text. */
export type Page = {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** Columns of the terminal; null if lines are not cut. */
  readonly width: number | null;
  readonly hasColor: boolean;
  /** Shows an absolute path as the reader would write it. */
  path(absolute: string): string;
};

type Paint = 'bold' | 'dim' | 'red' | 'green' | 'yellow';
const CODES: Record<Paint, readonly [number, number]> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
};

/** Returns the text in a colour, if colours are wanted. Text from outside must have gone through {@link shown} before. */
export function paint(page: Page, how: Paint, text: string): string {
  const [on, off] = CODES[how];
  return page.hasColor ? `\x1b[${on}m${text}\x1b[${off}m` : text;
}

/** Returns text from a record, a file or the environment in a form that is safe to show. */
export function shown(value: string | number): string {
  return visible(String(value));
}

/** Returns an instant as `14:02 (12m)`, with the date unless it is today; `an unknown time` if it is null or not an instant. */
export function since(page: Page, instant: string | null): string {
  const epochMs = instant === null ? null : parseInstant(instant);
  if (epochMs === null) return 'an unknown time';
  const [then, now] = [new Date(epochMs), new Date(page.nowMs)];
  const two = (part: number) => String(part).padStart(2, '0');
  const day =
    then.toDateString() === now.toDateString() ? '' : `${then.getFullYear()}-${two(then.getMonth() + 1)}-${two(then.getDate())} `;
  return `${day}${two(then.getHours())}:${two(then.getMinutes())} (${formatDuration(page.nowMs - epochMs)})`;
}

/** Returns where a worktree is, as the reader would write it; `here` for the current folder. */
export function place(page: Page, absolute: string): string {
  const path = page.path(absolute);
  return path === '.' ? 'here' : shown(path);
}

/** Returns rows in columns two spaces apart, cut at the width of the page. */
export function table(page: Page, rows: readonly (readonly string[])[]): string[] {
  const widths = widthsOf(rows);
  return rows.map((row) => {
    let line = '';
    for (let at = 0; at < row.length - 1; at += 1) line += `${padded(row[at] as string, widths[at] as number)}  `;
    line = (line + (row.at(-1) ?? '')).trimEnd();
    return page.width === null ? line : fitted(line, page.width);
  });
}

/** Returns how wide each column of a table is. */
export function widthsOf(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (let at = 0; at < row.length; at += 1) widths[at] = Math.max(widths[at] ?? 0, columnsOf(row[at] as string));
  }
  return widths;
}

function padded(cell: string, width: number): string {
  return cell + ' '.repeat(width - columnsOf(cell));
}

/** Returns a labelled, indented line: `  worktree  ../app.claims/ORDER-143`. */
export function detail(page: Page, label: string, value: string): string {
  return `  ${paint(page, 'dim', label.padEnd(8))}  ${value}`;
}
