import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Sandbox } from '../sandbox.ts';
import { served } from './served.ts';
import type { Server } from './server.ts';

/** Serves a folder by `git daemon`, which lets anybody push. */
export async function serveDaemon({ env }: Sandbox, folder: string): Promise<Server> {
  const { port, end } = await served((at) => [daemon(), ...daemonOptions(folder), '--listen=127.0.0.1', `--port=${at}`], env);
  return { port, address: (at) => `git://127.0.0.1:${at}/`, settings: '', end };
}

/** The program itself: started through `git` it would be another process, and another group's. */
export function daemon(): string {
  return join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-daemon');
}

export function daemonOptions(folder: string): readonly string[] {
  const limits = ['--max-connections=200', '--timeout=60'];
  return ['--reuseaddr', '--export-all', '--enable=receive-pack', '--informative-errors', ...limits, `--base-path=${folder}`];
}
