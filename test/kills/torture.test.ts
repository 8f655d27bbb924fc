import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { chance } from '../support/chance.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { kill, locksIn, runAs, startAs, untilQuiet } from '../support/sessions.ts';

const TORTURE_MS = 40_000;
const WORKERS = 8;
const ORDERS = Array.from({ length: 19 }, (_, n) => `ORDER-${n + 1}`);

test('claims for a while, half of them killed: none held twice, none acknowledged and missing, none stuck', async () => {
  const sandbox = createSandbox();
  const { below, pick } = chance('torture');
  const count = { claims: 0, acked: 0, refused: 0, killed: 0, failed: 0, double: 0, missing: 0, wedged: 0 };
  const failures: string[] = [];
  const holders = new Map<string, string>();
  const acked: { order: string; oid: string }[] = [];
  const end = performance.now() + TORTURE_MS;

  const work = async (session: string) => {
    while (performance.now() < end) {
      const order = pick(ORDERS);
      count.claims += 1;
      const running = startAs(sandbox, session, ['--no-worktree', '--json', order]);
      if (below(2) === 0) void sleep(below(300)).then(() => kill(running, 'group'));
      const { code, signal, stdout } = await running.ended;
      if (signal !== null) count.killed += 1;
      else if (code === 3) count.refused += 1;
      else if (code !== 0) failures.push(stdout);
      if (code !== 0) continue;
      count.acked += 1;
      if (holders.has(order)) count.double += 1;
      holders.set(order, session);
      const { oid } = (JSON.parse(stdout) as { claims: [{ oid: string }] }).claims[0];
      acked.push({ order, oid });
      await sleep(below(100));
      if (sandbox.git(['rev-parse', `refs/claims/${order}`]) !== oid) count.missing += 1;
      // From here on another session may hear that the order is free.
      holders.delete(order);
      const released = await runAs(sandbox, session, ['release', order]);
      if (released.code !== 0) failures.push(released.stderr);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, (_, n) => work(`worker-${n}`)));
  await untilQuiet(sandbox);

  for (const { order, oid } of acked) if (!recordsOf(sandbox, order).includes(oid)) count.missing += 1;
  count.failed = failures.length;
  const wedged = (await Promise.all(ORDERS.map((order) => whyNotClaimable(sandbox, order)))).flat();
  count.wedged = wedged.length;
  console.log(`torture: ${JSON.stringify(count)}`);
  expect({ failures, wedged }).toEqual({ failures: [], wedged: [] });
  expect({ double: count.double, missing: count.missing }).toEqual({ double: 0, missing: 0 });
  expect(locksIn(sandbox)).toEqual([]);
  expect(count.acked).toBeGreaterThan(0);
  expect(count.killed).toBeGreaterThan(0);
  sandbox.git(['fsck', '--connectivity-only']);
});

const walks = new Map<string, string>();

function recordsOf(sandbox: Sandbox, order: string): string {
  const known = walks.get(order) ?? sandbox.git(['rev-list', '--objects', '--no-object-names', `refs/claims/${order}`, '--']);
  walks.set(order, known);
  return known;
}

/** The session that was killed with the order gives it back; then a stranger claims and releases it. */
async function whyNotClaimable(sandbox: Sandbox, order: string): Promise<string[]> {
  const [state, session = ''] = sandbox
    .git(['for-each-ref', '--format=%(contents:trailers:key=State,key=Session,valueonly,separator=%x2C)', `refs/claims/${order}`])
    .split(',');
  const steps: [string, string[]][] = [
    ...(state === 'active' ? ([[session, ['release', order]]] as [string, string[]][]) : []),
    ['stranger', ['--no-worktree', order]],
    ['stranger', ['release', order]],
  ];
  for (const [who, args] of steps) {
    const { code, stderr } = await runAs(sandbox, who, args);
    if (code !== 0) return [`${who}$ git claim ${args.join(' ')}: exit ${code}: ${stderr}`];
  }
  return [];
}
