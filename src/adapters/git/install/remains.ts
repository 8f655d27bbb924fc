import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ClaimError } from '../../../core/errors.ts';
import { type Oid, parseOid } from '../../../core/ids.ts';
import { pathRefPrefix } from '../../../core/paths/refs.ts';
import { SEEN_PREFIX } from '../../../core/remote/remote-refs.ts';
import type { Remains, RemainsBook } from '../../../ports/remains.ts';
import { lastWords } from '../process.ts';
import { updateRefs } from '../refs/ref-transaction.ts';
import type { Repository } from '../repository.ts';

/** Keep the tips of completed claims, and what was saved of lost ones. */
const KEEPING = ['refs/claim-done/', 'refs/claim-rescue/'];

/** The refs, folders and settings of claims in git's own places. */
export class GitRemains implements RemainsBook {
  readonly #repository: Repository;
  readonly #prefix: string;
  readonly #endHelpers: () => void;

  /** @param prefix of claim refs */
  constructor(repository: Repository, prefix: string, endHelpers: () => void) {
    this.#repository = repository;
    this.#prefix = prefix;
    this.#endHelpers = endHelpers;
  }

  async find({ orders, paths }: Parameters<RemainsBook['find']>[0]): Promise<Remains> {
    const [pathPrefix = '', guard = ''] = this.#places.slice(1);
    const names = [...orders.map((order) => this.#prefix + order), ...paths.map((path) => pathPrefix + path), guard];
    const written = new Set(names);
    const refs = (await this.#oids(this.#places)).filter(({ ref }) => written.has(ref));
    const kept = await this.#oids(KEEPING);
    const needed = await Promise.all(kept.map(async ({ ref, oid }) => ((await this.#isOnBranch(oid)) ? null : ref)));
    return {
      refs: [...refs.map(({ ref }) => ref), ...kept.map(({ ref }) => ref).filter((ref) => !needed.includes(ref))],
      keeping: needed.filter((ref) => ref !== null),
      hasOther: this.#folders().length > 0 || (await this.#sections()).length > 0,
    };
  }

  async remove({ refs }: Remains): Promise<void> {
    this.#endHelpers();
    const wanted = new Set(refs);
    const listed = await this.#oids([...this.#places, ...KEEPING, SEEN_PREFIX]);
    const found = listed.filter(({ ref }) => wanted.has(ref) || ref.startsWith(SEEN_PREFIX));
    if (found.length > 0) {
      const result = await updateRefs(
        this.#repository,
        found.map(({ ref, oid }) => ({ ref, from: oid, to: 'gone' })),
      );
      if (result.code !== 0) throw new ClaimError({ code: 'git', kind: 'remains-not-removed', said: lastWords(result) });
    }
    for (const section of await this.#sections())
      await this.#repository.git(['config', '--file', this.#configFile, '--remove-section', section]);
    for (const folder of this.#folders()) rmSync(folder, { recursive: true, force: true });
  }

  /** Where claims, path claims and the guard of these are. */
  get #places(): readonly string[] {
    const paths = pathRefPrefix(this.#prefix);
    return [this.#prefix, paths, `${paths.slice(0, -1)}.guard`];
  }

  get #configFile(): string {
    return join(this.#repository.commonDir, 'config');
  }

  /** Returns our folders: in the common directory, and in that of each worktree. */
  #folders(): string[] {
    const { commonDir } = this.#repository;
    const trees = join(commonDir, 'worktrees');
    const names = existsSync(trees) ? readdirSync(trees) : [];
    return [commonDir, ...names.map((name) => join(trees, name))].map((folder) => join(folder, 'claim')).filter(existsSync);
  }

  /** Returns the sections of our settings: `claim`, and `claim.rule`. */
  async #sections(): Promise<string[]> {
    const asked = await this.#repository.git(['config', '--file', this.#configFile, '--name-only', '--get-regexp', '^claim\\.']);
    const keys = String(asked.stdout).split('\n').filter(Boolean);
    return [...new Set(keys.map((key) => key.slice(0, key.lastIndexOf('.'))))];
  }

  async #oids(patterns: readonly string[]): Promise<{ readonly ref: string; readonly oid: Oid }[]> {
    const format = '--format=%(objectname) %(refname)';
    const listed = await this.#repository.git(['for-each-ref', format, ...patterns.map((name) => name.replace(/\/$/, ''))]);
    return String(listed.stdout)
      .split('\n')
      .filter(Boolean)
      .flatMap((line) => {
        const oid = parseOid(line.slice(0, line.indexOf(' ')));
        return oid === null ? [] : [{ oid, ref: line.slice(line.indexOf(' ') + 1) }];
      });
  }

  /** What git cannot tell counts as work. */
  async #isOnBranch(oid: Oid): Promise<boolean> {
    const where = ['refs/heads', 'refs/remotes', 'refs/tags'];
    const { code, stdout } = await this.#repository.git(['for-each-ref', '--count=1', '--contains', oid, ...where]);
    return code === 0 && String(stdout) !== '';
  }
}

/** Ends the helpers of this repository; each removes its own file. */
export function endHelpers(commonDir: string): void {
  const folder = join(commonDir, 'claim', 'heartbeat');
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const pid = Number(/^[1-9][0-9]*(?=\/)/.exec(readFileSync(join(folder, name), 'latin1'))?.[0] ?? 0);
    try {
      // Another process may have its number by now.
      const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
      if (words.includes(name) && words.some((word) => word.endsWith('/heartbeat.sh'))) process.kill(pid, 'SIGTERM');
    } catch {
      // It has ended, or it ends with its next beat, when it finds no claim.
    }
  }
}
