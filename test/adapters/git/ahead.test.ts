import { spawnSync } from 'node:child_process';
import { chmodSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { askedAhead } from '../../../src/adapters/git/ahead.ts';
import { type EarlySurvey, SURVEY_CALL } from '../../../src/adapters/git/claim-refs.ts';
import { recentCall } from '../../../src/adapters/git/commits.ts';
import { CONFIG_CALL } from '../../../src/adapters/git/config.ts';
import { type Git, isPlainFor } from '../../../src/adapters/git/process.ts';
import { BrokenOff } from '../../../src/adapters/git/survey.ts';
import { DEFAULT_REF_PREFIX } from '../../../src/core/claim/refs.ts';
import { processesAtHome } from '../../support/processes-at-home.ts';
import { createSandbox, PACKAGE, type Sandbox } from '../../support/sandbox.ts';

const CONFIG = 'local\0file:.git/config\0core.bare\nfalse\0';
const RECENT = recentCall(DEFAULT_REF_PREFIX, 100);
const COMMITS = 'a1\x01walked\0b2\x01whole\0';
const ROW = 'refs/claims/A-1\0a1\0\0tag\0blob\0b2\0';
const SURVEY = `${ROW}whole\n\0\n${ROW}claim\0\n`;

test('each question is answered once from what was asked ahead, and everything else by git', async () => {
  const { git, survey } = askedAhead(gitThatSays('asked'), fileOf(`${CONFIG}\0${SURVEY}\0whole`));
  expect(await said(git, CONFIG_CALL)).toBe(CONFIG);
  expect(await said(git, CONFIG_CALL)).toBe('asked');
  expect(await listed(survey)).toBe(SURVEY);
  expect(await listed(survey)).toBe('');
  for (const call of [SURVEY_CALL, RECENT]) expect(await said(git, call)).toBe('asked');
});

test('recent commits are an answer too, even if there are none', async () => {
  for (const commits of [COMMITS, '']) {
    const whole = `${CONFIG}\0${commits}\0walked`;
    const { git } = askedAhead(gitThatSays('asked'), fileOf(whole));
    expect([await said(git, CONFIG_CALL), await said(git, RECENT)]).toEqual([CONFIG, commits]);
    expect(await said(git, RECENT)).toBe('asked');
    for (let length = 0; length < whole.length; length += 1) {
      const broken = askedAhead(gitThatSays('asked'), fileOf(whole.slice(0, length)));
      const config = length > CONFIG.length ? CONFIG : 'asked';
      expect([length, await said(broken.git, CONFIG_CALL), await said(broken.git, RECENT)]).toEqual([length, config, 'asked']);
    }
  }
});

test('no survey, and one without a claim', async () => {
  const without = askedAhead(gitThatSays('asked'), fileOf(`${CONFIG}\0whole`));
  expect([await said(without.git, CONFIG_CALL), await listed(without.survey)]).toEqual([CONFIG, 'broken off']);
  const empty = askedAhead(gitThatSays('asked'), fileOf(`${CONFIG}\0\0whole`));
  expect([await said(empty.git, CONFIG_CALL), await listed(empty.survey)]).toEqual([CONFIG, '']);
});

test('what broke off anywhere is asked again', async () => {
  const whole = `${CONFIG}\0${SURVEY}\0whole`;
  for (let length = 0; length < whole.length; length += 1) {
    const { git, survey } = askedAhead(gitThatSays('asked'), fileOf(whole.slice(0, length)));
    const config = length > CONFIG.length ? CONFIG : 'asked';
    expect([length, await said(git, CONFIG_CALL), await listed(survey)]).toEqual([length, config, 'broken off']);
  }
});

test('a long survey comes in pieces, none of which ends within a letter', async () => {
  const rows = SURVEY.replaceAll('claim', 'f\u00fcr alle \u{1f600} '.repeat(9_000)).repeat(3);
  const { git, survey } = askedAhead(gitThatSays('asked'), fileOf(`${CONFIG}\0${rows}\0whole`));
  await git(CONFIG_CALL);
  const pieces = Array.from((await survey.listing).pieces, String);
  expect(pieces.length).toBeGreaterThan(3);
  expect(pieces.join('')).toBe(rows);
});

test('the shell asks what the adapters would, and nothing where they may ask something else', ({ skip }) => {
  skip(process.platform !== 'linux', 'nothing is asked ahead: only Linux opens a pipe by its name under /proc');
  const sandbox = createSandbox();
  const path = programs(sandbox, { git: 'for word; do printf "%s\\n" "$word"; done; echo', node: '[ -z "$3" ] || cat <&"$3"' });
  const asked = (words: readonly string[], env: Record<string, string> = {}) => {
    const { stdout } = spawnSync(join(PACKAGE, 'bin/git-claim'), words, { env: { ...env, PATH: path }, encoding: 'utf8' });
    return stdout
      .split('\n\n')
      .flatMap((call) => (/^\0?\0(?:whole|walked)/.test(call) || call === '' ? [] : [call.replace(/^\0/, '').split('\n')]));
  };
  expect(asked([])).toEqual([[...CONFIG_CALL], [...SURVEY_CALL]]);
  for (const words of [['status'], ['list', '--all', '--json']]) expect(asked(words)).toEqual(asked([]));
  for (const words of [['release'], ['release', 'A-1'], ['take', '--reason', 'x-1', 'A-1']])
    expect(asked(words)).toEqual([[...CONFIG_CALL]]);
  for (const words of [['A-1'], ['--no-worktree', 'a-1', 'B-2']]) expect(asked(words)).toEqual([[...CONFIG_CALL], [...RECENT]]);
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
  const { status, signal } = spawnSync(join(PACKAGE, 'bin/git-claim'), ['list'], { env, timeout: 10_000 });
  expect({ status, signal }).toEqual({ status: 3, signal: null });
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

function gitThatSays(text: string): Git {
  return async () => ({ code: 0, stdout: Buffer.from(text), stderr: '' });
}

async function said(git: Git, args: readonly string[]): Promise<string> {
  return String((await git(args)).stdout);
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

/** Puts programs of sh before all others on the PATH. */
function programs(sandbox: Sandbox, bodies: Readonly<Record<string, string>>): string {
  for (const [name, body] of Object.entries(bodies)) {
    writeFileSync(join(sandbox.dir, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(sandbox.dir, name), 0o755);
  }
  return [sandbox.dir, sandbox.env['PATH']].join(delimiter);
}
