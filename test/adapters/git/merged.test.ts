import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { GitBranches } from '../../../src/adapters/git/history/branches.ts';
import { openRepository } from '../../../src/adapters/git/repository.ts';
import { DEFAULT_REF_PREFIX } from '../../../src/core/claim/refs.ts';
import type { Oid } from '../../../src/core/ids.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

const LINES = Array.from({ length: 40 }, (_, at) => `line ${at}`);

/** Three places that look the same, at lines 1, 5 and 9. */
const BLOCKS = '{\nold\n}\n\n{\nold\n}\n\n{\nold\n}\n';

/** A repository with files of some length, and a branch whose two commits change one file twice and add another. */
function place() {
  const sandbox = createSandbox();
  const { git, repo } = sandbox;
  const write = (file: string, text: string, cwd = repo) => {
    mkdirSync(dirname(join(cwd, file)), { recursive: true });
    writeFileSync(join(cwd, file), text);
  };
  const commit = (message: string, cwd = repo) => {
    git(['add', '--all'], cwd);
    git(['commit', '--quiet', '--message', message], cwd);
    return git(['rev-parse', 'HEAD'], cwd);
  };
  const edit = (file: string, line: number, text: string, cwd = repo) => {
    const lines = readFileSync(join(cwd, file), 'utf8').split('\n');
    lines[line] = text;
    write(file, lines.join('\n'), cwd);
  };
  write('src/app.txt', LINES.join('\n'));
  write('other.txt', LINES.join('\n'));
  commit('files');
  git(['switch', '--quiet', '--create', 'work']);
  edit('src/app.txt', 5, 'one thing');
  commit('one thing');
  edit('src/app.txt', 20, 'another thing');
  write('new "file".txt', 'new\n');
  const tip = commit('another thing') as Oid;
  git(['switch', '--quiet', 'main']);
  /** Makes a branch with this work, which ends in a commit; goes back to the default branch and returns the commit. */
  const branchOff = (branch: string, work: () => string, from = 'main') => {
    git(['switch', '--quiet', '--create', branch, from]);
    const tip = work() as Oid;
    git(['switch', '--quiet', 'main']);
    return tip;
  };
  const squash = (branch = 'work') => {
    git(['merge', '--quiet', '--squash', branch]);
    return commit(`${branch} (#12)`);
  };
  /** Makes a branch on top of the branch. */
  const stack = () =>
    branchOff(
      'above',
      () => {
        edit('src/app.txt', 30, 'a third thing');
        return commit('a third thing');
      },
      'work',
    );
  return { sandbox, git, repo, write, commit, edit, branchOff, squash, stack, tip };
}

async function branchesOf({ repo, env }: Pick<Sandbox, 'repo' | 'env'>): Promise<GitBranches> {
  return new GitBranches(await openRepository(repo, env), async () => null, DEFAULT_REF_PREFIX);
}

async function isMerged(sandbox: Pick<Sandbox, 'repo' | 'env'>, tip: Oid): Promise<boolean> {
  return !(await (await branchesOf(sandbox)).unmerged([tip])).has(tip);
}

type Place = ReturnType<typeof place>;
/** What happens to the branch; if it returns a commit, the question is about that one. */
type Story = readonly [name: string, (made: Place) => unknown];

async function isMergedAfter(story: Story[1]): Promise<boolean> {
  const made = place();
  const returned = story(made);
  return isMerged(made.sandbox, typeof returned === 'string' && /^[0-9a-f]{40}$/.test(returned) ? (returned as Oid) : made.tip);
}

test.each<Story>([
  ['by a merge commit', ({ git }) => git(['merge', '--quiet', '--no-ff', '--message', 'merge', 'work'])],
  ['by a fast-forward', ({ git }) => git(['merge', '--quiet', '--ff-only', 'work'])],
  ['by a squash', ({ squash }) => squash()],
  [
    'by a squash beside changes of other lines',
    ({ edit, commit, squash }) => {
      edit('src/app.txt', 35, 'from elsewhere');
      commit('elsewhere');
      squash();
    },
  ],
  [
    'by a squash, and the same lines were changed later',
    ({ edit, commit, squash }) => {
      edit('src/app.txt', 35, 'from elsewhere');
      commit('before');
      squash();
      edit('src/app.txt', 5, 'one thing, and better');
      commit('later');
      edit('src/app.txt', 20, 'line 20');
      commit('half of it undone');
    },
  ],
  [
    'by a squash beside a change two lines off, and its lines were changed later',
    ({ edit, commit, squash }) => {
      edit('src/app.txt', 7, 'from elsewhere');
      commit('before');
      squash();
      edit('src/app.txt', 5, 'one thing, and better');
      commit('later');
    },
  ],
  [
    'by a squash of one new file, which was moved later',
    ({ git, write, commit, branchOff, squash }) => {
      const tip = branchOff('small', () => {
        write('small.txt', 'small');
        return commit('small');
      });
      squash('small');
      git(['mv', 'small.txt', 'moved.txt']);
      commit('move');
      return tip;
    },
  ],
  [
    'by a squash, and the file it added was moved later',
    ({ git, squash }) => {
      squash();
      git(['mv', 'new "file".txt', 'moved.txt']);
      git(['commit', '--quiet', '--message', 'move']);
    },
  ],
  [
    'by a rebase, and changed later',
    ({ git, edit, commit }) => {
      edit('src/app.txt', 35, 'from elsewhere');
      commit('elsewhere');
      git(['cherry-pick', 'work~1', 'work']);
      edit('src/app.txt', 20, 'later');
      commit('later');
    },
  ],
  [
    'by a squash after it took in the default branch',
    ({ git, edit, commit, squash }) => {
      edit('src/app.txt', 35, 'from elsewhere');
      commit('elsewhere');
      git(['switch', '--quiet', 'work']);
      git(['merge', '--quiet', '--no-edit', 'main']);
      const tip = git(['rev-parse', 'work']);
      git(['switch', '--quiet', 'main']);
      squash();
      return tip;
    },
  ],
  [
    'by squashes of itself and of the branch it stands on',
    ({ git, commit, squash, stack }) => {
      const tip = stack();
      squash();
      git(['checkout', '--quiet', 'above', '--', 'src']);
      commit('above (#13)');
      return tip;
    },
  ],
  [
    'where it began at a branch that was merged',
    ({ git, stack }) => {
      const tip = stack();
      git(['merge', '--quiet', '--no-ff', '--message', 'merge', 'work']);
      git(['cherry-pick', 'above']);
      git(['commit', '--quiet', '--amend', '--message', 'above (#13)']);
      return tip;
    },
  ],
  [
    'at origin only',
    ({ git, squash }) => {
      squash();
      git(['update-ref', 'refs/remotes/origin/main', 'main']);
      git(['reset', '--quiet', '--hard', 'main~1']);
    },
  ],
  [
    'after it was reverted, and brought in again',
    ({ git, squash }) => {
      squash();
      git(['revert', '--no-edit', 'HEAD']);
      git(['revert', '--no-edit', 'HEAD']);
    },
  ],
  [
    'though it was deleted',
    ({ git, squash }) => {
      squash();
      git(['branch', '--quiet', '-D', 'work']);
    },
  ],
])('a branch is merged %s', async (_, story) => {
  expect(await isMergedAfter(story)).toBe(true);
});

test.each<Story>([
  ['nothing happened', () => undefined],
  [
    'others changed all of its files',
    ({ edit, write, commit }) => {
      edit('src/app.txt', 5, 'something else');
      write('new "file".txt', 'other\n');
      commit('elsewhere');
    },
  ],
  [
    'one of its commits was picked',
    ({ git, edit, write, commit }) => {
      edit('src/app.txt', 35, 'from elsewhere');
      write('new "file".txt', 'other\n');
      commit('before');
      git(['cherry-pick', 'work~1']);
    },
  ],
  [
    'it went on after the squash',
    ({ git, edit, commit, squash }) => {
      squash();
      git(['switch', '--quiet', 'work']);
      edit('src/app.txt', 8, 'more');
      const tip = commit('more');
      git(['switch', '--quiet', 'main']);
      return tip;
    },
  ],
  [
    'the squash was reverted',
    ({ git, squash }) => {
      squash();
      git(['revert', '--no-edit', 'HEAD']);
    },
  ],
  [
    'the squash was reverted after other changes, without a word of it',
    ({ git, edit, commit, squash }) => {
      edit('src/app.txt', 35, 'from elsewhere');
      commit('before');
      const squashed = squash();
      edit('src/app.txt', 38, 'later');
      commit('later');
      git(['revert', '--no-commit', squashed]);
      commit('as it was');
    },
  ],
  [
    'the squash was reverted by hand, and named',
    ({ edit, commit, squash }) => {
      const squashed = squash();
      edit('src/app.txt', 5, 'line five');
      edit('src/app.txt', 20, 'line twenty');
      commit(`Revert "work"\n\nThis reverts commit ${squashed}.`);
    },
  ],
  [
    'the picked commits were reverted one by one',
    ({ git, edit, commit }) => {
      edit('src/app.txt', 35, 'from elsewhere');
      commit('before');
      git(['cherry-pick', 'work~1', 'work']);
      edit('src/app.txt', 38, 'later');
      commit('later');
      git(['revert', '--no-commit', 'HEAD~1', 'HEAD~2']);
      commit('as it was');
    },
  ],
  [
    'the squash of one new file was reverted',
    ({ git, write, commit, branchOff, squash }) => {
      const tip = branchOff('small', () => {
        write('small.txt', 'small');
        return commit('small');
      });
      squash('small');
      git(['revert', '--no-edit', 'HEAD']);
      return tip;
    },
  ],
  [
    'its commits change nothing',
    ({ git, branchOff }) => {
      return branchOff('empty', () => {
        git(['commit', '--quiet', '--allow-empty', '--message', 'nothing']);
        return git(['rev-parse', 'HEAD']);
      });
    },
  ],
  [
    'its changes cancel each other',
    ({ edit, commit, branchOff }) => {
      const tip = branchOff('undone', () => {
        edit('other.txt', 5, 'x');
        commit('x');
        edit('other.txt', 5, 'line 5');
        return commit('not x');
      });
      edit('other.txt', 9, 'elsewhere');
      commit('elsewhere');
      return tip;
    },
  ],
  [
    'it restores what the default branch had before',
    ({ edit, commit, branchOff }) => {
      edit('other.txt', 5, 'x');
      commit('x');
      const tip = branchOff('restore', () => {
        edit('other.txt', 5, 'line 5');
        return commit('as it was');
      });
      edit('other.txt', 30, 'y');
      commit('y');
      return tip;
    },
  ],
  [
    'others changed the same picture',
    ({ write, commit, branchOff }) => {
      write('picture', 'a\0b');
      commit('picture');
      const tip = branchOff('painting', () => {
        write('picture', 'a\0c');
        return commit('picture');
      });
      write('picture', 'a\0d');
      commit('picture');
      return tip;
    },
  ],
  [
    'a line of the change only looks like the end of one',
    ({ write, commit, branchOff }) => {
      const tip = branchOff('hostile', () => {
        write('other.txt', `a\r${'0'.repeat(40)}\ndiff --git a/other.txt b/other.txt\n`);
        return commit('hostile');
      });
      write('other.txt', `a\r${'0'.repeat(40)}\ndiff --git a/other.txt b/other.txt\nmore\n`);
      commit('other');
      return tip;
    },
  ],
  [
    'its history has nothing to do with the default branch',
    ({ git, commit, write }) => {
      git(['switch', '--quiet', '--orphan', 'orphan']);
      write('src/app.txt', 'one thing');
      const tip = commit('orphan');
      git(['switch', '--quiet', 'main']);
      return tip;
    },
  ],
  [
    'others made the same change at another place',
    ({ write, edit, commit, branchOff }) => {
      write('list.txt', BLOCKS);
      commit('list');
      const tip = branchOff('second', () => {
        edit('list.txt', 5, 'new');
        return commit('the second block');
      });
      edit('list.txt', 1, 'new');
      commit('the first block');
      return tip;
    },
  ],
  [
    'one of its commits was picked and the other one is just like it',
    ({ git, write, edit, commit, branchOff }) => {
      write('list.txt', BLOCKS);
      commit('list');
      const tip = branchOff('both', () => {
        edit('list.txt', 1, 'new');
        commit('the first block');
        edit('list.txt', 5, 'new');
        return commit('the second block');
      });
      edit('list.txt', 9, 'new');
      commit('elsewhere');
      git(['cherry-pick', 'both~1']);
      return tip;
    },
  ],
  [
    'it undid a part after the squash',
    ({ git, edit, commit }) => {
      git(['switch', '--quiet', 'work']);
      edit('other.txt', 5, 'too much');
      commit('too much');
      git(['switch', '--quiet', 'main']);
      git(['merge', '--quiet', '--squash', 'work']);
      commit('work (#12)');
      git(['switch', '--quiet', 'work']);
      edit('other.txt', 5, 'line 5');
      const tip = commit('less');
      git(['switch', '--quiet', 'main']);
      return tip;
    },
  ],
  ['its commit is not there', () => '0123456789'.repeat(4)],
])('a branch is not merged where %s', async (_, story) => {
  expect(await isMergedAfter(story)).toBe(false);
});

test('where no temporary file can be written, only the very versions of the branch count', async () => {
  const { sandbox, edit, commit, squash, tip } = place();
  edit('src/app.txt', 35, 'from elsewhere');
  commit('elsewhere');
  squash();
  vi.stubEnv('TMPDIR', join(sandbox.dir, 'nowhere'));
  try {
    expect(await isMerged(sandbox, tip)).toBe(false);
  } finally {
    vi.unstubAllEnvs();
  }
  expect(await isMerged(sandbox, tip)).toBe(true);
});

test('a shallow clone says merged where it can see that, and not merged where it cannot', async () => {
  const made = place();
  made.squash();
  const { dir, env } = made.sandbox;
  for (const [depth, expected] of [
    [1, false],
    [50, true],
  ] as const) {
    const repo = join(dir, `shallow ${depth}`);
    made.git(['clone', '--quiet', `--depth=${depth}`, '--no-single-branch', `file://${made.repo}`, repo], dir);
    expect(await isMerged({ repo, env }, made.tip)).toBe(expected);
  }
});

test('many branches are judged at once', async () => {
  const { sandbox, git, edit, commit, squash, tip } = place();
  const tips: Oid[] = [tip];
  for (let at = 0; at < 4; at += 1) {
    git(['switch', '--quiet', '--create', `work-${at}`]);
    edit('other.txt', at * 8, `changed by ${at}`);
    tips.push(commit(`work ${at}`) as Oid);
    git(['switch', '--quiet', 'main']);
    if (at !== 2) squash(`work-${at}`);
  }
  const branches = await branchesOf(sandbox);
  expect([...(await branches.unmerged(tips))]).toEqual([tips[0], tips[3]]);
});
