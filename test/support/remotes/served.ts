import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server under test, as long as it runs. */
export type Serving = { readonly port: number; end(): Promise<void> };

const READY_MS = 20_000;
const TRIES_MAX = 5;

/**
 * Starts a server on a free port of the loopback, and waits until it answers. Somebody else may take the port in between; then
 * another one is tried.
 *
 * @param command the words of its command line; it must stay in the foreground
 * @param env its whole environment
 */
export async function served(command: (port: number) => readonly string[], env: NodeJS.ProcessEnv): Promise<Serving> {
  for (let tries = 1; ; tries += 1) {
    const port = await freePort();
    const { child, said, end } = started(command(port), env);
    if (await answers(child, port)) return { port, end };
    await end();
    if (tries === TRIES_MAX) throw new Error(`${command(port).join(' ')} does not serve: ${said()}`);
  }
}

/** Starts a process as the leader of its own group, which ends with it. */
export function started([program = '', ...words]: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(program, words, { env, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  let said = '';
  child.stderr.on('data', (chunk) => (said = `${said}${chunk}`.slice(-2_000)));
  child.on('error', (error) => (said += error.message));
  const end = async () => {
    if (child.pid === undefined) return;
    const closed = hasEnded(child) ? null : once(child, 'exit');
    signal(-child.pid, 'SIGTERM');
    const inTime = await Promise.race([closed, sleep(2_000, 'late', { ref: false })]);
    if (inTime === 'late') signal(-child.pid, 'SIGKILL');
    await closed;
  };
  return { child, said: () => said, end };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(child: ChildProcess, port: number): Promise<boolean> {
  for (const deadline = performance.now() + READY_MS; performance.now() < deadline && !hasEnded(child); await sleep(10))
    if (await isOpen(port)) return !hasEnded(child);
  return false;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

function hasEnded({ exitCode, signalCode, pid }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null || pid === undefined;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
