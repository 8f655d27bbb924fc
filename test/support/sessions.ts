import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { processesAtHome } from './processes-at-home.ts';
import type { Ended, Running } from './program.ts';
import { PACKAGE, type Sandbox } from './sandbox.ts';

export type SessionOptions = {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** A program to run the command under, such as `strace` with its options. */
  readonly under?: readonly string[];
};

/**
 * Starts `git claim <args>` for a session as leader of its own process group, so that it can be killed with everything it
 * started.
 */
export function startAs(sandbox: Sandbox, session: string, args: readonly string[], options: SessionOptions = {}): Running {
  const [program = '', ...words] = [...(options.under ?? []), join(PACKAGE, 'bin/git-claim'), ...args];
  const child = spawn(program, words, {
    cwd: options.cwd ?? sandbox.repo,
    env: { ...sandbox.env, GIT_CLAIM_SESSION: session, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const ended = new Promise<Ended>((done, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) => done({ code, signal, stdout, stderr }));
  });
  return { child, ended };
}

export function runAs(sandbox: Sandbox, session: string, args: readonly string[], options: SessionOptions = {}): Promise<Ended> {
  return startAs(sandbox, session, args, options).ended;
}

/** Kills a command alone, or with everything it started. */
export function kill({ child }: Running, whom: 'process' | 'group'): void {
  try {
    process.kill(whom === 'group' ? -(child.pid as number) : (child.pid as number), 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Returns the command lines of the living processes of a sandbox. */
export function processesOf(sandbox: Sandbox): string[] {
  return processesAtHome(sandbox.env['HOME'] as string);
}

/** Waits until everything a killed command started has ended too. */
export async function untilQuiet(sandbox: Sandbox): Promise<void> {
  await until(
    () => processesOf(sandbox).length === 0,
    () => `still running: ${processesOf(sandbox).join('; ')}`,
  );
}

/** @throws Error with the complaint, if the condition does not hold within a minute */
export async function until(isSo: () => boolean, complaint: () => string): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(complaint());
    await new Promise((next) => setTimeout(next, 5));
  }
}

/** Returns the lock files anywhere in the repository's git directory. */
export function locksIn(sandbox: Sandbox): string[] {
  return filesIn(sandbox).filter((name) => name.endsWith('.lock'));
}

export function filesIn(sandbox: Sandbox): string[] {
  return readdirSync(join(sandbox.repo, '.git'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => !name.startsWith('objects/'),
  );
}

/** Works on many things, so many at a time. */
export async function inParallel<T, R>(
  things: readonly T[],
  width: number,
  work: (thing: T, at: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    while (next < things.length) {
      const at = next++;
      results[at] = await work(things[at] as T, at);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
