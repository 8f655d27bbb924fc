/**
 * Asks the kernel with the null signal whether a process exists. It answers for hidden processes too. Only `gone` is proof:
 * another user's process is `there` (EPERM), as is one that a sandbox forbids to signal.
 */
export function signalZero(pid: number): 'there' | 'gone' {
  try {
    process.kill(pid, 0);
    return 'there';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' ? 'gone' : 'there';
  }
}

/** Returns whether the number names one process: zero and negative numbers would name groups. */
export function isPid(pid: number): boolean {
  return Number.isSafeInteger(pid) && pid > 0 && pid <= PID_MAX;
}

const PID_MAX = 2 ** 31 - 1;
