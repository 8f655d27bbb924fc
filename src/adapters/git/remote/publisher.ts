import { resolve } from 'node:path';
import { ClaimError } from '../../../core/errors.ts';
import { type Oid, parseOid } from '../../../core/ids.ts';
import { plainAddress } from '../../../core/remote/address.ts';
import type { Destination, Publisher } from '../../../ports/publisher.ts';
import type { PublishedBranch } from '../../../ports/registry.ts';
import { step } from '../../system/step.ts';
import type { Repository } from '../repository.ts';
import { callRemote, type Remote } from './call.ts';
import { PUBLISHING_MS_MAX, pushedBranch, refuseStrayed } from './published.ts';
import { pushRefs } from './push.ts';

/** Publishes branches through git itself. */
export class GitPublisher implements Publisher {
  readonly #repository: Repository;
  readonly #remoteOf: (name: string) => Remote;
  readonly #shared: string | null;

  /**
   * @param remoteOf how a remote is spoken to
   * @param shared the remote through which claims are shared; null if they are not
   */
  constructor(repository: Repository, remoteOf: (name: string) => Remote, shared: string | null) {
    this.#repository = repository;
    this.#remoteOf = remoteOf;
    this.#shared = shared;
  }

  async destinationsOf(branches: readonly string[]): Promise<readonly (Destination | null)[]> {
    if (branches.length === 0) return [];
    const rows = await this.#rows(branches.map((branch) => `refs/heads/${branch}`));
    const usual = branches.every((branch) => rows.get(branch)?.[0]) ? null : await this.#usualRemote();
    const remotes = branches.map((branch) => rows.get(branch)?.[0] || usual);
    const known = remotes.filter((remote) => remote !== null);
    const together = new Map<string, boolean>();
    for (const remote of new Set(known)) together.set(remote, await this.#isWithClaims(remote));
    const tracking = (branch: string, remote: string | null) => `refs/remotes/${remote}/${branch}`;
    const seen = await this.#tips(branches.map((branch, at) => tracking(branch, remotes[at] ?? null)));
    return branches.map((branch, at): Destination | null => {
      const remote = remotes[at] ?? null;
      if (remote === null) return null;
      const hasUpstream = Boolean(rows.get(branch)?.[1]);
      const isWithClaims = together.get(remote) === true;
      return { branch, remote, shown: plainAddress(remote), isWithClaims, hasUpstream, seen: seen[at] ?? null };
    });
  }

  async push(published: PublishedBranch): Promise<void> {
    const remote = this.#remoteOf(published.remote);
    const shown = plainAddress(published.remote);
    const ref = pushedBranch(published);
    const outcome = await pushRefs(this.#repository, remote, [ref], false, { limitMs: PUBLISHING_MS_MAX });
    step('after the branch is pushed');
    if (outcome.kind === 'answered' && outcome.moved.has(ref.ref)) return;
    refuseStrayed(outcome, [published]);
    if (outcome.kind === 'answered')
      throw new ClaimError({ code: 'remote', kind: 'push-refused', remote: shown, said: outcome.said });
    const now = await callRemote(this.#repository, remote, ['ls-remote', '--', published.remote, ref.ref]);
    if (now?.code === 0 && parseOid(String(now.stdout).split('\t')[0] ?? '') === published.tip) return;
    const kind = outcome.wasSent ? 'push-unsure' : 'push-unreachable';
    throw new ClaimError({ code: 'remote', kind, remote: shown, said: outcome.said });
  }

  async setUpstream({ branch, remote }: Destination): Promise<void> {
    // Another process may be writing the configuration. Then the branch has no upstream yet, which is no harm.
    await this.#repository.git(['config', `branch.${branch}.remote`, remote]);
    await this.#repository.git(['config', `branch.${branch}.merge`, `refs/heads/${branch}`]);
  }

  /** Returns the remote that each branch is configured to be pushed to, and what it follows; empty for none. */
  async #rows(refs: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const format = '--format=%(refname:lstrip=2)%00%(push:remotename)%00%(upstream:remoteref)';
    const { stdout } = await this.#repository.git(['for-each-ref', format, ...refs]);
    const rows = String(stdout)
      .split('\n')
      .map((row) => row.split('\0'));
    return new Map(rows.map(([branch = '', ...rest]) => [branch, rest]));
  }

  /** Returns the remote that git pushes to where nothing is configured, or that with the claims; null if there is none. */
  async #usualRemote(): Promise<string | null> {
    const names = String((await this.#repository.git(['remote'])).stdout)
      .split('\n')
      .slice(0, -1);
    if (names.includes('origin')) return 'origin';
    const [only, ...more] = names.filter((name) => name !== this.#shared);
    return only !== undefined && more.length === 0 ? only : this.#shared;
  }

  async #isWithClaims(remote: string): Promise<boolean> {
    if (this.#shared === null || this.#shared === remote) return this.#shared !== null;
    const [one, other] = await Promise.all([this.#addressOf(remote), this.#addressOf(this.#shared)]);
    return one === other;
  }

  /** Returns what two addresses of one repository have in common, as far as they show it. */
  async #addressOf(remote: string): Promise<string> {
    const { code, stdout } = await this.#repository.git(['remote', 'get-url', '--push', '--', remote]);
    const address = (code === 0 ? String(stdout).trimEnd() : remote).replace(/^file:\/\//, '');
    // With a colon before any slash it is on another machine.
    const path = /^[^/]*:/.test(address) ? address : resolve(this.#repository.topLevel ?? this.#repository.gitDir, address);
    return plainAddress(path)
      .replace(/\/+$/, '')
      .replace(/\.git$/, '');
  }

  async #tips(refs: readonly string[]): Promise<readonly (Oid | null)[]> {
    const { stdout } = await this.#repository.git(['for-each-ref', '--format=%(refname) %(objectname)', ...refs]);
    const found = new Map(
      String(stdout)
        .split('\n')
        .map((row) => row.split(' ') as [string, string]),
    );
    return refs.map((ref) => parseOid(found.get(ref) ?? ''));
  }
}
