import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSandbox } from '../support/sandbox.ts';
import { locksIn, runAs } from '../support/sessions.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

test('20 sessions file a follow-up at once: 20 numbers, 20 files', async () => {
  const sandbox = createSandbox();
  mkdirSync(join(sandbox.repo, 'orders'));
  writeFileSync(join(sandbox.repo, 'orders/ORDER-1.md'), '---\nstatus: ready\n---\n');
  const ended = await Promise.all(
    numbers(20).map((n) => runAs(sandbox, `s-${n}`, ['follow-up', 'ORDER-1', '--title', `Number ${n}`])),
  );
  expect(ended.filter(({ code, stderr }) => code !== 0 || stderr !== '')).toEqual([]);
  const filed = ended.map(({ stdout }) => /^ORDER-(\d+) filed/.exec(stdout)?.[1]);
  expect(filed.map(Number).sort((one, other) => one - other)).toEqual(numbers(20).map((n) => n + 1));
  const files = readdirSync(join(sandbox.repo, 'orders'));
  expect(files.length).toBe(21);
  for (const n of numbers(20)) expect(files).toContain(`ORDER-${filed[n - 1]}-number-${n}.md`);
  expect(locksIn(sandbox)).toEqual([]);
});
