import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSandbox } from '../support/sandbox.ts';

const GROUP = 4242;
const MISSING =
  process.getuid?.() === 0 && spawnSync('setpriv', ['--version']).status === 0 ? null : 'only root can be two users';

/** A folder of a group, and a function that runs a script there as one of its members. */
function team(umask: string) {
  const { dir, env } = createSandbox();
  for (const path of [dir, dirname(dir)]) chmodSync(path, 0o711);
  const home = (user: number) => join(dir, `home ${user}`);
  const folder = join(dir, 'team');
  mkdirSync(folder);
  chownSync(folder, 0, GROUP);
  chmodSync(folder, 0o2775);
  for (const user of [5001, 5002]) {
    mkdirSync(home(user));
    writeFileSync(
      join(home(user), '.gitconfig'),
      `[user]\n\tname = User ${user}\n\temail = user${user}@example.com\n[init]\n\tdefaultBranch = main\n[safe]\n\tdirectory = *\n`,
    );
    for (const path of [home(user), join(home(user), '.gitconfig')]) chownSync(path, user, user);
  }
  const as = (user: number, script: string) => {
    const ids = ['--reuid', String(user), '--regid', String(user), '--groups', String(GROUP)];
    const { status, stdout, stderr } = spawnSync(
      'setpriv',
      [...ids, 'sh', '-c', `umask ${umask}; cd lib 2>/dev/null; ${script}`],
      {
        cwd: folder,
        env: { ...env, HOME: home(user), GIT_CLAIM_SESSION: `user${user}` },
        encoding: 'utf8',
      },
    );
    return { code: status, stdout, stderr };
  };
  return { folder, as };
}

describe.each([
  ['core.sharedRepository=group, and a umask that gives the group nothing', 'git init -q --shared=group lib', '022'],
  ['core.sharedRepository=group', 'git init -q --shared=group lib', '002'],
  ['a umask of 002 alone', 'git init -q lib', '002'],
])('two users: %s', (_, init, umask) => {
  test('both claim, commit, announce and look, in hard mode', async ({ skip }) => {
    skip(MISSING !== null, MISSING ?? '');
    const { folder, as } = team(umask);
    const fine = { code: 0, stderr: '' };
    const steps = `${init} && cd lib && echo one >f && git add f && git commit -qm one && git claim init --mode hard >/dev/null`;
    expect(as(5001, steps)).toMatchObject(fine);
    expect(as(5001, 'git commit -q --allow-empty -m first && git claim ORDER-1 && git claim intent "rename it"')).toMatchObject(
      fine,
    );
    // With such a umask, git itself lets only one of them commit in one worktree.
    const { code: plainly } = as(5002, 'git -c core.hooksPath=/dev/null commit -q --allow-empty -m plain');
    expect(as(5002, 'git commit -q --allow-empty -m second')).toMatchObject({
      code: plainly,
      stderr: expect.not.stringMatching(/EACCES|claim\/passed/),
    });
    expect(as(5002, 'git claim ORDER-2')).toMatchObject({ code: 0, stderr: expect.not.stringMatching(/EACCES|denied|helper/) });
    expect(as(5002, 'git claim ORDER-1')).toMatchObject({ code: 3, stderr: expect.stringContaining('user5001') });
    expect(as(5002, 'git claim intents').stdout).toContain('rename it');
    expect(as(5001, 'git claim list').stdout).toMatch(/ORDER-1.*\n.*ORDER-2/);
    expect(as(5002, 'cd ../lib.claims/ORDER-2 && echo 2 >g && git add g && git commit -qm work && git claim complete').code).toBe(
      0,
    );
    const { stdout, stderr } = as(5002, 'git claim doctor --json');
    const { findings } = JSON.parse(stdout) as { findings: { kind: string; severity: string; message: string }[] };
    expect([stderr, findings.filter(({ severity, kind }) => severity === 'warn' && kind !== 'file-system')]).toEqual(['', []]);
    // What one user made, the other can write and remove.
    const own = join(folder, 'lib/.git/claim');
    for (const path of [own, join(own, 'cache.db'), join(own, 'locks.db'), `${folder}/lib.claims`])
      expect([path, existsSync(path) && statSync(path).mode & 0o060]).toEqual([path, 0o060]);
    expect(as(5001, 'git claim release ORDER-1 && git claim session end')).toMatchObject({ code: 0 });
  });
});

test('what nobody shares is its owner’s alone', async ({ skip }) => {
  skip(MISSING !== null, MISSING ?? '');
  const { folder, as } = team('022');
  expect(as(5001, 'git init -q lib && cd lib && git commit -q --allow-empty -m one && git claim ORDER-1').code).toBe(0);
  const own = join(folder, 'lib/.git/claim');
  expect(readdirSync(own).length).toBeGreaterThan(1);
  expect(statSync(own).mode & 0o077).toBe(0);
  // Another user may read the claims, and is told what cannot be done.
  expect(as(5002, 'git claim list')).toMatchObject({ code: 0, stdout: expect.stringContaining('ORDER-1') });
  expect(as(5002, 'git claim ORDER-2').code).toBe(128);
});

test.for([
  ['git itself works', '', 'git config claim.orders >/dev/null'],
  ['doctor looks, in a shared repository', '--shared=group', 'git claim doctor >/dev/null'],
] as const)('another user may read what a claim under a umask of 077 installed: %s', ([_, shared, script], { skip }) => {
  skip(MISSING !== null, MISSING ?? '');
  const { folder, as } = team('022');
  const order =
    'mkdir orders && printf "%s\\n" --- "status: pending" --- >orders/ORDER-1.md && git add orders && git commit -qm one';
  expect(as(5001, `git init -q ${shared} lib && cd lib && ${order}`)).toMatchObject({ code: 0, stderr: '' });
  expect(as(5001, 'git config claim.orders "orders/*.md" && umask 077 && git claim --no-worktree ORDER-1').code).toBe(0);
  expect(existsSync(join(folder, 'lib/.git/git-claim.config'))).toBe(true);
  expect(as(5002, script)).toEqual({ code: 0, stdout: '', stderr: '' });
});
