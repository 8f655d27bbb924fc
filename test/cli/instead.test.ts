import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

/** Returns the order that a refusal of ORDER-1 suggests instead, and how often git listed refs for that. */
async function refusal(sandbox: Sandbox, session: string) {
  const trace = join(sandbox.dir, 'trace');
  rmSync(trace, { force: true });
  const env = { GIT_CLAIM_SESSION: session, GIT_TRACE2_EVENT: trace };
  const { code, stderr } = await runCli(sandbox, ['ORDER-1', '--no-worktree'], { env });
  const instead = /instead +(\S+) is free/.exec(stderr)?.[1] ?? null;
  const calls = existsSync(trace) ? readFileSync(trace, 'utf8').split('\n') : [];
  return { code, instead, listings: calls.filter((line) => /"event":"start".*"for-each-ref"/.test(line)).length };
}

test('what a refusal suggests was found by the last refusal, unless somebody has claimed it since', async () => {
  const sandbox = createSandbox();
  mkdirSync(join(sandbox.repo, 'orders'));
  for (const n of [1, 2, 3])
    writeFileSync(join(sandbox.repo, `orders/ORDER-${n}.md`), `---\nid: ORDER-${n}\nstatus: ready\n---\n`);
  const claim = async (session: string, order: string) =>
    expect(await runCli(sandbox, [order, '--no-worktree'], { env: { GIT_CLAIM_SESSION: session } })).toMatchObject({ code: 0 });
  await claim('ada', 'ORDER-1');

  const first = await refusal(sandbox, 'bob');
  expect(first).toMatchObject({ code: 3, listings: 3 });
  expect(await refusal(sandbox, 'bob')).toEqual({ ...first, listings: 0 });
  // Nobody holds what was suggested for others: a claim in between is seen without a process.
  await claim('carol', first.instead as string);
  const other = ['ORDER-2', 'ORDER-3'].find((order) => order !== first.instead) as string;
  expect(await refusal(sandbox, 'bob')).toEqual({ code: 3, instead: other, listings: 0 });
  await claim('carol', other);
  expect(await refusal(sandbox, 'bob')).toMatchObject({ code: 3, instead: null });
  // Refs that were packed since may hide a claim: git is asked.
  sandbox.git(['pack-refs', '--all']);
  expect(await refusal(sandbox, 'bob')).toMatchObject({ instead: null });
});
