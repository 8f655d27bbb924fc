/** C0, DEL, C1, line and paragraph separators, bidirectional controls, zero-width characters and lone surrogates. */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject here
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Matches nearly every text, ten times faster than the search for unsafe characters. */
const PLAIN = /^[ -~]*$/;

const LINE_LENGTH_MAX = 1_000;

/** Returns the text as one line that is safe to keep: unsafe characters become spaces, spaces collapse, the length is limited. */
export function oneLine(text: string): string {
  const line = text.replace(UNSAFE, ' ').replace(/ +/g, ' ').trim();
  // Half a surrogate pair is dropped.
  return line
    .slice(0, LINE_LENGTH_MAX)
    .replace(/[\ud800-\udbff]$/, '')
    .trim();
}

/** Returns the text as it is safe to show on a terminal: each unsafe character becomes a visible escape such as `\x1b`. */
export function visible(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(UNSAFE, (char) => {
    const code = char.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Returns the same JSON document with each unsafe character escaped as JSON allows, so that a terminal shows it safely. */
export function escaped(json: string): string {
  return json.replace(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Returns a path as one line without loss: unsafe characters, `%` and outer spaces become `%XX` of their UTF-8 bytes. */
export function encodePathLine(path: string): string {
  return path.replace(new RegExp(`${UNSAFE.source}|%|^ | $`, 'g'), percent);
}

/** Returns the path that {@link encodePathLine} wrote as this line, or null if the line is none. */
export function decodePathLine(line: string): string | null {
  try {
    const path = decodeURIComponent(line);
    return path === '' || path.includes('\0') ? null : path;
  } catch {
    return null;
  }
}

/** Returns each UTF-8 byte of the text as `%XX`. */
export function percent(text: string): string {
  const bytes = Array.from(new TextEncoder().encode(text));
  return bytes.map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

/** How many paths a line names. */
const FEW = 3;

/** Returns the first paths for people, and how many more there are. */
export function firstFew(paths: readonly string[]): string {
  const more = paths.length - FEW;
  return [paths.slice(0, FEW).join(', '), ...(more > 0 ? [`${more} more`] : [])].join(' and ');
}
