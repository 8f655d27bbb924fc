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
});

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
  installHooks(sandbox, mode);
  const as = async (env: Env, script: string) =>
    expect(await sh(repo, { ...sandbox.env, ...env }, script)).toMatchObject({ code: 0 });
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
  git(['branch', 'ahead', git(['commit-tree', '-p', 'order-1', '-m', 'ahead', 'order-1^{tree}'])]);
  const bare = ['-c', 'core.hooksPath=/dev/null'];
  git([...bare, 'switch', '-q', '-c', 'authfix']);
  writeFileSync(join(repo, 'src/auth.ts'), 'fixed\n');
  git([...bare, 'commit', '-q', '-a', '-m', 'authfix']);
  git([...bare, 'switch', '-q', 'main']);
  stage(sandbox, 'other', 'main\n');
  git([...bare, 'commit', '-q', '-m', 'main']);
  git(['init', '-q', '--bare', join(sandbox.dir, 'there.git')]);
  git(['remote', 'add', 'there', '../there.git']);
  git([...bare, 'push', '-q', 'there', 'main']);
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
  for (const order of readdirSync(trees))
    for (const file of [join(trees, order, '.git'), join(repo, '.git/worktrees', order, 'gitdir')])
      writeFileSync(file, readFileSync(file, 'utf8').replace(sandbox.dir, dir));
  const now = { GIT_AUTHOR_DATE: undefined, GIT_COMMITTER_DATE: undefined, GIT_EDITOR: ':', GIT_MERGE_AUTOEDIT: 'no' };
  const places = {
    T: join(trees, 'ORDER-1'),
    D: join(trees, 'ORDER-2'),
    O: join(trees, 'ORDER-3'),
    ALICE,
    ALICE_ID: ALICE.slice('claude:'.length),
  };
  const env = { ...sandbox.env, ...now, ...places };
  const refs = async () =>
    (
      await sh(
        repo,
        sandbox.env,
        `git for-each-ref ${GUARDED}; for t in "${places.T}" "${places.D}" "${places.O}"; do git -C "$t" rev-parse HEAD; done`,
      )
    ).out;
  return { dir, repo, places, env, refs, alice: { ...env, ...alice.env } };
}

const GUARDED = 'refs/heads refs/claims refs/claim-paths refs/claim-done refs/replace';
const REFUSED = /git claim: refused|only git claim changes|ORDER-\d (?:is held by|was completed by)|^error: /m;

/** Returns what became of a way, by the signs in {@link Way}. */
async function outcomeOf(original: Original, mode: Mode, [, , , script]: Way): Promise<string> {
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
  const isOurs = /git claim: |^(?:error|warning): /m.test(out);
  const outcome =
    code !== 0 && !isChanged && REFUSED.test(out) ? 'R' : isOurs && /warning/.test(out) ? 'W' : (await look()) ? 'T' : '.';
  rmSync(dir, { recursive: true, force: true });
  // A refusal of one step may follow a warning of another.
  return outcome === '.' && code !== 0 && mode === 'hard' && REFUSED.test(out) ? `R? ${out}` : outcome;
}

describe.each(MODES)('in %s mode', (mode) => {
  test('each way around the gate is refused, told at once or told at the next look, but for those that no hook can see', async () => {
    const original = await prepare(mode);
    const ways = WAYS.flatMap(([group, some]) => some.map((way) => ({ group, way })));
    expect(ways.length).toBeGreaterThan(100);
    const expected = ({ way: [, hard, soft] }: (typeof ways)[number]) => (mode === 'hard' ? hard : soft);
    const outcomes = await inParallel(ways, WIDTH, ({ way }) => outcomeOf(original, mode, way));
    const wrong = ways.flatMap((one, at) => {
      const outcome = outcomes[at] as string;
      return expected(one).includes(outcome) ? [] : [`${one.group}: ${one.way[0]}: ${outcome}, not ${expected(one)}`];
    });
    expect(wrong).toEqual([]);
  });

  test('what holders and people do every day passes without a word', async () => {
    const original = prepared.find(({ sandbox }) => sandbox.git(['config', 'claim.mode']) === mode) as Original;
    const wrong = await inParallel(CONTROLS, WIDTH, async ([who, script]) => {
      const { dir, repo, places, env, alice } = await copyOf(original);
      const [cwd, as] = { a: [places.T, alice], b: [places.O, { ...env, ...BOB }], p: [repo, env] }[who] as [string, Env];
      const { code, out } = await sh(cwd, as, script);
      rmSync(dir, { recursive: true, force: true });
      return code === 0 && !/git claim|git-claim/.test(out) ? [] : [`${who} ${script}: ${code} ${out}`];
    });
    expect(wrong.flat()).toEqual([]);
  });
});
