import { closeSync, constants, openSync, readSync } from 'node:fs';
import { oneLine } from '../../core/line.ts';
import { statusOf } from '../../core/orders/status-words.ts';

/** Front matter is short. Nothing after this is read. */
export const HEAD_BYTES_MAX = 16 * 1024;

const bytes = Buffer.alloc(HEAD_BYTES_MAX + 1);

/**
 * Reads the first {@link HEAD_BYTES_MAX} bytes of a file, and never waits for a pipe or a device.
 *
 * @throws Error if it cannot be read
 */
export function readHead(path: string): { readonly text: string; readonly isWhole: boolean } {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const length = readSync(descriptor, bytes, 0, bytes.length, 0);
    return { text: bytes.toString('utf8', 0, Math.min(length, HEAD_BYTES_MAX)), isWhole: length <= HEAD_BYTES_MAX };
  } finally {
    closeSync(descriptor);
  }
}

/** Returns the probable title without a YAML parser: the front matter's if it is written plainly, or else the first heading. */
export function titleIn(head: string): string | null {
  const front = /^\ufeff?---[ \t]*\r?\n([\s\S]*?)\r?\n---/.exec(head)?.[1] ?? '';
  const plain = /^title:[ \t]+(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"'|>&*!{[#][^\n]*))[ \t]*\r?$/m.exec(front);
  const title = plain?.[1] ?? plain?.[2] ?? plain?.[3] ?? '';
  return oneLine(title) || headingIn(head);
}

/**
 * Returns what plain lines of front matter say of the status. If there are several, one that says the work is over wins: to begin
 * work that is done is worse than to ask about work that is not.
 */
export function statusIn(head: string): string | null {
  const lines = Array.from(head.matchAll(/^(?:status|state):[ \t]+["']?([^"'#\n\r]+)/gim), ([, word = '']) => oneLine(word));
  return lines.find((word) => statusOf(word) === 'complete') ?? lines[0] ?? null;
}

export function headingIn(text: string): string | null {
  return oneLine(/^# +(.+)$/m.exec(text)?.[1] ?? '') || null;
}
