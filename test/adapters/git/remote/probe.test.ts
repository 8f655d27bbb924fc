import { readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { GitRemoteProbe } from '../../../../src/adapters/git/remote/probe.ts';
import { openRepository } from '../../../../src/adapters/git/repository.ts';
import { disproofsOf } from '../../../../src/core/remote/proofs.ts';
import { lackOf, type Remotes, serve, TRANSPORTS } from '../../../support/remotes/transports.ts';
import { createSandbox, PACKAGE, type Sandbox } from '../../../support/sandbox.ts';

const PREFIX = 'refs/claims/';

async function probeIn({ repo, env }: Sandbox, limitMs?: number): Promise<GitRemoteProbe> {
  const connect = (name: string) => ({ name, env, onSlow: () => {} });
  const shared = () => expect.fail('nothing is shared yet');
  return new GitRemoteProbe(await openRepository(repo, env), PREFIX, repo, connect, shared, limitMs);
}

/** Tries out a remote as `git claim init --remote` does. Returns what that disproved, and the refs that are left there. */
async function tryOut(sandbox: Sandbox, bare: string, url: string, prefix = PREFIX) {
  const probe = await probeIn(sandbox);
  const disproofs = disproofsOf(await probe.tried(await probe.named(url), prefix));
  const left = sandbox.git(['for-each-ref', '--format=%(refname)'], bare);
  return { disproofs: disproofs.map(({ proof, why, said }) => `${proof}: ${[why, said].filter(Boolean).join(': ')}`), left };
}

const tracesOf = ({ git }: Sandbox) => [git(['for-each-ref']), git(['count-objects', '-v'])];
const trials = () => readdirSync(tmpdir()).filter((name) => name.startsWith('git-claim-trial-'));

test.for(TRANSPORTS.filter((name) => name !== 'file'))(
  'what git serves is proved over %s, and nothing is left there or here',
  async (transport, { skip }) => {
    skip(lackOf(transport) !== null, lackOf(transport) ?? '');
    const sandbox = createSandbox();
    const remotes = await serve(sandbox, transport);
    onTestFinished(remotes.end);
    remotes.admit(sandbox);
    const bare = remotes.make('a.git');
    const before = tracesOf(sandbox);
    expect(await tryOut(sandbox, bare, remotes.url('a.git'))).toEqual({ disproofs: [], left: '' });
    expect(tracesOf(sandbox)).toEqual(before);
    expect(trials()).toEqual([]);
  },
);

/** A bare repository that is set up badly. */
async function badRemote(setUp: (sandbox: Sandbox, bare: string) => void) {
  const sandbox = createSandbox();
  const remotes: Remotes = await serve(sandbox, 'path');
  const bare = remotes.make('bad.git');
  sandbox.git(['remote', 'add', 'bad', bare]);
  setUp(sandbox, bare);
  return { sandbox, bare };
}

const hook = (name: string, text: string) => (_: Sandbox, bare: string) =>
  writeFileSync(join(bare, 'hooks', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });

const setting =
  (key: string, value: string) =>
  ({ git }: Sandbox, bare: string) =>
    void git(['config', key, value], bare);

const program = (fault: string) => (sandbox: Sandbox) => {
  const script = join(PACKAGE, 'test/support/remotes/receive-pack.cjs');
  sandbox.git(['config', 'remote.bad.receivepack', `'${process.execPath}' '${script}' ${fault}`]);
};

const PEELING = 'while read -r _ new ref; do [ "$(git cat-file -t $new)" = tag ] && git update-ref "$ref" "$new^{}"; done';

test.for([
  {
    what: 'has a hook that refuses refs that are no branches',
    setUp: hook('pre-receive', 'echo branches only >&2; exit 1'),
    disproofs: ['takes: refused: branches only'],
  },
  {
    what: 'hides claims from who pushes',
    setUp: setting('receive.hideRefs', 'refs/claims'),
    disproofs: ['takes: refused: deny updating a hidden ref'],
  },
  { what: 'hides claims from who fetches', setUp: setting('uploadpack.hideRefs', 'refs/claims'), disproofs: ['shows: hidden'] },
  { what: 'has no atomic pushes', setUp: setting('receive.advertiseAtomic', 'false'), disproofs: ['atomic: no-atomic'] },
  { what: 'drops annotated tags', setUp: hook('post-receive', PEELING), disproofs: ['keeps: peeled'], isVague: true },
  { what: 'swaps nothing: the last push wins', setUp: program('blind'), disproofs: ['swaps: both-won'], isVague: true },
  { what: 'says yes and does nothing', setUp: program('liar'), disproofs: ['shows: hidden'], isVague: true },
  { what: 'moves the one ref of a push and not the other', setUp: program('torn'), disproofs: ['atomic: torn'] },
])('a remote that $what is found out', async ({ setUp, disproofs, isVague }) => {
  const { sandbox, bare } = await badRemote(setUp);
  const found = await tryOut(sandbox, bare, 'bad');
  expect(found.disproofs).toEqual(isVague ? expect.arrayContaining(disproofs) : disproofs);
  expect(found.left).toBe('');
});

test('what deletes nothing is found out, and the refs that are left are named', async () => {
  const { sandbox, bare } = await badRemote(hook('update', 'case $3 in *[!0]*) ;; *) echo no deletes >&2; exit 1 ;; esac'));
  const { disproofs, left } = await tryOut(sandbox, bare, 'bad');
  expect(disproofs).toEqual(['deletes: refused: no deletes']);
  expect(left.split('\n').every((ref) => /^refs\/claims\/git-claim-probe\.\d+\.[0-9a-f]{32}\.[1-4]$/.test(ref))).toBe(true);
  // The next trial, later, takes them along.
  for (const ref of left.split('\n')) {
    sandbox.git(['update-ref', ref.replace(/\d{10}/, '1760000000'), ref], bare);
    sandbox.git(['update-ref', '-d', ref], bare);
  }
  hook('update', 'exit 0')(sandbox, bare);
  expect(await tryOut(sandbox, bare, 'bad')).toEqual({ disproofs: [], left: '' });
});

test('a remote that cannot be reached, asks for a password, or never answers, is told within its time', async ({ skip }) => {
  const sandbox = createSandbox();
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await new Promise((listens) => silent.on('listening', listens));
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as { port: number };
  const said = async (url: string, limitMs?: number) => {
    const probe = await probeIn(sandbox, limitMs);
    const remote = await probe.named(url);
    return probe.tried(remote, PREFIX).catch((error) => error.failure);
  };
  expect(await said('git://127.0.0.1:1/a.git')).toMatchObject({
    kind: 'remote-untried',
    said: expect.stringContaining('unable to connect'),
  });
  const hung = await said(`git://127.0.0.1:${port}/a.git`, 300);
  expect(hung).toMatchObject({ code: 'remote', kind: 'remote-untried', said: null });
  const lack = lackOf('http');
  if (lack !== null) skip(true, lack);
  const remotes = await serve(sandbox, 'http');
  onTestFinished(remotes.end);
  remotes.make('a.git');
  const url = remotes.url('a.git').replace(/\/\/.*@/, '//eve@');
  const asked = await said(url);
  expect(asked).toMatchObject({
    kind: 'remote-untried',
    said: expect.stringMatching(/could not read Password|terminal prompts disabled/),
  });
  expect(JSON.stringify(asked)).not.toContain('eve');
});
