import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { announcementsOf } from '../../src/core/check/announcements.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

const MESSAGES = /announced: (.*)/g;

test('hooks announce deletions, sensitive files and force-pushes, and tell of what others announced', async () => {
  const sandbox = createSandbox();
  const { repo, dir, git } = sandbox;
  const names = Array.from({ length: 12 }, (_, at) => `file-${at}`);
  mkdirSync(join(repo, 'db'));
  for (const name of [...names, 'db/schema']) writeFileSync(join(repo, name), name);
  git(['add', '.']);
  git(['commit', '-q', '-m', 'files']);
  git(['init', '-q', '--bare', join(dir, 'hub.git')]);
  git(['config', 'claim.sensitive', 'db']);
  await say(sandbox, 'ada', 'init', '--mode', 'soft');
  await say(sandbox, 'ada', '--no-worktree', 'ORDER-1');
  for (const name of names.slice(0, 9)) rmSync(join(repo, name));
  const ada = { cwd: repo, env: { ...sandbox.env, GIT_CLAIM_SESSION: 'ada' } };
  commit(ada, 'nine are few');
  await say(sandbox, 'bob', 'intent', 'reset the database');
  rmSync(join(repo, 'file-9'));
  writeFileSync(join(repo, 'db/schema'), 'new');
  expect(commit(ada, 'sensitive')).toContain('announced: reset the database');
  for (const name of names) writeFileSync(join(repo, name), 'again');
  expect(commit(ada, 'back')).toBe('');
  await say(sandbox, 'bob', 'intent', 'reset it again');
  expect(commit(ada, 'said again', '--allow-empty').match(/announced: [^(]*/g)).toEqual(['announced: reset it again ']);
  git(['push', '-q', join(dir, 'hub.git'), 'HEAD:refs/heads/main'], repo);
  git(['mv', ...names.slice(0, 10), 'db']);
  commit(ada, 'moved');
  commit(ada, 'reworded', '--amend');
  run(ada, ['reset', '-q', '--hard', 'HEAD~3']);
  run(ada, ['push', '-q', '--force', join(dir, 'hub.git'), 'HEAD:refs/heads/main']);
  const feed = await say(sandbox, 'ada', 'feed');
  expect(Array.from(feed.matchAll(MESSAGES), (match) => match[1])).toEqual([
    'reset the database',
    '[sensitive] changes db/schema',
    'reset it again',
    '[delete] deletes or moves 10 files: file-0, file-1, file-2 and 7 more',
    '[sensitive] changes db/file-0, db/file-1, db/file-2 and 7 more',
    '[force-push] force-pushes main',
  ]);
});

test('few files and places that are not sensitive are nobody’s news', () => {
  expect(announcementsOf(['src/a'], ['src/a'], ['db', '*.sql'])).toEqual([]);
});

async function say(sandbox: Sandbox, session: string, ...args: string[]): Promise<string> {
  return (await runCli(sandbox, args, { env: { GIT_CLAIM_SESSION: session } })).stdout;
}

type Where = { readonly cwd: string; readonly env: Readonly<Record<string, string>> };

function commit(where: Where, message: string, ...more: string[]): string {
  run(where, ['add', '--all']);
  return run(where, ['commit', '-q', '-m', message, ...more]);
}

/** Runs git with its hooks, and returns its standard error. */
function run({ cwd, env }: Where, args: readonly string[]): string {
  const { status, stderr } = spawnSync('git', args, { cwd, env, encoding: 'utf8' });
  expect({ args, status, stderr: status === 0 ? '' : stderr }).toEqual({ args, status: 0, stderr: '' });
  return stderr;
}
