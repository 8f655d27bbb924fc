import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';

type Row = { readonly kind: string; readonly place: string | null; readonly message: string; readonly remedy: string | null };

function stage() {
  const sandbox = createSandbox();
  const claim = (...words: string[]) => runCli(sandbox, words, { env: { GIT_CLAIM_SESSION: 'ada' } });
  const found = async (): Promise<Row[]> => JSON.parse((await claim('doctor', '--json')).stdout).findings;
  /** Types a line as a person does who reads it. */
  const type = (line: string, cwd = sandbox.repo) =>
    spawnSync('sh', ['-c', line], { cwd, env: { ...sandbox.env, GIT_CLAIM_SESSION: 'ada' }, encoding: 'utf8' });
  const trees = `${sandbox.repo}.claims`;
  return { ...sandbox, claim, found, type, trees, tree: join(trees, 'ORDER-1'), gitDir: join(sandbox.repo, '.git') };
}

type Stage = ReturnType<typeof stage>;

/** Makes a commit in the worktree of an order, and completes the order. */
async function complete(it: Stage) {
  await it.claim('ORDER-1');
  it.type('echo work >work && git add work && git commit --quiet --message work', it.tree);
  await it.claim('complete', 'ORDER-1');
}

/** Each trouble, and what the finding about it says. A line is typed where it says, or in the main worktree. */
const TROUBLES: Readonly<Record<string, { make: (it: Stage) => Promise<unknown>; says: RegExp; where?: (it: Stage) => string }>> =
  {
    'nothing is set up': { make: async () => undefined, says: /was not run here/ },
    'hooks that are not executable, in several worktrees': {
      make: async (it) => {
        await it.claim('init');
        await it.claim('ORDER-1');
        chmodSync(join(it.gitDir, 'hooks/pre-commit'), 0o644);
      },
      says: /^git-claim's hooks do not run in 2 worktrees/,
    },
    'hooks switched off in one worktree': {
      make: async (it) => {
        await it.claim('init');
        await it.claim('ORDER-1');
        it.git(['config', 'extensions.worktreeConfig', 'true']);
        it.git(['config', '--worktree', 'core.hooksPath', '/dev/null'], it.tree);
      },
      says: /^git-claim's hooks do not run in this worktree: core\.hooksPath is \/dev\/null there/,
      where: (it) => it.tree,
    },
    'hooks of others switched off': {
      make: async (it) => {
        it.git(['config', 'core.hooksPath', '/dev/null']);
        await it.claim('init');
      },
      says: /^core\.hooksPath is \/dev\/null, which is no folder/,
    },
    'a section for agents that somebody changed': {
      make: async (it) => {
        await it.claim('init', '--agents-md');
        it.type("sed -i 's/^- When you begin.*//' AGENTS.md");
      },
      says: /^git-claim's part for coding agents is not as init would add it today$/,
    },
    'a hook for agents that somebody took out': {
      make: async (it) => {
        await it.claim('init', '--claude');
        it.type('echo "{}" >.claude/settings.json');
      },
      says: /^git-claim's part for coding agents is not as init would add it today$/,
    },
    'a lowered mode': {
      make: async (it) => {
        await it.claim('init', '--mode', 'hard');
        it.git(['config', 'claim.mode', 'shadow']);
      },
      says: /^claim\.mode was lowered from hard to shadow/,
    },
    "an index's lock that a killed git left": {
      make: async (it) => {
        await it.claim('ORDER-1');
        putOld(join(it.gitDir, 'worktrees/ORDER-1/index.lock'));
      },
      says: /^a killed git process left this lock behind/,
    },
    'a completed order that waits to be merged': {
      make: complete,
      says: /^ORDER-1 is completed and waits to be merged \(branch order-1\)$/,
    },
    'a completed order that is merged': {
      make: async (it) => {
        await complete(it);
        it.git(['merge', '--quiet', 'order-1']);
      },
      says: /^this is the worktree of ORDER-1, which is completed and merged$/,
    },
    'a released order': {
      make: async (it) => {
        await it.claim('ORDER-1');
        await it.claim('release', 'ORDER-1');
      },
      says: /^this is the worktree of ORDER-1, which nobody holds$/,
    },
    'a released order whose worktree was deleted': {
      make: async (it) => {
        await it.claim('ORDER-1');
        await it.claim('release', 'ORDER-1');
        rmSync(it.tree, { recursive: true });
      },
      says: /^the worktree of ORDER-1 is gone, but git still lists it$/,
    },
    'a held order whose worktree was deleted': {
      make: async (it) => {
        await it.claim('ORDER-1');
        rmSync(it.tree, { recursive: true });
      },
      says: /^ORDER-1 is held by ada, but its worktree is gone$/,
    },
    "another tool's worktree that is locked and gone": {
      make: async (it) => {
        it.git(['worktree', 'add', '--quiet', '--lock', '--reason', "an agent's", '../other tool', '-b', 'feature']);
        rmSync(join(it.dir, 'other tool'), { recursive: true });
      },
      says: /^this worktree is gone, and another tool has locked it/,
    },
    "git's word on letter case": {
      make: async (it) => it.git(['config', 'core.ignorecase', 'true']),
      says: /^the disk treats A and a as two names/,
    },
  };

test.each(Object.entries(TROUBLES))('%s: what is said to do about it works as it is typed', async (_, { make, says, where }) => {
  const it = stage();
  await make(it);
  const about = (await it.found()).filter(({ message }) => says.test(message));
  expect(about).toHaveLength(1);
  const [command = ''] = /git (?:[^,;]|'[^']*')*/.exec(about[0]?.remedy ?? '') ?? [];
  const typed = it.type(command.replace(/ (?:continues|removes|or git claim) .*$/, ''), where?.(it));
  expect({ command, ...typed }).toMatchObject({ status: 0 });
  expect((await it.found()).filter(({ message }) => says.test(message))).toEqual([]);
});

test('a claim that somebody made a symbolic ref, in hard mode: a person deletes that ref and no branch, and the claim is back', async () => {
  const it = stage();
  await it.claim('init', '--mode', 'hard');
  await it.claim('ORDER-1');
  it.git(['symbolic-ref', 'refs/claims/ORDER-1', 'refs/heads/main']);
  const [found] = (await it.found()).filter(({ kind }) => kind === 'foreign-ref');
  expect(found?.message).toMatch(/^ORDER-1 is foreign, and counts as taken: /);
  const remedy = found?.remedy?.replace(/^.* deletes it: /, '') ?? '';
  expect(it.type(`${remedy} </dev/null`, it.tree).status).not.toBe(0);
  const atTerminal = spawnSync('script', ['-qec', remedy, '/dev/null'], { cwd: it.repo, env: it.env, encoding: 'utf8' });
  expect({ status: atTerminal.status, out: atTerminal.stdout }).toEqual({ status: 0, out: '' });
  expect(it.git(['for-each-ref', '--format=%(refname)'])).toBe('refs/heads/main\nrefs/heads/order-1');
  expect((await it.claim('ORDER-1')).stdout).toMatch(/^ORDER-1 is yours already/);
});

test('where nothing can be written, that comes first', async ({ skip }) => {
  const it = stage();
  await it.claim('init');
  const mounts = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"';
  const run = (...words: string[]) =>
    spawnSync('unshare', ['--mount', 'sh', '-c', mounts, 'sh', it.gitDir, ...words], {
      ...{ cwd: it.repo, env: { ...it.env, GIT_CLAIM_SESSION: 'ada' }, encoding: 'utf8' as const },
    });
  if (run('true').status !== 0) skip('nothing can be mounted here');
  for (const words of [['doctor'], ['doctor', '--fix']]) {
    const { status, stdout, stderr } = run('git', 'claim', ...words);
    expect(status).toBe(5);
    expect(stdout).toMatch(
      /^warn {2}\S*\.git: nothing can be written here \(EROFS: read-only file system\), so nothing can be claimed/,
    );
    expect(stderr).not.toMatch(/ at .*:\d+/);
  }
});

test('a repository that is only pushed to is no other clone, and one in which people work is', async () => {
  const it = stage();
  const clones = async () => (await it.found()).filter(({ kind }) => kind === 'other-clone').map(({ place }) => place);
  it.git(['clone', '--quiet', '--bare', '.', '../origin.git']);
  it.git(['remote', 'add', 'origin', '../origin.git']);
  it.git(['clone', '--quiet', '--mirror', '../origin.git', '../mirror.git']);
  expect(await clones()).toEqual([]);
  it.git(['-C', '../mirror.git', 'worktree', 'add', '--quiet', '../of the mirror', 'main']);
  it.git(['clone', '--quiet', '../origin.git', '../working']);
  expect((await clones()).sort()).toEqual([join(it.dir, 'mirror.git'), join(it.dir, 'working')]);
});

test('without an event log feed, intents and session say that there is none, and why', async () => {
  const it = stage();
  mkdirSync(join(it.gitDir, 'claim/cache.db'), { recursive: true });
  for (const words of [['feed'], ['feed', 'ORDER-5'], ['intents'], ['session']]) {
    const { code, stdout, stderr } = await it.claim(...words);
    expect({ words, code }).toEqual({ words, code: 0 });
    expect(stderr).toMatch(/^warning: there is no event log here, so .* is unknown: .* \(git claim doctor\)$/m);
    expect(stdout).not.toMatch(/no recent/);
    const { warnings } = JSON.parse((await it.claim(...words, '--json')).stdout);
    expect(warnings.map(({ code: kind }: { code: string }) => kind)).toContain('no-event-log');
  }
  rmSync(join(it.gitDir, 'claim/cache.db'), { recursive: true });
  expect((await it.claim('feed')).stdout).toBe('no recent events\n');
  expect(existsSync(join(it.gitDir, 'claim/cache.db'))).toBe(true);
});

function putOld(path: string): void {
  writeFileSync(path, '');
  const anHourAgo = Date.now() / 1000 - 3600;
  utimesSync(path, anHourAgo, anHourAgo);
}
