import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { beside } from '../support/beside.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { locksIn, processesOf, runAs } from '../support/sessions.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

const ROUNDS_AT_LEAST = 3;
const ROUNDS_AT_MOST = 20;
/** A slow machine races fewer rounds instead of longer. */
const RACING_MS = 45_000;

test('100 processes race for one order while git packs and collects: one wins, 99 are told so', async () => {
  const sandbox = createSandbox();
  const untilMs = performance.now() + RACING_MS;
  let rounds = 0;
  const packs = await beside(
    sandbox,
    [
      ['pack-refs', '--all'],
      ['gc', '--quiet'],
    ],
    async () => {
      while (rounds < ROUNDS_AT_LEAST || (rounds < ROUNDS_AT_MOST && performance.now() < untilMs)) {
        rounds += 1;
        const order = `ORDER-${rounds}`;
        const ended = await Promise.all(numbers(100).map((n) => runAs(sandbox, `racer-${n}`, ['--no-worktree', order])));
        const winners = numbers(100).filter((n) => ended[n - 1]?.code === 0);
        expect(ended.filter(({ code }) => code !== 0 && code !== 3)).toEqual([]);
        expect(winners.length).toBe(1);
        const record = sandbox.git(['cat-file', '-p', `refs/claims/${order}`]);
        expect(record).toContain(`\nSession: racer-${winners[0]}\n`);
        expect(record).toContain('\ntype tree\n');
        expect(record).toContain('\nGeneration: 1\n');
      }
    },
  );
  console.log(`${rounds} rounds of 100 processes beside ${packs} rounds of pack-refs and gc`);
  expect(locksIn(sandbox)).toEqual([]);
  expect(processesOf(sandbox)).toEqual([]);
}, 300_000);

test('20 processes claim 200 orders, ten in one command or one by one: none is lost', async () => {
  const sandbox = createSandbox();
  const workers = numbers(20).map((n) => ({ session: `worker-${n}`, orders: numbers(10).map((m) => n * 10 + m) }));
  const atOnce = workers.map(({ session, orders }) =>
    runAs(sandbox, session, ['--no-worktree', ...orders.map((order) => `ONCE-${order}`)]),
  );
  expect((await Promise.all(atOnce)).filter(({ code }) => code !== 0)).toEqual([]);
  const oneByOne = workers.map(async ({ session, orders }) => {
    for (const order of orders)
      expect(await runAs(sandbox, session, ['--no-worktree', `EACH-${order}`])).toMatchObject({ code: 0 });
  });
  await Promise.all(oneByOne);
  const held = holders(sandbox);
  const expected = workers.flatMap(({ session, orders }) =>
    orders.flatMap((order) => [`EACH-${order} ${session}`, `ONCE-${order} ${session}`]),
  );
  expect(held).toEqual(expected.sort());
});

test('16 processes claim overlapping sets: one gets all of its own, the others nothing', async () => {
  const sandbox = createSandbox();
  for (const round of numbers(5)) {
    const order = (n: number) => `R${round}-${n}`;
    const sets = [numbers(6), numbers(6).map((n) => n + 3)].map((set) => set.map(order));
    // Each in a different order, so that no two lock the refs alike.
    const asked = numbers(16).map((n) => (n % 4 < 2 ? (sets[n % 2] as string[]) : [...(sets[n % 2] as string[])].reverse()));
    const ended = await Promise.all(asked.map((orders, n) => runAs(sandbox, `s-${n}`, ['--no-worktree', ...orders])));
    expect(ended.filter(({ code }) => code !== 0 && code !== 3)).toEqual([]);
    const winners = ended.flatMap(({ code }, n) => (code === 0 ? [n] : []));
    expect(winners.length).toBe(1);
    const all = (asked[winners[0] as number] as string[]).map((one) => `${one} s-${winners[0]}`);
    expect(holders(sandbox).filter((line) => line.startsWith(`R${round}-`))).toEqual(all.sort());
  }
});

test('13 sessions make their worktrees at once: each is whole, locked and bound', async () => {
  const sandbox = createSandbox(200);
  const ended = await Promise.all(numbers(13).map((n) => runAs(sandbox, `session-${n}`, [`ORDER-${n}`])));
  expect(ended.filter(({ code, stderr }) => code !== 0 || stderr !== '')).toEqual([]);
  const trees = sandbox.git(['worktree', 'list', '--porcelain']).split('\n\n');
  for (const n of numbers(13)) {
    const path = join(sandbox.dir, 'my äpp.claims', `ORDER-${n}`);
    const tree = trees.find((one) => one.startsWith(`worktree ${path}\n`));
    expect(tree).toContain(`\nbranch refs/heads/order-${n}\nlocked git-claim ORDER-${n} generation 1 by session-${n}`);
    expect(tree).not.toContain('being made');
    expect(sandbox.git(['status', '--porcelain'], path)).toBe('');
    expect(readdirSync(join(path, 'src')).length).toBe(200);
    const binding = readFileSync(join(sandbox.git(['rev-parse', '--absolute-git-dir'], path), 'claim', 'binding'), 'utf8');
    expect(binding).toBe(`ORDER-${n} 1 ${sandbox.git(['rev-parse', `refs/claims/ORDER-${n}`])} session-${n}\n`);
  }
  expect(trees.length).toBe(14);
  const branches = sandbox.git(['for-each-ref', '--format=%(refname:short)', 'refs/heads']).split('\n');
  expect(branches).toEqual(['main', ...numbers(13).map((n) => `order-${n}`)].sort());
  expect(locksIn(sandbox)).toEqual([]);
});

test('300 claims leave few loose refs, and every claim where it was', async () => {
  const sandbox = createSandbox();
  const folder = join(sandbox.repo, '.git/refs/claims');
  const looseCount = () => (existsSync(folder) ? readdirSync(folder).length : 0);
  for (const block of numbers(6)) {
    const orders = numbers(50).map((n) => `ORDER-${block * 50 + n}`);
    expect((await runAs(sandbox, 'alice', ['--no-worktree', ...orders])).code).toBe(0);
    expect(looseCount()).toBeLessThanOrEqual(200);
  }
  expect(holders(sandbox).length).toBe(300);
  expect(locksIn(sandbox)).toEqual([]);
});

function holders(sandbox: Sandbox): string[] {
  const format = '--format=%(refname:lstrip=2) %(contents:trailers:key=Session,valueonly,separator=)';
  return sandbox.git(['for-each-ref', format, 'refs/claims']).split('\n').sort();
}
