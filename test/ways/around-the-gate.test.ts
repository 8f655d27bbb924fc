import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, test } from 'vitest';
import { installHooks, stage } from '../support/hooks.ts';
import { type Agent, startAgent } from '../support/living-sessions.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { inParallel, untilQuiet } from '../support/sessions.ts';
import { CONTROLS, WAYS, type Way } from './ways.ts';

/*
 * More than a hundred ways around the gate, in three modes. Each runs in a copy of one prepared repository.
 */

type Mode = 'shadow' | 'soft' | 'hard';
const MODES: readonly Mode[] = ['hard', 'soft', 'shadow'];
const ALICE = 'claude:7f3a21aa-0000-4000-8000-000000000000';
const BOB = { CODEX_SESSION_ID: '019a2b3c-0000-7000-8000-00000000beef' };
/** A way waits for processes more than it computes. */
const WIDTH = 4;

const prepared: { readonly sandbox: Sandbox; readonly alice: Agent }[] = [];
afterAll(async () => {
  for (const { alice } of prepared) alice.end();
  for (const { sandbox } of prepared) await untilQuiet(sandbox);
}, 60_000);

type Original = { readonly sandbox: Sandbox; readonly alice: Agent };

async function prepare(mode: Mode): Promise<Original> {
  const sandbox = createSandbox();
  const { repo, git } = sandbox;
  const alice = startAgent('alice', { GIT_CLAIM_SESSION: undefined, CLAUDE_CODE_SESSION_ID: ALICE.slice('claude:'.length) });
  prepared.push({ sandbox, alice });
  mkdirSync(join(repo, 'orders'));
  mkdirSync(join(repo, 'src'));
  for (const n of [1, 2, 3, 4, 5]) stage(sandbox, `orders/ORDER-${n}.md`, '---\nstatus: ready\n---\n');
  git(['commit', '-q', '-m', 'orders']);
  stage(sandbox, 'src/auth.ts', 'auth\n');
  git(['commit', '-q', '-m', 'auth']);
  git(['config', 'claim.mirror', 'none']);
  git(['config', 'receive.denyCurrentBranch', 'ignore']);
  // The helper ends soon after its session.
  git(['config', 'claim.heartbeat', '2s']);
  installHooks(sandbox, mode);
  const as = async (env: Env, script: string) =>
    expect(await sh(repo, { ...sandbox.env, ...NOW, ...env }, script)).toMatchObject({ code: 0 });
  const trees = '../my äpp.claims';
  await as(
    alice.env,
    `git claim ORDER-1 && cd '${trees}/ORDER-1' && echo 1 >work && git add . && git commit -q -m work && git claim path src/auth.ts && echo dirty >untracked`,
  );
  await as(
    alice.env,
    `git claim ORDER-2 && cd '${trees}/ORDER-2' && echo 2 >two && git add . && git commit -q -m two && git claim complete ORDER-2`,
  );
  await as(BOB, `git claim ORDER-3`);
  await as(
    {},
    'git branch ahead "$(git commit-tree -p order-1 -m ahead "$(echo ahead | git hash-object -w --stdin | xargs printf "100644 blob %s\tahead\n" | git mktree)")"',
  );
  const bare = ['-c', 'core.hooksPath=/dev/null'];
  git([...bare, 'switch', '-q', '-c', 'authfix']);
  writeFileSync(join(repo, 'src/auth.ts'), 'fixed\n');
  git([...bare, 'commit', '-q', '-a', '-m', 'authfix']);
  git([...bare, 'switch', '-q', 'main']);
  stage(sandbox, 'other', 'main\n');
  git([...bare, 'commit', '-q', '-m', 'main']);
  git(['init', '-q', '--bare', join(sandbox.dir, 'there.git')]);
  git(['remote', 'add', 'there', join(sandbox.dir, 'there.git')]);
  git([...bare, 'push', '-q', 'there', 'main']);
  await as(alice.env, 'git push -q there order-1~1:refs/heads/order-1');
  // Somebody has looked, and so has she.
  await as({ GIT_CLAIM_SESSION: 'carol' }, 'git claim list');
  await as(alice.env, 'git claim list');
  return { sandbox, alice };
}

type Env = Readonly<Record<string, string | undefined>>;

function sh(cwd: string, env: Env, script: string): Promise<{ readonly code: number; readonly out: string }> {
  return new Promise((done) => {
    const child = execFile(
      'sh',
      ['-c', script],
      { cwd, env: env as NodeJS.ProcessEnv, timeout: 60_000 },
      (error, stdout, stderr) => done({ code: error === null ? 0 : Number(error.code ?? 1), out: stdout + stderr }),
    );
    child.stdin?.end();
  });
}

/** A copy of the prepared repository with its worktrees, which git finds where they are now. */
async function copyOf({ sandbox, alice }: Original) {
  const dir = mkdtempSync(join(sandbox.dir, '..', 'way '));
  for (const name of readdirSync(sandbox.dir))
    if (name !== 'hôme') cpSync(join(sandbox.dir, name), join(dir, name), { recursive: true });
  const repo = join(dir, 'my äpp');
  const trees = join(dir, 'my äpp.claims');
  const pointers = readdirSync(trees).flatMap((order) => [
    join(trees, order, '.git'),
    join(repo, '.git/worktrees', order, 'gitdir'),
  ]);
  for (const file of [...pointers, join(repo, '.git/config')])
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(sandbox.dir, dir));
  const places = {
    T: join(trees, 'ORDER-1'),
    D: join(trees, 'ORDER-2'),
    O: join(trees, 'ORDER-3'),
    ALICE,
    ALICE_ID: ALICE.slice('claude:'.length),
  };
  const env = { ...sandbox.env, ...NOW, GIT_EDITOR: ':', GIT_MERGE_AUTOEDIT: 'no', ...places };
  const refs = async () => (await sh(repo, sandbox.env, `git rev-list --all --count; git for-each-ref ${GUARDED}`)).out;
  return { dir, repo, places, env, refs, alice: { ...env, ...alice.env } };
}

const NOW = { GIT_AUTHOR_DATE: undefined, GIT_COMMITTER_DATE: undefined };
const GUARDED = 'refs/heads/order-[123] refs/claims refs/claim-paths refs/claim-done refs/replace';
const REFUSED = /git claim: refused|only git claim changes|ORDER-\d (?:is held by|was completed by)/;

/** Removes a copy, unless a hook still logs a commit there in the background: then it goes with all sandboxes. */
function remove(dir: string): void {
  try {
    rmSync(dir, { recursive: true, force: true });
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ENOTEMPTY');
  }
}

/** Returns what became of a way, by the signs in {@link Way}. */
async function outcomeOf(original: Original, [name, , , script]: Way) {
  const { dir, repo, env, refs } = await copyOf(original);
  const before = await refs();
  const { code, out } = await sh(repo, { ...env, ...BOB }, script);
  const isChanged = (await refs()) !== before;
  const look = async () => {
    await sh(repo, { ...env, GIT_CLAIM_SESSION: 'carol' }, 'git claim list');
    const cache = new Database(join(repo, '.git/claim/cache.db'), { readonly: true });
    const moved = cache.prepare("SELECT count(*) AS many FROM event WHERE kind = 'moved'").get() as { many: number };
    cache.close();
    return moved.many > 0;
  };
  const isRefused = code !== 0 && !isChanged;
  // A command of ours says no in many words.
  const isByUs = REFUSED.test(out) || script === name;
  const outcome = isRefused && isByUs ? 'R' : isRefused ? 'G' : /warning: /.test(out) ? 'W' : (await look()) ? 'T' : '.';
  remove(dir);
  return [outcome, out] as const;
}

describe.each(MODES)('in %s mode', (mode) => {
  test('each way around the gate is refused, told at once or told at the next look, but for those that no hook can see', async () => {
    const original = await prepare(mode);
    const ways = WAYS.flatMap(([group, some]) => some.map((way) => ({ group, way })));
    expect(ways.length).toBeGreaterThan(100);
    const expected = ({ way: [, hard, soft] }: (typeof ways)[number]) => (mode === 'hard' ? hard : soft);
    const outcomes = await inParallel(ways, WIDTH, ({ way }) => outcomeOf(original, way));
    const wrong = ways.flatMap((one, at) => {
      const [outcome, out] = outcomes[at] as readonly [string, string];
      return expected(one).includes(outcome)
        ? []
        : [
            `${one.group}: ${one.way[0]}: ${outcome}, not ${expected(one)}
${out}`,
          ];
    });
    expect(wrong).toEqual([]);
  }, 600_000);

  test('what holders and people do every day passes without a word', async () => {
    const original = prepared.find(({ sandbox }) => sandbox.git(['config', 'claim.mode']) === mode) as Original;
    const wrong = await inParallel(CONTROLS, WIDTH, async ([who, script]) => {
      const { dir, repo, places, env, alice } = await copyOf(original);
      const [cwd, as] = { a: [places.T, alice], b: [places.O, { ...env, ...BOB }], p: [repo, env] }[who] as [string, Env];
      const { code, out } = await sh(cwd, as, script);
      remove(dir);
      return code === 0 && !/git claim|git-claim/.test(out) ? [] : [`${who} ${script}: ${code} ${out}`];
    });
    expect(wrong.flat()).toEqual([]);
  });
});
