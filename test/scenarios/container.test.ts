import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { git, installHooks } from '../support/hooks.ts';
import { startAgent } from '../support/living-sessions.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';
import { untilQuiet } from '../support/sessions.ts';

const CONTAINERS = [
  { kind: 'unshare', words: ['unshare', '-rpf', '--mount-proc'] },
  { kind: 'unshare, which shows the processes outside', words: ['unshare', '-rpf'] },
  { kind: 'bwrap', words: ['bwrap', '--dev-bind', '/', '/', '--unshare-pid', '--proc', '/proc'] },
].map((one) => ({ ...one, isHere: spawnSync(one.words[0] as string, [...one.words.slice(1), 'true']).status === 0 }));

test.for(CONTAINERS)(
  'in a container of its own processes, a command of run is the session ($kind)',
  async ({ words, isHere }, { skip }) => {
    skip(!isHere, `${words[0]} cannot make a pid namespace here`);
    const sandbox = createSandbox();
    installHooks(sandbox, 'hard');
    const inside = [
      'set -e',
      'echo "$GIT_CLAIM_ANCHOR" >&2',
      'git claim status ORDER-1 | head -1',
      'git claim renew ORDER-1',
      'git commit -q --allow-empty -m "work inside"',
      'git commit -q --allow-empty --amend --no-verify -m "work inside, again"',
      'git claim block ORDER-1 --reason "waits for ORDER-7"',
      'git claim unblock ORDER-1',
      'git claim --no-worktree ORDER-2',
      'git claim release ORDER-2',
      'git claim complete',
    ].join('\n');
    const ran = await runCli(sandbox, ['run', 'ORDER-1', '--', ...words, 'sh', '-c', inside]);
    expect(ran.stderr).not.toMatch(/error|warning|refused|unchecked/);
    expect({ code: ran.code, anchor: ran.stderr.match(/^\d+@\d+\/\d+$/m) }).toEqual({ code: 0, anchor: expect.anything() });
    expect(ran.stdout).toMatch(/^ORDER-1 is held by you /);
    expect(ran.stdout).toContain('ORDER-1 is completed');
    expect(sandbox.git(['log', '-1', '--format=%s%n%(trailers:key=Order)', 'order-1'])).toContain(
      'work inside, again\nOrder: ORDER-1',
    );
    await untilQuiet(sandbox);
  },
);

test('a claim made inside names the process outside, which is watched there', async ({ skip }) => {
  const { words, isHere } = CONTAINERS[0] as (typeof CONTAINERS)[number];
  skip(!isHere, 'there are no pid namespaces here');
  const sandbox = createSandbox();
  const look = `git claim ORDER-2 >&2 && git -C '${sandbox.repo}' for-each-ref --format='%(contents)' refs/claims/ORDER-2`;
  const ran = await runCli(sandbox, ['run', 'ORDER-1', '--', ...words, 'sh', '-c', `echo "$GIT_CLAIM_ANCHOR"; ${look}`]);
  const anchor = ran.stdout.split('\n', 1)[0];
  expect(ran.stdout).toContain(`\nAnchor: ${anchor}\n`);
  const seen = await runCli(sandbox, ['status', 'ORDER-2'], { env: { GIT_CLAIM_SESSION: 'carol' } });
  expect(seen.stdout).toContain(`process ${anchor?.split('@')[0]} exited`);
  await untilQuiet(sandbox);
});

test('an anchor that was handed on is believed only as the process that it names', async () => {
  const sandbox = createSandbox();
  const alice = startAgent('alice');
  const pid = String(alice.process.pid);
  const asks = (GIT_CLAIM_ANCHOR: string) => runCli(sandbox, ['ORDER-1'], { env: { ...alice.env, GIT_CLAIM_ANCHOR } });
  const ns = /\d+/.exec(spawnSync('readlink', ['/proc/self/ns/pid'], { encoding: 'utf8' }).stdout)?.[0];
  expect(await asks(`${pid}@1/${ns}`)).toMatchObject({ code: 129, stderr: expect.stringContaining('is not running') });
  expect(await asks(`${pid}@`)).toMatchObject({ code: 129, stderr: expect.stringContaining('is not a process id') });
  expect((await asks(`${pid}@1/1`)).code).toBe(0);
  alice.end();
  expect(git(sandbox, ['status']).code).toBe(0);
  await untilQuiet(sandbox);
});

test.for([
  { where: 'Claude Code', env: { SANDBOX_RUNTIME: '1' }, says: /hint {4}Claude Code's sandbox may not write there: / },
  { where: 'Codex', env: { CODEX_SANDBOX_NETWORK_DISABLED: '1' }, says: /hint {4}Codex's sandbox may not write there: / },
  { where: 'something unknown', env: {}, says: /hint {4}what runs this command may not write there: / },
])('in the sandbox of $where the way that works is named, and works', async ({ env, says }, { skip }) => {
  skip(spawnSync('unshare', ['--mount', 'true']).status !== 0, 'nothing can be mounted here');
  const sandbox = createSandbox();
  const inside = (writable: string, ...words: string[]) => {
    // All but this is read-only.
    const mounts = 'mount --bind "$2" "$2" && mount --bind "$1" "$1" && mount -o remount,ro,bind "$2" && shift 2 && exec "$@"';
    const under = ['--mount', 'sh', '-c', mounts, 'sh', writable, sandbox.dir, 'git', 'claim', '--session', 'agent', ...words];
    return spawnSync('unshare', under, { cwd: sandbox.repo, env: { ...sandbox.env, ...env }, encoding: 'utf8' });
  };
  const refused = inside(sandbox.repo, 'ORDER-1');
  expect(refused).toMatchObject({ status: 128, stderr: expect.stringMatching(says) });
  expect(refused.stderr).toContain('git claim --no-worktree ORDER-1');
  expect(refused.stderr).toContain('git claim run ORDER-1 -- <agent>');
  expect(inside(sandbox.repo, '--no-worktree', 'ORDER-1')).toMatchObject({ status: 0 });
  const whole = inside(sandbox.env['HOME'] as string, '--no-worktree', 'ORDER-2');
  expect(whole).toMatchObject({ status: 128, stderr: expect.stringContaining('git claim run <order> -- <agent>') });
  expect(whole.stderr).toMatch(/hint .*sandbox (?:often )?keeps \.git read-only/);
  await untilQuiet(sandbox);
});
