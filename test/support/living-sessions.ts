import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { Sandbox } from './sandbox.ts';

/** A session with its own process, so that it has a helper. */
export type Agent = {
  readonly name: string;
  readonly process: ChildProcess;
  readonly env: Readonly<Record<string, string | undefined>>;
  end(): void;
};

/** Starts the session's anchor process. */
export function startAgent(name: string, env: Readonly<Record<string, string | undefined>> = {}): Agent {
  const process = spawn('sh', ['-c', 'exec sleep 600', 'anchor'], { stdio: 'ignore', env: {} });
  return {
    name,
    process,
    env: { GIT_CLAIM_SESSION: name, GIT_CLAIM_ANCHOR: String(process.pid), ...env },
    end: () => void process.kill('SIGKILL'),
  };
}

/** Returns the pids of the heartbeat helpers of a sandbox, or of one session in it. */
export function helpersOf(sandbox: Sandbox, session?: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      const isOurs = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(`HOME=${sandbox.env['HOME']}`);
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      const isHelper = words[0] === '/bin/sh' && words[1]?.endsWith('/heartbeat.sh');
      const isLeader = statOf(Number(name)).session === Number(name);
      return isOurs && isLeader && isHelper && (session === undefined || words.includes(session)) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

/** Returns a process's session and the number of its terminal (`0`: none), as the kernel has them. */
export function statOf(pid: number): { readonly session: number; readonly terminal: string | undefined } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return { session: Number(fields[3]), terminal: fields[4] };
}
