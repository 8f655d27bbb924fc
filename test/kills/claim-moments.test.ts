import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { COMMANDS, type Command, complaintsAfterKill, prepare } from '../support/after-kill.ts';
import { chance } from '../support/chance.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { inParallel, kill, processesOf, startAs } from '../support/sessions.ts';

const FILES = 100;
/** Waiting for a lock to grow stale needs no processor, so more run at once than there are processors. */
const WIDTH = 4;

const series: readonly (readonly [name: string, whom: 'process' | 'group', kills: number])[] = [
  ['claim', 'process', 30],
  ['claim', 'group', 30],
  ['release', 'group', 8],
  ['hand', 'group', 8],
];
test.each(series)('%s is finished by the same command after a kill -9 of its %s at any moment', async (name, whom, kills) => {
  const command = COMMANDS.find((one) => one.name === name) as Command;
  const { below } = chance(`${name}, ${whom}`);
  const tookMs = await durationMs(command);
  // One after another, with nothing beside them that would delay the kill.
  const killed: { sandbox: Sandbox; delayMs: number }[] = [];
  let runs = 0;
  for (; killed.length < kills; runs += 1) {
    const sandbox = await prepare(createSandbox(FILES), command);
    const delayMs = below(tookMs);
    const running = startAs(sandbox, command.session, command.args);
    await sleep(delayMs);
    kill(running, whom);
    if ((await running.ended).signal === 'SIGKILL') killed.push({ sandbox, delayMs });
  }
  const complaints = await inParallel(killed, WIDTH, async ({ sandbox, delayMs }) => {
    const found = await complaintsAfterKill(sandbox, command);
    return [...found, ...processesOf(sandbox)].map((complaint) => `after ${delayMs} ms: ${complaint}`);
  });
  console.log(`${name}: ${kills} killed, ${runs - kills} had ended before`);
  expect(complaints.flat()).toEqual([]);
});

/** A kill after the end does not count. */
async function durationMs(command: Command): Promise<number> {
  const sandbox = await prepare(createSandbox(FILES), command);
  const begunMs = performance.now();
  await startAs(sandbox, command.session, command.args).ended;
  return Math.ceil(performance.now() - begunMs);
}
