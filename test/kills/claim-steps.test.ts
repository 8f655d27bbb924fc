import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { COMMANDS, complaintsAfterKill, prepare } from '../support/after-kill.ts';
import { createSandbox } from '../support/sandbox.ts';
import { inParallel, processesOf, runAs } from '../support/sessions.ts';
import { traceSteps } from '../support/step-trace.ts';

const FILES = 5;
const HAS_STRACE = spawnSync('strace', ['-V']).status === 0;

test.for(COMMANDS)(
  '$name: no effect without a label, and a kill -9 at any label is repaired by the same command',
  async (command, { skip }) => {
    skip(!HAS_STRACE, 'strace is not installed: nothing else shows what a command does besides what it says');
    const traced = await prepare(createSandbox(FILES), command);
    const { steps, unlabelled, gitsByKernel, gitsByGit } = await traceSteps(traced, command.session, command.args);
    expect(unlabelled).toEqual([]);
    const gits = steps.filter((step) => step.startsWith('before git ')).length;
    expect({ gitsByKernel, gitsByGit }).toEqual({ gitsByKernel: gits, gitsByGit: gits });

    const points = steps.map((step, at) => `${step}#${steps.slice(0, at + 1).filter((one) => one === step).length}`);
    const complaints = await inParallel(points, 2, async (point) => {
      const sandbox = await prepare(createSandbox(FILES), command);
      const killed = await runAs(sandbox, command.session, command.args, { env: { GIT_CLAIM_CRASH_AT: point } });
      const found =
        killed.signal === 'SIGKILL' ? await complaintsAfterKill(sandbox, command) : [`ended by itself: ${killed.stderr}`];
      return [...found, ...processesOf(sandbox)].map((complaint) => `${point}: ${complaint}`);
    });
    console.log(`${command.name}: killed at ${points.length} labels, ${gits} git processes`);
    expect(complaints.flat()).toEqual([]);
  },
);
