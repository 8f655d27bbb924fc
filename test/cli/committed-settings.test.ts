import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { gitIn } from '../../src/adapters/git/process.ts';
import { openRepository } from '../../src/adapters/git/repository.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, PACKAGE, type Sandbox } from '../support/sandbox.ts';
import { untilQuiet } from '../support/sessions.ts';

const sandbox = createSandbox();
const file = join(sandbox.repo, '.gitclaim');
const as = (session: string, ...words: string[]) => runCli(sandbox, words, { env: { GIT_CLAIM_SESSION: session } });

afterAll(() => untilQuiet(sandbox));
afterEach(() => rmSync(file, { recursive: true, force: true }));

/** Opens the repository; returns it with the names of the git commands that this took. */
async function opened({ repo, env }: Sandbox, cwd = repo) {
  const git = gitIn(cwd, env);
  const calls: string[] = [];
  const repository = await openRepository(cwd, env, (args, options) => {
    calls.push(args[0] as string);
    return git(args, options);
  });
  return { ...repository, calls };
}

test('what is committed is honoured in every worktree, and costs nothing where there is none', async () => {
  expect((await opened(sandbox)).committed).toBe(null);
  writeFileSync(file, '[claim]\n\tmode = hard\n\torders = tickets/*.md\n\torders = more/*.md\n[claim "rule"]\n\tpath = shadow\n');
  const tree = join(sandbox.dir, 'tree');
  sandbox.git(['worktree', 'add', '--quiet', '--detach', tree]);
  for (const cwd of [sandbox.repo, tree]) {
    const { config, committed } = await opened(sandbox, cwd);
    expect(config.all('claim.orders')).toEqual(['tickets/*.md', 'more/*.md']);
    expect([config.get('claim.mode'), config.get('claim.rule.path'), committed?.complaints]).toEqual(['hard', 'shadow', []]);
  }
  sandbox.git(['config', 'claim.mode', 'soft']);
  const { config } = await opened(sandbox);
  sandbox.git(['config', '--unset', 'claim.mode']);
  // A person's own mode counts for every rule.
  expect([config.get('claim.mode'), config.get('claim.rule.path'), config.get('claim.orders')]).toEqual([
    'soft',
    null,
    'more/*.md',
  ]);
});

test.each<[string, () => void, object]>([
  ['a folder', () => mkdirSync(file), { kind: 'unreadable', why: 'special' }],
  ['a pipe', () => execFileSync('mkfifo', [file]), { kind: 'unreadable', why: 'special' }],
  ['a link', () => symlinkSync('.git/config', file), { kind: 'unreadable', why: 'special' }],
  ['a link to nothing', () => symlinkSync('/nowhere', file), { kind: 'unreadable', why: 'special' }],
  [
    'a huge file',
    () => writeFileSync(file, `[claim]\nmode = hard\n${'#'.repeat(70_000)}\n`),
    { kind: 'unreadable', why: 'too-large' },
  ],
  ['bad syntax', () => writeFileSync(file, '[claim]\nmode = hard\n[claim\n'), { kind: 'unreadable', why: 'syntax' }],
  ['bytes', () => writeFileSync(file, Buffer.from([0, 255, 1, 254])), { kind: 'unreadable', why: 'syntax' }],
])('%s is no file of settings', async (_, make, complaint) => {
  make();
  const { config, committed } = await opened(sandbox);
  expect([config.get('claim.mode'), committed?.complaints]).toEqual([null, [complaint]]);
});

test('other files, other sections and commands are not followed; doctor says so, and a clone with another remote is told', async () => {
  writeFileSync(join(sandbox.dir, 'other'), '[claim]\n\tmode = hard\n');
  writeFileSync(
    file,
    `[include]\n\tpath = ../other\n[core]\n\thooksPath = /tmp\n[claim]\n\tsetup = touch ran\n\tremote = https://example.org/claims.git\n\tworktrees = /tmp/<order>\n\treadyAt\n`,
  );
  sandbox.git(['config', 'claim.remote', 'file:///elsewhere/claims.git']);
  const { stdout } = await as('ada', 'doctor', '--json');
  const told = await as('ada', 'log');
  sandbox.git(['config', '--unset', 'claim.remote']);
  const findings = JSON.parse(stdout).findings.filter(({ kind }: { kind: string }) => kind === 'committed');
  expect(findings.map(({ severity, message }: Record<string, string>) => `${severity} ${message}`)).toMatchInlineSnapshot(`
    [
      "info .gitclaim may not set include.path, so that is not heeded",
      "info .gitclaim may not set core.hookspath, so that is not heeded",
      "info .gitclaim may not set claim.setup, so that is not heeded",
      "warn .gitclaim sets claim.worktrees to "/tmp/<order>", which no committed file may, so that is not heeded",
      "warn .gitclaim sets claim.readyat to "", which no committed file may, so that is not heeded",
      "warn claim.remote is file:///elsewhere/claims.git in this clone, and https://example.org/claims.git in .gitclaim: what other clones claim there is not seen here",
    ]
  `);
  expect(findings.map(({ remedy }: Record<string, string>) => remedy)).toMatchInlineSnapshot(`
    [
      "take it out of .gitclaim",
      "take it out of .gitclaim",
      "take it out of .gitclaim; whoever wants it sets it in a clone of their own: git config claim.setup <value>",
      "take it out of .gitclaim; whoever wants it sets it in a clone of their own: git config claim.worktrees <value>",
      "take it out of .gitclaim; whoever wants it sets it in a clone of their own: git config claim.readyat <value>",
      "git config --unset claim.remote",
    ]
  `);
  expect(told.stderr.split('\n')).toMatchInlineSnapshot(`
    [
      "warning: claim.remote is file:///elsewhere/claims.git in this clone, and https://example.org/claims.git in .gitclaim: what other clones claim there is not seen here; git claim doctor says how to agree",
      "",
    ]
  `);
});

test('hooks honour it: a mode refuses, and so does a rule where only the shell is left to decide', async () => {
  writeFileSync(file, '[claim]\n\tmode = hard\n');
  await as('ada', 'init');
  await as('ada', 'ORDER-1');
  const tree = join(`${sandbox.repo}.claims`, 'ORDER-1');
  const committing = () =>
    spawnSync('git', ['commit', '--allow-empty', '-m', 'x'], {
      cwd: tree,
      env: { ...sandbox.env, GIT_CLAIM_SESSION: 'bob' },
      encoding: 'utf8',
    });
  expect(committing()).toMatchObject({ status: 1, stderr: expect.stringContaining('git claim: refused') });
  const modes = (cwd: string) =>
    execFileSync('sh', ['-c', '. "$git_claim_githooks/claim.sh"; find_repository; mode_of unknown; mode_of path'], {
      cwd,
      env: { ...sandbox.env, git_claim_githooks: join(PACKAGE, 'githooks') },
      encoding: 'utf8',
    }).split('\n');
  expect([modes(sandbox.repo), modes(tree)]).toEqual([
    ['hard', 'hard', ''],
    ['hard', 'hard', ''],
  ]);
  writeFileSync(file, '[claim]\n\tmode = hard\n[claim "rule"]\n\tunknown = soft\n');
  expect(modes(tree)).toEqual(['soft', 'hard', '']);
  sandbox.git(['config', 'claim.mode', 'shadow']);
  expect(modes(tree)).toEqual(['shadow', 'shadow', '']);
  sandbox.git(['config', '--unset', 'claim.mode']);
  rmSync(file);
  expect(modes(tree)).toEqual(['', '', '']);
  expect(committing()).toMatchObject({ status: 0, stderr: expect.stringContaining('git claim: ') });
});
