import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { type Claims, openClaims } from '../../src/index.ts';
import { beside } from '../support/beside.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { inParallel, locksIn, processesOf, runAs } from '../support/sessions.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

function pathRefs(sandbox: Sandbox): string[] {
  const out = sandbox.git(['for-each-ref', '--format=%(refname)', 'refs/claim-paths']);
  return out === '' ? [] : out.split('\n').map((ref) => ref.slice('refs/claim-paths/'.length));
}

async function sessions(sandbox: Sandbox): Promise<{ alice: Claims; bob: Claims }> {
  const open = (session: string) => openClaims({ cwd: sandbox.repo, env: sandbox.env, session });
  return { alice: await open('alice'), bob: await open('bob') };
}

test('120 rounds of a folder against a file in it while git packs: never both, and never neither', async () => {
  const sandbox = createSandbox();
  const { alice, bob } = await sessions(sandbox);
  const wins: Record<string, number> = {};
  const packs = await beside(sandbox, [['pack-refs', '--all']], async () => {
    const winners = await inParallel(numbers(120), 6, async (round) => {
      const outcomes = await Promise.all([alice.path.claim(`${round}/src`), bob.path.claim(`${round}/src/auth.ts`)]);
      return outcomes.map(({ kind }) => kind).join(' ');
    });
    for (const winner of winners) wins[winner] = (wins[winner] ?? 0) + 1;
  });
  console.log(`120 rounds beside ${packs} of pack-refs: ${JSON.stringify(wins)}`);
  expect(Object.keys(wins).filter((one) => !/^(?:paths-claimed refused|refused paths-claimed)$/.test(one))).toEqual([]);
  expect(pathRefs(sandbox)).toHaveLength(120);
  const rounds = pathRefs(sandbox).map((path) => path.split('/')[0]);
  expect(new Set(rounds).size).toBe(120);
  expect(locksIn(sandbox)).toEqual([]);
  alice.close();
  bob.close();
});

test('20 rounds of a claim that is widened against whoever wants to get in, while git packs: nothing of it is lost', async () => {
  const ROUNDS = 20;
  const sandbox = createSandbox();
  const { alice, bob } = await sessions(sandbox);
  const ends: Record<string, number> = {};
  await beside(sandbox, [['pack-refs', '--all']], async () => {
    await inParallel(numbers(ROUNDS), 4, async (round) => {
      const rivals = ['src', 'src/a', 'src/c', 'src/a/x'].map((path) => `${round}/${path}`);
      const rival = rivals[round % 4] as string;
      await alice.path.claim([`${round}/src/a`, `${round}/src/b`]);
      const outcomes = await Promise.all([
        alice.path.claim(`${round}/src`),
        bob.path.claim(rival),
        bob.path.list(),
        bob.path.list(),
      ]);
      const end = outcomes.map(({ kind }) => kind).join(' ');
      const left = pathRefs(sandbox).filter((path) => path.startsWith(`${round}/`));
      const isWide = outcomes[0].kind === 'paths-claimed';
      const had = isWide ? [`${round}/src`] : [`${round}/src/a`, `${round}/src/b`];
      const got = outcomes[1].kind === 'paths-claimed' ? [rival] : [];
      expect({ round, end, left }).toEqual({ round, end, left: [...had, ...got] });
      expect(isWide).toBe(got.length === 0);
      ends[end] = (ends[end] ?? 0) + 1;
    });
  });
  console.log(`${ROUNDS} rounds: ${JSON.stringify(ends)}`);
  expect(sandbox.git(['for-each-ref', 'refs/claim-paths.guard'])).toBe('');
  expect(locksIn(sandbox)).toEqual([]);
  alice.close();
  bob.close();
});

test('12 processes race for overlapping paths of as many orders: each gets its order with its path, or neither', async () => {
  const sandbox = createSandbox();
  const wanted = ['a', 'a/b', 'a/b/c', 'a/b/d', 'a/e', 'a/e/f', 'a/b/c/g', 'a/h', 'a/h/i', 'j', 'j/k', 'j/l'];
  await beside(sandbox, [['pack-refs', '--all']], async () => {
    for (const round of numbers(2)) {
      const ended = await Promise.all(
        wanted.map((path, at) =>
          runAs(sandbox, `racer-${at}`, [`R${round}-${at}`, '--no-worktree', '--path', `${round}/${path}`]),
        ),
      );
      expect(ended.filter(({ code }) => code !== 0 && code !== 5)).toEqual([]);
      const won = wanted.filter((_, at) => ended[at]?.code === 0).map((path) => `${round}/${path}`);
      expect(pathRefs(sandbox).filter((path) => path.startsWith(`${round}/`))).toEqual([...won].sort());
      const orders = sandbox.git([
        'for-each-ref',
        '--format=%(contents:trailers:key=Path,valueonly,separator= )',
        `refs/claims/R${round}-*`,
      ]);
      expect(orders.split('\n').sort()).toEqual([...won].sort());
      expect(won.length).toBeGreaterThan(1);
    }
  });
  expect(locksIn(sandbox)).toEqual([]);
  expect(processesOf(sandbox)).toEqual([]);
});

test('an order ends while its session claims another path for it: the path ends with it, or stands alone', async () => {
  const sandbox = createSandbox();
  const { alice, bob } = await sessions(sandbox);
  const ROUNDS = 12;
  const left: string[] = [];
  await inParallel(numbers(ROUNDS), 4, async (round) => {
    await alice.claim(`ORDER-${round}`, { worktree: false, paths: `${round}/a` });
    const [claimed] = await Promise.all([
      alice.claim(`ORDER-${round}`, { worktree: false, paths: `${round}/b` }),
      alice.release(`ORDER-${round}`),
    ]);
    left.push(claimed.kind);
  });
  const named = sandbox.git(['for-each-ref', '--format=%(contents:trailers:key=Path,valueonly,separator= )', 'refs/claims']);
  expect(left).toHaveLength(ROUNDS);
  expect(pathRefs(sandbox)).toEqual(
    named
      .split(/\s+/)
      .filter((path) => path !== '')
      .sort(),
  );
  alice.close();
  bob.close();
});

test('while one transaction may still make a path ref, no other one looks for what is in its way', async () => {
  const sandbox = createSandbox();
  const holder = spawn('git', ['update-ref', '--stdin', '-z'], {
    cwd: sandbox.repo,
    env: sandbox.env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  holder.stdin.write(`start\0verify refs/claim-paths.guard\0${'0'.repeat(40)}\0prepare\0`);
  await until(holder.stdout, 'prepare: ok');
  const claiming = runAs(sandbox, 'alice', ['path', 'src']);
  const early = await Promise.race([claiming, new Promise<'waits'>((done) => setTimeout(done, 700, 'waits'))]);
  expect([early, pathRefs(sandbox)]).toEqual(['waits', []]);
  holder.stdin.end('abort\0');
  await once(holder, 'close');
  expect(await claiming).toMatchObject({ code: 0 });
  expect(pathRefs(sandbox)).toEqual(['src']);
});

async function until(stream: NodeJS.ReadableStream, text: string): Promise<void> {
  let said = '';
  for await (const chunk of stream) {
    said += String(chunk);
    if (said.includes(text)) return;
  }
  throw new Error(`only ${said}`);
}
