import { homedir } from 'node:os';
import { relative } from 'node:path';
import type { Page } from '../text/page.ts';

/** Writes to standard output; a reader that has gone away (`| head`) is no failure. */
export function say(text: string): void {
  write(process.stdout, text);
}

/** Writes a line of narration to standard error. */
export function warn(line: string): void {
  write(process.stderr, `${line}\n`);
}

function write(stream: NodeJS.WriteStream, text: string): void {
  if (stream.listenerCount('error') === 0) stream.on('error', ignoreClosedPipe);
  stream.write(text);
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

/**
 * Returns how a text on this stream will be read.
 *
 * @param color git's `color.ui`; null where it is not set
 */
export function pageFor(stream: NodeJS.WriteStream, color: string | null): Page {
  const isTerminal = stream.isTTY === true;
  return {
    nowMs: Date.now(),
    width: isTerminal ? (stream.columns ?? null) : null,
    hasColor: hasColor(isTerminal, color),
    path: shortestFrom(process.cwd(), homedir()),
  };
}

function hasColor(isTerminal: boolean, color: string | null): boolean {
  if (process.env['NO_COLOR'] || color === 'never' || color === 'false') return false;
  return color === 'always' || (isTerminal && process.env['TERM'] !== 'dumb');
}

/** Returns a path from here where that is shorter, else the absolute one, from the home directory where it lies in it. */
function shortestFrom(here: string, home: string): (absolute: string) => string {
  const isAtHome = (path: string) => home.length > 1 && path.startsWith(`${home}/`);
  return (absolute) => {
    const fromHere = relative(here, absolute) || '.';
    const fromHome = isAtHome(absolute) ? `~${absolute.slice(home.length)}` : absolute;
    return fromHere.length <= fromHome.length ? fromHere : fromHome;
  };
}
