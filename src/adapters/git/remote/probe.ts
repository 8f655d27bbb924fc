import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClaimError } from '../../../core/errors.ts';
import { type Oid, parseOid } from '../../../core/ids.ts';
import type { Attempt, Reply, Trials } from '../../../core/remote/proofs.ts';
import { isLeftBehind, trialPattern, trialRefs } from '../../../core/remote/trial-refs.ts';
import type { NamedRemote, RemoteProbe } from '../../../ports/remote-probe.ts';
import { type GitObject, gitObject } from '../git-object.ts';
import { lastWords } from '../process.ts';
import { readObjects } from '../read-objects.ts';
import type { Repository } from '../repository.ts';
import { writeObjects } from '../write-objects.ts';
import { callRemote, type Remote } from './call.ts';
import { namedRemote } from './named-remote.ts';
import { type PushedRef, type PushOutcome, pushRefs } from './push.ts';
import { emptyTree } from './replica.ts';
import { type Scratch, withScratch } from './scratch.ts';

/*
 *   first: A and B from nothing
 *   two late pushes read the same refs and wait:   A and B     C and D
 *   the early one is faster:                       A           C
 *   only then they send: both must be refused, and neither B nor D may have moved
 */

/** Records are tags, so what takes nothing but branches and tags takes them here. */
const TAGS_PREFIX = 'refs/tags/claims/';

/** How long a remote may take for each call. */
const CALL_MS_MAX = 20_000;

/** Tries out remotes by git's own pushes and fetches. */
export class GitRemoteProbe implements RemoteProbe {
  readonly configured: string | null;
  readonly prefixes: readonly string[];
  readonly shared: RemoteProbe['shared'];
  readonly #repository: Repository;
  readonly #cwd: string;
  readonly #connect: (name: string) => Remote;
  readonly #limitMs: number;

  /**
   * @param prefix of claim refs here
   * @param cwd where a path begins that was typed
   */
  constructor(
    repository: Repository,
    prefix: string,
    cwd: string,
    connect: (name: string) => Remote,
    shared: RemoteProbe['shared'],
    limitMs = CALL_MS_MAX,
  ) {
    const { config } = repository;
    this.configured = config.get('claim.remote');
    this.prefixes = config.get('claim.refprefix') === null ? [prefix, TAGS_PREFIX] : [prefix];
    this.shared = shared;
    this.#repository = repository;
    this.#cwd = cwd;
    this.#connect = connect;
    this.#limitMs = limitMs;
  }

  named(text: string): Promise<NamedRemote> {
    return namedRemote(this.#repository, text, this.#cwd);
  }

  tried({ value, address }: NamedRemote, prefix: string): Promise<Trials> {
    return withScratch(this.#repository, 2, ([ours, theirs], folder) => {
      const trial = new Trial(this.#connect(value), address, prefix, folder, this.#limitMs);
      return trial.run(ours as Scratch, theirs as Scratch);
    });
  }
}

/** One trial of one remote with one prefix. */
class Trial {
  readonly #remote: Remote;
  readonly #address: string;
  readonly #prefix: string;
  readonly #folder: string;
  readonly #limitMs: number;
  readonly #nonce = randomBytes(16).toString('hex');

  constructor(remote: Remote, address: string, prefix: string, folder: string, limitMs: number) {
    this.#remote = remote;
    this.#address = address;
    this.#prefix = prefix;
    this.#folder = folder;
    this.#limitMs = limitMs;
  }

  async run(ours: Scratch, theirs: Scratch): Promise<Trials> {
    const { repository } = ours;
    const target = emptyTree(repository);
    const [a, b, c, d] = trialRefs(this.#prefix, Date.now(), this.#nonce, 4) as [string, string, string, string];
    const tags = Array.from({ length: 8 }, (_, n) => this.#tag(repository, target, n));
    await writeObjects(repository, [gitObject(repository.objectFormat, 'tree', ''), ...tags]);
    const [a1, b1, a2, c2, a3, b3, c4, d4] = tags.map(({ oid }) => oid) as [Oid, Oid, Oid, Oid, Oid, Oid, Oid, Oid];
    const first = await this.#first(repository, [to(a, null, a1), to(b, null, b1)]);
    const tried: Omit<Trials, 'deletion' | 'left'> = { first, rivals: [], shown: new Map(), target, fetched: new Set() };
    if (first.answer.kind !== 'accepted') return { ...tried, ...(await this.#cleaned(repository, [first])) };
    const late = [this.#late(repository, 'one', [to(a, a1, a3), to(b, b1, b3)])];
    late.push(this.#late(repository, 'two', [to(c, null, c4), to(d, null, d4)]));
    await this.#bothHaveRead(late);
    const early = await this.#push(repository, [to(a, a1, a2), to(c, null, c2)]);
    writeFileSync(join(this.#folder, 'go'), '');
    const rivals = [early, ...(await Promise.all(late.map(({ attempt }) => attempt)))];
    const shown = await this.#shown(repository, [a, b, c, d]);
    const fetched = await this.#fetched(theirs.repository, shown);
    return { ...tried, rivals, shown, fetched, ...(await this.#cleaned(repository, [first, ...rivals])) };
  }

  /** Returns a tag as records are. */
  #tag({ objectFormat }: Repository, target: Oid, n: number): GitObject {
    const tagger = `git-claim <git-claim@localhost> ${Math.floor(Date.now() / 1000)} +0000`;
    const header = `object ${target}\ntype tree\ntag git-claim-probe\ntagger ${tagger}\n`;
    return gitObject(objectFormat, 'tag', `${header}\ngit-claim-probe\n\nNonce: ${this.#nonce}-${n}\n`);
  }

  /** Makes the first refs. If the remote cannot be reached, it is not to blame for anything. */
  async #first(repository: Repository, refs: readonly PushedRef[]): Promise<Attempt> {
    const outcome = await pushRefs(repository, this.#remote, refs, true, { limitMs: this.#limitMs });
    if (outcome.kind === 'answered') return attemptOf(refs, outcome);
    // In its own words, git says that the remote cannot do this; nothing was sent then.
    if (!outcome.said?.includes('--atomic')) throw this.#unreachable(outcome.said);
    const loose = await pushRefs(repository, this.#remote, refs, false, { limitMs: this.#limitMs });
    if (loose.kind === 'unknown') throw this.#unreachable(loose.said);
    const { answer, to } = attemptOf(refs, loose);
    return { to, answer: answer.kind === 'accepted' ? { kind: 'no-atomic' } : answer };
  }

  async #push(repository: Repository, refs: readonly PushedRef[]): Promise<Attempt> {
    return attemptOf(refs, await pushRefs(repository, this.#remote, refs, true, { limitMs: this.#limitMs }));
  }

  /** Starts a push which, once it has read what the remote has, waits until another one is through. */
  #late(repository: Repository, name: string, refs: readonly PushedRef[]) {
    const hooks = join(this.#folder, name);
    const [isRead, go] = [join(hooks, 'read'), join(this.#folder, 'go')];
    mkdirSync(hooks);
    const tries = Math.ceil((2 * this.#limitMs) / 50);
    const waiting = `n=0; while [ ! -e '${go}' ] && [ $n -lt ${tries} ]; do sleep 0.05; n=$((n + 1)); done`;
    writeFileSync(join(hooks, 'pre-push'), `#!/bin/sh\n: >'${isRead}'\n${waiting}\n`, { mode: 0o700 });
    let hasEnded = false;
    const pushed = pushRefs(repository, this.#remote, refs, true, { limitMs: 3 * this.#limitMs, hooks });
    const attempt = pushed
      .then((outcome) => attemptOf(refs, outcome))
      .finally(() => {
        hasEnded = true;
      });
    attempt.catch(() => undefined);
    return { attempt, hasRead: () => hasEnded || existsSync(isRead) };
  }

  async #bothHaveRead(late: readonly { readonly hasRead: () => boolean }[]): Promise<void> {
    const deadline = Date.now() + this.#limitMs;
    while (!late.every(({ hasRead }) => hasRead()) && Date.now() < deadline) await sleep(5);
  }

  /** Returns which of these refs the remote shows. */
  async #shown(repository: Repository, refs: readonly string[]): Promise<Map<string, Oid>> {
    return new Map((await this.#listed(repository)).filter(([ref]) => refs.includes(ref)));
  }

  /** Returns all refs of trials that the remote shows. */
  async #listed(repository: Repository): Promise<[string, Oid][]> {
    const args = ['ls-remote', '--refs', '--', this.#remote.name, trialPattern(this.#prefix)] as const;
    const result = await callRemote(repository, this.#remote, args, this.#limitMs);
    if (result === null || result.code !== 0) throw this.#unreachable(result === null ? null : lastWords(result));
    return String(result.stdout)
      .split('\n')
      .flatMap((line) => {
        const [name = '', ref = ''] = line.split('\t');
        const oid = parseOid(name);
        return oid === null ? [] : [[ref, oid] as [string, Oid]];
      });
  }

  /** Fetches what is shown to where it was never before. Returns what came. */
  async #fetched(repository: Repository, shown: ReadonlyMap<string, Oid>): Promise<Set<Oid>> {
    if (shown.size === 0) return new Set();
    const plainly = ['--quiet', '--no-tags', '--refmap=', '--no-write-fetch-head', '--no-recurse-submodules', '--'];
    const args = ['fetch', ...plainly, this.#remote.name, ...shown.keys()] as const;
    await callRemote(repository, this.#remote, args, this.#limitMs);
    const found = await readObjects(repository.git, [...shown.values()]);
    return new Set(found.flatMap((object) => (object?.type === 'tag' ? [object.oid as Oid] : [])));
  }

  /** Deletes what these attempts made, and what was left behind by trials that were interrupted. */
  async #cleaned(repository: Repository, attempts: readonly Attempt[]): Promise<Pick<Trials, 'deletion' | 'left'>> {
    const refs = new Set(attempts.flatMap(({ to: values }) => [...values.keys()]));
    const listed = (await this.#listed(repository)).filter(
      ([ref]) => refs.has(ref) || isLeftBehind(this.#prefix, ref, Date.now()),
    );
    // What it hides from who reads it shows to who pushes.
    const accepted = attempts.filter(({ answer }) => answer.kind === 'accepted');
    const there = listed.length > 0 ? listed : accepted.flatMap(({ to: values }) => [...values]);
    if (there.length === 0) return { deletion: { kind: 'accepted' }, left: [] };
    const going = Array.from(new Map(there), ([ref, oid]) => to(ref, oid, 'gone'));
    const outcome = await pushRefs(repository, this.#remote, going, false, { limitMs: this.#limitMs });
    const left = (await this.#shown(repository, [...refs])).keys();
    return { deletion: answerOf(going, outcome), left: [...left] };
  }

  #unreachable(said: string | null): ClaimError {
    return new ClaimError({ code: 'remote', kind: 'remote-untried', remote: this.#address, said });
  }
}

function to(ref: string, expected: Oid | null, value: Oid | 'gone'): PushedRef {
  return { ref, expected, to: value };
}

function attemptOf(refs: readonly PushedRef[], outcome: PushOutcome): Attempt {
  const values = refs.flatMap((one) => (one.to === 'gone' ? [] : [[one.ref, one.to] as const]));
  return { to: new Map(values), answer: answerOf(refs, outcome) };
}

/** No answer is none that one could rely on. */
function answerOf(refs: readonly PushedRef[], outcome: PushOutcome): Reply {
  const isWhole = outcome.kind === 'answered' && refs.every(({ ref }) => outcome.moved.has(ref));
  return isWhole ? { kind: 'accepted' } : { kind: 'refused', said: outcome.said };
}
