import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { createSandbox, type Sandbox } from '../sandbox.ts';
import { machine } from './machine.ts';
import { lackOfNetworks, network } from './network.ts';
import { type Fault, proxyBefore } from './proxy.ts';
import { lackOf, serve } from './transports.ts';

const FAULTS: readonly { fault: Fault; hears: boolean; isDone: boolean }[] = [
  { fault: { kind: 'none' }, hears: true, isDone: true },
  { fault: { kind: 'delay', ms: 50 }, hears: true, isDone: true },
  { fault: { kind: 'twice' }, hears: true, isDone: true },
  { fault: { kind: 'drop-request' }, hears: false, isDone: false },
  { fault: { kind: 'cut', side: 'request', bytes: 60 }, hears: false, isDone: false },
  { fault: { kind: 'drop-reply' }, hears: false, isDone: true },
  { fault: { kind: 'late', ms: 20 }, hears: false, isDone: true },
];

test.for(['git', 'http'] as const)(
  'what the proxy does to a push over %s, client and server see',
  async (transport, { skip }) => {
    skip(lackOf(transport) !== null, lackOf(transport) ?? '');
    const sandbox = createSandbox();
    const remotes = await serve(sandbox, transport);
    onTestFinished(remotes.end);
    const proxy = await proxyBefore(remotes.port as number);
    onTestFinished(proxy.end);
    const bare = remotes.make('a.git');
    for (const [n, { fault, hears, isDone }] of FAULTS.entries()) {
      proxy.behave((exchange) => (exchange === 'push' ? fault : { kind: 'none' }));
      const ref = `refs/claims/ORDER-${n}`;
      const words = [
        'push',
        '--porcelain',
        `--force-with-lease=${ref}:`,
        remotes.url('a.git', proxy.port),
        `${blob(sandbox, n)}:${ref}`,
      ];
      const { code } = await git(sandbox, words);
      await proxy.settled();
      const found = sandbox.git(['for-each-ref', '--format=%(refname)', ref], bare);
      expect({ fault, hears: code === 0, isDone: found === ref }).toEqual({ fault, hears, isDone });
    }
    expect([...proxy.met.keys()].sort()).toEqual([...new Set(FAULTS.map(({ fault }) => `push ${fault.kind}`))].sort());
  },
);

test('a machine has its own host name, boot id, HOME and repository, and sees the processes of its own commands', async () => {
  const [one, other] = [await machine('one'), await machine('other')];
  onTestFinished(one.end);
  onTestFinished(other.end);
  for (const it of [one, other]) expect((await it.run('ada', ['--no-worktree', 'ORDER-1'])).stderr).toBe('');
  const records = [one, other].map((it) => it.git(['cat-file', '-p', 'refs/claims/ORDER-1']));
  for (const [n, it] of [one, other].entries()) expect(records[n]).toMatch(new RegExp(`^Host: ${it.host}$`, 'm'));
  for (const [n, it] of [one, other].entries()) expect(records[n]).toContain(it.boot);
  expect(one.git(['rev-parse', 'main'])).toBe(other.git(['rev-parse', 'main']));
});

test('a machine that is cut off reaches nobody, the other one does, and after it both do', async ({ skip }) => {
  skip(lackOfNetworks() !== null, lackOfNetworks() ?? '');
  const wires = await network();
  onTestFinished(wires.end);
  const [one, other] = [await machine('one', true), await machine('other', true)];
  onTestFinished(one.end);
  onTestFinished(other.end);
  wires.join(one);
  wires.join(other);
  one.git(['clone', '--quiet', '--bare', '.', join(one.dir, 'a.git')]);
  const url = `${await wires.serve(one, one.dir)}a.git`;
  const reaches = async (it: typeof one) => (await git(it, ['ls-remote', url], it.under())).code === 0;
  expect([await reaches(one), await reaches(other)]).toEqual([true, true]);
  wires.cutOff(one);
  expect([await reaches(one), await reaches(other)]).toEqual([false, true]);
  wires.reconnect(one);
  expect([await reaches(one), await reaches(other)]).toEqual([true, true]);
});

function blob({ repo, git }: Sandbox, n: number): string {
  writeFileSync(join(repo, 'blob'), `${n}\n`);
  return git(['hash-object', '-w', 'blob']);
}

/** Runs git beside the servers of this process, which must go on meanwhile. */
async function git({ repo, env }: Sandbox, words: readonly string[], under: readonly string[] = []) {
  const [program = '', ...args] = [...under, 'git', ...words];
  const child = spawn(program, args, { cwd: repo, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  return { code: code as number, said };
}
