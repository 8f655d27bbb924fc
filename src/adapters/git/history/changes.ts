import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Oid, parseOid } from '../../../core/ids.ts';
import type { Changes, Operation, RecentCommit } from '../../../ports/changes.ts';
import { readText } from '../files.ts';
import { operationIn } from '../operation.ts';
import type { Git, GitResult } from '../process.ts';
import { readObjects } from '../read-objects.ts';
import type { Repository } from '../repository.ts';

/** More commits than this in a few minutes are an import, and nobody reads as many names. */
const RECENT_MAX = 50;
/** What the git directory contains while git brings in commits from elsewhere. */
const OPERATIONS = [
  'rebase-merge',
  'rebase-apply',
  'MERGE_HEAD',
  'SQUASH_MSG',
  'CHERRY_PICK_HEAD',
  'REVERT_HEAD',
  'BISECT_LOG',
  'sequencer',
];
const RAW_DIFF = ['--no-ext-diff', '--no-textconv', '--no-renames'];

export class GitChanges implements Changes {
  readonly #repository: Repository;
  readonly #index: Readonly<Record<string, string>>;

  /** @param env of the hook: `commit -a` and `commit <path>` use another index than the worktree's own */
  constructor(repository: Repository, env: NodeJS.ProcessEnv) {
    this.#repository = repository;
    const index = env['GIT_INDEX_FILE'];
    this.#index = index ? { GIT_INDEX_FILE: resolve(repository.topLevel ?? repository.gitDir, index) } : {};
  }

  async branch(): Promise<string | null> {
    const rebased = ['rebase-merge', 'rebase-apply'].map((name) => readText(join(this.#repository.gitDir, name, 'head-name')));
    const head = rebased.find((name) => name !== null) ?? String((await this.#git('symbolic-ref', '-q', 'HEAD')).stdout);
    return /^refs\/heads\/(.+)$/.exec(head.trimEnd())?.[1] ?? null;
  }

  isUnderWay(): boolean {
    return OPERATIONS.some((name) => existsSync(join(this.#repository.gitDir, name)));
  }

  isMerging(): boolean {
    return existsSync(join(this.#repository.gitDir, 'MERGE_HEAD'));
  }

  operation(): Operation | null {
    const operation = operationIn(this.#repository.gitDir);
    // A bisection makes no commits.
    return operation === 'bisect' ? null : operation;
  }

  async staged(): Promise<readonly string[]> {
    return names(await this.#git('diff-index', '--cached', '-z', '--name-only', '--no-renames', 'HEAD'));
  }

  async madeInMerge(): Promise<readonly string[]> {
    if (!this.isMerging()) return [];
    const args = ['diff-index', '--cached', '-z', '--name-only', '--no-renames'];
    const [ours, theirs] = await Promise.all([this.staged(), this.#git(...args, 'MERGE_HEAD').then(names)]);
    return ours.filter((file) => theirs.includes(file));
  }

  async stagedGone(): Promise<readonly string[]> {
    return names(await this.#git('diff-index', '--cached', '-z', '--name-only', '--no-renames', '--diff-filter=D', 'HEAD'));
  }

  async texts(files: readonly string[], where: 'staged' | 'head'): Promise<ReadonlyMap<string, string>> {
    // Git gets one name per line.
    const named = files.filter((file) => !file.includes('\n'));
    const git: Git = (args, options) => this.#repository.git(args, { ...options, env: this.#index });
    const found = await readObjects(
      git,
      named.map((file) => `${where === 'staged' ? ':0' : 'HEAD'}:${file}`),
    );
    return new Map(named.flatMap((file, at) => (found[at]?.type === 'blob' ? [[file, String(found[at].body)] as const] : [])));
  }

  async stagedPatch(): Promise<string | null> {
    return this.#patchIn(await this.#git('diff-index', '--cached', '-p', ...RAW_DIFF, 'HEAD'));
  }

  async patchesOf(commits: readonly Oid[]): Promise<ReadonlyMap<Oid, string>> {
    if (commits.length === 0) return new Map();
    const input = commits.map((oid) => `${oid}\n`).join('');
    const diffs = await this.#repository.git(['diff-tree', '--stdin', '-p', ...RAW_DIFF], { input });
    const { stdout } = await this.#repository.git(['patch-id', '--stable'], { input: diffs.stdout });
    const rows = String(stdout).split('\n').slice(0, -1);
    return new Map(rows.map((row) => row.split(' ') as [string, Oid]).map(([patch, oid]) => [oid, patch]));
  }

  async recent(withinMs: number): Promise<readonly RecentCommit[]> {
    const since = ['--no-merges', `--since=${Math.ceil(withinMs / 1000)}.seconds`, `--max-count=${RECENT_MAX}`];
    const [all, here] = await Promise.all([
      this.#git('rev-list', ...since, '--branches', 'HEAD', '--'),
      this.#git('rev-list', ...since, 'HEAD', '--'),
    ]);
    if (all.code !== 0 || all.stdout.length === 0) return [];
    const form = '--format=%x01%H %ct %(trailers:key=Claim-Session,valueonly,separator=%x20)%x09%s';
    const args = ['diff-tree', '--stdin', '-r', '-z', '--root', '--name-only', '--no-renames', form];
    const { stdout } = await this.#repository.git(args, { input: all.stdout });
    return commitsIn(textOf(stdout), new Set(String(here.stdout).split('\n')));
  }

  async #patchIn({ code, stdout }: GitResult): Promise<string | null> {
    if (code !== 0 || stdout.length === 0) return null;
    const identified = await this.#repository.git(['patch-id', '--stable'], { input: stdout });
    return parseOid(String(identified.stdout).split(' ', 1)[0] as string);
  }

  #git(...args: string[]): Promise<GitResult> {
    return this.#repository.git(args, { env: this.#index });
  }
}

function names({ code, stdout }: GitResult): string[] {
  return code === 0 ? textOf(stdout).split('\0').slice(0, -1) : [];
}

/** Names are bytes. If they are not UTF-8 they are read as latin1, so that equal names stay equal. */
function textOf(bytes: Buffer): string {
  const text = String(bytes);
  return text.includes('\ufffd') ? bytes.toString('latin1') : text;
}

/**
 * Reads `\x01<commit> <seconds> <session>\t<subject>` and then the commit's files. Each ends with NUL,
 * and the first file follows a line break.
 */
function commitsIn(text: string, here: ReadonlySet<string>): RecentCommit[] {
  const commits: (RecentCommit & { files: string[] })[] = [];
  for (const part of text.split('\0')) {
    const [, hash = '', seconds, session, subject = ''] = COMMIT.exec(part) ?? [];
    const oid = parseOid(hash);
    if (oid !== null) {
      commits.push({ oid, atMs: Number(seconds) * 1000, session: session || null, subject, files: [], isHere: here.has(oid) });
    } else if (part !== '') commits.at(-1)?.files.push(part.replace(/^\n/, ''));
  }
  return commits;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: no file name begins with it
const COMMIT = /^\x01([0-9a-f]+) ([0-9]+) ([^\t]*)\t(.*)$/;
