import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClaimError } from '../../../core/errors.ts';
import { parseOid } from '../../../core/ids.ts';
import { parseLockReason } from '../../../core/trees/lock-reason.ts';
import type { Worktree } from '../../../ports/worktrees.ts';
import { type GitResult, lastWords } from '../process.ts';
import type { Repository } from '../repository.ts';
import type { Registrations } from './registrations.ts';

/** A git that makes a worktree writes its files one by one, and while one is empty, no other git can read the worktrees. */
const HALF_MADE = /failed to read .*\/worktrees\//;
const TRIES_MAX = 10;
const TRY_MS = 20;

/** Runs a git that reads all worktrees first, again if it failed because another git was making one. */
export async function besideMakers(run: () => Promise<GitResult>): Promise<GitResult> {
  for (let tries = 1; ; tries += 1) {
    const result = await run();
    if (result.code === 0 || tries === TRIES_MAX || !HALF_MADE.test(result.stderr)) return result;
    await sleep(TRY_MS * (1 + Math.random()));
  }
}

/**
 * Returns the worktrees where they are now, the main one first. If one was moved, git is told of its new place.
 *
 * @throws ClaimError `git`
 */
export async function listTrees(repository: Repository, registrations: Registrations): Promise<Worktree[]> {
  const result = await besideMakers(() => repository.git(['worktree', 'list', '--porcelain', '-z']));
  if (result.code !== 0) throw new ClaimError({ code: 'git', kind: 'worktrees-unlisted', said: lastWords(result) });
  const blocks = String(result.stdout)
    .split('\0\0')
    .filter((block) => block !== '');
  registrations.lookAgain();
  const trees: Worktree[] = [];
  for (const [at, block] of blocks.entries()) {
    const tree = parseBlock(block.split('\0'), at === 0);
    trees.push(tree.isMain ? mainTree(repository, tree) : await linkedTree(repository, registrations, tree));
  }
  return trees;
}

/** Git takes the folder of the git directory for the main worktree, wherever that is. */
function mainTree({ mainDir, commonDir }: Repository, tree: Worktree): Worktree {
  return mainDir === commonDir ? tree : { ...tree, path: mainDir, isBare: false, isMissing: !existsSync(mainDir) };
}

async function linkedTree({ git }: Repository, registrations: Registrations, tree: Worktree): Promise<Worktree> {
  const registration = registrations.all().find(({ path }) => path === tree.path);
  if (registration === undefined) return tree;
  const found = registrations.find(registration);
  if (found === null) return { ...tree, isMissing: true };
  if (found.path === tree.path && found.pointer === 'own') return { ...tree, isMissing: false };
  await git(['worktree', 'repair', found.path]);
  registrations.lookAgain();
  return { ...tree, path: found.path, isMissing: !registrations.isOurs(found.path) };
}

function parseBlock(lines: readonly string[], isMain: boolean): Worktree {
  const value = (key: string) => lines.find((line) => line === key || line.startsWith(`${key} `))?.slice(key.length + 1) ?? null;
  const lockText = value('locked');
  const path = value('worktree') ?? '';
  return {
    path,
    head: parseOid(value('HEAD') ?? ''),
    branch: value('branch')?.replace(/^refs\/heads\//, '') ?? null,
    isMain,
    isBare: value('bare') !== null,
    lockText,
    lock: parseLockReason(lockText ?? ''),
    isMissing: !existsSync(path),
  };
}
