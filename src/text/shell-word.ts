import { shown } from './page.ts';

/** Returns a path as a person would type it in a shell. */
export function shellWord(path: string): string {
  return isPlainWord(path) && !path.startsWith('-') ? path : `'${shown(path).replaceAll("'", `'\\''`)}'`;
}

/** Tells whether the text needs no quotes in a shell. */
export function isPlainWord(text: string): boolean {
  return /^[\w@%+=:,./-]+$/.test(text);
}
