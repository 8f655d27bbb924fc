import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { git, installHooks } from '../support/hooks.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

async function held(mode: 'soft' | 'hard'): Promise<{ sandbox: Sandbox; tree: string }> {
  const sandbox = createSandbox();
  installHooks(sandbox, mode);
  await runCli(sandbox, ['ORDER-1'], { env: { GIT_CLAIM_SESSION: 'alice' } });
  return { sandbox, tree: join(sandbox.dir, 'my äpp.claims/ORDER-1') };
}

/** Commits as another session, in a process of its own, so that several can wait at once. */
async function commit({ sandbox, tree }: { sandbox: Sandbox; tree: string }, env: Record<string, string>) {
  const child = spawn('git', ['commit', '-q', '--allow-empty', '-m', 'x'], {
    cwd: tree,
    env: { ...sandbox.env, GIT_CLAIM_SESSION: 'bob', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const begun = performance.now();
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, out: stdout + stderr, ms: performance.now() - begun };
}

/** A folder of programs that stop themselves, like one waiting for a hung disk; its `sleep` is short. */
function hanging(sandbox: Sandbox): string {
  const bin = join(sandbox.dir, 'hanging');
  mkdirSync(bin);
  writeFileSync(join(bin, 'node'), `#!/bin/sh\necho >>"${sandbox.dir}/starts"\nkill -STOP $$\n`);
  writeFileSync(join(bin, 'sleep'), '#!/bin/sh\nexec /bin/sleep 0.5\n');
  for (const name of ['node', 'sleep']) chmodSync(join(bin, name), 0o755);
  return [bin, sandbox.env['PATH']].join(delimiter);
}

test('a git-claim that hangs is ended: soft goes on and says so, hard refuses, and one commit waits for it once', async () => {
  const [soft, hard] = await Promise.all([held('soft'), held('hard')]);
  const [going, refused] = await Promise.all([soft, hard].map((place) => commit(place, { PATH: hanging(place.sandbox) })));
  expect(going).toMatchObject({
    code: 0,
    out: [
      'git claim: ran out of time after ten seconds; it was let through',
      'git claim: this was not checked either; it was let through',
      '',
    ].join('\n'),
  });
  expect(refused).toMatchObject({
    code: 1,
    out: 'git claim: ran out of time after ten seconds, and hard mode refuses what it cannot check\n',
  });
  const starts = [soft, hard].map(({ sandbox }) => readFileSync(join(sandbox.dir, 'starts'), 'utf8'));
  expect(starts).toEqual(['\n', '\n']);
  expect(Math.max(going?.ms ?? 0, refused?.ms ?? 0)).toBeLessThan(10_000);
});

test('a cache that somebody has locked for ever holds nobody up for long, and nothing is missed', async () => {
  const place = await held('hard');
  const lock = new Database(join(place.sandbox.repo, '.git/claim/cache.db'));
  lock.exec('BEGIN EXCLUSIVE');
  try {
    const { code, out, ms } = await commit(place, {});
    expect({ code, out }).toEqual({ code: 1, out: expect.stringContaining('alice holds it') });
    expect(ms).toBeLessThan(10_000);
    const own = git(place.sandbox, ['commit', '-q', '--allow-empty', '-m', 'x'], { cwd: place.tree, session: 'alice' });
    expect(own).toEqual({ code: 0, out: '' });
  } finally {
    lock.close();
  }
});
