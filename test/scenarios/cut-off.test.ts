import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { beyondTerminal } from '../support/beyond-terminal.ts';
import { type Machine, machine } from '../support/remotes/machine.ts';
import { lackOfNetworks, network } from '../support/remotes/network.ts';
import { createSandbox } from '../support/sandbox.ts';

/** Two machines that share claims through a server, and can be cut off from it. */
async function field() {
  const server = createSandbox();
  const wires = await network();
  onTestFinished(wires.end);
  server.git(['init', '--quiet', '--bare', join(server.dir, 'claims.git')]);
  const url = `${await wires.serve(server, server.dir)}claims.git`;
  const machines = await Promise.all(
    ['east', 'west'].map(async (name) => {
      const one = await machine(name, true);
      onTestFinished(one.end);
      wires.join(one);
      one.git(['config', 'claim.remote', url]);
      return one;
    }),
  );
  const [east, west] = machines as [Machine, Machine];
  const onServer = (order: string) => server.git(['cat-file', '-p', `refs/claims/${order}`], join(server.dir, 'claims.git'));
  return { wires, east, west, onServer };
}

/** What a person types at a terminal of a machine, and sees. */
function asPerson(one: Machine, typed: string, command: string): string {
  const [program = '', ...rest] = [...one.under(), 'script', '-qec', command, '/dev/null'];
  const { file, args, argv0 } = beyondTerminal(program, rest);
  return spawnSync(file, args, { argv0, cwd: one.repo, env: { ...one.env, TERM: 'dumb' }, input: typed, encoding: 'utf8' })
    .stdout;
}

test('a machine that is cut off goes on with what it holds, is told at once what it cannot have, and loses no work', async ({
  skip,
}) => {
  skip(lackOfNetworks() !== null, lackOfNetworks() ?? '');
  const { wires, east, west, onServer } = await field();
  expect((await east.run('ada', ['init', '--mode', 'hard'])).code).toBe(0);
  expect((await east.run('ada', ['ORDER-1'])).code).toBe(0);
  wires.cutOff(east);

  // A commit needs nobody, whatever the hooks ask.
  const tree = join(east.dir, 'my äpp.claims', 'ORDER-1');
  writeFileSync(join(tree, 'work'), 'of ada\n');
  east.git(['add', 'work'], tree);
  const [program = '', ...words] = [...east.under(tree), 'git', 'commit', '--quiet', '--message', 'work of ada'];
  const committed = spawnSync(program, words, { cwd: tree, env: { ...east.env, GIT_CLAIM_SESSION: 'ada' }, encoding: 'utf8' });
  expect(committed).toMatchObject({ status: 0, stderr: '' });
  const refused = await east.run('ada', ['ORDER-2']);
  expect(refused).toMatchObject({ code: 7, stderr: expect.stringContaining('--offline') });
  expect((await east.run('ada', ['--offline', 'ORDER-2'])).code).toBe(0);
  expect((await east.run('ada', ['list'])).stdout).toMatch(/ORDER-1[\s\S]*ORDER-2/);

  // Meanwhile, elsewhere.
  expect(await west.run('bob', ['ORDER-1'])).toMatchObject({ code: 3, stderr: expect.stringContaining('east') });
  expect((await west.run('bob', ['ORDER-2'])).code).toBe(0);
  expect(asPerson(west, 'ORDER-1 1\n', "git claim --session bob take ORDER-1 --force --reason 'ada is away'")).toContain(
    'ORDER-1 is yours',
  );

  wires.reconnect(east);
  const synced = await east.run('ada', ['sync']);
  expect(synced.stdout).toMatch(/^ORDER-1: as on git:.*\nORDER-2: git:.* has another claim, which counts; .*\n$/);
  expect(synced.stderr).toMatch(/^warning: you lost ORDER-2 to bob at .*; your work stays where it is,.*\n$/);
  const told = await east.run('ada', ['status']);
  expect(told.stderr).toMatch(/^warning: you lost ORDER-1 to bob at .*: ada is away; .*; your work stays where it is,.*\n$/);
  for (const order of ['ORDER-1', 'ORDER-2']) expect(onServer(order)).toMatch(/^Session: bob$/m);
  expect((await east.run('ada', ['release', 'ORDER-1'])).code).toBe(4);
  expect((await east.run('ada', ['rescue', 'ORDER-1'])).code).toBe(0);
  expect(east.git(['log', '-1', '--format=%s', 'order-1'])).toBe('work of ada');
});
