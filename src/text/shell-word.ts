import { shown } from './page.ts';

/** Returns a path as a person may type it in a shell. */
export function shellWord(path: string): string {
  return isPlainWord(path) && !path.startsWith('-') ? path : `'${shown(path).replaceAll("'", `'\\''`)}'`;
}

/** Tells whether a shell takes the text as it is. */
export function isPlainWord(text: string): boolean {
  return /^[\w@%+=:,./-]+$/.test(text);
}
