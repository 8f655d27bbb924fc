import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ClaimError, openClaims, type Removed } from '../../src/index.ts';
import { KINDS, type Kind, type Workplace } from '../support/removal-kinds.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

test.for(KINDS)(
  'what a person could get back before a removal is there after it, or the removal says what it is: $name',
  async (kind) => {
    const sandbox = place();
    const claims = await openClaims({ cwd: sandbox.repo, env: sandbox.env, session: 'alice' });
    await claims.claim(['ORDER-1', 'ORDER-2']);
    expect(await endingOf(sandbox, kind, 'ORDER-1', (order) => claims.worktree.remove(order))).toBe(kind.plainly);
    expect(await endingOf(sandbox, kind, 'ORDER-2', (order) => claims.worktree.remove(order, { save: true }))).toBe(kind.saving);
    claims.close();
    expect(readdirSync(`${sandbox.repo}.claims`).filter((name) => !/^ORDER-[12]$/.test(name))).toEqual([]);
    expect(readdirSync(join(sandbox.repo, '.git/claim')).filter((name) => /^(?:save|fresh)-/.test(name))).toEqual([]);
  },
);

async function endingOf(
  sandbox: Sandbox,
  kind: Kind,
  order: string,
  remove: (order: string) => Promise<Removed | { kind: 'refused' }>,
) {
  const tree = join(`${sandbox.repo}.claims`, order);
  const treasures = kind.make(workplace(sandbox, tree));
  const before = filesBelow(tree);
  const said = await remove(order).catch((error) => {
    if (error instanceof ClaimError && error.code === 'illegal') return error;
    throw error;
  });
  if (said instanceof Error) {
    expect(filesBelow(tree)).toEqual(before);
    expect(sandbox.git(['worktree', 'list', '--porcelain'])).toContain(`worktree ${tree}\n`);
    return 'stays';
  }
  if (said.kind !== 'removed') throw new Error(`refused: ${JSON.stringify(said)}`);
  expect(existsSync(tree)).toBe(false);
  const kept = reachable(sandbox);
  const lost = treasures.filter((treasure) => !kept.includes(treasure));
  if (lost.length === 0) return 'kept';
  const { names } = said.ignored;
  return kind.goes !== null && names.includes(kind.goes) ? 'named' : `lost: ${lost.join(', ')}`;
}

/** Returns the names and contents of everything that refs lead to. */
function reachable({ git, env, repo }: Sandbox): string {
  const objects = git(['rev-list', '--objects', '--no-object-names', '--all']);
  const contents = execFileSync('git', ['cat-file', '--batch'], { cwd: repo, env, input: objects, maxBuffer: 2 ** 28 });
  return `${objects}\n${contents}`;
}

/** Returns every file below a folder with its content, repositories inside included. */
function filesBelow(folder: string): readonly string[] {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => !entry.isDirectory());
  return files.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink()) return `${path} -> ${readlinkSync(path)}`;
    return entry.isFile() && existsSync(path) ? `${path}: ${readFileSync(path, 'latin1')}` : path;
  });
}

/** A repository with a submodule, a filter that blanks a file, and files that git ignores for several reasons. */
function place(): Sandbox {
  const sandbox = createSandbox();
  const { git, repo, dir, env } = sandbox;
  const elsewhere = join(dir, 'elsewhere');
  const write = (file: string, text: string) => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  execFileSync('git', ['init', '-q', elsewhere], { env });
  write(join(elsewhere, 'theirs'), 'theirs\n');
  git(['add', '.'], elsewhere);
  git(['commit', '-q', '-m', 'theirs'], elsewhere);
  git(['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', elsewhere, 'lib']);
  git(['config', 'filter.blank.clean', 'cat >/dev/null; echo blank']);
  write(join(repo, '.gitattributes'), 'filtered* filter=blank\n');
  write(join(repo, '.gitignore'), '*.log\n.env\nlocal/\n.claude/\n');
  for (const file of ['file', 'other']) write(join(repo, file), `${file}\n`);
  write(join(repo, 'filtered'), 'blank\n');
  git(['add', '.']);
  git(['commit', '-q', '-m', 'files']);
  write(join(repo, '.git/info/exclude'), 'excluded\n');
  write(join(env['HOME'] as string, '.config/git/ignore'), 'globally\n');
  return sandbox;
}

function workplace({ git, dir, env }: Sandbox, tree: string): Workplace {
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), text);
    return text;
  };
  return {
    tree,
    elsewhere: join(dir, 'elsewhere'),
    git: (...args) => git(args, tree),
    tryGit: (...args) => void spawnSync('git', args, { cwd: tree, env }),
    write,
    commit: (message) => {
      git(['add', '--all'], tree);
      git(['commit', '-q', '--allow-empty', '-m', message], tree);
      return git(['rev-parse', 'HEAD'], tree);
    },
  };
}
