import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Sandbox } from './sandbox.ts';

/** Runs git commands in turn, over and over, beside some work; returns how often they ran. */
export async function beside(
  sandbox: Sandbox,
  commands: readonly (readonly string[])[],
  work: () => Promise<void>,
): Promise<number> {
  let isOver = false;
  let runs = 0;
  const loop = async () => {
    while (!isOver) {
      for (const args of commands) {
        const child = spawn('git', [...args], { cwd: sandbox.repo, env: sandbox.env, stdio: 'ignore' });
        await once(child, 'close');
      }
      runs += 1;
    }
  };
  const looping = loop();
  try {
    await work();
  } finally {
    isOver = true;
    await looping;
  }
  return runs;
}
