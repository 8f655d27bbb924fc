import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { untilQuiet } from '../support/sessions.ts';

const ALICE = { env: { GIT_CLAIM_SESSION: 'alice' } };

type Row = {
  readonly kind: string;
  readonly severity: string;
  readonly place: string | null;
  readonly order: string | null;
  readonly message: string;
  readonly remedy: string | null;
  readonly fixed: boolean;
};

async function doctor(sandbox: Sandbox, ...args: string[]): Promise<{ code: number | null; findings: readonly Row[] }> {
  const { code, stdout } = await runCli(sandbox, ['doctor', '--json', ...args]);
  return { code, findings: JSON.parse(stdout).findings };
}

/** Everything except what a healthy repository shows too. */
const troubles = (findings: readonly Row[]) =>
  findings.filter(({ kind, severity }) => kind !== 'version' && kind !== 'mode' && !(kind === 'hooks' && severity === 'info'));

test('a repository where all is well', async () => {
  const sandbox = createSandbox();
  const { code, findings } = await doctor(sandbox);
  expect(code).toBe(0);
  expect(findings.map(({ kind, severity }) => `${kind} ${severity}`)).toEqual(['not-set-up info', 'version info']);
  await runCli(sandbox, ['init'], ALICE);
  await runCli(sandbox, ['ORDER-1'], ALICE);
  expect(troubles((await doctor(sandbox)).findings)).toEqual([]);
  expect((await runCli(sandbox, ['doctor'])).stdout).toMatch(
    /^info {2}git version .*\ninfo {2}in soft mode; in the last 7d: 0 warnings, 0 overridden\nno problems found\n$/,
  );
});

test('each trouble is found with its remedy; --fix repairs what cannot lose work, and nothing else', async () => {
  const sandbox = createSandbox();
  const { repo, dir, git } = sandbox;
  await runCli(sandbox, ['init'], ALICE);
  for (const order of ['ORDER-1', 'ORDER-2', 'ORDER-3']) await runCli(sandbox, [order], ALICE);
  await runCli(sandbox, ['release', 'ORDER-1'], ALICE);
  rmSync(`${repo}.claims/ORDER-2`, { recursive: true });
  git(['update-ref', 'refs/claims/some/thing', 'HEAD']);
  git(['symbolic-ref', 'refs/claims/ORDER-9', 'refs/heads/main']);
  rmSync(join(repo, '.git/hooks/post-commit'));
  const locks = ['refs/heads/main.lock', 'refs/claims/ORDER-3.lock', 'packed-refs.lock'].map((name) => join(repo, '.git', name));
  for (const lock of locks) putOld(lock);
  const fresh = join(repo, '.git/refs/heads/new.lock');
  writeFileSync(fresh, '');
  git(['clone', '--quiet', '.', '../a clone']);
  git(['clone', '--quiet', '../a clone', '../clone of the clone']);
  git(['init', '--quiet', '../somebody else']);
  git(['config', 'core.ignorecase', 'true']);

  const seen = await doctor(sandbox);
  expect(seen.code).toBe(5);
  const summary = troubles(seen.findings).map(({ kind, severity, place, order }) => [
    kind,
    severity,
    order ?? place?.replace(`${dir}/`, ''),
  ]);
  expect(summary.slice().sort()).toEqual(
    [
      // One cause, in three worktrees.
      ['hooks', 'warn', undefined],
      ...locks.map((lock) => ['lock', 'warn', lock.slice(dir.length + 1)]),
      ['foreign-ref', 'warn', 'refs/claims/some/thing'],
      ['foreign-ref', 'warn', 'ORDER-9'],
      ['missing-worktree', 'warn', 'ORDER-2'],
      ['unclaimed-worktree', 'info', 'ORDER-1'],
      ['other-clone', 'info', 'a clone'],
      ['file-system', 'warn', undefined],
    ].sort(),
  );
  const [hooks] = seen.findings.filter(({ kind }) => kind === 'hooks');
  expect(hooks?.message).toMatch(
    /^git-claim's hooks do not run in 3 worktrees \(\., \.\.\/my äpp\.claims\/ORDER-1, .*ORDER-3\): .*post-commit is missing \(post-commit\)$/,
  );
  expect(seen.findings.filter(({ kind, remedy }) => remedy === null && !['version', 'mode'].includes(kind))).toEqual([]);
  expect(locks.every(existsSync)).toBe(true);

  // Git may hold it, however long the commands before took.
  writeFileSync(fresh, '');
  const fixedNow = await doctor(sandbox, '--fix');
  expect(fixedNow.code).toBe(5);
  expect(fixedNow.findings.filter(({ fixed }) => fixed).map(({ kind }) => kind)).toEqual(['hooks', ...locks.map(() => 'lock')]);
  expect([...locks, fresh].filter(existsSync)).toEqual([fresh]);
  writeFileSync(fresh, '');
  const left = new Set(troubles((await doctor(sandbox)).findings).map(({ kind }) => kind));
  expect(left).toEqual(new Set(['foreign-ref', 'missing-worktree', 'unclaimed-worktree', 'other-clone', 'file-system']));
  // The remedies work as they say.
  git(['config', 'core.ignorecase', 'false']);
  await runCli(sandbox, ['worktree', 'add', 'ORDER-2'], ALICE);
  await runCli(sandbox, ['worktree', 'remove', 'ORDER-1'], ALICE);
  git(['update-ref', '-d', 'refs/claims/some/thing']);
  git(['symbolic-ref', '--delete', 'refs/claims/ORDER-9']);
  rmSync(fresh);
  rmSync(join(dir, 'a clone'), { recursive: true });
  rmSync(join(dir, 'clone of the clone'), { recursive: true });
  const healthy = await doctor(sandbox);
  expect({ code: healthy.code, left: troubles(healthy.findings) }).toEqual({ code: 0, left: [] });
});

/** Each breaks a worktree; `kind` and `says` are doctor's finding, whose remedy is run as it is. */
const BROKEN: readonly [name: string, make: (sandbox: Sandbox) => string, says: string][] = [
  [
    'one that another tool locked and lost',
    ({ git, dir, repo }) => {
      git(['worktree', 'add', '--quiet', '-b', 'x', '--lock', '--reason', 'an agent', join(dir, 'gone')]);
      rmSync(join(dir, 'gone'), { recursive: true });
      return repo;
    },
    'this worktree is gone, and another tool has locked it ("an agent"), so nobody can check out x',
  ],
  [
    'a copy of the repository',
    ({ repo, dir }) => {
      cpSync(repo, join(dir, 'copy'), { recursive: true });
      return join(dir, 'copy');
    },
    'it belongs to another repository, of which this one may be a copy',
  ],
  [
    'one without its .git',
    ({ repo }) => {
      rmSync(`${repo}.claims/ORDER-1/.git`);
      return repo;
    },
    'its file .git is gone',
  ],
  [
    'core.bare in the main worktree',
    ({ repo, git }) => {
      git(['config', 'core.bare', 'true']);
      return repo;
    },
    'core.bare is set here',
  ],
  [
    'core.bare in a linked worktree',
    ({ repo, git, dir }) => {
      git(['config', 'extensions.worktreeConfig', 'true']);
      git(['worktree', 'add', '--quiet', '-b', 'x', join(dir, 'x')]);
      git(['config', 'core.bare', 'true']);
      git(['config', '--worktree', 'core.bare', 'false'], `${repo}.claims/ORDER-1`);
      git(['config', '--file', join(repo, '.git/config.worktree'), 'core.bare', 'false']);
      return repo;
    },
    'core.bare is set here',
  ],
];

test.each(BROKEN)('a worktree that is broken is found, and its remedy works as it says: %s', async (_, make, says) => {
  const sandbox = createSandbox();
  await runCli(sandbox, ['ORDER-1'], ALICE);
  const cwd = make(sandbox);
  const look = async () => {
    const { stdout } = await runCli(sandbox, ['doctor', '--json'], { ...ALICE, cwd });
    const { findings } = JSON.parse(stdout) as { findings: { kind: string; message: string; remedy: string }[] };
    return findings.filter(({ kind }) => ['lost-worktree', 'copied-worktree', 'bare'].includes(kind));
  };
  const found = await look();
  expect(found).toMatchObject([{ message: expect.stringContaining(says) }]);
  const remedy = (found[0]?.remedy ?? '').replace(/^if it is gone for good: /, '');
  execFileSync('sh', ['-c', remedy], { cwd, env: sandbox.env, stdio: 'ignore' });
  expect(await look()).toEqual([]);
});

test('other clones of one origin, however its address is written', async () => {
  const sandbox = createSandbox();
  const { git } = sandbox;
  const origins = {
    same: 'https://Example.com/ada/app',
    ssh: 'git@example.com:ada/app.git',
    port: 'ssh://git@example.com:22/ada/app.git',
    other: 'https://example.com/ada/other.git',
  };
  git(['remote', 'add', 'origin', 'ssh://example.com/ada/app.git/']);
  for (const [name, url] of Object.entries(origins)) {
    git(['init', '--quiet', `../${name}`]);
    git(['-C', `../${name}`, 'remote', 'add', 'origin', url]);
  }
  const clones = (await doctor(sandbox)).findings.filter(({ kind }) => kind === 'other-clone');
  expect(clones.map(({ place }) => place?.slice(sandbox.dir.length + 1)).sort()).toEqual(['port', 'same', 'ssh']);
});

test('it tells what the hooks warned of since the mode was set, for people to raise it on evidence', async () => {
  const sandbox = createSandbox();
  await runCli(sandbox, ['init', '--mode', 'shadow'], ALICE);
  await runCli(sandbox, ['ORDER-1'], ALICE);
  const commit = () =>
    spawnSync('git', ['commit', '--quiet', '--allow-empty', '--message', 'mine now'], {
      cwd: `${sandbox.repo}.claims/ORDER-1`,
      env: { ...sandbox.env, GIT_CLAIM_SESSION: 'bob' },
    });
  expect(commit().status).toBe(0);
  // The log is told in the background.
  await untilQuiet(sandbox);
  const [mode] = (await doctor(sandbox)).findings.filter(({ kind }) => kind === 'mode');
  expect(mode?.message).toMatch(/^in shadow mode for \d+s: [1-9] warnings?, 1 overridden$/);
  expect(mode?.remedy).toMatch(/^if they were right: git claim init --mode hard \(.*branch \d/);
  // From then on the count starts anew.
  await runCli(sandbox, ['init', '--mode', 'hard'], ALICE);
  expect(commit().status).not.toBe(0);
  const [raised] = (await doctor(sandbox)).findings.filter(({ kind }) => kind === 'mode');
  expect(raised).toMatchObject({ message: expect.stringMatching(/^in hard mode for \d+s: .*[1-9] refused$/), remedy: null });
});

test('a cache that does not work, and a disk on which hooks cannot be run', async ({ skip }) => {
  const sandbox = createSandbox();
  mkdirSync(join(sandbox.repo, '.git/claim/cache.db'), { recursive: true });
  const cache = (await doctor(sandbox)).findings.filter(({ kind }) => kind === 'cache');
  expect(cache).toMatchObject([{ severity: 'warn', message: expect.stringContaining('is not a plain file') }]);
  rmSync(join(sandbox.repo, '.git/claim/cache.db'), { recursive: true });
  await runCli(sandbox, ['init'], ALICE);
  const mounts = 'mount --bind "$1" "$1" && mount -o remount,noexec,bind "$1" && shift && exec "$@"';
  const run = (...words: string[]) =>
    spawnSync('unshare', ['--mount', 'sh', '-c', mounts, 'sh', join(sandbox.repo, '.git'), ...words], {
      cwd: sandbox.repo,
      env: sandbox.env,
      encoding: 'utf8',
    });
  if (run('true').status !== 0) skip('nothing can be mounted here');
  expect(run('git', 'claim', 'doctor').stdout).toMatch(
    /git-claim's hooks do not run in this worktree: their file system does not allow programs to run \(pre-commit, /,
  );
});

function putOld(path: string): void {
  writeFileSync(path, '');
  const anHourAgo = Date.now() / 1000 - 3600;
  utimesSync(path, anHourAgo, anHourAgo);
}
