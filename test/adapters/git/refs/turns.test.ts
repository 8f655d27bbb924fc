import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { takeTurn } from '../../../../src/adapters/git/refs/turns.ts';
import { openRepository } from '../../../../src/adapters/git/repository.ts';
import { createSandbox } from '../../../support/sandbox.ts';

const [REF, NAME] = ['refs/claims/ORDER-1', 'ORDER-1'];

async function sandboxWithTurns() {
  const { repo, env, git } = createSandbox();
  const repository = await openRepository(repo, env);
  const file = join(repo, '.git/claim/turns', NAME);
  return { repo, git, file, take: () => takeTurn(repository, REF, NAME) };
}

test('one has the turn, and the next one waits until it ends', async () => {
  const { file, take } = await sandboxWithTurns();
  const end = await take();
  expect(readFileSync(file, 'latin1')).toBe(`${process.pid}`);
  let isOver = false;
  const second = take().then((endSecond) => {
    expect(isOver).toBe(true);
    return endSecond;
  });
  await new Promise((resolve) => setImmediate(resolve));
  isOver = true;
  end();
  (await second)();
  expect(existsSync(file)).toBe(false);
});

test('nobody waits any more once the order has a claim, and nobody takes a turn then', async () => {
  const { git, file, take } = await sandboxWithTurns();
  const end = await take();
  const second = take();
  git(['update-ref', REF, 'HEAD']);
  (await second)();
  expect(existsSync(file)).toBe(true);
  end();
  (await take())();
  expect(existsSync(file)).toBe(false);
});

test('a turn of a process that is dead, or that takes long, is over; its own end ends no later one', async () => {
  const { file, take } = await sandboxWithTurns();
  const dead = spawnSync('true').pid;
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `${dead}`);
  const end = await take();
  expect(readFileSync(file, 'latin1')).toBe(`${process.pid}`);
  // Process 1 is there. Its turn began a minute ago, and then just now.
  writeFileSync(file, '1');
  const then = Date.now() / 1_000 - 60;
  utimesSync(file, then, then);
  const endLater = await take();
  expect(readFileSync(file, 'latin1')).toBe(`${process.pid}`);
  endLater();
  writeFileSync(file, '1');
  end();
  expect(readFileSync(file, 'latin1')).toBe('1');
});

test('where nothing can be written, nobody waits', async () => {
  const { repo, take } = await sandboxWithTurns();
  writeFileSync(join(repo, '.git/claim'), 'a file');
  (await take())();
});
