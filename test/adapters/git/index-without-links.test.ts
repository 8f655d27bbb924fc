import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { lockIndex } from '../../../src/adapters/git/index-file.ts';

vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  linkSync: () => {
    throw Object.assign(new Error('operation not permitted'), { code: 'EPERM' });
  },
}));

test('on a file system without hard links the index is locked all the same, and nothing is left behind', () => {
  const repo = realpathSync(mkdtempSync(join(tmpdir(), 'git-claim-links-')));
  const env = { PATH: process.env['PATH'], HOME: repo, GIT_CONFIG_NOSYSTEM: '1' };
  const git = (...args: string[]) => execFileSync('git', args, { cwd: repo, env, encoding: 'utf8', stdio: 'pipe' });
  git('init', '--quiet');
  writeFileSync(join(repo, 'a'), 'text');
  git('add', 'a');
  const gitDir = join(repo, '.git');
  const before = readdirSync(gitDir);
  for (const end of ['abort', 'commit'] as const) {
    const lock = lockIndex(gitDir, 'a', { objectFormat: 'sha1' });
    expect([lock?.isOurs(), lockIndex(gitDir, 'a', { objectFormat: 'sha1' })]).toEqual([true, null]);
    expect(() => git('add', 'a')).toThrow('index.lock');
    lock?.[end]();
    expect([readdirSync(gitDir), git('status', '--porcelain')]).toEqual([before, 'A  a\n']);
  }
});
