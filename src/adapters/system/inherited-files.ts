import { closeSync, readdirSync, readFileSync } from 'node:fs';

/** The close-on-exec flag among the flags that /proc shows for an open file, in octal. */
const CLOSE_ON_EXEC = 0o2000000;

/**
 * Closes the files that this process inherited, except the standard streams, if the system lists them. Node does not pass low
 * file numbers on to its children, but it does pass on those after a gap, such as the `200` of `flock 200`. A long-lived process
 * would hold that lock, or the end of a pipe, for as long as it runs.
 */
export function closeInheritedFiles(): void {
  for (const file of openFiles().filter((one) => one > 2 && isPassedOn(one))) {
    try {
      closeSync(file);
    } catch {
      // The listing itself was one of them.
    }
  }
}

function openFiles(): number[] {
  try {
    return readdirSync('/proc/self/fd').map(Number);
  } catch {
    return [];
  }
}

/** Returns whether children would inherit a file. Node, and whatever it loads, opens no such file. */
function isPassedOn(file: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${file}`, 'latin1'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    return false;
  }
}
