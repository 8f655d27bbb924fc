import { FAILSAFE_SCHEMA, load, YAMLException } from 'js-yaml';
import { oneLine } from '../../core/line.ts';
import type { FrontMatter, OrderSource } from '../../core/orders/read-order.ts';
import { HEAD_BYTES_MAX, headingIn, statusIn, titleIn } from './head.ts';

/** No order's front matter is deeper than a list of maps of lists. */
const DEPTH_MAX = 10;

/**
 * Reads the head of a markdown file.
 *
 * @param head its first {@link HEAD_BYTES_MAX} bytes
 * @param isWhole whether that is the whole file
 */
export function parseHead(file: string, head: string, isWhole: boolean): OrderSource {
  const text = head.startsWith('\ufeff') ? head.slice(1) : head;
  const front = frontMatterIn(text);
  const heading = headingIn(text);
  if (front === null) return { file, fields: null, heading, trouble: null };
  if (front.end === null) {
    const trouble = isWhole ? NO_END : TOO_LONG;
    return { ...unread(file, text), trouble };
  }
  try {
    const fields = parse(text.slice(front.start, front.end));
    if (typeof fields === 'object' && fields !== null && !Array.isArray(fields))
      return { file, fields: fields as FrontMatter, heading, trouble: null };
    return { ...unread(file, text), trouble: { kind: 'no-map' } };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    // The line number counts from the top of the file, whose first line is `---`.
    const line = error.mark === undefined ? null : error.mark.line + 2;
    return { ...unread(file, text), trouble: { kind: 'yaml', line, reason: oneLine(error.reason) } };
  }
}

function unread(file: string, text: string) {
  return { file, fields: null, heading: titleIn(text), plainStatus: statusIn(text) };
}

const NO_END = { kind: 'no-end' } as const;
const TOO_LONG = { kind: 'too-large', what: 'front-matter', bytesMax: HEAD_BYTES_MAX } as const;

/** Parses texts, lists and maps only: no number loses its zeros, and no date changes. */
function parse(yaml: string): unknown {
  const strictly = (text: string) => load(text, { schema: FAILSAFE_SCHEMA, maxDepth: DEPTH_MAX });
  if (yaml.trim() === '') return {};
  try {
    return strictly(yaml);
  } catch (error) {
    const repaired = quoted(yaml);
    if (repaired === yaml) throw error;
    return strictly(repaired);
  }
}

/** Adds the quotes that YAML requires and that people and agents omit: `title: Fix: the login`, `assignee: @ada`. */
function quoted(yaml: string): string {
  return yaml.replace(
    /^([A-Za-z_][\w-]*:[ \t]+(?=[@`%]|[^\s"'[{|>&*!#-].*:[ \t])|[ \t]*- (?=[@`%]))(.*)$/gm,
    (_, key: string, value: string) => `${key}'${value.trimEnd().replaceAll("'", "''")}'`,
  );
}

/** Returns where the YAML between the two `---` lines is; null without a first line, `end` null without a second. */
function frontMatterIn(text: string): { readonly start: number; readonly end: number | null } | null {
  const start = /^---[ \t]*\r?\n/.exec(text)?.[0].length;
  if (start === undefined) return null;
  const closing = /^(?:---|\.\.\.)[ \t]*\r?$/gm;
  closing.lastIndex = start;
  return { start, end: closing.exec(text)?.index ?? null };
}
