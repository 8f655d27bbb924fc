import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';

/** How long a group that was asked to end may take before it is killed. */
const GRACE_SECONDS = 2;
/** Only the end of the output is kept, because that is where a failure is reported. */
const TAIL_BYTES = 256 * 1024;
/** A background process may keep the output open for ever. */
const DRAIN_MS = 200;

export type GroupRun = {
  /** The exit code; 128 + n if signal n ended it; null if it took too long and was stopped. */
  readonly code: number | null;
  readonly output: string;
};

/**
 * Runs a shell command as the leader of its own process group, without input, and waits for it. A small shell beside
 * it reads from this process. If this process closes the pipe without a word (because of a time limit, a signal or a
 * kill -9), that shell ends the whole group.
 *
 * @param told `onStart` is called with the id of the group, `onOutput` with the end of what it has said so far
 */
export function runInGroup(
  command: string,
  where: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly timeoutMs: number },
  told: { readonly onStart: (group: number) => void; readonly onOutput: (output: string) => void },
): Promise<GroupRun> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', WATCHED, 'sh', command], {
      cwd: where.cwd,
      env: where.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const [, stdout, stderr, word] = child.stdio as unknown as [null, Readable, Readable, Writable];
    word.on('error', () => undefined);
    let output = Buffer.alloc(0);
    const keep = (chunk: Buffer) => {
      output = Buffer.concat([output, chunk]).subarray(-TAIL_BYTES);
      told.onOutput(String(output));
    };
    stdout.on('data', keep);
    stderr.on('data', keep);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      word.destroy();
    }, where.timeoutMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('spawn', () => told.onStart(child.pid as number));
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      word.end('done\n');
      const finish = () => {
        stdout.destroy();
        stderr.destroy();
        resolve({ code: isLate ? null : (code ?? 128 + constants.signals[signal as NodeJS.Signals]), output: String(output) });
      };
      const drained = setTimeout(finish, DRAIN_MS);
      child.once('close', () => {
        clearTimeout(drained);
        finish();
      });
    });
  });
}

const WATCHED = `{ read -r _ <&3 || { trap '' TERM; kill -TERM 0; sleep ${GRACE_SECONDS}; kill -KILL 0; }; } >/dev/null 2>&1 &
exec 3<&-
exec /bin/sh -c "$1"`;
