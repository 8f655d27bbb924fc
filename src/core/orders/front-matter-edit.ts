import { STATUS_KEYS } from './read-order.ts';

/** The new value of one field, and a comment to follow it. */
export type FieldEdit = { readonly value: string; readonly note?: string | null };

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
    const note = edit.note ? ` ${edit.note}` : '';
    if (found === null) lines.splice(below, 0, `${key}: ${scalar(edit.value, '')}${note}${front.end}`);
    else if (found.value !== edit.value)
      lines[found.at] = `${found.head}${scalar(edit.value, found.quote)}${note}${found.comment}${found.end}`;
    below = Math.min(below, lines.length - 1) + 1;
  }
  return `${front.head}${lines.join('')}${front.tail}`;
}

/** One field that is a plain value on one line. */
export type PlainField = {
  /** Without the line end. */
  readonly line: string;
  /** As it is spelled, without quotes. */
  readonly key: string;
  readonly value: string;
  /** With the space before it; empty if there is none. */
  readonly comment: string;
};

/** Returns a field, or null if it is missing or written so that it is left alone. */
export function fieldIn(text: string, key: string): PlainField | null {
  const lines = frontOf(text)?.body.split(/(?<=\n)/) ?? [];
  const found = find(lines, key);
  if (found === null || found === 'unclear') return null;
  const { at, end, name, value, comment } = found;
  return { line: (lines[at] as string).slice(0, -end.length), key: name, value, comment };
}

/** Changes each line of front matter, given without its end; null deletes it. Nothing else changes. */
export function editLines(text: string, change: (line: string) => string | null): string {
  const front = frontOf(text);
  if (front === null) return text;
  const body = front.body.replace(/([^\n]*?)(\r?\n)/g, (_, line: string, end: string) => {
    const changed = change(line);
    return changed === null ? '' : `${changed}${end}`;
  });
  return `${front.head}${body}${front.tail}`;
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

/** Returns whether a text begins with front matter that is whole. */
export function hasFrontMatter(text: string): boolean {
  return frontOf(text) !== null;
}

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
  readonly name: string;
  /** Everything before the value. */
  readonly head: string;
  readonly quote: string;
  readonly value: string;
  readonly comment: string;
  readonly end: string;
};

/** A key at the margin, and what follows its colon. */
const KEY = /^((?:"([^"\\]+)"|'([^']+)'|([A-Za-z_][\w .-]*?))[ \t]*:)([ \t][^\r\n]*|)(\r?\n)$/;
/** YAML forbids them, and not every program passes them. */
const CONTROL = /[^\t\x20-\x7e\x80-\xff]/;
/** Nothing, a quoted text or a plain one; then perhaps a comment. */
const VALUE = /^([ \t]*)(?:"([^"\\]*)"|'([^']*)'|([^\s"'|>&*!{}[\]%@`#,?:-](?:(?![ \t]#|:[ \t]|:$).)*?))?([ \t]+#.*|[ \t]*)$/;

function find(lines: readonly string[], key: string): Field | 'unclear' | null {
  const names: readonly string[] = key === 'status' ? STATUS_KEYS : [folded(key)];
  let found: Field | 'unclear' | null = null;
  for (const [at, line] of lines.entries()) {
    const isLong = line.length > LINE_LENGTH_MAX;
    // A pattern is slow on a long line, and the line's beginning is enough to see the key.
    const [, head = '', double, single, plain, rest = '', end = ''] = KEY.exec(isLong ? `${line.slice(0, 200)}\n` : line) ?? [];
    const name = double ?? single ?? plain ?? '';
    if (!names.includes(folded(name)) || name === '') continue;
    // If a field appears twice, another tool may read the other one.
    if (found !== null || isLong) return 'unclear';
    const value = CONTROL.test(line.slice(0, -end.length)) ? null : VALUE.exec(rest);
    const goesOn = /^(?:[ \t]+[^\s#]|-[ \t\r\n])/.test(lines[at + 1] ?? '');
    if (value === null || goesOn) return 'unclear';
    const [, gap = '', inDouble, inSingle, bare, comment = ''] = value;
    found = {
      at,
      name,
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
