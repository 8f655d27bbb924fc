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

/** The field that people and their tools write as well: its value does not tell whose it is. */
const SHARED = 'status';

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
  /** @param pattern one character, or a class of them */
  readonly perhaps: (pattern: string) => string;
  readonly optional: (pattern: string) => string;
  readonly blank: string;
};

const JS: Dialect = {
  literal: (text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'),
  perhaps: (pattern) => `${pattern}?`,
  optional: (pattern) => (pattern === '' ? '' : `(?:${pattern})?`),
  blank: '[ \\t]',
};

const SED: Dialect = {
  literal: (text) => text.replace(/[\\^$.*[/]/g, '\\$&'),
  perhaps: (pattern) => `${pattern}\\{0,1\\}`,
  optional: (pattern) => (pattern === '' ? '' : `\\(${pattern}\\)\\{0,1\\}`),
  blank: '[[:blank:]]',
};

/** Fits a line that says what was written, also if a tool quoted it anew, dropped its comment or spelled its time its own way. */
function patternOf({ key, value, comment, isMarked }: ShownLine, { literal, perhaps, optional, blank }: Dialect): string {
  const quote = perhaps(`["']`);
  const [, date, time] = /^(\d{4}-\d\d-\d\d)T([\d:]+)Z$/.exec(value) ?? [];
  const instant = `${date}[T ]${time}${optional(literal('.000'))}${perhaps('Z')}${optional(literal('+00:00'))}`;
  const said = time === undefined ? literal(value) : instant;
  const remark = comment.trim() === '' ? '' : `${blank}${blank}*${literal(comment.trim())}`;
  const [gap, end] = [`${blank}*`, isMarked ? remark : optional(remark)];
  return `${quote}${literal(key)}${quote}${gap}:${gap}${quote}${said}${quote}${end}${gap}`;
}

/**
 * Returns a file as it is without the lines of a claim. A status without the claim's mark is the claim's only beside another line
 * of it: else a person may have committed that very word.
 */
export function withoutMirror(text: string, lines: readonly MirroredLine[]): string {
  const known = lines.flatMap(({ field, before, shown }) =>
    shown.map((one) => ({ before, own: new RegExp(`^${patternOf(one, JS)}$`), isWitness: field !== SHARED, ...one })),
  );
  const isWitnessed =
    !known.some(({ isWitness }) => isWitness) ||
    hasLine(
      text,
      known.filter(({ isWitness }) => isWitness),
    );
  const sure = isWitnessed ? known : known.filter(({ isWitness, isMarked }) => isWitness || isMarked);
  return editLines(text, (line) => {
    const found = sure.find(({ own }) => own.test(line));
    return found === undefined ? line : found.before;
  });
}

function hasLine(text: string, patterns: readonly { readonly own: RegExp }[]): boolean {
  let isFound = false;
  editLines(text, (line) => {
    isFound ||= patterns.some(({ own }) => own.test(line));
    return line;
  });
  return isFound;
}

const [OPENING, CLOSING, DOTS] = ['^\\(\xef\xbb\xbf\\)\\{0,1\\}---', '^---', '^\\.\\.\\.'].map(
  (start) => `${start}[[:blank:]]*\r\\{0,1\\}$`,
);

/**
 * Returns the same as a program for sed. Git runs it as a clean filter: it needs no Node, and any byte passes.
 *
 *     lines up to the one that closes front matter  ->  each between two newlines of its own  ->  edited  ->  the rest, as it is
 *
 * If the hold space is not empty at first, nobody knows whether this is the order's file. Then it is edited only if every line
 * that the claim wrote beside the status stands in it.
 *
 * @param remark a comment for its first line
 */
export function sedWithoutMirror(lines: readonly MirroredLine[], remark: string): string {
  const witnesses = lines.filter(({ field }) => field !== SHARED);
  const shared = lines.filter(({ field }) => field === SHARED);
  const isAlone = witnesses.length === 0;
  const isThere = (one: ShownLine, label: string) => `/\\n${patternOf(one, SED)}\r\\{0,1\\}\\n/b ${label}`;
  return [
    `# ${remark}`,
    ...['1{', `/${OPENING}/!b body`, '}'],
    ...['H', '1!{', `/${CLOSING}/b whole`, `/${DOTS}/b whole`, '}', '$!d', 'x', 's/^?\\{0,1\\}\\n//', 'b'],
    ...[':whole', 'x', 's/\\n/&&/g', '/^?/!b known', ...(isAlone ? ['b done'] : [])],
    ...witnesses.flatMap(({ shown }, at) => [...shown.map((one) => isThere(one, `seen${at}`)), 'b done', `:seen${at}`]),
    ':known',
    ...witnesses.flatMap(({ shown }) => shown.map((one) => isThere(one, 'beside'))),
    ...(isAlone ? [] : [...shared.flatMap((line) => edits(line, ({ isMarked }) => isMarked)), 'b rest']),
    ...[':beside', ...shared.flatMap((line) => edits(line)), ':rest', ...witnesses.flatMap((line) => edits(line))],
    ...[':done', 's/^?\\{0,1\\}\\n\\n//', 's/\\n\\(\\n\\)/\\1/g'],
    ...[':body', '$!{', 'n', 'b body', '}', ''],
  ].join('\n');
}

function edits({ before, shown }: MirroredLine, isMeant: (one: ShownLine) => boolean = () => true): string[] {
  return shown.filter(isMeant).map((one) => {
    const own = patternOf(one, SED);
    if (before === null) return `s/\\n${own}\r\\{0,1\\}\\n//g`;
    const groups = (own.match(/\\./gs) ?? []).filter((one) => one === '\\(').length;
    return `s/\\(\\n\\)${own}\\(\r\\{0,1\\}\\n\\)/\\1${before.replace(/[\\&/]/g, '\\$&')}\\${groups + 2}/g`;
  });
}
