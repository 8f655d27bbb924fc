import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';

test.each([
  [{ heartbeat: '0' }, 'claim.heartbeat, claim.staleAfter, claim.expireAfter and claim.grace must be above zero'],
  [{ heartbeat: '199ms' }, 'claim.heartbeat must be at least 200ms, because each beat starts a program'],
  [{ staleAfter: '60s' }, 'claim.staleAfter must be longer than claim.heartbeat'],
  [{ heartbeat: '10m' }, 'claim.staleAfter must be longer than claim.heartbeat'],
  [{ grace: '39s' }, 'claim.grace must be at least two polls (two thirds of claim.heartbeat)'],
  [{ expireAfter: '239s' }, 'claim.expireAfter must be at least claim.staleAfter plus claim.grace'],
  [{ grace: '1h' }, 'claim.expireAfter must be at least claim.staleAfter plus claim.grace'],
  [{ idleAfter: '0' }, 'claim.idleAfter must be above zero'],
  [{ maxIdle: '29m' }, 'claim.maxIdle must be 0 (never) or at least claim.idleAfter'],
  [{ personIdle: 'a while' }, 'claim.personIdle: "a while" is not a duration'],
  [{ idleAfter: '5h' }, 'claim.maxIdle must be 0 (never) or at least claim.idleAfter'],
  [{ maxIdle: 'soon' }, 'claim.maxIdle: "soon" is not a duration'],
  [{ grace: '-30s' }, 'claim.grace: "-30s" is not a duration'],
] as const)('%j cannot work, and is refused by name', async (config, complaint) => {
  const sandbox = createSandbox();
  for (const [key, value] of Object.entries(config)) sandbox.git(['config', `claim.${key}`, value]);
  const { code, stderr } = await runCli(sandbox, ['--no-worktree', 'ORDER-1'], { env: { GIT_CLAIM_SESSION: 'alice' } });
  expect({ code, stderr }).toEqual({ code: 129, stderr: expect.stringContaining(complaint) });
  expect(sandbox.git(['for-each-ref', 'refs/claims'])).toBe('');
});

test('what is set together so that it works is what records promise', async () => {
  const sandbox = createSandbox();
  const config = { heartbeat: '3s', staleAfter: '10s', grace: '2s', expireAfter: '12s', idleAfter: '1m', maxIdle: '0' };
  for (const [key, value] of Object.entries(config)) sandbox.git(['config', `claim.${key}`, value]);
  expect(await runCli(sandbox, ['--no-worktree', 'ORDER-1'], { env: { GIT_CLAIM_SESSION: 'alice' } })).toMatchObject({ code: 0 });
  expect(sandbox.git(['cat-file', 'tag', 'refs/claims/ORDER-1'])).toContain('\nLease: beat=3 stale=10 expire=12 grace=2\n');
});

test('where claims are kept may change: those at the other place were not deleted', async () => {
  const sandbox = createSandbox();
  const say = async (who: string, ...args: string[]) =>
    (await runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: who } })).transcript;
  await say('alice', '--no-worktree', 'ORDER-1', '--path', 'src');
  await say('alice', '--no-worktree', 'ORDER-2');
  await say('alice', 'complete', 'ORDER-2');
  sandbox.git(['config', 'claim.refPrefix', 'refs/elsewhere/claims/']);
  const said = [await say('alice', 'list'), await say('bob', 'list'), await say('bob', '--no-worktree', 'ORDER-3')];
  expect(said.join('')).not.toMatch(/deleted|gone/);
  sandbox.git(['config', '--unset', 'claim.refPrefix']);
  const back = [await say('bob', 'list'), await say('alice', 'list'), await say('alice', 'feed')];
  expect(back.join('')).not.toMatch(/deleted|gone|moved/);
  expect(back[1]).toContain('ORDER-1');
  // What is deleted where it was seen is told as before.
  sandbox.git(['update-ref', '-d', 'refs/claims/ORDER-1']);
  expect(await say('alice', 'list')).toContain('ORDER-1');
  expect(await say('bob', 'feed')).toMatch(/saw .*ORDER-1.* moved without its session/);
});
