import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { askedAhead } from '../../../src/adapters/git/ahead/answers.ts';
import { CONFIG_CALL } from '../../../src/adapters/git/config.ts';
import { recentCall } from '../../../src/adapters/git/history/commits.ts';
import { type Git, isPlainFor } from '../../../src/adapters/git/process.ts';
import { READ_CALL } from '../../../src/adapters/git/read-objects.ts';
import { type EarlySurvey, NAMES_CALL, SURVEY_CALL } from '../../../src/adapters/git/refs/early-survey.ts';
import { BrokenOff } from '../../../src/adapters/git/refs/survey.ts';
import { DEFAULT_REF_PREFIX } from '../../../src/core/claim/refs.ts';
import { processesAtHome } from '../../support/processes-at-home.ts';
import { createSandbox, PACKAGE, type Sandbox } from '../../support/sandbox.ts';

const CONFIG = 'local\0file:.git/config\0core.bare\nfalse\0';
const RECENT = recentCall(DEFAULT_REF_PREFIX, 100);
const COMMITS = 'a1\x01whole log\0b2\x01whole\0';
const ROW = 'refs/claims/A-1\0a1\0\0tag\0blob\0b2\0';
const SURVEY = `${ROW}whole\n\0\n${ROW}whole survey\0\n`;
const RECORD = 'a1 tag 31\nx\n\0whole log A-1\0whole log A-1\n\n';
const ORDER = { input: 'refs/claims/A-1\n' };
const CLAIM = `${CONFIG}\0${COMMITS}\0${RECORD}\0whole log A-1`;

test('each question is answered once from what was asked ahead, and everything else by git', async () => {
  const { git, survey } = lent(`${CONFIG}\0${SURVEY}\0whole survey`);
  expect(await said(git, CONFIG_CALL)).toBe(CONFIG);
  expect(await said(git, CONFIG_CALL)).toBe('asked');
  expect(await listed(survey)).toBe(SURVEY);
  expect(await listed(survey)).toBe('');
  for (const call of [SURVEY_CALL, RECENT]) expect(await said(git, call)).toBe('asked');
});

test('what a claim of one order asks is answered, even if there are no commits and no such order', async () => {
  for (const [commits, record] of [
    [COMMITS, RECORD],
    ['', 'refs/claims/A-1 missing\n'],
  ] as const) {
    const { git } = lent(CLAIM.replace(COMMITS, commits).replace(RECORD, record));
    expect([await said(git, CONFIG_CALL), await said(git, RECENT)]).toEqual([CONFIG, commits]);
    expect(await said(git, READ_CALL, { input: 'refs/claims/A-2\n' })).toBe('asked');
    expect(await said(git, READ_CALL, ORDER)).toBe(record);
    expect(await said(git, RECENT)).toBe('asked');
    expect(await said(git, READ_CALL, ORDER)).toBe('asked');
  }
});

test('no answer is about another directory, or from before a ref was written', async () => {
  const { git } = lent(CLAIM);
  expect(await said(git, CONFIG_CALL)).toBe(CONFIG);
  expect(await said(git, RECENT, { cwd: '/' })).toBe('asked');
  expect(await said(git, RECENT)).toBe(COMMITS);
  expect(await said(git, ['-c', 'gc.auto=0', 'update-ref', '--stdin'])).toBe('asked');
  expect(await said(git, READ_CALL, ORDER)).toBe('asked');
});

test('no survey, and one without a claim', async () => {
  const without = lent(`${CONFIG}\0whole`);
  expect([await said(without.git, CONFIG_CALL), await listed(without.survey)]).toEqual([CONFIG, 'broken off']);
  const empty = lent(`${CONFIG}\0\0whole survey`);
  expect([await said(empty.git, CONFIG_CALL), await listed(empty.survey)]).toEqual([CONFIG, '']);
});

test('what broke off anywhere is asked again', async () => {
  const survey = `${CONFIG}\0${SURVEY}\0whole survey`;
  for (let length = 0; length < survey.length; length += 1) {
    const broken = lent(survey.slice(0, length));
    const config = length > CONFIG.length ? CONFIG : 'asked';
    expect([length, await said(broken.git, CONFIG_CALL), await listed(broken.survey)]).toEqual([length, config, 'broken off']);
  }
  // Except for the last letters of an order, without which it would be another order.
  for (let length = 0; length < CLAIM.length - 'A-1'.length; length += 1) {
    const { git } = lent(CLAIM.slice(0, length));
    const config = await said(git, CONFIG_CALL);
    const others = [await said(git, RECENT), await said(git, READ_CALL, ORDER)];
    expect([length, config, others]).toEqual([length, length > CONFIG.length ? CONFIG : 'asked', ['asked', 'asked']]);
  }
});

test('a long survey comes in pieces, none of which ends within a letter', async () => {
  const rows = SURVEY.replaceAll('claim', 'f\u00fcr alle \u{1f600} '.repeat(9_000)).repeat(3);
  const { git, survey } = lent(`${CONFIG}\0${rows}\0whole survey`);
  await git(CONFIG_CALL);
  const pieces = Array.from((await survey.listing).pieces, String);
  expect(pieces.length).toBeGreaterThan(3);
  expect(pieces.join('')).toBe(rows);
});

test('the shell asks what the adapters would, and nothing where they may ask something else', ({ skip }) => {
  skip(process.platform !== 'linux', 'nothing is asked ahead: only Linux opens a pipe by its name under /proc');
  const sandbox = createSandbox();
  const path = programs(sandbox, {
    git: 'for word; do printf "%s\\n" "$word"; done; cat; echo',
    node: '[ -z "$3" ] || cat <&"$3"',
  });
  const asked = (words: readonly string[], env: Record<string, string> = {}, shell = 'sh', cwd = sandbox.dir) => {
    const options = { cwd, env: { ...env, PATH: path }, encoding: 'utf8' } as const;
    const { stdout } = spawnSync(shell, [join(PACKAGE, 'bin/git-claim'), ...words], options);
    return stdout
      .split('\n\n')
      .flatMap((call) => (/^\0*(?:0\0)?whole/.test(call) || call === '' ? [] : [call.replace(/^\0(?:0\0)?/, '').split('\n')]));
  };
  expect(asked([])).toEqual([[...CONFIG_CALL], [...SURVEY_CALL]]);
  expect(asked([], {}, 'bash')).toEqual(asked([]));
  for (const words of [['status'], ['list', '--all', '--json']]) expect(asked(words)).toEqual(asked([]));
  mkdirSync(join(sandbox.repo, 'a b/c'), { recursive: true });
  sandbox.git(['worktree', 'add', '--quiet', '../tree']);
  expect(asked([], {}, 'sh', join(sandbox.repo, 'a b/c'))).toEqual(asked([]));
  mkdirSync(join(sandbox.repo, '.git/claim'));
  writeFileSync(join(sandbox.repo, '.git/claim/records.read'), '');
  // A worktree says where it belongs in a file, by an absolute path or by a relative one.
  for (const gitFile of [null, 'gitdir: ../my äpp/.git/worktrees/tree\n']) {
    if (gitFile !== null) writeFileSync(join(sandbox.dir, 'tree/.git'), gitFile);
    for (const cwd of [sandbox.repo, join(sandbox.repo, 'a b/c'), join(sandbox.dir, 'tree')])
      expect(asked(['list'], {}, 'sh', cwd)).toEqual([[...CONFIG_CALL], [...NAMES_CALL]]);
  }
  for (const words of [['release'], ['release', 'A-1'], ['status', 'A-1'], ['take', '--reason', 'x-1', 'A-1']])
    expect(asked(words)).toEqual([[...CONFIG_CALL]]);
  const claiming = [[...CONFIG_CALL], [...RECENT]];
  const inRepo = (...words: string[]) => asked(words, {}, 'sh', sandbox.repo);
  for (const words of [['a-1'], ['A-1', 'B-2'], ['--no-worktree', 'A-1']]) expect(inRepo(...words)).toEqual(claiming);
  // A claim in a file of its own needs no question, and is held more often than not.
  sandbox.git(['update-ref', 'refs/claims/A-1', 'HEAD']);
  expect(inRepo('A-1')).toEqual([[...CONFIG_CALL]]);
  expect(inRepo('B-2')).toEqual(claiming);
  sandbox.git(['pack-refs', '--all']);
  expect(inRepo('A-1', '--no-worktree')).toEqual([...claiming, [...READ_CALL, 'refs/claims/A-1']]);
  expect(inRepo('a-1')).toEqual(claiming);
  for (const word of ['--version', '-h', 'help']) expect(asked([word])).toEqual([]);
  for (const variable of ['GIT_DIR', 'GIT_WORK_TREE']) expect(asked([], { [variable]: sandbox.repo })).toEqual([]);
});

test('a git that fails ahead is asked again, and two processes are enough', () => {
  const sandbox = createSandbox();
  const count = join(sandbox.dir, 'count');
  const git = spawnSync('sh', ['-c', 'command -v git'], { env: sandbox.env, encoding: 'utf8' }).stdout.trim();
  const path = programs(sandbox, {
    git: `echo >>'${count}'\n[ "$(wc -l <'${count}')" -gt $FAILING ] || exit 1\nexec ${git} "$@"`,
  });
  const status = (failing: number) => {
    writeFileSync(count, '');
    const { stdout, stderr } = spawnSync(join(PACKAGE, 'bin/git-claim'), ['--session', 'ada'], {
      cwd: sandbox.repo,
      env: { ...sandbox.env, PATH: path, FAILING: String(failing) },
      encoding: 'utf8',
    });
    return { says: stdout + stderr, gits: readFileSync(count, 'utf8').length };
  };
  const { says, gits } = status(0);
  expect({ says, gits }).toEqual({ says: expect.stringContaining('holding  nothing'), gits: 2 });
  expect(status(1)).toEqual({ says, gits: 3 });
});

test('who asked ends when nobody reads the answers', async () => {
  const sandbox = createSandbox();
  const path = programs(sandbox, { git: 'while :; do echo 0123456789012345678901234567890123456789; done', node: 'exit 3' });
  const env = { PATH: path, HOME: sandbox.dir };
  for (const shell of ['sh', 'bash']) {
    const { status, signal } = spawnSync(shell, [join(PACKAGE, 'bin/git-claim'), 'list'], { env, timeout: 10_000 });
    expect({ status, signal }).toEqual({ status: 3, signal: null });
  }
  await vi.waitFor(() => expect(processesAtHome(sandbox.dir)).toEqual([]), 5_000);
});

test('an environment that means another repository, or may mean one, is told', () => {
  const isPlain = (...names: string[]) => isPlainFor(Object.fromEntries(names.map((name) => [name, 'x'])));
  expect(isPlain('HOME', 'GIT_CLAIM_SESSION', 'GIT_EDITOR', 'GIT_SSL_CAINFO', 'GIT_CONFIG_GLOBAL', 'GIT_TRACE2_EVENT')).toBe(
    true,
  );
  for (const name of ['GIT_DIR', 'GIT_CONFIG_COUNT', 'GIT_NAMESPACE', 'GIT_OBJECT_DIRECTORY', 'GIT_WHAT_A_LATER_GIT_KNOWS'])
    expect([name, isPlain('HOME', name)]).toEqual([name, false]);
});

async function said(git: Git, ...call: Parameters<Git>): Promise<string> {
  return String((await git(...call)).stdout);
}

/** A git that is lent the answers in a file, and itself answers `asked`. */
function lent(text: string): { readonly git: Git; readonly survey: EarlySurvey } {
  const { lend, survey } = askedAhead(fileOf(text));
  return { git: lend(async () => ({ code: 0, stdout: Buffer.from('asked'), stderr: '' })), survey };
}

async function listed({ listing }: EarlySurvey): Promise<string> {
  try {
    return Array.from((await listing).pieces, String).join('');
  } catch (error) {
    return error instanceof BrokenOff ? 'broken off' : String(error);
  }
}

let sandboxOfFiles: Sandbox | null = null;

function fileOf(text: string): number {
  sandboxOfFiles ??= createSandbox();
  const file = join(sandboxOfFiles.dir, 'ahead');
  writeFileSync(file, text);
  return openSync(file, 'r');
}

/** Puts sh programs first on the PATH. */
function programs(sandbox: Sandbox, bodies: Readonly<Record<string, string>>): string {
  for (const [name, body] of Object.entries(bodies)) {
    writeFileSync(join(sandbox.dir, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(sandbox.dir, name), 0o755);
  }
  return [sandbox.dir, sandbox.env['PATH']].join(delimiter);
}
