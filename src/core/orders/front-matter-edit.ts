import { STATUS_KEYS } from './read-order.ts';

/** The new content of one field: this value, this exact line (which it once had), or nothing. */
export type FieldEdit = { readonly value: string } | { readonly line: string } | null;

/**
 * Changes fields of front matter without touching any other byte: line ends, quotes, comments and the order of lines stay. A
 * field that appears twice, or is more than a plain value on one line, is left as it is.
 *
 * @param text a whole file, one character per byte
 * @param edits by key, such as `claimed_by`; a missing field is added below the one before it in this map, or else at the end
 * @returns the file; unchanged if it has no front matter
 */
export function editFrontMatter(text: string, edits: ReadonlyMap<string, FieldEdit>): string {
  const front = frontOf(text);
  if (front === null) return text;
  const lines = front.body.split(/(?<=\n)/);
  let below = lines.length;
  for (const [key, edit] of edits) {
    const found = find(lines, key);
    if (found === 'unclear') continue;
    if (found !== null) below = found.at;
    if (edit === null && found !== null) lines.splice(found.at, 1);
    if (edit === null) continue;
    if (found === null) lines.splice(below, 0, `${'line' in edit ? edit.line : `${key}: ${scalar(edit.value, '')}`}${front.end}`);
    else if ('line' in edit) lines[found.at] = `${edit.line}${found.end}`;
    else if (found.value !== edit.value)
      lines[found.at] = `${found.head}${scalar(edit.value, found.quote)}${found.comment}${found.end}`;
    below = Math.min(below, lines.length - 1) + 1;
  }
  return `${front.head}${lines.join('')}${front.tail}`;
}

/** Returns a field's value and its line without the line end, or null if it is missing or written so that it is left alone. */
export function fieldIn(text: string, key: string): { readonly line: string; readonly value: string } | null {
  const lines = frontOf(text)?.body.split(/(?<=\n)/) ?? [];
  const found = find(lines, key);
  if (found === null || found === 'unclear') return null;
  return { line: (lines[found.at] as string).slice(0, -found.end.length), value: found.value };
}

/** The reader rejects longer front matter too, and no field that is written here has such a line. */
const FRONT_LENGTH_MAX = 16 * 1024;
const LINE_LENGTH_MAX = 1_000;

type Front = {
  readonly head: string;
  readonly body: string;
  readonly tail: string;
  /** How its lines end. */
  readonly end: string;
};

/** @param text may begin with the three bytes of a UTF-8 byte order mark */
function frontOf(text: string): Front | null {
  const open = /^(?:\xef\xbb\xbf)?---[ \t]*(\r?\n)/.exec(text);
  if (open === null) return null;
  const [head, end] = open as unknown as [string, string];
  const closing = /^(?:---|\.\.\.)[ \t]*\r?$/gm;
  closing.lastIndex = head.length;
  const close = closing.exec(text)?.index;
  if (close === undefined || close > FRONT_LENGTH_MAX) return null;
  return { head, end, body: text.slice(head.length, close), tail: text.slice(close) };
}

type Field = {
  readonly at: number;
  /** Everything before the value. */
  readonly head: string;
  readonly quote: string;
  readonly value: string;
  readonly comment: string;
  readonly end: string;
};

/** A key at the margin, and what follows its colon. */
const KEY = /^((?:"([^"\\]+)"|'([^']+)'|([A-Za-z_][\w .-]*?))[ \t]*:)([ \t][^\r\n]*|)(\r?\n)$/;
/** Nothing, a quoted text or a plain one; then perhaps a comment. */
const VALUE = /^([ \t]*)(?:"([^"\\]*)"|'([^']*)'|([^\s"'|>&*!{}[\]%@`#,?:-](?:(?![ \t]#|:[ \t]|:$).)*?))?([ \t]+#.*|[ \t]*)$/;

function find(lines: readonly string[], key: string): Field | 'unclear' | null {
  const names: readonly string[] = key === 'status' ? STATUS_KEYS : [folded(key)];
  let found: Field | 'unclear' | null = null;
  for (const [at, line] of lines.entries()) {
    const isLong = line.length > LINE_LENGTH_MAX;
    // A pattern is slow on a long line, and the line's beginning is enough to see the key.
    const [, head = '', double, single, plain, rest = '', end = ''] = KEY.exec(isLong ? `${line.slice(0, 200)}\n` : line) ?? [];
    const name = folded(double ?? single ?? plain ?? '');
    if (!names.includes(name) || name === '') continue;
    // If a field appears twice, another tool may read the other one.
    if (found !== null || isLong) return 'unclear';
    const value = VALUE.exec(rest);
    const goesOn = /^(?:[ \t]+[^\s#]|-[ \t\r\n])/.test(lines[at + 1] ?? '');
    if (value === null || goesOn) return 'unclear';
    const [, gap = '', inDouble, inSingle, bare, comment = ''] = value;
    found = {
      at,
      head: `${head}${gap || ' '}`,
      quote: inDouble !== undefined ? '"' : inSingle !== undefined ? "'" : '',
      value: inDouble ?? inSingle ?? bare ?? '',
      comment,
      end,
    };
  }
  return found;
}

function folded(key: string): string {
  return key.toLowerCase().replace(/[^a-z]/g, '');
}

/** Returns a text that YAML reads back as the same text, in the field's previous quotes if it fits into them. */
function scalar(value: string, quote: string): string {
  if (quote !== '' && !/["'\\]/.test(value)) return `${quote}${value}${quote}`;
  const isPlain =
    /^[A-Za-z][\w .-]*\w$|^\d{4}-\d\d-\d\dT[\d:]+Z$/.test(value) && !/^(?:true|false|null|yes|no|on|off)$/i.test(value);
  return isPlain ? value : JSON.stringify(value);
}
