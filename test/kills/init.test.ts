import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { putHook } from '../support/marked-package.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

const THEIRS = '#!/bin/sh\necho theirs\n';

test.each([
  ['init', [], ['init', '--mode', 'hard', '--agents-md', '--claude']],
  ['init --uninstall', ['init', '--mode', 'hard', '--agents-md', '--claude'], ['init', '--uninstall']],
])(
  '%s: killed before any of its changes, it is finished by the same command, and everything can be as it was',
  (_, first, words) => {
    const traced = repository(first);
    const trace = join(traced.dir, 'steps');
    expect(claim(traced, words, { GIT_CLAIM_TRACE_STEPS: trace }).status).toBe(0);
    const steps = readFileSync(trace, 'utf8')
      .split('\n')
      .filter((step) => /^before file (?:write|move|remove) /.test(step));
    const points = steps.map((step, at) => `${step}#${steps.slice(0, at + 1).filter((one) => one === step).length}`);
    expect(points.length).toBeGreaterThan(8);
    for (const point of points) {
      const it = repository(first);
      expect({ point, signal: claim(it, words, { GIT_CLAIM_CRASH_AT: point }).signal }).toEqual({ point, signal: 'SIGKILL' });
      expect({ point, status: claim(it, words).status }).toEqual({ point, status: 0 });
      if (words[1] !== '--uninstall')
        expect({ point, check: claim(it, ['init', '--check']).status }).toEqual({ point, check: 0 });
      claim(it, ['init', '--uninstall']);
      expect({ point, ...contents(it) }).toEqual({ point, ...contents(repository([])) });
    }
  },
);

test("git's lock on the configuration, left by a kill, is waited out and removed", () => {
  const it = repository([]);
  const lock = join(it.repo, '.git/config.lock');
  writeFileSync(lock, '');
  const anHourAgo = Date.now() / 1000 - 3600;
  utimesSync(lock, anHourAgo, anHourAgo);
  expect(claim(it, ['init']).stdout).toMatch(/^git-claim is set up/);
});

function repository(words: readonly string[]): Sandbox {
  const sandbox = createSandbox();
  for (const hook of ['pre-commit', 'post-commit']) putHook(join(sandbox.repo, '.git/hooks', hook), THEIRS);
  writeFileSync(join(sandbox.repo, 'AGENTS.md'), 'rules\n');
  if (words.length > 0) claim(sandbox, words);
  return sandbox;
}

function claim({ repo, env }: Sandbox, words: readonly string[], more = {}) {
  return spawnSync('git-claim', words, { cwd: repo, env: { ...env, ...more }, encoding: 'utf8' });
}

function contents({ repo }: Sandbox): Record<string, string> {
  mkdirSync(join(repo, '.git/claim'), { recursive: true });
  const names = readdirSync(join(repo, '.git')).filter((name) => /config|hooks|claim/.test(name));
  const hooks = readdirSync(join(repo, '.git/hooks')).filter((name) => !name.endsWith('.sample'));
  const texts = ['.git/config', 'AGENTS.md', ...hooks.map((name) => `.git/hooks/${name}`)].map((name) => [
    name,
    readFileSync(join(repo, name), 'utf8'),
  ]);
  return { names: names.join(' '), tree: readdirSync(repo).join(' '), ...Object.fromEntries(texts) };
}
