import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A worktree of an order in which somebody does something. */
export type Workplace = {
  /** A branch of the same name as the order in lower case is checked out there. */
  readonly tree: string;
  readonly git: (...args: string[]) => string;
  /** Like `git`, for a command that is expected to stop with an error. */
  readonly tryGit: (...args: string[]) => void;
  /** Returns the text. */
  readonly write: (file: string, text: string) => string;
  /** Commits what is there and returns the commit. */
  readonly commit: (message: string) => string;
  /** A repository somewhere else, with one commit on `main` and `theirs` in it. */
  readonly elsewhere: string;
};

/** What a removal is to do: leave the worktree as it is, keep the work somewhere, or name what goes. */
type Ending = 'stays' | 'kept' | 'named';

export type Kind = {
  readonly name: string;
  /** Returns texts and commits that a person could get back so far. An empty one is none. */
  readonly make: (at: Workplace) => readonly string[];
  readonly plainly: Ending;
  readonly saving: Ending;
  /** How the answer names what goes. */
  readonly goes: string | null;
};

/** In each worktree there are `file`, `other`, `.gitignore` (for *.log, .env, local/) and `filtered`, which a filter blanks. */
export const KINDS: readonly Kind[] = [
  kind('a changed file', 'stays', 'kept', ({ write }) => [write('file', 'changed 1')]),
  kind('a staged file', 'stays', 'kept', ({ write, git }) => [write('file', 'staged 1'), git('add', 'file')]),
  kind('an untracked file', 'stays', 'kept', ({ write }) => [write('new', 'untracked 1')]),
  kind('an untracked file in a new folder', 'stays', 'kept', ({ write }) => [write('a/b/new', 'untracked 2')]),
  kind('an untracked file that status is told not to show', 'stays', 'kept', ({ write, git }) => {
    git('config', 'status.showUntrackedFiles', 'no');
    write('new', 'untracked 3');
    return ['untracked 3'];
  }),
  kind('an untracked file beside an untracked cache', 'stays', 'kept', ({ write, git }) => {
    git('config', 'core.untrackedCache', 'true');
    git('status');
    write('new', 'untracked 4');
    return ['untracked 4'];
  }),
  kind('a changed file that a file monitor does not report', 'stays', 'kept', ({ write, git }) => {
    git('config', 'core.fsmonitor', 'printf "x\\0"; :');
    git('update-index', '--fsmonitor');
    git('status');
    write('file', 'changed 2');
    return ['changed 2'];
  }),
  kind('an intent to add', 'stays', 'kept', ({ write, git }) => [write('new', 'intended 1'), git('add', '-N', 'new')]),
  kind('a merge with a conflict', 'stays', 'kept', (at) => {
    const theirs = conflict(at, 'merge');
    at.write('file', 'half resolved 1');
    return ['half resolved 1', 'ours 1', theirs];
  }),
  kind('a merge whose conflict is resolved and staged', 'stays', 'kept', (at) => {
    conflict(at, 'merge');
    at.write('file', 'resolved 1');
    at.git('add', 'file');
    return ['resolved 1'];
  }),
  kind('a cherry-pick with a conflict', 'stays', 'kept', (at) => {
    conflict(at, 'cherry-pick');
    at.write('file', 'half picked 1');
    return ['half picked 1'];
  }),
  kind('the middle of a rebase', 'stays', 'kept', (at) => {
    const own = at.git('rev-parse', 'HEAD');
    at.write('file', 'ours 2');
    const first = at.commit('ours');
    at.git('switch', '-q', '--detach', own);
    at.write('file', 'theirs 2');
    const upstream = at.commit('theirs');
    at.git('switch', '-q', '-');
    at.tryGit('rebase', '-q', upstream);
    return [first, upstream];
  }),
  kind('a rebase with an autostash', 'stays', 'kept', (at) => {
    const own = at.git('rev-parse', 'HEAD');
    at.write('file', 'ours 3');
    at.commit('ours');
    at.git('switch', '-q', '--detach', own);
    at.write('file', 'theirs 3');
    const upstream = at.commit('theirs');
    at.git('switch', '-q', '-');
    at.write('other', 'put aside 1');
    at.tryGit('rebase', '-q', '--autostash', upstream);
    return ['put aside 1'];
  }),
  kind('commits of a branch that are nowhere else', 'kept', 'kept', ({ write, commit }) => [
    write('file', 'own 1'),
    commit('own'),
  ]),
  kind('commits of a detached HEAD', 'stays', 'kept', ({ write, git, commit }) => {
    git('switch', '-q', '--detach');
    write('file', 'detached 1');
    return [commit('detached')];
  }),
  kind('commits that were amended away', 'kept', 'kept', ({ write, git, commit }) => {
    write('file', 'first try 1');
    const first = commit('first try');
    write('file', 'second try 1');
    git('commit', '-qa', '--amend', '--no-edit');
    return [first, git('rev-parse', 'HEAD')];
  }),
  kind('commits that were reset away', 'kept', 'kept', ({ write, git, commit }) => {
    write('file', 'reset 1');
    const gone = commit('reset');
    git('reset', '-q', '--hard', 'HEAD~1');
    return [gone];
  }),
  kind('detached commits that were left', 'kept', 'kept', ({ write, git, commit }) => {
    git('switch', '-q', '--detach');
    write('file', 'left 1');
    const gone = commit('left');
    git('switch', '-q', '-');
    return [gone];
  }),
  kind('an orphan branch that was left and deleted', 'kept', 'kept', ({ write, git, commit }) => {
    const branch = git('branch', '--show-current');
    git('switch', '-q', '--orphan', `orphan-${branch}`);
    write('file', 'orphan 1');
    const gone = commit('orphan');
    git('switch', '-q', branch);
    git('branch', '-q', '-D', `orphan-${branch}`);
    return [gone];
  }),
  kind('several chains of such commits', 'kept', 'kept', ({ write, git, commit }) => {
    const gone = ['one', 'two'].map((name) => {
      git('switch', '-q', '--detach');
      write('file', name);
      const oid = commit(name);
      git('switch', '-q', '-');
      return oid;
    });
    return gone;
  }),
  kind('a ref of refs/bisect', 'kept', 'kept', (at) => [ownRef(at, 'refs/bisect/mine')]),
  kind('a ref of refs/worktree', 'kept', 'kept', (at) => [ownRef(at, 'refs/worktree/mine')]),
  kind('a bisection that goes on', 'stays', 'kept', ({ git, write, commit }) => {
    for (const name of ['b1', 'b2', 'b3']) {
      write('file', name);
      commit(name);
    }
    git('bisect', 'start', 'HEAD', 'HEAD~3');
    return [git('rev-parse', 'HEAD')];
  }),
  kind('a stash', 'kept', 'kept', ({ write, git }) => [write('file', 'stashed 1'), git('stash', '-q')]),
  kind('a file that became a link', 'stays', 'kept', ({ tree }) => {
    rmSync(join(tree, 'file'));
    symlinkSync('where it led 1', join(tree, 'file'));
    return ['where it led 1'];
  }),
  kind('a changed mode', 'stays', 'kept', ({ tree }) => {
    chmodSync(join(tree, 'file'), 0o755);
    return [];
  }),
  kind('a deleted file', 'stays', 'kept', ({ tree }) => {
    rmSync(join(tree, 'file'));
    return [];
  }),
  kind('a renamed file', 'stays', 'kept', ({ tree }) => {
    renameSync(join(tree, 'file'), join(tree, 'renamed'));
    return [];
  }),
  kind('an odd name', 'stays', 'kept', ({ write }) => [write('odd\n\t"name\' ü', 'odd 1')]),
  kind('a name that is not UTF-8', 'stays', 'kept', ({ tree }) => {
    writeFileSync(Buffer.concat([Buffer.from(`${tree}/`), Buffer.from([0xff, 0xfe, 0x31])]), 'bytes 1');
    return ['bytes 1'];
  }),
  kind('a pipe beside a changed file', 'stays', 'kept', ({ tree, write }) => {
    execFileSync('mkfifo', [join(tree, 'pipe')]);
    write('file', 'beside a pipe 1');
    return ['beside a pipe 1'];
  }),
  kind('a link out of the worktree', 'stays', 'kept', ({ tree, elsewhere }) => {
    symlinkSync(elsewhere, join(tree, 'out'));
    return [elsewhere];
  }),
  kind('an edit with the old size and time', 'stays', 'kept', ({ tree, git }) => {
    git('status');
    const then = new Date(Date.now() - 3_600_000);
    utimesSync(join(tree, 'file'), then, then);
    git('config', 'core.trustctime', 'false');
    git('update-index', '--refresh', '-q');
    // Git counts in seconds.
    execFileSync('sleep', ['1.1']);
    writeFileSync(join(tree, 'file'), 'xxxx\n');
    utimesSync(join(tree, 'file'), then, then);
    return ['xxxx'];
  }),
  kind('an edit marked assume-unchanged', 'stays', 'kept', ({ git, write }) => {
    git('update-index', '--assume-unchanged', 'file');
    write('file', 'assumed 1');
    return ['assumed 1'];
  }),
  kind('an edit marked skip-worktree', 'stays', 'kept', ({ git, write }) => {
    git('update-index', '--skip-worktree', 'file');
    write('file', 'skipped 1');
    return ['skipped 1'];
  }),
  kind('a file outside the sparse patterns', 'stays', 'kept', ({ git, write }) => {
    git('config', 'extensions.worktreeConfig', 'true');
    git('sparse-checkout', 'set', '--no-cone', '/file');
    git('config', '--worktree', 'sparse.expectFilesOutsideOfPatterns', 'true');
    write('other', 'outside 1');
    return ['outside 1'];
  }),
  kind('an edit that a filter makes equal', 'stays', 'kept', ({ write }) => [write('filtered', 'secret 1')]),
  kind('a file with an odd name that a filter blanks', 'stays', 'kept', ({ write }) => [write('filtered\n"odd\\\r', 'secret 2')]),
  kind('a staged file that changed again', 'stays', 'kept', ({ git, write }) => {
    write('file', 'staged 2');
    git('add', 'file');
    write('file', 'changed again 2');
    return ['staged 2', 'changed again 2'];
  }),
  kind('a staged file that was changed back', 'stays', 'kept', ({ git, write }) => {
    write('file', 'staged 3');
    git('add', 'file');
    write('file', 'file\n');
    return ['staged 3'];
  }),
  kind('a new staged file that was deleted', 'stays', 'kept', ({ git, write, tree }) => {
    write('new', 'staged 4');
    git('add', 'new');
    rmSync(join(tree, 'new'));
    return ['staged 4'];
  }),
  kind('a file that was taken out of the index and changed', 'stays', 'kept', ({ git, write }) => {
    git('rm', '-q', '--cached', 'file');
    write('file', 'out of the index 1');
    return ['out of the index 1'];
  }),
  kind('an ignored file', 'named', 'kept', ({ write }) => [write('notes.log', 'ignored 1')], 'notes.log'),
  kind('a .env', 'named', 'kept', ({ write }) => [write('.env', 'KEY=ignored 2')], '.env'),
  kind('a file that info/exclude ignores', 'named', 'kept', ({ write }) => [write('excluded', 'ignored 3')], 'excluded'),
  kind('a file that a global file ignores', 'named', 'kept', ({ write }) => [write('globally', 'ignored 4')], 'globally'),
  kind('an ignored folder', 'named', 'kept', ({ write }) => [write('local/deep/notes', 'ignored 5')], 'local/'),
  kind(
    'a large ignored file',
    'named',
    'named',
    ({ write }) => {
      write('big.log', 'ignored 6'.padEnd(2 * 1024 * 1024));
      return ['ignored 6'];
    },
    'big.log',
  ),
  kind('an ignored file in an untracked folder', 'stays', 'kept', ({ write }) => {
    write('a/new', 'untracked 5');
    write('a/x.log', 'ignored 7');
    return ['untracked 5', 'ignored 7'];
  }),
  kind('an ignored repository', 'stays', 'stays', (at) => inner(at, 'local/inner')),
  kind('an untracked repository', 'stays', 'stays', (at) => inner(at, 'inner')),
  kind('an ignored repository in an ignored repository', 'stays', 'stays', (at) =>
    inner({ ...at, tree: innerTop(at) }, 'deeper'),
  ),
  kind('a bare repository', 'stays', 'stays', ({ tree, elsewhere }) => {
    execFileSync('git', ['clone', '-q', '--bare', elsewhere, join(tree, 'local', 'bare.git')]);
    return [];
  }),
  kind('another worktree inside', 'stays', 'stays', ({ git, tree }) => {
    git('worktree', 'add', '-q', '--detach', join(tree, '.claude/worktrees/x'));
    writeFileSync(join(tree, '.claude/worktrees/x/new'), 'inside 1');
    return [];
  }),
  kind('a commit in a submodule', 'stays', 'stays', (at) => {
    submodule(at);
    at.write('lib/new', 'sub 1');
    return submodule(at, ['add', '.'], ['commit', '-q', '-m', 'sub']);
  }),
  kind('an edit in a submodule', 'stays', 'stays', (at) => {
    submodule(at);
    return [at.write('lib/theirs', 'sub 2')];
  }),
  kind('a stash in a submodule', 'stays', 'stays', (at) => {
    submodule(at);
    at.write('lib/theirs', 'sub 3');
    return submodule(at, ['stash', '-q']);
  }),
  kind('a commit in the repository of a submodule that is not checked out', 'stays', 'stays', (at) => {
    at.git('update-index', '-q', '--refresh');
    submodule(at, ['commit', '-q', '--allow-empty', '-m', 'sub']);
    rmSync(join(at.tree, 'lib'), { recursive: true });
    mkdirSync(join(at.tree, 'lib'));
    return [];
  }),
];

function kind(name: string, plainly: Ending, saving: Ending, make: Kind['make'], goes: string | null = null): Kind {
  return { name, plainly, saving, make, goes };
}

/** Lets two commits change the same file, and stops in the middle of bringing one of them in; returns that one. */
function conflict({ git, tryGit, write, commit }: Workplace, how: 'merge' | 'cherry-pick'): string {
  const from = git('rev-parse', 'HEAD');
  write('file', 'ours 1');
  commit('ours');
  git('switch', '-q', '--detach', from);
  write('file', 'theirs 1');
  const theirs = commit('theirs');
  git('switch', '-q', '-');
  tryGit(how, theirs);
  return theirs;
}

function ownRef({ git, write, commit }: Workplace, ref: string): string {
  git('switch', '-q', '--detach');
  write('file', ref);
  const oid = commit(ref);
  git('update-ref', ref, oid);
  git('switch', '-q', '-');
  git('reflog', 'expire', '--expire=all', 'HEAD');
  return oid;
}

function inner({ tree, elsewhere }: Workplace, folder: string): readonly string[] {
  const top = join(tree, folder);
  execFileSync('git', ['clone', '-q', elsewhere, top]);
  writeFileSync(join(top, 'own'), 'inner 1');
  execFileSync('git', ['-C', top, 'add', '.']);
  execFileSync('git', ['-C', top, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '-q', '-m', 'inner']);
  return [];
}

/** A repository that could be cloned again. */
function innerTop({ tree, elsewhere }: Workplace): string {
  execFileSync('git', ['clone', '-q', elsewhere, join(tree, 'local/outer')]);
  writeFileSync(join(tree, 'local/outer/.git/info/exclude'), 'deeper\n');
  return join(tree, 'local/outer');
}

/** Makes the submodule's worktree, and runs git there. */
function submodule({ git, tree }: Workplace, ...commands: readonly (readonly string[])[]): readonly string[] {
  git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'update', '--init');
  for (const args of commands)
    execFileSync('git', ['-C', join(tree, 'lib'), '-c', 'user.name=A', '-c', 'user.email=a@b', ...args]);
  return [];
}
