import { fstatSync, statSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { relative } from 'node:path';
import { ClaimError } from '../core/errors.ts';
import { remembered } from '../core/remembered.ts';
import type { Page } from '../text/page.ts';

export type StreamName = 'stdout' | 'stderr';

/** Writes to standard output. A reader that has exited (`| head`) is not a failure. Returns whether anybody may still read. */
export function say(text: string): boolean {
  return write('stdout', text);
}

/** Writes a line of narration to standard error. */
export function warn(line: string): void {
  write('stderr', `${line}\n`);
}

/** Writes to standard error as it is. */
export function draw(text: string): void {
  write('stderr', text);
}

const FILES = { stdin: 0, stdout: 1, stderr: 2 } as const;

/** The streams in use, because their files could not take everything at once. */
const streams = new Set<StreamName>();

/** Writes to the file itself. Making a stream takes a tenth of the time in which an empty Node starts. */
function write(name: StreamName, text: string): boolean {
  let rest = Buffer.from(text);
  try {
    while (rest.length > 0 && !streams.has(name)) rest = rest.subarray(writeSync(FILES[name], rest));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EPIPE') return false;
    // Nobody can be told that standard error is full.
    if (code !== 'EAGAIN' && name === 'stderr') return false;
    if (code !== 'EAGAIN')
      throw new ClaimError({ code: 'internal', kind: 'answer-lost', errno: code ?? 'EIO' }, { cause: error });
    streams.add(name);
    process[name].on('error', ignoreClosedPipe);
  }
  if (rest.length > 0) process[name].write(rest);
  return !(streams.has(name) && process[name].destroyed);
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

/**
 * Returns how somebody will read a text on this stream.
 *
 * @param color `color.claim` or git's `color.ui`; null if neither is set
 */
export function pageFor(name: StreamName, color: string | null): Page {
  const terminal = isTerminal(name) ? process[name] : null;
  return {
    nowMs: Date.now(),
    width: terminal?.columns || null,
    hasColor: hasColor(terminal !== null || isGitsPager(name), color),
    path: remembered(shortestFrom(here(), homedir)),
  };
}

/** `git -p claim` and `pager.claim` send standard output to a pager, and colours with it. */
function isGitsPager(name: StreamName): boolean {
  return name === 'stdout' && process.env['GIT_PAGER_IN_USE'] === 'true';
}

/** The folder may have been deleted under the command. */
function here(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}

/**
 * Returns whether a person is at this end. Pipes, files and the null device are not terminals, and to know that, Node need not
 * make a stream.
 */
export function isTerminal(name: keyof typeof FILES): boolean {
  const file = fstatSync(FILES[name]);
  return file.isCharacterDevice() && file.rdev !== statSync('/dev/null').rdev && process[name].isTTY === true;
}

function hasColor(isTerminal: boolean, color: string | null): boolean {
  if (process.env['NO_COLOR'] || color === 'never' || color === 'false') return false;
  return color === 'always' || (isTerminal && process.env['TERM'] !== 'dumb');
}

/** Returns the relative path or the absolute one (with `~` for the home directory), whichever is shorter. */
function shortestFrom(here: string, homeOf: () => string): (absolute: string) => string {
  let home: string | null = null;
  const folderFrom = remembered((folder: string) => relative(here, folder));
  return (absolute) => {
    home ??= homeOf();
    const slash = absolute.lastIndexOf('/');
    // Most worktrees are beside each other, and each folder is looked at once. This one may be in the way to here.
    const isPlain = slash > 0 && !`${here}/`.startsWith(`${absolute}/`);
    const folder = isPlain ? folderFrom(absolute.slice(0, slash)) : '';
    const name = absolute.slice(slash + 1);
    const fromHere = isPlain ? `${folder}${folder === '' ? '' : '/'}${name}` : relative(here, absolute) || '.';
    const fromHome = home.length > 1 && absolute.startsWith(`${home}/`) ? `~${absolute.slice(home.length)}` : absolute;
    return fromHere.length <= fromHome.length ? fromHere : fromHome;
  };
}
