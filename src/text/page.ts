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

/** Returns since when something lasts, as `14:02 (12m)`; `an unknown time` if it is null or not an instant. */
export function since(page: Page, instant: string | null): string {
  return timed(page, instant, (clock, ago) => `${clock} (${ago})`);
}

/** Returns when something happened, as `14:02, 12m ago`; `an unknown time` if it is null or not an instant. */
export function at(page: Page, instant: string | null): string {
  return timed(page, instant, (clock, ago) => `${clock}, ${ago} ago`);
}

/** Words an instant by its time of day, with the date unless it is today, and how long ago it was. */
function timed(page: Page, instant: string | null, words: (clock: string, ago: string) => string): string {
  const epochMs = instant === null ? null : parseInstant(instant);
  if (epochMs === null) return 'an unknown time';
  const [then, now] = [new Date(epochMs), new Date(page.nowMs)];
  const two = (part: number) => String(part).padStart(2, '0');
  const day =
    then.toDateString() === now.toDateString() ? '' : `${then.getFullYear()}-${two(then.getMonth() + 1)}-${two(then.getDate())} `;
  return words(`${day}${two(then.getHours())}:${two(then.getMinutes())}`, formatDuration(page.nowMs - epochMs));
}

/** Returns where a worktree is, as the reader would write it; `here` for the current folder. */
export function place(page: Page, absolute: string): string {
  const path = page.path(absolute);
  return path === '.' ? 'here' : shown(path);
}

/**
 * Returns rows in columns two spaces apart, cut at the width of the page.
 *
 * @param isTold the last column is a sentence: it is wrapped, not cut
 */
export function table(page: Page, rows: readonly (readonly string[])[], isTold = false): string[] {
  const widths = widthsOf(rows);
  return rows.map((row) => {
    let line = '';
    for (let at = 0; at < row.length - 1; at += 1) line += `${padded(row[at] as string, widths[at] as number)}  `;
    line = (line + (row.at(-1) ?? '')).trimEnd();
    return page.width === null || isTold ? line : fitted(line, page.width);
  });
}

/** The least room in which a sentence is readable. */
const SENTENCE_MIN = 30;

/**
 * Wraps the lines that are wider than the page, instead of letting the terminal break them in the middle of a word. What follows
 * hangs below the text: after `error: `, after the label of a {@link detail}, after the columns of a row. Commands stay whole
 * where they fit.
 */
export function wrapped(page: Page, text: string): string {
  const { width } = page;
  if (width === null) return text;
  return text
    .split('\n')
    .map((line) => (columnsShown(line) <= width ? line : wrappedLine(line, width)))
    .join('\n');
}

function wrappedLine(line: string, width: number): string {
  const indent = hangOf(line.replace(COLOUR, ''), width);
  const lines: string[] = [];
  for (const word of wordsOf(line)) {
    const before = lines.at(-1);
    if (before === undefined) lines.push(word);
    else if (columnsShown(before) + 1 + columnsShown(word) <= width || before.trim() === '')
      lines[lines.length - 1] = `${before} ${word}`;
    else lines.push(' '.repeat(indent) + word);
  }
  return lines.join('\n');
}

/** Returns where the text of a line begins, or two columns if little room would be left there. */
function hangOf(line: string, width: number): number {
  const label = /^ {2,}(?:\S+(?: \S+)? {2,})?|^(?:git claim: )?[a-z]+: |^(?:.*\S)? {2,}/.exec(line)?.[0].length ?? 2;
  return width - label >= SENTENCE_MIN ? Math.max(label, 2) : 2;
}

/** Returns the words of a line, where a command that one may type is one word. */
function wordsOf(line: string): string[] {
  const glued = line.replace(COMMAND, (command) => command.replaceAll(' ', '\0'));
  return glued.split(' ').map((word) => word.replaceAll('\0', ' '));
}

const COMMAND = /git claim(?: (?:worktree|session))?(?: [a-z][a-z-]+)?(?: --?[a-z][\w-]*| <[\w-]+>| [A-Z]\w*-[\d.]*\d)*/g;

/** What {@link paint} adds to a text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject here
const COLOUR = /\x1b\[\d+m/g;

function columnsShown(text: string): number {
  return columnsOf(text.replace(COLOUR, ''));
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
