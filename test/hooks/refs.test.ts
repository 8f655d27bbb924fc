import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { git, installHooks, stage } from '../support/hooks.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, PACKAGE, type Sandbox } from '../support/sandbox.ts';

const EDITOR = { GIT_SEQUENCE_EDITOR: ':', GIT_EDITOR: ':' };

/** Alice holds ORDER-1 on order-1, with `commits` commits of hers; main has one commit that conflicts with none of them. */
async function held(commits: number): Promise<{ sandbox: Sandbox; tree: string }> {
  const sandbox = createSandbox();
  installHooks(sandbox, 'hard');
  await runCli(sandbox, ['ORDER-1'], { env: { GIT_CLAIM_SESSION: 'alice' } });
  const tree = join(sandbox.dir, 'my äpp.claims/ORDER-1');
  const work = Array.from(
    { length: commits },
    (_, n) =>
      `commit refs/heads/order-1\ncommitter Ada <ada@example.com> ${1_767_323_045 + n} +0000\ndata <<E\nwork ${n}\nE\n` +
      `${n === 0 ? 'from refs/heads/order-1^0\n' : ''}M 100644 inline work\ndata <<E\n${'x\n'.repeat(n)}E\n`,
  );
  expect(git(sandbox, ['-c', 'core.hooksPath=/dev/null', 'fast-import', '--quiet'], { input: work.join('') }).code).toBe(0);
  sandbox.git(['reset', '-q', '--hard'], tree);
  stage(sandbox, 'other', 'main');
  sandbox.git(['-c', 'core.hooksPath=/dev/null', 'commit', '-q', '-m', 'main']);
  return { sandbox, tree };
}

test('a claim ref changes only through git-claim, whichever way one tries', async () => {
  const { sandbox } = await held(0);
  await runCli(sandbox, ['ORDER-2'], { env: { GIT_CLAIM_SESSION: 'bob' } });
  const refs = () => sandbox.git(['for-each-ref', 'refs/claims']);
  const before = refs();
  const other = sandbox.git(['rev-parse', 'refs/claims/ORDER-2']);
  const attempts = [
    ['update-ref', 'refs/claims/ORDER-1', other],
    ['update-ref', '-d', 'refs/claims/ORDER-1'],
    ['update-ref', 'refs/claims/ORDER-3', other],
    ['fetch', '-q', '.', '+refs/claims/ORDER-2:refs/claims/ORDER-1'],
  ];
  for (const ref of ['refs/claim-paths/src', 'refs/claim-paths.guard'])
    expect(git(sandbox, ['update-ref', ref, other]).out).toMatch(`git claim: only git claim changes ${ref}`);
  for (const packed of [false, true]) {
    if (packed) expect(git(sandbox, ['pack-refs', '--all', '--prune']).code).toBe(0);
    for (const args of attempts) {
      const { code, out } = git(sandbox, args, { session: 'alice' });
      expect({ args, code: code === 0, out }).toEqual({
        args,
        code: false,
        out: expect.stringMatching(/git claim: only git claim changes refs\/claims\/ORDER-\d/),
      });
      expect({ args, refs: refs() }).toEqual({ args, refs: before });
    }
  }
  expect((await runCli(sandbox, ['release', 'ORDER-1'], { env: { GIT_CLAIM_SESSION: 'alice' } })).code).toBe(0);
});

test('an order branch moves only for its holder; nobody else’s does not matter', async () => {
  const { sandbox, tree } = await held(2);
  const bob = { session: 'bob' };
  for (const args of [
    ['update-ref', 'refs/heads/order-1', 'main'],
    ['update-ref', '-d', 'refs/heads/order-1'],
    ['fetch', '-q', '.', '+main:order-1'],
    ['branch', '-m', 'order-1', 'mine'],
  ]) {
    const tip = sandbox.git(['rev-parse', 'order-1']);
    expect({ args, ...git(sandbox, args, bob) }).toEqual({
      args,
      code: expect.toSatisfy((code) => code !== 0),
      out: expect.any(String),
    });
    expect(sandbox.git(['rev-parse', 'order-1'])).toBe(tip);
  }
  expect(git(sandbox, ['commit', '--no-verify', '--allow-empty', '-m', 'x'], { ...bob, cwd: tree }).code).not.toBe(0);
  expect(git(sandbox, ['reset', '-q', '--soft', 'HEAD~1'], { ...bob, cwd: tree }).out).toMatch(/ORDER-1 is held by alice/);
  expect(git(sandbox, ['update-ref', 'refs/heads/order-1', 'main'], { session: 'alice' })).toEqual({ code: 0, out: '' });
  for (const args of [
    ['branch', 'free', 'main'],
    ['branch', '-f', 'free', 'main~1'],
    ['branch', '-D', '-q', 'free'],
    ['commit', '-q', '--allow-empty', '-m', 'a person elsewhere'],
    ['gc', '-q'],
    ['pack-refs', '--all'],
    ['worktree', 'add', '-q', '-b', 'other', join(sandbox.dir, 'other')],
    ['stash', 'list'],
    ['tag', 'v1'],
  ]) {
    expect({ args, ...git(sandbox, args) }).toMatchObject({ args, code: 0 });
  }
});

test('whatever is deleted of the cache, what git knows is guarded, and the log hears of what was refused', async () => {
  const { sandbox, tree } = await held(0);
  rmSync(join(sandbox.repo, '.git/claim'), { recursive: true });
  const bob = { session: 'bob', cwd: tree };
  for (const args of [
    ['update-ref', '-d', 'refs/claims/ORDER-1'],
    ['update-ref', 'refs/heads/order-1', 'main'],
    ['commit', '--allow-empty', '-m', 'x'],
  ])
    expect({ args, ...git(sandbox, args, bob) }).toEqual({
      args,
      code: expect.toSatisfy((code) => code !== 0),
      out: expect.stringMatching(/is held by alice since \d{4}-|holds it since|only git claim changes /),
    });
  const { stdout } = await runCli(sandbox, ['feed', '--json']);
  const events: { kind: string; order: string | null; session: string; message: string; detail: { hook: string } | null }[] =
    JSON.parse(stdout).events;
  expect(
    events
      .filter(({ kind }) => kind === 'refused')
      .map(({ order, session, message, detail }) => `${detail?.hook} ${order} ${session} ${message}`.trimEnd()),
  ).toEqual([
    'reference-transaction null bob refs/claims/ORDER-1',
    'reference-transaction ORDER-1 bob',
    'pre-commit ORDER-1 bob',
  ]);
});

test('many refs at once: one of ours among them is found, the others pass, and packing asks nobody anew for each', async () => {
  const { sandbox } = await held(0);
  const head = sandbox.git(['rev-parse', 'main']);
  const claimed = sandbox.git(['rev-parse', 'refs/claims/ORDER-1']);
  const names = Array.from({ length: 150 }, (_, n) => `b${n}`);
  const together = (lines: readonly string[]) => git(sandbox, ['update-ref', '--stdin'], { input: `${lines.join('\n')}\n` });
  const made = names.map((name) => `create refs/heads/${name} ${head}`);
  expect(together([...made, `update refs/heads/order-1 ${claimed}^{}`]).code).not.toBe(0);
  expect(together([...made, `update refs/heads/order-1 ${sandbox.git(['rev-parse', 'main'])}`])).toEqual({
    code: 128,
    out: expect.stringContaining('ORDER-1 is held by alice'),
  });
  expect(together([...made, `create refs/claims/ORDER-9 ${claimed}`])).toEqual({
    code: 128,
    out: expect.stringContaining('only git claim changes refs/claims/ORDER-9'),
  });
  // A command may name the holder's branch if it does not move it.
  expect(together([...made, `update refs/heads/order-1 ${sandbox.git(['rev-parse', 'order-1'])}`])).toEqual({ code: 0, out: '' });
  const bin = join(sandbox.dir, 'counted');
  mkdirSync(bin);
  for (const program of ['grep', 'awk']) {
    const path = sandbox.git(['-c', `alias.which=!command -v ${program}`, 'which']);
    writeFileSync(join(bin, program), `#!/bin/sh\necho ${program} >>'${join(sandbox.dir, 'count')}'\nexec '${path}' "$@"\n`);
    chmodSync(join(bin, program), 0o755);
  }
  const env = { PATH: [bin, sandbox.env['PATH']].join(delimiter) };
  expect(git(sandbox, ['pack-refs', '--all', '--prune'], { env })).toEqual({ code: 0, out: '' });
  const count = join(sandbox.dir, 'count');
  if (existsSync('/proc/self/cmdline')) expect(readFileSync(count, 'utf8').split('\n').length).toBeLessThan(20);
  expect(together(names.map((name) => `delete refs/heads/${name}`))).toEqual({ code: 0, out: '' });
  expect(together([`delete refs/heads/order-1`, 'delete refs/heads/free'])).toMatchObject({ code: 128 });
});

test('a rebase that makes no commit does not move another session’s branch either, and is left by --abort', async () => {
  const { sandbox, tree } = await held(2);
  const tip = sandbox.git(['rev-parse', 'order-1']);
  const bob = { cwd: tree, session: 'bob', env: { ...EDITOR, GIT_SEQUENCE_EDITOR: 'echo noop >' } };
  expect(git(sandbox, ['rebase', '-i', 'HEAD~1'], bob)).toEqual({
    code: expect.toSatisfy((code) => code !== 0),
    out: expect.stringContaining('ORDER-1 is held by alice'),
  });
  expect(sandbox.git(['rev-parse', 'order-1'])).toBe(tip);
  expect(git(sandbox, ['rebase', '--abort'], bob)).toMatchObject({ code: 0 });
  expect(sandbox.git(['symbolic-ref', 'HEAD'], tree)).toBe('refs/heads/order-1');
  expect(sandbox.git(['rev-parse', 'order-1'])).toBe(tip);
  expect(sandbox.git(['status', '--porcelain', '--untracked-files=no'], tree)).toBe('');
});

test('a holder in a terminal that an agent opened, and so with its variables, is no stranger; an agent in that terminal is', async () => {
  const sandbox = createSandbox();
  installHooks(sandbox, 'hard');
  const tree = join(sandbox.dir, 'my äpp.claims/ORDER-1');
  // The helper ends soon after its session.
  sandbox.git(['config', 'claim.heartbeat', '1s']);
  const move = (id: string) =>
    `CLAUDE_CODE_SESSION_ID=${id} git -C '${tree}' update-ref refs/heads/order-1 main~1; echo "$?"; git -C '${tree}' update-ref refs/heads/order-1 main 2>/dev/null`;
  const script = [
    `env -u CLAUDE_CODE_SESSION_ID '${join(PACKAGE, 'bin/git-claim')}' --anchor $$ ORDER-1`,
    'git commit -q --allow-empty -m more',
    move('inherited'),
    move('other'),
  ];
  const { stdout } = spawnSync('sh', ['-c', script.join('\n')], {
    cwd: sandbox.repo,
    env: { ...sandbox.env, CLAUDE_CODE_SESSION_ID: 'inherited' },
    encoding: 'utf8',
  });
  expect(stdout).toMatch(/^ORDER-1 is yours .*\n(?:.*\n)+0\n128\n$/);
});

test.each(['quit', 'abort'])('whoever loses the claim in the middle of a rebase is not stranded: rebase --%s', async (end) => {
  const { sandbox, tree } = await held(3);
  const tip = sandbox.git(['rev-parse', 'order-1']);
  await runCli(sandbox, ['status'], { env: { GIT_CLAIM_SESSION: 'bob' } });
  const alice = { cwd: tree, session: 'alice', env: EDITOR };
  expect(git(sandbox, ['rebase', '-q', '--exec', 'true', '-x', 'test -f .go', 'main'], alice).code).not.toBe(0);
  await runCli(sandbox, ['hand', 'ORDER-1', '--to', 'bob'], { env: { GIT_CLAIM_SESSION: 'alice' } });
  expect(git(sandbox, ['rebase', '--continue'], alice)).toEqual({
    code: 1,
    out: expect.stringMatching(/refused: order-1 is the branch of ORDER-1: bob holds it/),
  });
  expect(git(sandbox, ['rebase', `--${end}`], alice)).toMatchObject({ code: 0 });
  expect(sandbox.git(['rev-parse', 'order-1'])).toBe(tip);
  // --quit leaves the change staged, as git does.
  expect(sandbox.git(['status', '--porcelain', '--untracked-files=no'], tree)).toBe(end === 'abort' ? '' : 'M  work');
});

test('a challenge and its answer in the middle of a rebase of a hundred commits: the rebase finishes', {
  timeout: 180_000,
}, async () => {
  const { sandbox, tree } = await held(100);
  const lease = { heartbeat: '300ms', staleAfter: '400ms', grace: '60s', expireAfter: '120s' };
  for (const [key, value] of Object.entries(lease)) sandbox.git(['config', `claim.${key}`, value]);
  // A record's lease is its claim's lease.
  await runCli(sandbox, ['release', 'ORDER-1'], { env: { GIT_CLAIM_SESSION: 'alice' } });
  await runCli(sandbox, ['ORDER-1'], { env: { GIT_CLAIM_SESSION: 'alice' } });
  const [challenge, editor] = [join(sandbox.dir, 'challenge'), join(sandbox.dir, 'editor')];
  writeFileSync(challenge, 'sleep 1; git claim ORDER-1 --session bob; true\n');
  writeFileSync(editor, `{ head -n 50 "$1"; echo "exec sh '${challenge}'"; tail -n +51 "$1"; } >"$1.new" && mv "$1.new" "$1"\n`);
  const rebase = git(sandbox, ['rebase', '-q', '-i', 'main'], {
    cwd: tree,
    session: 'alice',
    env: { ...EDITOR, GIT_SEQUENCE_EDITOR: `sh '${editor}'` },
    timeoutMs: 120_000,
  });
  expect(rebase).toMatchObject({ code: 0 });
  expect(sandbox.git(['rev-list', '--count', 'main..order-1'])).toBe('100');
  const history = await runCli(sandbox, ['log', 'ORDER-1', '--json']);
  const actions = JSON.parse(history.stdout).history.map(({ action }: { action: string }) => action);
  expect(actions).toEqual(['answer', 'challenge', 'claim', 'release', 'claim']);
});
