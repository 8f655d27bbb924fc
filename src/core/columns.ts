import { lazily } from './lazily.ts';

/** Nearly every text: one column per character. */
const NARROW = /^[ -~]*$/;
/** Made when the first other text comes: V8 looks all scripts up in tables. */
const characters = lazily({
  /** They join the character before them. */
  none: () => /[\p{Mn}\p{Me}\p{Cf}\p{Emoji_Modifier}]/u,
  /** Emoji, and what East Asian Width calls wide or full. */
  wide: () =>
    /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}\u3000-\u303e\u30fc\uff01-\uff60\uffe0-\uffe6]/u,
  /** Katakana and Hangul by their script, but half as wide. */
  half: () => /[\uff61-\uffdc]/u,
});

/** Returns how many terminal columns a line of text takes. */
export function columnsOf(text: string): number {
  if (NARROW.test(text)) return text.length;
  let columns = 0;
  for (const char of text) columns += columnsOfChar(char);
  return columns;
}

/** Returns the text cut to this width in columns; a cut text ends with `…`. */
export function fitted(text: string, width: number): string {
  if (columnsOf(text) <= width) return text;
  if (NARROW.test(text)) return `${text.slice(0, width - 1)}…`;
  let [columns, kept] = [0, ''];
  for (const char of text) {
    columns += columnsOfChar(char);
    if (columns > width - 1) break;
    kept += char;
  }
  return `${kept}…`;
}

function columnsOfChar(char: string): number {
  const { none, wide, half } = characters;
  if (none.test(char)) return 0;
  return wide.test(char) && !half.test(char) ? 2 : 1;
}
