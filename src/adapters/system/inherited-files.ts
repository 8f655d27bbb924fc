import { closeSync, readdirSync, readFileSync } from 'node:fs';

/** The close-on-exec flag, as /proc shows the flags of an open file: in octal. */
const CLOSE_ON_EXEC = 0o2000000;

/**
 * Closes the files that this process was started with, standard streams aside, where the system lists them. Node keeps low ones from what it starts and not
 * those above a gap, such as the `200` of `flock 200`: a process that lasts would hold such a lock, or the end of a pipe, for as long.
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

/** Node and what it loads open nothing that is passed on. */
function isPassedOn(file: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${file}`, 'latin1'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    return false;
  }
}
