import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { chance } from '../support/chance.ts';
import { createSandbox } from '../support/sandbox.ts';
import { kill, locksIn, runAs, startAs, untilQuiet } from '../support/sessions.ts';

const KILLS = 12;
const ARGS = ['follow-up', 'ORDER-1', '--title', 'Found on the way'];

test('a follow-up that is killed at any moment costs a number at most', async () => {
  const { below } = chance('follow-up');
  const sandbox = createSandbox();
  const folder = join(sandbox.repo, 'orders');
  mkdirSync(folder);
  writeFileSync(join(folder, 'ORDER-1.md'), '---\nstatus: ready\n---\n');
  let killed = 0;
  for (let runs = 0; killed < KILLS && runs < 10 * KILLS; runs += 1) {
    const running = startAs(sandbox, 'alice', ARGS);
    await sleep(below(200));
    kill(running, 'group');
    if ((await running.ended).signal === 'SIGKILL') killed += 1;
  }
  expect(killed).toBe(KILLS);
  await untilQuiet(sandbox);
  const { code, stdout, stderr } = await runAs(sandbox, 'alice', ARGS);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const last = Number(/^ORDER-(\d+) filed/.exec(stdout)?.[1]);
  const files = readdirSync(folder).filter((name) => name !== 'ORDER-1.md');
  const numbers = files.map((name) => Number(/^ORDER-(\d+)-found-on-the-way\.md$/.exec(name)?.[1]));
  expect(Math.max(...numbers)).toBe(last);
  const minted = sandbox.git(['for-each-ref', '--format=%(refname:lstrip=2)', 'refs/claims']).split('\n');
  for (const number of numbers) expect(minted).toContain(`ORDER-${number}`);
  for (const name of files)
    expect(readFileSync(join(folder, name), 'utf8')).toMatch(/^(?:|---\n[\s\S]*Found while working on ORDER-1\.\n)$/);
  expect(locksIn(sandbox)).toEqual([]);
});
