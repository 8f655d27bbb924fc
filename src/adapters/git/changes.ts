import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Oid, parseOid } from '../../core/ids.ts';
import type { Changes, RecentCommit } from '../../ports/changes.ts';
import { readText } from './files.ts';
import type { GitResult } from './process.ts';
import type { Repository } from './repository.ts';

/** More commits than this in a few minutes are an import, and nobody reads as many names. */
const RECENT_MAX = 50;
/** What stands in the git directory while commits are brought in from elsewhere. */
const OPERATIONS = ['rebase-merge', 'rebase-apply', 'MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'BISECT_LOG', 'sequencer'];
const RAW_DIFF = ['--no-ext-diff', '--no-textconv', '--no-renames'];

export class GitChanges implements Changes {
  readonly #repository: Repository;
  readonly #index: Readonly<Record<string, string>>;

  /** @param env of the hook: `commit -a` and `commit <path>` commit another index than the work tree's own */
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

  async staged(): Promise<readonly string[]> {
    return names(await this.#git('diff-index', '--cached', '-z', '--name-only', '--no-renames', 'HEAD'));
  }

  async stagedText(file: string): Promise<string | null> {
    const shown = await this.#git('cat-file', 'blob', `:0:${file}`);
    return shown.code === 0 ? String(shown.stdout) : null;
  }

  async stagedPatch(): Promise<string | null> {
    return this.#patchIn(await this.#git('diff-index', '--cached', '-p', ...RAW_DIFF, 'HEAD'));
  }

  async patchOf(commit: Oid): Promise<string | null> {
    return this.#patchIn(await this.#git('diff-tree', '-p', '--no-commit-id', ...RAW_DIFF, commit));
  }

  async recent(withinMs: number): Promise<readonly RecentCommit[]> {
    const since = ['--no-merges', `--since=${Math.ceil(withinMs / 1000)}.seconds`, `--max-count=${RECENT_MAX}`];
    const form = '--format=%H %ct %(trailers:key=Claim-Session,valueonly,separator=%x20)%x09%s';
    const listed = await this.#git('rev-list', ...since, '--no-commit-header', form, '--branches', 'HEAD', '--');
    const rows = listed.code === 0 ? String(listed.stdout).split('\n').slice(0, -1) : [];
    return Promise.all(rows.flatMap((row) => this.#commitOf(row)));
  }

  #commitOf(row: string): Promise<RecentCommit>[] {
    const [, hash = '', seconds, session, subject = ''] = /^([0-9a-f]+) ([0-9]+) ([^\t]*)\t(.*)$/.exec(row) ?? [];
    const oid = parseOid(hash);
    if (oid === null) return [];
    const commit = { oid, atMs: Number(seconds) * 1000, session: session || null, subject };
    const listing = this.#git('diff-tree', '-r', '-z', '--root', '--no-commit-id', '--name-only', '--no-renames', oid);
    return [listing.then((result) => ({ ...commit, files: names(result) }))];
  }

  async #patchIn({ code, stdout }: GitResult): Promise<string | null> {
    if (code !== 0 || stdout.length === 0) return null;
    const { stdout: identified } = await this.#repository.git(['patch-id', '--stable'], { input: stdout });
    return parseOid(String(identified).split(' ', 1)[0] as string);
  }

  #git(...args: string[]): Promise<GitResult> {
    return this.#repository.git(args, { env: this.#index });
  }
}

function names({ code, stdout }: GitResult): string[] {
  if (code !== 0) return [];
  const texts = [String(stdout), stdout.toString('latin1')];
  const [text = ''] = texts.filter((one) => !one.includes('\ufffd'));
  return text.split('\0').slice(0, -1);
}
