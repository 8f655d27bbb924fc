import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_REF_PREFIX } from '../../src/core/claim/refs.ts';
import { PATH_REFS } from '../../src/core/paths/refs.ts';
import { KNOWN_AGENTS } from '../../src/core/session/agents.ts';
import { agentKey, namedKey, sessionIdOf } from '../../src/core/session/key.ts';
import { PACKAGE } from '../support/sandbox.ts';

/** Runs words of the hooks' shared script, and returns what they print. */
function shell(words: string, env: Record<string, string> = {}, ...args: string[]): string {
  const script = join(PACKAGE, 'githooks/claim.sh');
  const { stdout, stderr } = spawnSync('sh', ['-c', `. "$0"; ${words}`, script, ...args], {
    env: { PATH: process.env['PATH'] as string, ...env },
    encoding: 'utf8',
  });
  return stdout + stderr;
}

const whoAmI = (env: Record<string, string>) => shell('find_me; printf "%s|%s" "$me" "$agent"', env);

test('the shell knows the variables of every agent that git-claim knows', () => {
  for (const { name, ids, presence } of KNOWN_AGENTS) {
    for (const variable of ids) expect(`${variable} ${whoAmI({ [variable]: 'x-1' })}`).toBe(`${variable} ${name}:x-1|`);
    for (const sign of presence) {
      const [variable = '', value = '1'] = sign.split('=');
      expect(`${sign} ${whoAmI({ [variable]: value })}`).toBe(`${sign} |${name}`);
    }
  }
});

test('a name that is given goes before all others; two agents are too many for the shell', () => {
  const claude = { CLAUDE_CODE_SESSION_ID: 'a', CLAUDECODE: '1', AI_AGENT: 'claude-code' };
  expect(whoAmI(claude)).toBe('claude:a|');
  expect(whoAmI({ ...claude, GIT_CLAIM_SESSION: 'nightly' })).toBe('nightly|');
  expect(whoAmI({ ...claude, CODEX_THREAD_ID: 'b' })).toBe('?|');
  expect(whoAmI({ ...claude, GEMINI_CLI: '1' })).toBe('?|');
  expect(whoAmI({ GEMINI_CLI: '0', CLAUDECODE: 'false' })).toBe('|');
  expect(whoAmI({})).toBe('|');
});

test.each([
  ['claude', '7f3a21aa-0000-4000-8000-00000000beef'],
  ['codex', '019a2b3c-0000-7000-8000-00000000beef'],
])('the shell shortens the id of %s as git-claim does', (agent, id) => {
  const variable = KNOWN_AGENTS.find(({ name }) => name === agent)?.ids[0] as string;
  expect(shell('find_me; session=; find_session; printf %s "$session"', { [variable]: id })).toBe(
    sessionIdOf(agentKey(agent, id, 'a test')),
  );
});

test.each([
  'nightly',
  'a.b_c-1',
  'has space',
  'x'.repeat(33),
  '-dash',
  'claude:7f3a21aa-0000-4000-8000-00000000beef',
  'zäh',
  '$(touch x)',
  'a\nb',
])('a name given as %j is its own short name, or for git-claim to find', (name) => {
  const said = shell('find_me; session=; find_session; printf %s "$session"', { GIT_CLAIM_SESSION: name });
  if (said !== '') expect(said).toBe(sessionIdOf(namedKey(name, 'a test')));
});

test('reference-transaction names the usual refs before it knows anything else', () => {
  const text = readFileSync(join(PACKAGE, 'githooks/reference-transaction'), 'utf8');
  expect(text).toContain(
    `refs/heads/* | ${DEFAULT_REF_PREFIX}* | refs/${PATH_REFS}[./]* | refs/claim-done/* | refs/replace/*) ;;`,
  );
});

test('a command line that may last for hours is known before Node starts', () => {
  const lasts = (...words: string[]) => shell('is_lasting "$@" && echo yes || echo no', {}, ...words).trim();
  for (const words of [['run', 'X-1'], ['feed'], ['list', '--watch'], ['list', '--all', '--watch']])
    expect([words, lasts(...words)]).toEqual([words, 'yes']);
  for (const words of [[], ['list'], ['list', '--all'], ['status', '--watch'], ['runs']])
    expect([words, lasts(...words)]).toEqual([words, 'no']);
});

test('every script is plain POSIX shell, and short', () => {
  for (const hook of [
    'githooks/claim.sh',
    'githooks/pre-commit',
    'githooks/prepare-commit-msg',
    'githooks/post-commit',
    'githooks/post-checkout',
    'githooks/pre-applypatch',
    'githooks/post-applypatch',
    'githooks/pre-push',
    'githooks/reference-transaction',
    'bin/git-claim',
    'bin/heartbeat.sh',
    'bin/keep-rows.sh',
    'dist/facts.sh',
  ]) {
    const file = join(PACKAGE, hook);
    for (const checker of [
      ['sh', '-n'],
      ['bash', '--posix', '-n'],
    ]) {
      const { status, stderr } = spawnSync(checker[0] as string, [...checker.slice(1), file], { encoding: 'utf8' });
      expect({ hook, checker, status, stderr }).toEqual({ hook, checker, status: 0, stderr: '' });
    }
  }
});
