import type { FrontMatter, OrderSource } from '../../core/orders/read-order.ts';
import { HEAD_BYTES_MAX, headingIn, statusIn, titleIn } from './head.ts';
import { plainFields } from './plain-yaml.ts';
import { readYaml } from './yaml.ts';

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
  const yaml = text.slice(front.start, front.end);
  const plain = plainFields(yaml);
  if (plain !== null) return { file, fields: plain, heading, trouble: null };
  const read = readYaml(yaml);
  // The line number counts from the top of the file, whose first line is `---`.
  if ('reason' in read)
    return {
      ...unread(file, text),
      trouble: { kind: 'yaml', line: read.line === null ? null : read.line + 2, reason: read.reason },
    };
  const { value } = read;
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return { file, fields: value as FrontMatter, heading, trouble: null };
  return { ...unread(file, text), trouble: { kind: 'no-map' } };
}

function unread(file: string, text: string) {
  return { file, fields: null, heading: titleIn(text), plainStatus: statusIn(text) };
}

const NO_END = { kind: 'no-end' } as const;
const TOO_LONG = { kind: 'too-large', what: 'front-matter', bytesMax: HEAD_BYTES_MAX } as const;

/** Returns where the YAML between the two `---` lines is; null without a first line, `end` null without a second. */
function frontMatterIn(text: string): { readonly start: number; readonly end: number | null } | null {
  const start = /^---[ \t]*\r?\n/.exec(text)?.[0].length;
  if (start === undefined) return null;
  const closing = /^(?:---|\.\.\.)[ \t]*\r?$/gm;
  closing.lastIndex = start;
  return { start, end: closing.exec(text)?.index ?? null };
}
