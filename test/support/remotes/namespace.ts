import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export type Namespace = { readonly pid: number; end(): Promise<void> };

/**
 * Makes namespaces that live until they are ended.
 *
 * @param options of unshare(1)
 * @param setUp shell commands to run inside, with arguments from `$1`
 * @throws Error if the namespaces cannot be made here
 */
export async function namespaced(options: readonly string[], setUp: string, args: readonly string[] = []): Promise<Namespace> {
  const words = [...options, 'sh', '-c', `${setUp} && echo ready && exec sleep infinity`, 'sh', ...args];
  const child = spawn('unshare', words, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  const ended = once(child, 'exit');
  const first = await Promise.race([once(child.stdout, 'data'), ended, sleep(10_000, null, { ref: false })]);
  if (String(first?.[0]) !== 'ready\n') {
    child.kill('SIGKILL');
    throw new Error(`no namespaces here: ${said}`);
  }
  return {
    pid: child.pid as number,
    end: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
