import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type GitRun, git, installHooks, stage } from '../support/hooks.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, PACKAGE, type Sandbox } from '../support/sandbox.ts';

const WARNED = 'git claim: warning: order-1 is the branch of ORDER-1: alice holds it since';

test('with kept rows a commit that passes has git print no claims but those with refs of their own, and misses none', () =>
  place(async ({ sandbox, claim, commit, keep }) => {
    sandbox.git(['pack-refs', '--all']);
    expect(keep()).toBe(0);
    expect(commit('bob')).toEqual({ code: 0, out: '', listed: [] });
    await claim('carol', 'ORDER-3');
    expect(commit('bob')).toEqual({ code: 0, out: '', listed: [['refs/claims/ORDER-3']] });
    sandbox.git(['switch', '-q', '--ignore-other-worktrees', 'order-1']);
    const warned = commit('bob');
    expect(warned.out).toContain(WARNED);
    expect(warned.listed.flat()).not.toContain('refs/claims');
    await claim('alice', 'release', 'ORDER-1');
    expect(commit('bob').out).not.toContain('alice holds it');
  }));

test.each<[string, (rows: string, sandbox: Sandbox) => void]>([
  ['of other packed refs', (_, sandbox) => repack(sandbox)],
  ['cut off', (rows) => writeFileSync(join(rows, 'live'), readFileSync(join(rows, 'live'), 'utf8').slice(0, -20))],
  ['empty', (rows) => writeFileSync(join(rows, 'live'), '')],
  ['copied with the repository', (rows) => copied(rows)],
  ['of another place', (rows) => writeFileSync(join(rows, 'prefix'), 'refs/others/\n')],
  ['half gone', (rows) => rmSync(join(rows, 'live'))],
])('rows that are %s are not believed', (_, spoil) =>
  place(async ({ sandbox, commit, keep }) => {
    sandbox.git(['pack-refs', '--all']);
    expect(keep()).toBe(0);
    spoil(join(sandbox.repo, '.git/claim/rows'), sandbox);
    sandbox.git(['switch', '-q', '--ignore-other-worktrees', 'order-1']);
    const { out, listed } = commit('bob');
    expect(out).toContain(WARNED);
    expect(listed).toContainEqual(['refs/claims/']);
  }),
);

test('git-claim says the same of a commit with kept rows as without', () =>
  place(async ({ sandbox, claim, commit, keep }) => {
    await claim('carol', 'ORDER-3');
    sandbox.git(['branch', 'order-1-mine']);
    const asOf = (branch: string) => {
      sandbox.git(['switch', '-q', '--ignore-other-worktrees', branch]);
      // What moved is told once, to whoever comes first.
      const said = (session: string) => commit(session).out.replaceAll(/ since .*|.* moved without its session .*\n/g, '');
      return ['bob', 'carol', 'alice'].map(said);
    };
    const branches = ['order-1-mine', 'order-1', 'order-3', 'main'];
    const without = branches.map(asOf);
    sandbox.git(['pack-refs', '--all']);
    expect(keep()).toBe(0);
    expect(branches.map(asOf)).toEqual(without);
    expect(without.flat().filter((out) => out !== '').length).toBeGreaterThan(5);
  }));

test('hard mode knows a branch of a held order and of finished work by kept rows', () =>
  place(async ({ sandbox, claim, keep }) => {
    installHooks(sandbox, 'hard');
    sandbox.git(['-c', 'core.hooksPath=/dev/null', 'pack-refs', '--all']);
    expect(keep()).toBe(0);
    const moved = () => git(sandbox, ['update-ref', 'refs/heads/order-1', 'HEAD'], { session: 'bob' });
    stage(sandbox, 'next', 'next');
    sandbox.git(['-c', 'core.hooksPath=/dev/null', 'commit', '-q', '-m', 'next']);
    expect(moved()).toMatchObject({ code: 128, out: expect.stringContaining('ORDER-1 is held by alice') });
    await claim('alice', 'release', 'ORDER-1');
    expect(moved()).toMatchObject({ code: 0 });
  }));

test('rows are replaced whole, and nothing is left of a helper that was killed', () =>
  place(async ({ sandbox, keep }) => {
    const folder = join(sandbox.repo, '.git/claim');
    sandbox.git(['pack-refs', '--all']);
    mkdirSync(join(folder, 'rows.999999999'));
    for (let round = 0; round < 2; round += 1) expect(keep()).toBe(0);
    expect(readdirSync(folder).filter((name) => name.startsWith('rows'))).toEqual(['rows']);
    expect(readdirSync(join(folder, 'rows')).sort()).toEqual(['ended', 'live', 'packed-refs', 'prefix']);
  }));

type Place = {
  readonly sandbox: Sandbox;
  claim(session: string, ...words: string[]): Promise<unknown>;
  commit(session: string): GitRun & { readonly listed: readonly (readonly string[])[] };
  keep(): number | null;
};

/** Alice holds ORDER-1 on its branch. Commits say which claims git was asked to print. */
async function place(play: (place: Place) => Promise<void>): Promise<void> {
  const sandbox = createSandbox();
  installHooks(sandbox);
  const claim = (session: string, ...words: string[]) => runCli(sandbox, words, { env: { GIT_CLAIM_SESSION: session } });
  await claim('alice', 'ORDER-1');
  let commits = 0;
  const commit = (session: string) => {
    commits += 1;
    stage(sandbox, `file-${commits}`, 'x');
    const trace = join(sandbox.dir, `trace-${commits}`);
    const run = git(sandbox, ['commit', '-q', '-m', 'x'], { session, env: { GIT_TRACE2_EVENT: trace } });
    return { ...run, listed: listedIn(trace) };
  };
  const keep = () =>
    spawnSync('sh', [join(PACKAGE, 'bin/keep-rows.sh'), 'refs/claims/'], { cwd: join(sandbox.repo, '.git'), env: sandbox.env })
      .status;
  await play({ sandbox, claim, commit, keep });
}

/** Returns the refs of which hooks had git print rows, call by call. */
function listedIn(trace: string): string[][] {
  const events = existsSync(trace) ? readFileSync(trace, 'utf8').trimEnd().split('\n') : [];
  return events
    .map((line) => JSON.parse(line) as { event: string; argv?: string[] })
    .flatMap(({ event, argv = [] }) => (event === 'start' && argv[1] === 'for-each-ref' ? [argv.slice(3)] : []))
    .filter(([ref]) => ref?.startsWith('refs/claims'));
}

function repack(sandbox: Sandbox): void {
  sandbox.git(['branch', 'another']);
  sandbox.git(['pack-refs', '--all']);
}

/** A copy's link is to a file of its own. */
function copied(rows: string): void {
  const file = join(rows, 'packed-refs');
  const text = readFileSync(file);
  rmSync(file);
  writeFileSync(file, text);
}
