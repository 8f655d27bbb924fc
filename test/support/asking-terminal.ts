import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { beyondTerminal } from './beyond-terminal.ts';
import type { Sandbox } from './sandbox.ts';

/** Runs `git claim <words>` in a terminal, and types the same to each question. Returns what is shown, and the exit code. */
export async function inAskingTerminal({ repo, env }: Sandbox, typed: string, words: readonly string[]) {
  const { file, args, argv0 } = beyondTerminal('script', ['-qec', ['git claim', ...words].join(' '), '/dev/null']);
  const told = { ...env, TERM: 'dumb', GIT_CLAIM_SESSION: 'ada' };
  const child = spawn(file, args, { argv0, cwd: repo, env: told, stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  const [seen, ended] = [text(child.stdout), once(child, 'exit')];
  let [shown, answered] = ['', 0];
  child.stdout.on('data', (chunk) => {
    shown += chunk;
    for (const asked = shown.split('[y/N] ').length - 1; answered < asked; answered += 1) child.stdin.write(typed);
  });
  const [code] = await ended;
  return { code: code as number | null, seen: (await seen).replaceAll('\r', '') };
}
