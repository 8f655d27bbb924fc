/** C0, DEL, C1, line and paragraph separators, bidirectional controls, zero-width characters and lone surrogates. */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject here
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** What nearly every text is, and ten times faster to tell than what it must not be. */
const PLAIN = /^[ -~]*$/;

const LINE_LENGTH_MAX = 1_000;

/** Returns the text as one line that is safe to store: unsafe characters become spaces, runs of spaces one, the length is bounded. */
export function oneLine(text: string): string {
  const line = text.replace(UNSAFE, ' ').replace(/ +/g, ' ').trim();
  // A pair of surrogates is kept or left out as a whole.
  return line
    .slice(0, LINE_LENGTH_MAX)
    .replace(/[\ud800-\udbff]$/, '')
    .trim();
}

/** Returns the text as it may be shown on a terminal: every unsafe character as a visible escape such as `\x1b`. */
export function visible(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(UNSAFE, (char) => {
    const code = char.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Returns a JSON text with every unsafe character in it as an escape of JSON: the same document, harmless on a terminal. */
export function escaped(json: string): string {
  return json.replace(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Returns a path as one line without loss: unsafe characters, `%` and outer spaces become `%XX` of their UTF-8 bytes. */
export function encodePathLine(path: string): string {
  return path.replace(new RegExp(`${UNSAFE.source}|%|^ | $`, 'g'), percent);
}

/** Returns the path that a line of {@link encodePathLine} stands for, or null when it stands for none. */
export function decodePathLine(line: string): string | null {
  try {
    const path = decodeURIComponent(line);
    return path === '' || path.includes('\0') ? null : path;
  } catch {
    return null;
  }
}

/** Returns the text as `%XX` of each of its UTF-8 bytes. */
export function percent(text: string): string {
  const bytes = Array.from(new TextEncoder().encode(text));
  return bytes.map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

/** Paths that a line names. */
const FEW = 3;

/** Returns the first of the paths for people, and how many more there are. */
export function firstFew(paths: readonly string[]): string {
  const more = paths.length - FEW;
  return [paths.slice(0, FEW).join(', '), ...(more > 0 ? [`${more} more`] : [])].join(' and ');
}
