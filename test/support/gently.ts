import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { CliResult } from './run-cli.ts';

/** Characters that move a cursor or hide text: C0 but the line break, DEL, C1, bidirectional controls, separators, zero width. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject here
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

/** Returns the first place where an output would affect a terminal; null if it is plain text. */
export function controlIn({ stdout, stderr }: Pick<CliResult, 'stdout' | 'stderr'>): string | null {
  const text = stdout + stderr;
  const at = text.search(CONTROLS);
  return at < 0 ? null : JSON.stringify(text.slice(Math.max(0, at - 20), at + 20));
}

/** Returns every file of a git directory with a hash of its content, except git-claim's cache: what a refusal must not change. */
export function contentsOf(gitDir: string): Record<string, string> {
  const files = readdirSync(gitDir, { recursive: true, withFileTypes: true }).map((file) => join(file.parentPath, file.name));
  const own = files.filter((file) => !relative(gitDir, file).startsWith('claim/') && relative(gitDir, file) !== 'claim');
  return Object.fromEntries(own.map((file) => [relative(gitDir, file), hashOf(file)]));
}

function hashOf(path: string): string {
  const seen = lstatSync(path);
  if (seen.isDirectory()) return 'folder';
  if (seen.isSymbolicLink()) return `-> ${readlinkSync(path)}`;
  return createHash('sha1').update(readFileSync(path)).digest('hex');
}
