import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inAskingTerminal } from '../support/asking-terminal.ts';
import { serve } from '../support/remotes/transports.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

const as = (session: string) => ({ env: { GIT_CLAIM_SESSION: session } });

async function clones(remote = 'origin.git') {
  const [one, other] = [createSandbox(), createSandbox()];
  const bare = (await serve(one, 'path')).make(remote);
  for (const { git } of [one, other]) git(['remote', 'add', 'origin', bare]);
  return { one, other, bare };
}

/** Returns what init set of sharing. */
function configured({ git }: Sandbox): string {
  const lines = git(['config', '--local', '--list']).split('\n');
  return lines.filter((line) => /^claim\.(?:remote|refprefix)=/.test(line)).join(' ');
}

const refusing = (bare: string, text: string) =>
  writeFileSync(join(bare, 'hooks/update'), `#!/bin/sh\n${text}\n`, { mode: 0o755 });

test('init proves a remote and says so, sends the claims that are here, and takes nothing away again but what it set', async () => {
  const { one, other, bare } = await clones();
  await runCli(one, ['--no-worktree', 'ORDER-1'], as('ada'));
  const before = readFileSync(join(one.repo, '.git/config'), 'utf8');
  const shown = await runCli(one, ['init', '--remote', 'origin', '--print']);
  expect(shown.stdout).toContain('| \tremote = origin'.replaceAll('\t', '    '));
  expect(shown.stdout).toContain('once it is proved');
  const { transcript } = await runCli(one, ['init', '--remote', 'origin']);
  expect(transcript.replaceAll(bare, '<bare>').replace(/^ {2}write .*\n/gm, '')).toMatchInlineSnapshot(`
    "$ git claim init --remote origin
    git-claim is set up in this repository (mode soft, hooks as files in the hooks folder)
      share   through origin, <dir>/path remotes/origin.git
      proved  it takes refs below refs/claims/
      proved  of two pushes that expect the same it accepts one
      proved  it moves all refs of a push, or none
      proved  it shows claims to whoever fetches
      proved  it keeps annotated tags, which claims are
      proved  it deletes refs, and has none left of the trial
      claims  ORDER-1: confirmed by origin
      next    git claim <order> claims work; git claim init --uninstall undoes all this
    exit 0
    "
  `);
  expect(one.git(['for-each-ref', '--format=%(refname)'], bare)).toBe('refs/claims/ORDER-1');
  const second = await runCli(other, ['init', '--remote', 'origin'], as('bob'));
  expect(second.stdout).toContain('  claims  ORDER-1: as on origin');
  expect(await runCli(other, ['ORDER-1'], as('bob'))).toMatchObject({ code: 3, stderr: expect.stringContaining('ada') });
  expect((await runCli(other, ['init', '--check'])).code).toBe(0);
  await runCli(one, ['init', '--uninstall']);
  expect(readFileSync(join(one.repo, '.git/config'), 'utf8')).toBe(before);
  // What is shared is shared: the other clone's purge leaves it where it is.
  const purged = await inAskingTerminal(other, 'y\n', ['init', '--purge']);
  expect(purged.seen).toContain('stays   the claims on origin, which other clones share');
  expect(configured(other)).toBe('');
  expect(other.git(['for-each-ref', 'refs/claims', 'refs/claims-remote'])).toBe('');
  expect(one.git(['for-each-ref', '--format=%(refname)'], bare)).toBe('refs/claims/ORDER-1');
});

test('init refuses a remote that fails a trial, and one that git mirrors, and sets nothing', async () => {
  const { one, bare } = await clones();
  one.git(['config', 'receive.advertiseAtomic', 'false'], bare);
  const failed = await runCli(one, ['init', '--remote', 'origin']);
  expect(failed.transcript.replaceAll(bare, '<bare>')).toMatchInlineSnapshot(`
    "$ git claim init --remote origin
    stderr:
    error: claims cannot be shared through <dir>/path remotes/origin.git
      it has no atomic pushes, which move all refs or none
      hint    ask whoever runs it, or name another repository: claims need not be where the code is
    exit 7
    "
  `);
  const { error } = JSON.parse((await runCli(one, ['init', '--remote', 'origin', '--json'])).stdout);
  expect(error).toMatchObject({ code: 'remote', message: expect.stringContaining('no atomic pushes') });
  one.git(['config', 'remote.copy.url', `${bare}/`]);
  one.git(['config', 'remote.copy.mirror', 'true']);
  const mirrored = await runCli(one, ['init', '--remote', 'origin']);
  expect(mirrored).toMatchObject({
    code: 129,
    stderr: expect.stringContaining('remote.copy.mirror is "true": that moves every ref'),
  });
  const nowhere = await runCli(one, ['init', '--remote', 'upstream']);
  expect(nowhere.transcript).toMatchInlineSnapshot(`
    "$ git claim init --remote upstream
    stderr:
    error: "upstream" is neither a remote of this repository nor an address
      hint    its remotes: origin, copy; an address begins with https://, ssh://, git:// or file://, or is a folder
    exit 129
    "
  `);
  expect([configured(one), one.git(['for-each-ref'], bare)]).toEqual(['', '']);
});

test('where only tags are taken, claims are tags, unless there are claims elsewhere already', async () => {
  const { one, other, bare } = await clones();
  refusing(bare, 'case $1 in refs/heads/*|refs/tags/*) ;; *) echo "no $1" >&2; exit 1 ;; esac');
  await runCli(one, ['--no-worktree', 'ORDER-1'], as('ada'));
  const refused = await runCli(one, ['init', '--remote', 'origin']);
  expect(refused).toMatchObject({ code: 129, stderr: expect.stringContaining('takes claims only below refs/tags/claims/') });
  expect(configured(one)).toBe('');
  const { stdout } = await runCli(other, ['init', '--remote', bare]);
  expect(stdout).toContain('  proved  it takes refs below refs/tags/claims/\n');
  expect(configured(other)).toBe(`claim.remote=${bare} claim.refprefix=refs/tags/claims/`);
  await runCli(other, ['--no-worktree', 'ORDER-2'], as('bob'));
  expect(other.git(['for-each-ref', '--format=%(refname)'], bare)).toBe('refs/tags/claims/ORDER-2');
});

test('an agent shares claims, and only a person moves them elsewhere; doctor says what is wrong with it', async () => {
  const { one, bare } = await clones();
  const codex = join(one.dir, 'codex');
  writeFileSync(codex, '#!/bin/sh\n"$@"; exit $?\n', { mode: 0o755 });
  const asAgent = (...words: string[]) =>
    spawnSync(codex, ['git', '-c', 'claim.remote=/nowhere', 'claim', ...words], {
      cwd: one.repo,
      env: { ...one.env, GIT_CLAIM_SESSION: 'bob' },
      encoding: 'utf8',
    });
  expect(asAgent('init', '--remote', 'origin').status).toBe(0);
  const elsewhere = asAgent('init', '--remote', bare);
  expect(elsewhere).toMatchObject({
    status: 4,
    stderr: expect.stringContaining('only a person shares claims through another remote'),
  });
  expect(configured(one)).toBe('claim.remote=origin');
  one.git(['remote', 'set-url', 'origin', `${bare}.gone`]);
  const doctor = await runCli(one, ['doctor']);
  expect(doctor.stdout).toContain('origin cannot be reached, so nothing can be claimed but with --offline');
  one.git(['remote', 'remove', 'origin']);
  expect(await runCli(one, ['init', '--check'])).toMatchObject({
    code: 5,
    stdout: expect.stringContaining('claim.remote is origin, which is neither a remote nor an address'),
  });
});
