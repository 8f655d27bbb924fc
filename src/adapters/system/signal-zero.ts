/**
 * Asks the kernel whether a process exists, by the null signal. It answers for hidden processes too: only `gone` is a proof.
 * Another user's process is `there` (EPERM), and so is one that a sandbox forbids to signal.
 */
export function signalZero(pid: number): 'there' | 'gone' {
  try {
    process.kill(pid, 0);
    return 'there';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' ? 'gone' : 'there';
  }
}

/** Tells whether the number names one process: zero and negative numbers would name groups. */
export function isPid(pid: number): boolean {
  return Number.isSafeInteger(pid) && pid > 0 && pid <= PID_MAX;
}

const PID_MAX = 2 ** 31 - 1;
