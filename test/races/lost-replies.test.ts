import { expect, onTestFinished, test } from 'vitest';
import { ClaimError } from '../../src/core/errors.ts';
import { openClaims } from '../../src/library/open.ts';
import { type Chance, chance } from '../support/chance.ts';
import { chaos } from '../support/remotes/chaos.ts';
import { proxyBefore } from '../support/remotes/proxy.ts';
import { breachesIn, historiesIn, holdersIn } from '../support/remotes/registry-audit.ts';
import { lackOf, serve } from '../support/remotes/transports.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox } from '../support/sandbox.ts';

/** GIT_CLAIM_TEST_OPERATIONS=20000 is the long run. */
const OPERATIONS = Number(process.env['GIT_CLAIM_TEST_OPERATIONS'] ?? 2_000);
const CLONES = 6;
const ORDERS = Array.from({ length: 14 }, (_, n) => `ORDER-${n + 1}`);
const FAULTY_PERCENT = 25;
/** Some orders are free at any time. */
const HELD_MAX = 2;

test.for(['git', 'http'] as const)(
  'requests and replies are lost, late, doubled and cut over %s: nobody holds what another one holds, and no claim is lost',
  { timeout: 120_000 + 300 * OPERATIONS },
  async (transport, { skip }) => {
    skip(lackOf(transport) !== null, lackOf(transport) ?? '');
    const luck = chance(`faults over ${transport}`);
    const server = createSandbox();
    const remotes = await serve(server, transport);
    onTestFinished(remotes.end);
    const bare = remotes.make('a.git');
    const proxy = await proxyBefore(remotes.port as number);
    onTestFinished(proxy.end);
    const board = new Board();
    const clones = await Promise.all(
      Array.from({ length: CLONES }, async (_, n) => {
        const clone = createSandbox();
        clone.git(['config', 'claim.remote', remotes.url('a.git', proxy.port)]);
        const { env, repo: cwd } = clone;
        const claims = await openClaims({ cwd, env, session: `session-${n}` });
        onTestFinished(claims.close);
        return { clone, actor: new Actor(claims, `session-${n}`, board) };
      }),
    );
    proxy.behave(chaos(luck, FAULTY_PERCENT));
    let left = OPERATIONS / 2;
    const startedMs = performance.now();
    await Promise.all(
      clones.map(async ({ actor }) => {
        while (left-- > 0) await actor.operate(luck);
      }),
    );
    console.log(
      `${OPERATIONS / 2} operations in ${Math.round((performance.now() - startedMs) / 1000)} s: ${board}; ${[...proxy.met].map(([what, times]) => `${what} ${times}`).join(', ')}`,
    );
    proxy.behave(() => ({ kind: 'none' }));
    await proxy.settled();
    for (const { actor } of clones) await actor.resolve();
    for (const { clone } of clones) expect(await runCli(clone, ['sync'])).toMatchObject({ code: 0 });
    const histories = historiesIn(bare, server.env);
    expect(board.breaches).toEqual([]);
    expect([...histories].flatMap(([order, links]) => breachesIn(order, links))).toEqual([]);
    expect(board.missingIn(histories)).toEqual([]);
    expect(board.holders).toEqual(holdersIn(histories));
    const refs = ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/claims'];
    const there = server.git(refs, bare);
    for (const { clone } of clones) expect(clone.git(refs)).toBe(there);
    for (const { clone } of clones) expect(clone.git(['for-each-ref']).match(/unsent/)).toBeNull();
  },
);

type Claims = Awaited<ReturnType<typeof openClaims>>;

/** Who holds which order as far as the answers say. */
class Board {
  readonly breaches: string[] = [];
  /** A session counts as holder from the answer to its claim until it asks to give the order back. */
  readonly #holders = new Map<string, Set<string>>();
  readonly #claimed: { readonly order: string; readonly session: string; readonly oid: string | null }[] = [];
  readonly #outcomes = new Map<string, number>();

  get free(): string[] {
    return ORDERS.filter((order) => this.#of(order).size === 0);
  }

  /** Every order that is held, with its holder. */
  get holders(): string[] {
    return ORDERS.flatMap((order) => [...this.#of(order)].map((session) => `${order} ${session}`)).sort();
  }

  heldBy(session: string): string[] {
    return ORDERS.filter((order) => this.#of(order).has(session));
  }

  claimed(order: string, session: string, oid: string | null): void {
    const others = [...this.#of(order)].filter((one) => one !== session);
    if (others.length > 0) this.breaches.push(`${order}: ${session} got what ${others.join(' and ')} held`);
    this.#of(order).add(session);
    this.#claimed.push({ order, session, oid });
  }

  letsGo(order: string, session: string): void {
    this.#of(order).delete(session);
  }

  count(outcome: string): void {
    this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
  }

  /** Returns the claims that were confirmed and are in no history. */
  missingIn(histories: ReturnType<typeof historiesIn>): unknown[] {
    return this.#claimed.filter(({ order, oid }) => !histories.get(order)?.some((link) => link.oid === oid));
  }

  toString(): string {
    return Array.from(this.#outcomes, ([outcome, times]) => `${outcome} ${times}`).join(', ');
  }

  #of(order: string): Set<string> {
    const known = this.#holders.get(order) ?? new Set();
    this.#holders.set(order, known);
    return known;
  }
}

/** One session, which repeats a command whose outcome nobody knew. */
class Actor {
  readonly session: string;
  readonly #claims: Claims;
  readonly #board: Board;
  #again: { readonly order: string; readonly isGiving: boolean } | null = null;

  constructor(claims: Claims, session: string, board: Board) {
    this.session = session;
    this.#claims = claims;
    this.#board = board;
  }

  async operate({ pick }: Chance): Promise<void> {
    const held = this.#board.heldBy(this.session);
    const isGiving = held.length >= HELD_MAX;
    // Mostly one that seems to be free: a refusal from what is known here asks nobody.
    const order = () => pick(isGiving ? held : pick([ORDERS, this.#board.free, this.#board.free]));
    await this.#run(this.#again ?? { order: order(), isGiving });
  }

  /** Repeats what nobody knew the outcome of. */
  async resolve(): Promise<void> {
    if (this.#again !== null) await this.#run(this.#again);
    expect(this.#again).toBeNull();
  }

  async #run(operation: { readonly order: string; readonly isGiving: boolean }): Promise<void> {
    const { order, isGiving } = operation;
    this.#again = null;
    if (isGiving) this.#board.letsGo(order, this.session);
    try {
      const outcome = isGiving ? await this.#claims.release(order) : await this.#claims.claim(order, { worktree: false });
      this.#board.count(outcome.kind === 'refused' ? `refused ${outcome.code}` : outcome.kind);
      if (outcome.kind === 'claimed') for (const { view } of outcome.claims) this.#board.claimed(order, this.session, view.oid);
    } catch (error) {
      if (!(error instanceof ClaimError) || error.code !== 'remote') throw error;
      this.#board.count(error.failure.kind);
      this.#again = operation;
    }
  }
}
