import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSandbox } from '../support/sandbox.ts';
import { locksIn, runAs } from '../support/sessions.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

test('16 sessions ask for the next of 20 ready orders at once: each gets another one', async () => {
  for (const round of numbers(3)) {
    const sandbox = createSandbox();
    mkdirSync(join(sandbox.repo, 'orders'));
    for (const n of numbers(20))
      writeFileSync(join(sandbox.repo, `orders/ORDER-${n}.md`), '---\nstatus: ready\npriority: 2\n---\n');
    const ended = await Promise.all(numbers(16).map((n) => runAs(sandbox, `session-${round}-${n}`, ['next', '--claim'])));
    expect(ended.filter(({ code }) => code !== 0)).toEqual([]);
    const got = ended.map(({ stdout }) => /^(ORDER-\d+) is yours \(generation 1,/.exec(stdout)?.[1]);
    expect(new Set(got).size).toBe(16);
    const held = sandbox.git(['for-each-ref', '--format=%(refname:lstrip=2)', 'refs/claims']).split('\n');
    expect(held.sort()).toEqual([...got].sort());
    const late = await Promise.all(numbers(6).map((n) => runAs(sandbox, `late-${n}`, ['next', '--claim', '--no-worktree'])));
    expect(late.map(({ code }) => code).sort()).toEqual([0, 0, 0, 0, 6, 6]);
    expect(locksIn(sandbox)).toEqual([]);
  }
});
