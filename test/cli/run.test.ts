import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { kill, runAs, startAs, until, untilQuiet } from '../support/sessions.ts';

/** How often the helper of a command checks whether the command has ended. */
const LEASE = { heartbeat: '300ms', staleAfter: '60s', grace: '30s', expireAfter: '90s' };

let sandbox: Sandbox;

function fresh(): Sandbox {
  sandbox = createSandbox();
  for (const [key, value] of Object.entries(LEASE)) sandbox.git(['config', `claim.${key}`, value]);
  return sandbox;
}

afterEach(() => untilQuiet(sandbox));

test('a command runs in the worktree of an order that is its own as long as it runs', async () => {
  fresh();
  const script = 'git claim >&2; git status --short --branch; cat; exit 7';
  const ran = await runCli(sandbox, ['run', 'order-1', '--', 'sh', '-c', script], { input: 'from stdin\n' });
  expect(ran.transcript.replace(/person-[0-9a-f]+/g, 'person-<id>')).toMatchInlineSnapshot(`
    "$ git claim run order-1 -- sh -c 'git claim >&2; git status --short --branch; cat; exit 7'
    ## order-1
    from stdin
    stderr:
    ORDER-1 is yours (generation 1, lease 90s, renewed every 0s)
      worktree  ../my äpp.claims/ORDER-1   branch order-1
      from      main, <commit>
    you      person-<id> (named by --session or GIT_CLAIM_SESSION)
    holding  ORDER-1  you  active  <age>  here
    others   nobody else holds anything
    ORDER-1 is released; the command ended with exit code 7
    exit 7
    "
  `);
  const { stdout } = await runCli(sandbox, ['log', 'ORDER-1']);
  expect(stdout).toMatch(/^ORDER-1 .* release .*\nORDER-1 .* claim .*\n$/);
});

test('with --json the command speaks on standard error, and there is one document', async () => {
  fresh();
  const ran = await runCli(sandbox, ['run', 'ORDER-1', '--json', '--', 'sh', '-c', 'echo --json; kill -TERM $$', '--json']);
  expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 143, stderr: '--json\n' });
  expect(JSON.parse(ran.stdout)).toMatchObject({
    ok: true,
    claims: [{ order: 'ORDER-1', state: 'released' }],
    ran: { command: ['sh', '-c', 'echo --json; kill -TERM $$', '--json'], exit: 143, end: 'released' },
  });
  const said = await runCli(sandbox, ['run', 'ORDER-1', '--', 'echo', '--json']);
  expect(said.stdout).toBe('--json\n');
});

test('--complete completes what succeeded, and only that; a claim that was refused runs nothing', async () => {
  fresh();
  const end = async (...words: string[]) => {
    const { code, stderr } = await runAs(sandbox, 'alice', ['run', 'ORDER-1', '--complete', '--', ...words]);
    return [code, stderr.split('\n').findLast((line) => /^(?:error: )?ORDER-1 (?:is|stays)/.test(line))];
  };
  expect(await end('false')).toEqual([1, 'ORDER-1 is released; the command ended with exit code 1']);
  expect(await end('./no-such-program')).toEqual([127, 'ORDER-1 is released; the command ended with exit code 127']);
  expect(await end('touch', 'new')).toEqual([4, 'error: ORDER-1 stays yours: it has work that is not committed: new']);
  expect(await standing()).toMatchObject({ state: 'active', session: 'alice' });
  expect(await end('rm', 'new')).toEqual([0, 'ORDER-1 is completed']);
  const [code] = await end('touch', join(sandbox.dir, 'never'));
  expect([code, existsSync(join(sandbox.dir, 'never'))]).toEqual([3, false]);
  const seen = JSON.parse((await runCli(sandbox, ['session', '--json'])).stdout).sessions as { liveness: string }[];
  expect(seen.filter(({ liveness }) => liveness === 'dead')).toEqual([]);
  for (const args of [['run'], ['run', 'ORDER-2'], ['run', 'ORDER-2', '--']])
    expect((await runCli(sandbox, args)).code).toBe(129);
});

test.each([['no-such-program'], ['/no/such/program'], ['/']])('%s is no command, and nothing is claimed for it', async (word) => {
  const { code, stderr } = await runAs(fresh(), 'alice', ['run', 'ORDER-1', '--', word, 'x']);
  expect([code, stderr.split('\n')[0]]).toEqual([129, `error: ${word}: command not found; nothing was claimed`]);
  expect(sandbox.git(['for-each-ref', 'refs/claims', 'refs/heads/order-1'])).toBe('');
});

test('a command without the two dashes is told of them', async () => {
  const { stderr } = await runAs(fresh(), 'alice', ['run', 'ORDER-1', 'sh', '-c', 'true']);
  expect(stderr).toContain("error: unknown option '-c'\n  hint    put -- before the command: git claim run ORDER-143 --");
});

test('who held the order before holds it afterwards, and the command is part of that session', async () => {
  fresh();
  await runAs(sandbox, 'alice', ['ORDER-1']);
  const others = await runAs(sandbox, 'bob', ['run', 'ORDER-1', '--', 'true']);
  expect(others.code).toBe(3);
  const ran = await runAs(sandbox, 'alice', ['run', 'ORDER-1', '--', 'sh', '-c', 'echo "$GIT_CLAIM_SESSION"; exit 4']);
  expect({ ...ran, stderr: ran.stderr.trimEnd().split('\n').at(-1) }).toEqual({
    code: 4,
    signal: null,
    stdout: 'alice\n',
    stderr: 'ORDER-1 stays yours; the command ended with exit code 4',
  });
  expect((await runAs(sandbox, 'alice', ['status', 'ORDER-1'])).stdout).toContain('ORDER-1 is held by you');
});

test('the command outlives a git-claim that was killed, and the claim lives as long as the command', async () => {
  fresh();
  const [begun, go] = [join(sandbox.dir, 'begun'), join(sandbox.dir, 'go')];
  const waits = ['sh', '-c', `echo $$ > '${begun}'; while ! [ -e '${go}' ]; do sleep 0.05; done`];
  const running = startAs(sandbox, 'alice', ['run', 'ORDER-1', '--', ...waits]);
  await until(
    () => existsSync(begun) && readFileSync(begun, 'utf8') !== '',
    () => 'the command never began',
  );
  const killed = once(running.child, 'exit');
  kill(running, 'process');
  await killed;
  const pid = Number(readFileSync(begun, 'utf8'));
  expect(await standing()).toMatchObject({ liveness: 'live', pid, evidence: expect.stringMatching(`^process ${pid} runs`) });
  writeFileSync(go, '');
  await untilQuiet(sandbox);
  expect(await standing()).toMatchObject({ liveness: 'dead', session: 'alice' });
  const again = await runAs(sandbox, 'alice', ['run', 'ORDER-1', '--', 'true']);
  expect([again.code, (await standing())['state']]).toEqual([0, 'released']);
});

test('a signal that is meant for git-claim reaches the command', async () => {
  fresh();
  const begun = join(sandbox.dir, 'begun');
  const script = `trap 'echo caught; exit 9' TERM; touch '${begun}'; while :; do sleep 0.05; done`;
  const running = startAs(sandbox, 'alice', ['run', 'ORDER-1', '--', 'sh', '-c', script]);
  await until(
    () => existsSync(begun),
    () => 'the command never began',
  );
  running.child.kill('SIGTERM');
  expect(await running.ended).toMatchObject({ code: 9, stdout: 'caught\n' });
  expect((await standing())['state']).toBe('released');
});

async function standing(): Promise<Record<string, unknown>> {
  const { stdout } = await runAs(sandbox, 'carol', ['status', 'ORDER-1', '--json']);
  return JSON.parse(stdout).claims[0];
}
