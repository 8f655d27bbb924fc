import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openClaims } from '../../src/library/open.ts';
import { controlIn } from '../support/gently.ts';
import { HOSTILE_NAMES } from '../support/paths.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

/** Runs one command of a session. */
function as(sandbox: Sandbox, session: string, args: readonly string[], cwd = sandbox.repo) {
  return runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: session }, cwd });
}

async function told(sandbox: Sandbox, lines: readonly (readonly [session: string, ...args: string[]])[]): Promise<string> {
  const parts: string[] = [];
  for (const [session, ...args] of lines) parts.push(`${session}${(await as(sandbox, session, args)).transcript}`);
  return `\n${parts.join('\n')}`;
}

function refs(sandbox: Sandbox): string[] {
  const out = sandbox.git(['for-each-ref', '--format=%(refname)', 'refs/claim-paths']);
  return out === '' ? [] : out.split('\n').map((ref) => ref.slice('refs/claim-paths/'.length));
}

function trailers(sandbox: Sandbox, order: string): string {
  return sandbox.git(['for-each-ref', '--format=%(contents:trailers:key=Path,valueonly,separator= )', `refs/claims/${order}`]);
}

test('files and folders that one session has, and another wants', async () => {
  const sandbox = createSandbox();
  const { alice, bob } = { alice: 'alice', bob: 'bob' } as const;
  expect(
    await told(sandbox, [
      [alice, 'path', 'src/auth/login.ts', 'docs'],
      [alice, 'path', 'docs'],
      [bob, 'path', 'src'],
      [bob, 'path', 'docs/intro.md', 'README.md'],
      [alice, 'path', 'src/auth'],
      [alice, 'path', 'src/auth/login.ts'],
      [bob, 'paths'],
      [alice, 'status'],
      [bob, 'path', '--release', 'docs'],
      [alice, 'path', '--release', 'src/auth/login.ts'],
      [alice, 'path', '--release', 'docs', 'src/auth'],
      [alice, 'path', '--release', 'docs'],
      [alice, 'paths'],
    ]),
  ).toMatchInlineSnapshot(`
    "
    alice$ git claim path src/auth/login.ts docs
    path src/auth/login.ts is yours (ttl 15m, renewed by each of your commands)
    path docs is yours (ttl 15m, renewed by each of your commands)
      next      git claim path --release src/auth/login.ts docs, when you are done with them
    exit 0

    alice$ git claim path docs
    path docs is yours already (ttl 15m)
    exit 0

    bob$ git claim path src
    stderr:
    src overlaps src/auth/login.ts, which alice has held for <age>
      live      last heartbeat <age> ago
      instead   work on other files; git claim paths shows who holds what
    exit 5

    bob$ git claim path docs/intro.md README.md
    stderr:
    docs/intro.md overlaps docs, which alice has held for <age>
      live      last heartbeat <age> ago
      instead   work on other files; git claim paths shows who holds what
    exit 5

    alice$ git claim path src/auth
    path src/auth is yours (ttl 15m, renewed by each of your commands)
      widened   this replaces src/auth/login.ts
      next      git claim path --release src/auth, when you are done with it
    exit 0

    alice$ git claim path src/auth/login.ts
    path src/auth/login.ts is yours already: it is in src/auth
    exit 0

    bob$ git claim paths
    docs      alice  -  live  <age>  ttl 15m
    src/auth  alice  -  live  <age>  ttl 15m
    exit 0

    alice$ git claim status
    you      alice (named by --session or GIT_CLAIM_SESSION)
    holding  nothing
    paths    docs
             src/auth
    others   nobody else holds anything
    exit 0

    bob$ git claim path --release docs
    stderr:
    you do not hold docs: alice holds docs, age <age>
      live      last heartbeat <age> ago
      next      git claim paths shows who holds what
    exit 4

    alice$ git claim path --release src/auth/login.ts
    stderr:
    src/auth/login.ts is not claimed on its own: you hold src/auth
      next      git claim path --release src/auth gives it back
    exit 4

    alice$ git claim path --release docs src/auth
    docs is given back
    src/auth is given back
      next      git claim paths shows what is claimed
    exit 0

    alice$ git claim path --release docs
    docs is not claimed
      next      git claim paths shows what is claimed
    exit 0

    alice$ git claim paths
    no path is claimed
    exit 0
    "
  `);
  expect(refs(sandbox)).toEqual([]);
});

test('a path that reads as an order is refused unless there is such a file', async () => {
  const sandbox = createSandbox();
  const say = async (...args: string[]) => (await runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: 'alice' } })).transcript;
  for (const text of ['ORDER-106', 'order-106'])
    expect(await say('path', text)).toContain(
      `error: ${text} is an order, not a file: nothing was claimed\n  hint    git claim ORDER-106 claims it; git claim path ./${text}`,
    );
  expect(await say('path', './ORDER-106')).toContain('path ORDER-106 is yours');
  writeFileSync(join(sandbox.repo, 'STEP-1'), '');
  expect(await say('path', 'STEP-1')).toContain('path STEP-1 is yours');
  expect(await say('path', '--release', 'ORDER-106')).toContain('ORDER-106 is given back');
});

test('paths of an order come with it, end with it and go with it', async () => {
  const sandbox = createSandbox();
  expect(
    await told(sandbox, [
      ['alice', 'ORDER-1', '--no-worktree', '--path', 'src', '--path', 'docs'],
      ['bob', 'ORDER-2', '--no-worktree', '--path', 'test', '--path', 'src/x.ts'],
      ['bob', 'status', 'ORDER-2'],
      ['alice', 'path', 'lib'],
      ['alice', 'ORDER-2', '--no-worktree', '--path', 'lib/x'],
      ['alice', 'path', '--release', 'docs'],
      ['bob', 'status'],
      ['alice', 'hand', 'ORDER-1', '--to', 'bob'],
      ['bob', 'paths'],
      ['bob', 'abandon', 'ORDER-1'],
      ['bob', 'paths'],
    ]),
  ).toMatchInlineSnapshot(`
    "
    alice$ git claim ORDER-1 --no-worktree --path src --path docs
    ORDER-1 is yours (generation 1, lease 5m, renewed by each of your commands)
      worktree  here
      paths     docs, src
      next      git claim complete ORDER-1, when its work is done
    exit 0

    bob$ git claim ORDER-2 --no-worktree --path test --path src/x.ts
    stderr:
    src/x.ts overlaps src (ORDER-1), which alice has held for <age>
      live      last heartbeat <age> ago
      instead   work on other files; git claim paths shows who holds what
    exit 5

    bob$ git claim status ORDER-2
    ORDER-2 is free: nobody ever claimed it
      next      git claim ORDER-2
    exit 0

    alice$ git claim path lib
    path lib is yours (for ORDER-1, ttl 15m, renewed by each of your commands)
    exit 0

    alice$ git claim ORDER-2 --no-worktree --path lib/x
    stderr:
    lib/x overlaps lib (ORDER-1), which you hold
      instead   give it back first: git claim path --release lib
    exit 5

    alice$ git claim path --release docs
    docs is given back
      next      git claim paths shows what is claimed
    exit 0

    bob$ git claim status
    you      bob (named by --session or GIT_CLAIM_SESSION)
    holding  nothing
    others   ORDER-1  alice  active  <age>  here
    exit 0

    alice$ git claim hand ORDER-1 --to bob
    ORDER-1 is now held by bob (generation 2)
      worktree  here
      next      bob goes on with git claim ORDER-1; git claim <order> claims other work
    exit 0

    bob$ git claim paths
    lib  you  ORDER-1  live  <age>  ttl 15m
    src  you  ORDER-1  live  <age>  ttl 15m
    exit 0

    bob$ git claim abandon ORDER-1
    ORDER-1 is abandoned: anybody may claim it
      next      git claim <order> claims other work
    exit 0

    bob$ git claim paths
    no path is claimed
    exit 0
    "
  `);
  expect(trailers(sandbox, 'ORDER-1')).toBe('');
});

test('an order that is claimed already gets another path, and its record names them all', async () => {
  const sandbox = createSandbox();
  await as(sandbox, 'alice', ['ORDER-1', '--no-worktree', '--path', 'src']);
  const before = sandbox.git(['rev-parse', 'refs/claims/ORDER-1']);
  expect((await as(sandbox, 'alice', ['ORDER-1', '--no-worktree', '--path', 'src'])).code).toBe(0);
  expect(sandbox.git(['rev-parse', 'refs/claims/ORDER-1'])).toBe(before);
  const { claims } = JSON.parse((await as(sandbox, 'alice', ['ORDER-1', '--path', 'a b', '--json'])).stdout);
  expect(claims).toMatchObject([{ order: 'ORDER-1', generation: 1, paths: ['a b', 'src'] }]);
  expect(trailers(sandbox, 'ORDER-1')).toBe('a%20b src');
  const { error } = JSON.parse((await as(sandbox, 'bob', ['ORDER-2', '--path', 'src/x', '--json'])).stdout);
  expect(error).toMatchObject({ code: 'collision', claim: null, path: { path: 'src', order: 'ORDER-1', session: 'alice' } });
});

test('a path that stood alone is given to the order that it is claimed with', async () => {
  const sandbox = createSandbox();
  await as(sandbox, 'alice', ['path', 'src/a.ts', 'src/b.ts']);
  expect((await as(sandbox, 'alice', ['ORDER-1', '--no-worktree', '--path', 'src/a.ts'])).code).toBe(0);
  expect((await as(sandbox, 'alice', ['ORDER-1', '--no-worktree', '--path', 'src'])).code).toBe(0);
  expect([refs(sandbox), trailers(sandbox, 'ORDER-1')]).toEqual([['src'], 'src']);
  await as(sandbox, 'alice', ['release', 'ORDER-1']);
  expect(refs(sandbox)).toEqual([]);
});

test('paths mean the same from every folder and every worktree, and need not exist', async () => {
  const sandbox = createSandbox();
  const { repo } = sandbox;
  mkdirSync(join(repo, 'src/deep'), { recursive: true });
  const tree = join(sandbox.dir, 'other tree');
  sandbox.git(['worktree', 'add', '--quiet', '-b', 'other', tree]);
  await as(sandbox, 'alice', ['path', '../a.ts', './new/b.ts', join(repo, 'c.ts')], join(repo, 'src/deep'));
  expect(refs(sandbox)).toEqual(['c.ts', 'src/a.ts', 'src/deep/new/b.ts']);
  expect((await as(sandbox, 'bob', ['path', 'c.ts'], tree)).code).toBe(5);
  expect((await as(sandbox, 'alice', ['path', '--release', 'src/', 'c.ts/', 'src/a.ts'], tree)).code).toBe(4);
  expect((await as(sandbox, 'alice', ['path', '--release', 'c.ts/', 'src/a.ts'], tree)).code).toBe(0);
  writeFileSync(join(repo, 'gone.ts'), '');
  sandbox.git(['add', 'gone.ts']);
  sandbox.git(['rm', '--quiet', '--force', 'gone.ts']);
  expect((await as(sandbox, 'alice', ['path', 'gone.ts'])).code).toBe(0);
  await as(sandbox, 'alice', ['path', '--release', 'gone.ts']);
  const short = join(sandbox.dir, 'short');
  symlinkSync(repo, short);
  expect((await as(sandbox, 'alice', ['path', join(short, 'new/d.ts')])).code).toBe(0);
  expect(refs(sandbox)).toEqual(['new/d.ts', 'src/deep/new/b.ts']);
});

test('what is no path of this worktree is refused, and says why', async () => {
  const sandbox = createSandbox();
  const { repo } = sandbox;
  mkdirSync(join(repo, 'src'));
  symlinkSync('src', join(repo, 'link'));
  sandbox.git(['init', '--quiet', join(repo, 'inner')]);
  sandbox.git(['init', '--quiet', '--bare', join(sandbox.dir, 'bare')]);
  const cases: readonly (readonly [readonly string[], string, string?])[] = [
    [['path'], 'which path?'],
    [['path', ''], 'an empty path names nothing'],
    [['path', '.'], 'is the whole worktree'],
    [['path', '..'], 'lies outside the worktree'],
    [['path', '/etc/passwd'], 'lies outside the worktree'],
    [['path', '.git/config'], "it is git's own"],
    [['path', 'link/x.ts'], 'is beyond the symbolic link "link"'],
    [['path', 'inner/x.ts'], 'lies in a repository or worktree of its own, "inner"'],
    [['path', 'x'.repeat(251)], 'its name is too long for a ref'],
    [['path', 'src', '--ttl', '90s'], 'shorter than this session can keep'],
    [['path', 'src', '--ttl', 'soon'], 'is not a duration'],
    [['path', 'src', '--release', '--ttl', '15m'], '--ttl cannot be combined with --release'],
    [['paths', 'src'], 'paths takes no arguments'],
    [['ORDER-1', 'ORDER-2', '--path', 'src'], '--path goes with one order'],
    [['path', 'src'], 'there is no worktree here', join(sandbox.dir, 'bare')],
  ];
  for (const [args, why, cwd] of cases) {
    const { code, stderr } = await as(sandbox, 'alice', args, cwd);
    expect([args, code, stderr]).toEqual([args, 129, expect.stringContaining(why)]);
  }
  expect((await as(sandbox, 'alice', ['path', 'link', 'inner'])).code).toBe(0);
  expect(refs(sandbox)).toEqual(['inner', 'link']);
});

test('a name that is not UTF-8 is refused, for its folder can be claimed', async () => {
  const sandbox = createSandbox();
  const { code, stderr } = await as(sandbox, 'alice', ['path', 'src/\ufffd.ts']);
  expect([code, stderr]).toEqual([129, expect.stringContaining('its name is not UTF-8')]);
  // Node sees such bytes only as U+FFFD.
  const words = ['-c', 'exec git claim path "$(printf "src/\\377.ts")"'];
  const shell = spawnSync('sh', words, {
    cwd: sandbox.repo,
    env: { ...sandbox.env, GIT_CLAIM_SESSION: 'alice' },
    encoding: 'utf8',
  });
  expect([shell.status, shell.stderr]).toEqual([129, expect.stringContaining('claim the folder it lies in')]);
});

test('hostile names are names: nothing is run, and nothing moves the cursor', async () => {
  const sandbox = createSandbox();
  const names = HOSTILE_NAMES.filter((name) => name !== '@').map((name) => `dir/${name}/x`);
  const claim = await as(sandbox, 'alice', ['path', ...names]);
  expect([claim.code, claim.stderr, controlIn(claim)]).toEqual([0, '', null]);
  const list = await as(sandbox, 'bob', ['paths']);
  expect(controlIn(list)).toBeNull();
  const { paths } = JSON.parse((await as(sandbox, 'bob', ['paths', '--json'])).stdout) as { paths: { path: string }[] };
  expect(paths.map(({ path }) => path).sort()).toEqual([...names].sort());
  const refused = await as(sandbox, 'bob', ['path', 'dir']);
  expect([refused.code, controlIn(refused)]).toEqual([5, null]);
  expect((await as(sandbox, 'alice', ['path', '--release', '--', ...names])).code).toBe(0);
  expect((await as(sandbox, 'alice', ['path', '--', '-x', '--release'])).code).toBe(0);
  expect(refs(sandbox)).toEqual(['--release', '-x']);
});

test('on a disk that folds case, and on one that decomposes names, two spellings are one file', async () => {
  const sandbox = createSandbox();
  sandbox.git(['config', 'core.ignorecase', 'true']);
  sandbox.git(['config', 'core.precomposeunicode', 'true']);
  await as(sandbox, 'alice', ['path', 'Src/Gru\u0308n.ts']);
  for (const path of ['src/gr\u00fcn.ts', 'SRC']) expect((await as(sandbox, 'bob', ['path', path])).code).toBe(5);
  expect((await as(sandbox, 'bob', ['paths'])).stdout).toContain('Src/Gr\u00fcn.ts ');
});

test('claims moved elsewhere take their paths along', async () => {
  const sandbox = createSandbox();
  sandbox.git(['config', 'claim.refPrefix', 'refs/tags/claims/']);
  await as(sandbox, 'alice', ['ORDER-1', '--no-worktree', '--path', 'src']);
  expect(sandbox.git(['for-each-ref', '--format=%(refname)', 'refs/tags', 'refs/claim-paths'])).toBe(
    'refs/tags/claim-paths/src\nrefs/tags/claims/ORDER-1',
  );
  expect((await as(sandbox, 'bob', ['path', 'src/x'])).code).toBe(5);
});

test('the library claims, lists and gives back paths, and tells whose files these are', async () => {
  const sandbox = createSandbox();
  writeFileSync(join(sandbox.repo, 'a.txt'), '');
  const alice = await openClaims({ cwd: sandbox.repo, env: sandbox.env, session: 'alice' });
  const bob = await openClaims({ cwd: sandbox.repo, env: sandbox.env, session: 'bob' });
  expect(await alice.path.claim('src', { ttlMs: 300_000 })).toMatchObject({ paths: [{ view: { path: 'src', ttlMs: 300_000 } }] });
  expect(await bob.path.claim(['docs', 'src/x'])).toMatchObject({ kind: 'refused', code: 'collision', wanted: 'src/x' });
  expect(await bob.claim('ORDER-1', { worktree: false, paths: 'docs' })).toMatchObject({
    claims: [{ view: { paths: ['docs'] } }],
  });
  const files = ['src/a.ts', 'docs/b.md', 'srcs/c.ts', 'src/\ufffd'];
  expect(await bob.path.overlaps(files)).toMatchObject([{ claim: { session: 'alice' }, files: ['src/a.ts', 'src/\ufffd'] }]);
  expect(await alice.path.overlaps(files)).toMatchObject([{ claim: { session: 'bob', order: 'ORDER-1' }, files: ['docs/b.md'] }]);
  expect((await alice.path.list()).paths).toHaveLength(2);
  expect(await alice.path.release(['src', 'nothing'])).toMatchObject({ paths: [{ isAlready: false }, { isAlready: true }] });
  alice.close();
  bob.close();
});
