import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { beyondTerminal } from './beyond-terminal.ts';
import type { Sandbox } from './sandbox.ts';
import { transcribe } from './transcript.ts';

/** A command that takes longer hangs; most take less than a tenth of a second. */
const TIMEOUT_MS = 20_000;

export type CliOptions = {
  /** Added to the sandbox's environment; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The sandbox's repository by default. */
  readonly cwd?: string;
  /** What the command reads from stdin; nothing by default. */
  readonly input?: string;
};

export type CliResult = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Command, stdout, stderr and exit code as one text, the same on every run. */
  readonly transcript: string;
};

/** Runs `git claim <args>` as a person would, through git and the real executable, and waits until it has ended. */
export async function runCli(sandbox: Sandbox, args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const { file, args: words, argv0 } = beyondTerminal('git', ['claim', ...args]);
  const child = spawn(file, words, {
    argv0,
    cwd: options.cwd ?? sandbox.repo,
    env: { ...sandbox.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
    // Without the terminal that runs the tests: its shell would be the session's anchor.
    detached: true,
  });
  // A command that reads no stdin may have ended before stdin is written.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, stdout, stderr, transcript: transcribe(sandbox, { args, code, stdout, stderr }) };
}
