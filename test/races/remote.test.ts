import { expect, onTestFinished, test } from 'vitest';
import { type Machine, machine } from '../support/remotes/machine.ts';
import { lackOf, serve, TRANSPORTS } from '../support/remotes/transports.ts';
import { createSandbox } from '../support/sandbox.ts';

const MACHINES = 20;
/** GIT_CLAIM_TEST_ROUNDS=30 is the long run. */
const ROUNDS = Number(process.env['GIT_CLAIM_TEST_ROUNDS'] ?? 1);

test.for(TRANSPORTS.filter((name) => name !== 'file'))(
  `${MACHINES} machines claim one order at once over %s: one gets it, and the others hear who and where`,
  { timeout: 120_000 * (1 + ROUNDS) },
  async (transport, { skip }) => {
    skip(lackOf(transport) !== null, lackOf(transport) ?? '');
    const server = createSandbox();
    const remotes = await serve(server, transport);
    onTestFinished(remotes.end);
    const bare = remotes.make('claims.git');
    const machines = await Promise.all(
      Array.from({ length: MACHINES }, async (_, n) => {
        const one = await machine(`box-${n}`);
        onTestFinished(one.end);
        remotes.admit(one);
        one.git(['config', 'claim.remote', remotes.url('claims.git')]);
        return one;
      }),
    );
    for (let round = 1; round <= ROUNDS; round += 1) {
      const order = `ORDER-${round}`;
      const ended = await Promise.all(machines.map((one, n) => one.run(`racer-${n}`, ['--no-worktree', order])));
      const winners = ended.flatMap(({ code }, n) => (code === 0 ? [n] : []));
      expect(ended.filter(({ code }) => code !== 0 && code !== 3)).toEqual([]);
      expect(winners.length).toBe(1);
      const [winner] = winners as [number];
      const record = server.git(['cat-file', '-p', `refs/claims/${order}`], bare);
      expect(record).toMatch(new RegExp(`^Session: racer-${winner}$`, 'm'));
      expect(record).toMatch(new RegExp(`^Host: box-${winner}$`, 'm'));
      const losers = ended.filter((_, n) => n !== winner);
      const told = new RegExp(`${order} is held by racer-${winner}\\b[\\s\\S]*\\bbox-${winner}\\b`);
      expect(losers.filter(({ stderr }) => !told.test(stderr))).toEqual([]);
      expect(machines.map((one) => tipOf(one, order))).toEqual(
        machines.map(() => server.git(['rev-parse', `refs/claims/${order}`], bare)),
      );
    }
  },
);

/** Returns the record that a machine has of an order. */
function tipOf({ git }: Machine, order: string): string {
  return git(['rev-parse', `refs/claims/${order}`]);
}
