import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inAskingTerminal } from '../support/asking-terminal.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';

function stage() {
  const sandbox = createSandbox();
  const { repo, git } = sandbox;
  const claim = (...words: string[]) => runCli(sandbox, words, { env: { GIT_CLAIM_SESSION: 'ada' } });
  // Below a process that is called like a coding agent.
  const codex = join(sandbox.dir, 'codex');
  writeFileSync(codex, '#!/bin/sh\n"$@"; exit $?\n', { mode: 0o755 });
  const asAgent = (...words: string[]) => {
    const env = { ...sandbox.env, GIT_CLAIM_SESSION: 'bob' };
    const { status, stderr } = spawnSync(codex, ['git', 'claim', ...words], { cwd: repo, env, encoding: 'utf8' });
    return { code: status, stderr };
  };
  const inTerminal = (typed: string, ...words: string[]) => inAskingTerminal(sandbox, typed, words);
  const mode = () => spawnSync('git', ['config', 'claim.mode'], { cwd: repo, env: sandbox.env, encoding: 'utf8' }).stdout.trim();
  const feed = async () => (await claim('feed', '--json')).stdout;
  return { ...sandbox, git, claim, asAgent, inTerminal, mode, feed, hooks: join(repo, '.git/hooks') };
}

test('an agent may raise the mode, and neither lower it nor remove the hooks', async () => {
  const it = stage();
  expect(it.asAgent('init', '--mode', 'soft').code).toBe(0);
  expect(it.asAgent('init', '--mode', 'hard').code).toBe(0);
  for (const words of [['--mode', 'soft'], ['--mode', 'shadow'], ['--uninstall'], ['--purge']]) {
    const { code, stderr } = it.asAgent('init', ...words);
    expect({ words, code }).toEqual({ words, code: 4 });
    expect(stderr).toMatch(/^error: only a person makes the hooks milder or removes them\n/);
  }
  expect([it.mode(), existsSync(join(it.hooks, 'reference-transaction'))]).toEqual(['hard', true]);
  expect(it.asAgent('init', '--uninstall', '--print').code).toBe(0);
  expect((await it.claim('init', '--mode', 'soft')).code).toBe(0);
  expect((await it.claim('init', '--uninstall')).code).toBe(0);
  const events = JSON.parse(await it.feed()).events.map(({ kind, session }: Record<string, string>) => `${kind} ${session}`);
  expect(events).toEqual(['mode bob', 'mode bob', 'mode ada', 'uninstall ada']);
});

test('a person at a terminal is asked first; no, Ctrl-C and Ctrl-D change nothing', async () => {
  const it = stage();
  await it.claim('init', '--mode', 'hard', '--agents-md');
  for (const words of [['--mode', 'soft'], ['--uninstall']]) {
    for (const [typed, code, last] of [
      ['n\n', 4, 'error: nothing was changed'],
      ['\n', 4, 'error: nothing was changed'],
      ['\x03', 130, ''],
      ['\x04', 130, ''],
    ] as const) {
      const { code: exit, seen } = await it.inTerminal(typed, 'init', ...words);
      expect({ words, typed, exit }).toEqual({ words, typed, exit: code });
      expect(seen).toMatch(/\[y\/N\] /);
      expect(seen.trimEnd().split('\n').at(-1)).toContain(last);
      expect(seen).toMatch(/\n$/);
      expect(seen).not.toMatch(/ at |Abort/);
    }
    expect([it.mode(), existsSync(join(it.hooks, 'pre-commit'))]).toEqual(['hard', true]);
  }
  const lowered = await it.inTerminal('y\n', 'init', '--mode', 'soft');
  expect(lowered).toMatchObject({ code: 0, seen: expect.stringMatching(/claim\.mode was hard and will be soft\. .*\[y\/N\]/) });
  expect((await it.inTerminal('yes\n', 'init', '--uninstall')).code).toBe(0);
  expect(existsSync(join(it.hooks, 'pre-commit'))).toBe(false);
  expect((await it.claim('init', '--uninstall')).stdout).toBe('git-claim is not set up in this repository\n');
});

test('Ctrl-C and Ctrl-D leave the question of init with nothing done', async () => {
  const it = stage();
  for (const key of ['\x03', '\x04']) {
    const { code, seen } = await it.inTerminal(key, 'init');
    expect({ key, code }).toEqual({ key, code: 130 });
    expect(seen).toMatch(/^Add a section about claims, for coding agents, to AGENTS\.md\? \[y\/N\] [^\n]*\n\n?$/);
  }
  expect(existsSync(join(it.repo, '.git/git-claim.config'))).toBe(false);
  expect((await it.inTerminal('y\n', 'init')).seen).toMatch(/write +AGENTS\.md/);
});

test('what something else lowers is told by every command until a person means it', async () => {
  const it = stage();
  await it.claim('init', '--mode', 'hard');
  it.git(['config', 'claim.mode', 'soft']);
  it.git(['config', 'claim.rule.refs', 'off']);
  const told = [
    /^warning: claim\.mode was lowered from hard to soft by something other than git claim init: git config claim\.mode hard restores it, /m,
    /^warning: claim\.rule\.refs was lowered from hard to off /m,
  ];
  for (const words of [['list'], ['ORDER-1'], ['feed']])
    for (const one of told) expect((await it.claim(...words)).stderr).toMatch(one);
  expect(JSON.parse((await it.claim('list', '--json')).stdout).warnings.map(({ code }: { code: string }) => code)).toEqual([
    'gate-lowered',
    'gate-lowered',
  ]);
  const { code, stdout } = await it.claim('doctor');
  expect(code).toBe(5);
  expect(stdout).toMatch(/warn {2}claim\.mode was lowered from hard to soft .*\n {2}remedy +git config claim\.mode hard\n/);
  // An agent that repairs the setup does not make it the person's will.
  expect(it.asAgent('init').code).toBe(0);
  expect((await it.claim('list')).stderr).toMatch(told[0] as RegExp);
  // The remedies.
  it.git(['config', 'claim.mode', 'hard']);
  expect((await it.claim('list')).stderr).not.toMatch(told[0] as RegExp);
  const { seen } = await it.inTerminal('y\n', 'init', '--agents-md');
  expect(seen).toMatch(/claim\.rule\.refs was hard and will be off\./);
  expect((await it.claim('list')).stderr).toBe('');
  expect((await it.claim('doctor')).code).toBe(0);
});

test('a mode that is raised in the configuration gets the hook that it needs', async () => {
  const it = stage();
  await it.claim('init');
  it.git(['config', 'claim.mode', 'hard']);
  expect((await it.claim('list')).stderr).toMatch(/they are back/);
  expect(existsSync(join(it.hooks, 'reference-transaction'))).toBe(true);
  it.git(['config', 'claim.mode', 'soft']);
  expect((await it.claim('list')).stderr).toMatch(/claim\.mode was lowered from hard to soft/);
  expect(existsSync(join(it.hooks, 'reference-transaction'))).toBe(true);
});

const DISPLACEMENTS = {
  removed: (hook: string) => rmSync(hook),
  emptied: (hook: string) => writeFileSync(hook, ''),
  'not executable': (hook: string) => spawnSync('chmod', ['-x', hook]),
  replaced: (hook: string) => spawnSync('sh', ['-c', 'echo "#!/bin/sh" >"$1"', 'sh', hook]),
  'off by core.hooksPath': (hook: string) =>
    spawnSync('git', ['config', 'core.hooksPath', '/dev/null'], { cwd: join(hook, '../..') }),
  'out of the configuration': (hook: string) =>
    spawnSync('git', ['config', '--unset-all', 'include.path'], { cwd: join(hook, '../..') }),
};

test.each(Object.entries(DISPLACEMENTS))(
  'hooks that are %s are back with the next command, which tells and logs it',
  async (_, displace) => {
    const it = stage();
    await it.claim('init', '--mode', 'hard');
    displace(join(it.hooks, 'pre-commit'));
    expect((await it.claim('list')).stderr).toMatch(/^warning: .*: they are back[,;]/);
    expect((await it.claim('list')).stderr).toBe('');
    expect((await it.claim('init', '--check')).code).toBe(0);
    expect((await it.feed()).match(/"kind":"hooks"/g)).toHaveLength(1);
  },
);

test('hooks that one worktree or one environment switches off are told there, with what switches them on', async () => {
  const it = stage();
  await it.claim('init');
  await it.claim('ORDER-1');
  const tree = `${it.repo}.claims/ORDER-1`;
  it.git(['config', 'extensions.worktreeConfig', 'true']);
  it.git(['config', '--worktree', 'core.hooksPath', '/dev/null'], tree);
  const there = () => runCli(it, ['list'], { cwd: tree, env: { GIT_CLAIM_SESSION: 'ada' } });
  const { stderr } = await there();
  expect(stderr).toMatch(
    /^warning: git-claim's hooks do not run in this worktree, because its own core\.hooksPath is \/dev\/null: /,
  );
  expect((await it.claim('list')).stderr).toBe('');
  spawnSync('sh', ['-c', stderr.trim().replace(/^.*: (?=git config)/, '')], { cwd: tree, env: it.env });
  expect((await there()).stderr).toBe('');
  const GIT_CONFIG = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'core.hooksPath', GIT_CONFIG_VALUE_0: '/dev/null' };
  const lasting = await runCli(it, ['list', '--json'], { env: { ...GIT_CONFIG, GIT_CLAIM_SESSION: 'ada' } });
  expect(JSON.parse(lasting.stdout).warnings).toMatchObject([
    { code: 'hooks-off', message: expect.stringMatching(/its environment sets/) },
  ]);
});

test("a helper's next beat puts hooks back, and the next command tells", async () => {
  const it = stage();
  await it.claim('init', '--mode', 'hard');
  for (const displace of [DISPLACEMENTS.removed, DISPLACEMENTS.emptied]) {
    displace(join(it.hooks, 'pre-commit'));
    await runCli(it, ['heartbeat', '--', '1@0/0', 'ada']);
    expect((await it.claim('init', '--check')).code).toBe(0);
    expect((await it.claim('list')).stderr).toMatch(/^warning: .*: they were put back at .*, and run after its hooks/);
    expect((await it.claim('list')).stderr).toBe('');
  }
  expect((await it.claim('doctor')).stdout).toMatch(/info {2}git-claim's hooks were put back 2 times/);
});

test('a configuration that others add to stays as it is when hooks are put back', async () => {
  const it = stage();
  await it.claim('init');
  appendFileSync(join(it.repo, '.git/config'), '[other]\n\tkey = 1\n');
  rmSync(join(it.hooks, 'pre-commit'));
  await it.claim('list');
  await it.claim('init', '--uninstall');
  expect(it.git(['config', 'other.key'])).toBe('1');
});

test('no option of init is ignored without a word', async () => {
  const it = stage();
  for (const words of [
    ['--uninstall', '--mode', 'soft'],
    ['--print', '--check'],
    ['--purge', '--uninstall'],
    ['--check', '--agents-md'],
    ['--purge', '--claude'],
  ]) {
    const { code, stderr } = await it.claim('init', ...words);
    expect({ words, code }).toEqual({ words, code: 129 });
    expect(stderr).toMatch(/^error: git claim init does not take --\S+(?: and --\S+)+ together\n/);
  }
  expect(existsSync(join(it.repo, '.git/git-claim.config'))).toBe(false);
  expect((await it.claim('init', '--mode', 'soft', '--agents-md', '--claude', '--print')).code).toBe(0);
});

test('an answer that cannot be kept is no trouble', async () => {
  const it = stage();
  const env = { ...it.env, XDG_STATE_HOME: '/proc/nowhere' };
  const { code, seen } = await inAskingTerminal({ ...it, env }, 'n\n', ['init']);
  expect(code).toBe(0);
  expect(seen).toMatch(/is set up in this repository/);
});
