import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { columnsOf } from '../../src/core/columns.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

const RED_TAPE = 'waits for an answer of everybody who ever said anything about it';

test('an answer is on stdout; a refusal, a failure and a warning are on stderr', async () => {
  const sandbox = await claimed();
  sandbox.git(['update-ref', 'refs/claims/some/thing', 'HEAD']);
  const streams = async (session: string, ...args: string[]) => {
    const { stdout, stderr } = await runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: session } });
    return [stdout === '' ? '' : 'stdout', stderr === '' ? '' : 'stderr'].join(' ').trim();
  };
  expect(await streams('alice', 'ORDER-1')).toBe('stdout');
  expect(await streams('alice', '-h')).toBe('stdout');
  expect(await streams('bob', 'ORDER-1')).toBe('stderr');
  expect(await streams('bob', 'ORDER')).toBe('stderr');
  expect(await streams('bob', 'ORDER-1', '--json')).toBe('stdout');
  expect(await streams('bob', 'list')).toBe('stdout stderr');
});

test('colours are for terminals only, and not where they are not wanted', async () => {
  const sandbox = await claimed();
  expect((await runCli(sandbox, ['list'], { env: { GIT_CLAIM_SESSION: 'alice' } })).stdout).not.toContain('\x1b[');
  expect(inTerminal(sandbox, 'git claim list')).toContain('\x1b[32mORDER-1');
  expect(inTerminal(sandbox, 'NO_COLOR=1 git claim list')).not.toContain('\x1b[');
  expect(inTerminal(sandbox, 'TERM=dumb git claim list')).not.toContain('\x1b[');
  expect(inTerminal(sandbox, 'git -c color.ui=never claim list')).not.toContain('\x1b[');
  expect(inTerminal(sandbox, 'git claim list | cat')).not.toContain('\x1b[');
});

test('a narrow terminal cuts the lines of a table, and never an answer that is piped', async () => {
  const sandbox = await claimed();
  expect(inTerminal(sandbox, 'stty cols 40; NO_COLOR=1 git claim list')).toMatch(
    /^ORDER {4}SESSION {2}STATE {4}SINCE {2}.*…\r\nORDER-1 {2}you {6}blocked {2}\d+s {4,5}\.\.\/my.*…\r\n$/,
  );
  const lines = inTerminal(sandbox, 'stty cols 40; NO_COLOR=1 git claim list').trimEnd().split('\r\n');
  expect(lines.map((line) => line.length)).toEqual([40, 40]);
  expect(inTerminal(sandbox, 'stty cols 40; git claim list | cat')).toContain(RED_TAPE);
});

test('a title that takes two columns a character is cut where the terminal ends, and goes before another session’s worktree', async () => {
  const sandbox = createSandbox();
  mkdirSync(join(sandbox.repo, 'orders'));
  writeFileSync(join(sandbox.repo, 'orders', 'ORDER-1.md'), `---\nstatus: ready\ntitle: ${'日本語'.repeat(20)}\n---\n`);
  await runCli(sandbox, ['ORDER-1'], { env: { GIT_CLAIM_SESSION: 'bob' } });
  const [, board = '', , narrow = '', check = ''] = inTerminal(
    sandbox,
    'stty cols 100; NO_COLOR=1 git claim list; stty cols 60; NO_COLOR=1 git claim list; stty cols 80; NO_COLOR=1 git claim check',
  ).split('\r\n');
  expect(board).toMatch(/^ORDER-1 {2}bob {6}active {2}\d+s {4,5}\.\.\/my äpp\.claims\/ORDER-1 {2}(?:日本語)+日?本?…$/);
  expect(narrow).toMatch(/^ORDER-1 {2}bob {6}active {2}\d+s {4,5}(?:日本語)+日?本?…$/);
  expect(columnsOf(board)).toBeGreaterThan(98);
  expect(columnsOf(board)).toBeLessThanOrEqual(100);
  expect(columnsOf(narrow)).toBeGreaterThan(58);
  expect(columnsOf(narrow)).toBeLessThanOrEqual(60);
  expect(check).toMatch(/^info {3}ORDER-1 \(日本語日本語日本語日本語日本…\) is held by bob/);
});

test('a sentence that is wider than the terminal hangs below its label, and none of it is lost', async () => {
  const sandbox = await claimed();
  const lines = (line: string) => inTerminal(sandbox, `stty cols 60; export NO_COLOR=1; ${line}`).trimEnd().split('\r\n');
  const env = { GIT_CLAIM_SESSION: 'bob' };
  await runCli(sandbox, ['intent', RED_TAPE], { env });
  expect(lines('git claim status ORDER-1')).toContain('  blocked   waits for an answer of everybody who ever said');
  expect(lines('git claim status ORDER-1')).toContain('            anything about it');
  expect(lines('git claim release --later ORDER-1')).toEqual([
    "error: unknown option '--later'",
    '  hint    git claim release -h lists its options',
  ]);
  for (const line of [
    'git claim feed',
    'git claim intents',
    'git claim log',
    'git claim check ORDER-1',
    'git claim ORDER-1 ../x',
  ]) {
    const told = lines(line);
    expect([line, told.filter((one) => columnsOf(one) > 60)]).toEqual([line, []]);
    expect(told.join('')).not.toContain('…');
  }
  expect(
    lines('git claim feed')
      .filter((line) => /^ {20,}\S/.test(line))
      .join(' '),
  ).toContain('everybody who ever said anything');
  expect(lines('git claim completion bash').some((line) => line.length > 60)).toBe(true);
});

test('what does not fit the terminal is shown by the pager that git would use', async () => {
  const sandbox = await claimed();
  const shown = (line: string, rows = 2) =>
    inTerminal(sandbox, `stty rows ${rows}; export NO_COLOR=1 GIT_PAGER PAGER X; ${line}`);
  for (const line of ['log', 'feed', 'list --all'])
    expect(shown(`GIT_PAGER='sed s/^/through:/'; git claim ${line}`)).toMatch(/^through:/);
  expect(shown("PAGER='sed s/^/p:/'; git -c core.pager='sed s/^/c:/' claim log")).toMatch(/^c:ORDER-1/);
  expect(shown("PAGER='sed s/^/p:/'; git claim log")).toMatch(/^p:ORDER-1/);
  for (const line of ['GIT_PAGER=cat; git claim log', 'X=1; git --no-pager claim log', 'GIT_PAGER=; git claim log'])
    expect(shown(line)).toMatch(/^ORDER-1/);
  expect(shown("GIT_PAGER='sed s/^/p:/'; git claim log", 30)).toMatch(/^ORDER-1/);
  expect(shown("GIT_PAGER='sed s/^/p:/'; git claim log | cat")).toMatch(/^ORDER-1/);
  expect(shown('GIT_PAGER=no-such-pager; git claim log')).toMatch(/no-such-pager: not found\r\nORDER-1/);
});

test('a board that is watched is drawn anew when another session claims, until it is interrupted', async () => {
  const sandbox = await claimed();
  const others = 'sleep 1; GIT_CLAIM_SESSION=bob git claim --no-worktree ORDER-2 >/dev/null';
  const told = inTerminal(sandbox, `timeout -s INT 5 git claim list --watch & ${others}; wait $!; echo "exit $?"`);
  expect(told.split('\x1b[H\x1b[2J').length).toBeGreaterThan(2);
  expect(told).toMatch(/ORDER-2 {2}bob/);
  const { code, stderr } = await runCli(sandbox, ['list', '--watch']);
  expect([code, stderr.split('\n')[0]]).toEqual([
    129,
    'error: --watch draws on a terminal: neither into a pipe nor as a document',
  ]);
  expect((await runCli(sandbox, ['list', '--watch', '--json'])).code).toBe(129);
});

test('the help of all commands is wrapped where the terminal ends', () => {
  const lines = inTerminal(createSandbox(), 'stty cols 60; git claim -h').split('\r\n');
  expect(lines).toContain('  intent      Announce what you are about to do; others are');
  expect(lines).toContain('              told for 10 minutes');
});

test('a reader that goes away is no failure', async () => {
  const sandbox = await claimed();
  const piped = 'set -o pipefail; for n in 1 2 3; do git claim list | true || exit; git claim -h | head -1 || exit; done';
  const { status, stdout, stderr } = spawnSync('bash', ['-c', piped], { cwd: sandbox.repo, env: sandbox.env, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout.split('\n')[0]).toMatch(/^usage: git claim <order>/);
});

test('what others wrote cannot play tricks on a terminal', async () => {
  const sandbox = await claimed();
  await runCli(sandbox, ['block', 'ORDER-1', '--reason', 'a\x1b[2Jb\u202ec'], { env: { GIT_CLAIM_SESSION: 'alice' } });
  expect(inTerminal(sandbox, 'NO_COLOR=1 git claim status ORDER-1')).toContain('blocked   a [2Jb c');
});

/** A sandbox in which alice holds ORDER-1 and waits. */
async function claimed(): Promise<Sandbox> {
  const sandbox = createSandbox();
  const env = { GIT_CLAIM_SESSION: 'alice' };
  await runCli(sandbox, ['ORDER-1'], { env });
  await runCli(sandbox, ['block', 'ORDER-1', '--reason', RED_TAPE], { env });
  return sandbox;
}

/** Returns what alice sees when she runs a line of shell in an 80-column terminal. */
function inTerminal(sandbox: Sandbox, line: string): string {
  const env = { ...sandbox.env, TERM: 'xterm', GIT_CLAIM_SESSION: 'alice' };
  const { stdout } = spawnSync('script', ['-qec', `stty cols 80; ${line}`, '/dev/null'], {
    cwd: sandbox.repo,
    env,
    encoding: 'utf8',
    input: '',
  });
  return stdout;
}
