import { editLines } from './front-matter-edit.ts';

/** A line that a claim wrote into the front matter of an order. */
type ShownLine = {
  /** As it is spelled in the file. */
  readonly key: string;
  readonly value: string;
  readonly comment: string;
  /** Whether the line is ours only as long as it has the comment. */
  readonly isMarked: boolean;
};

export type MirroredLine = {
  readonly field: string;
  /** The line in whose place it stands; null if there was none. */
  readonly before: string | null;
  /** What was written, the newest first. */
  readonly shown: readonly ShownLine[];
};

/** How a pattern is written: in JavaScript, and in the basic regular expressions that every sed knows. */
type Dialect = {
  readonly literal: (text: string) => string;
  readonly optional: (pattern: string) => string;
  readonly blank: string;
};

const JS: Dialect = {
  literal: (text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'),
  optional: (pattern) => (pattern === '' ? '' : `(${pattern})?`),
  blank: '[ \\t]',
};

const SED: Dialect = {
  literal: (text) => text.replace(/[\\^$.*[/]/g, '\\$&'),
  optional: (pattern) => (pattern === '' ? '' : `\\(${pattern}\\)\\{0,1\\}`),
  blank: '[[:blank:]]',
};

/** Fits a line that says what was written, also if a tool has quoted it anew, dropped its comment or spelled its time in full. */
function patternOf({ key, value, comment, isMarked }: ShownLine, { literal, optional, blank }: Dialect): string {
  const quote = optional(`["']`);
  const time = /^(\d{4}-\d\d-\d\dT[\d:]+)Z$/.exec(value)?.[1];
  const said = time === undefined ? literal(value) : `${literal(time)}${optional(literal('.000'))}Z`;
  const remark = comment.trim() === '' ? '' : `${blank}${blank}*${literal(comment.trim())}`;
  const [gap, end] = [`${blank}*`, isMarked ? remark : optional(remark)];
  return `^${quote}${literal(key)}${quote}${gap}:${gap}${quote}${said}${quote}${end}${gap}`;
}

/** Returns a file as it is without the lines of a claim. */
export function withoutMirror(text: string, lines: readonly MirroredLine[]): string {
  const known = lines.flatMap(({ before, shown }) => shown.map((one) => ({ before, own: new RegExp(`${patternOf(one, JS)}$`) })));
  return editLines(text, (line) => {
    const found = known.find(({ own }) => own.test(line));
    return found === undefined ? line : found.before;
  });
}

const [OPENING, CLOSING] = ['^\\(\xef\xbb\xbf\\)\\{0,1\\}---', '^---'].map((start) => `${start}[[:blank:]]*\r\\{0,1\\}$`);

/**
 * Returns the same as a program for sed. Git runs it as a clean filter: it needs no Node, and any byte passes.
 *
 * @param remark a comment for its first line
 */
export function sedWithoutMirror(lines: readonly MirroredLine[], remark: string): string {
  const commands = lines.flatMap(({ before, shown }) =>
    shown.map((one) => {
      const own = `${patternOf(one, SED)}\r\\{0,1\\}$`;
      // The line is matched first, and the carriage return at its end kept.
      const kept = before?.replace(/[\\&/]/g, '\\$&');
      return kept === undefined ? `/${own}/d` : `/${own}/s/^[^\r]*/${kept}/`;
    }),
  );
  return [
    `# ${remark}`,
    ...['1{', `/${OPENING}/!b body`, 'b', '}'],
    ...[':front', `/${CLOSING}/b body`, `/${CLOSING?.replace('---', '\\.\\.\\.')}/b body`],
    ...commands,
    ...['$!{', 'n', 'b front', '}'],
    ...[':body', '$!{', 'n', 'b body', '}', ''],
  ].join('\n');
}
