import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Command, complaintsAfterKill, prepare } from '../support/after-kill.ts';
import { type Clones, clones } from '../support/remotes/clones.ts';
import { inParallel, processesOf, runAs } from '../support/sessions.ts';

const ORDER = 'ORDER-1';
const CLAIM = ['alice', '--no-worktree', ORDER] as const;

const COMMANDS: readonly Command[] = [
  command('claim', [], ['--no-worktree', ORDER], {}),
  command('release', [CLAIM], ['release', ORDER], { state: 'released' }),
  command('complete', [CLAIM], ['complete', ORDER], { state: 'completed' }),
  command('hand', [CLAIM, ['bob', 'status']], ['hand', ORDER, '--to', 'bob'], { holder: 'bob' }),
  command('push', [['alice', ORDER]], ['push', ORDER], { hasTree: true }),
  command('complete --push', [['alice', ORDER]], ['complete', '--push', ORDER], { hasTree: true, state: 'completed' }),
  command('sync', [['alice', '--no-worktree', ORDER, '--offline']], ['sync'], {}),
];

function command(name: string, before: Command['before'], args: readonly string[], rest: Partial<Command>): Command {
  return { name, before, session: 'alice', args, holder: 'alice', state: 'active', hasTree: false, ...rest };
}

/** Labels so near to one that concerns the remote are tried. What comes earlier is the same without a remote. */
const NEAR = 3;

test.for(COMMANDS)(
  '$name: a kill -9 around each push, fetch and local transaction is repaired by the same command',
  async (it) => {
    const traced = await prepared(it);
    const trace = join(traced.here.dir, 'steps');
    expect(await runAs(traced.here, it.session, it.args, { env: { GIT_CLAIM_TRACE_STEPS: trace } })).toMatchObject({ code: 0 });
    const steps = readFileSync(trace, 'utf8').trimEnd().split('\n');
    const ofRemote = steps.flatMap((step, at) => (/git (?:push|fetch|update-ref)|file fetched/.test(step) ? [at] : []));
    // What these do besides, others are killed at.
    const near = /push|complete/.test(it.name) ? 1 : NEAR;
    const points = steps.flatMap((step, at) => {
      if (!ofRemote.some((one) => Math.abs(one - at) <= near)) return [];
      return [`${step}#${steps.slice(0, at + 1).filter((one) => one === step).length}`];
    });
    const complaints = await inParallel(points, 2, async (point) => {
      const two = await prepared(it);
      const killed = await runAs(two.here, it.session, it.args, { env: { GIT_CLAIM_CRASH_AT: point } });
      const found = killed.signal === 'SIGKILL' ? await complaintsAfterKill(two.here, it) : [`ended by itself: ${killed.stderr}`];
      const published = it.name.includes('push') ? unpublished(two) : [];
      return [...found, ...(await differences(two)), ...published, ...processesOf(two.here)].map(
        (complaint) => `${point}: ${complaint}`,
      );
    });
    console.log(`${it.name}: killed at ${points.length} labels`);
    expect(points.length).toBeGreaterThan(4);
    expect(complaints.flat()).toEqual([]);
  },
);

async function prepared(it: Command): Promise<Clones> {
  const two = clones();
  await prepare(two.here, it);
  return two;
}

function unpublished({ hub, here: { git } }: Clones): string[] {
  const [there, here] = [
    git(['--git-dir', hub, 'for-each-ref', '--format=%(objectname)', 'refs/heads/order-1']),
    git(['rev-parse', 'order-1']),
  ];
  return there === here ? [] : [`the branch is at ${there}, not ${here}`];
}

/** Returns where what the remote has, what was seen of it and what is here and there is not the same. */
async function differences({ hub, here, there }: Clones): Promise<string[]> {
  for (const sandbox of [here, there]) await runAs(sandbox, 'carol', ['sync']);
  const on = (git: typeof here.git, pattern: string, ...args: string[]) =>
    git([...args, 'for-each-ref', '--format=%(objectname) %(refname:lstrip=-1)', pattern]);
  const expected = on(here.git, 'refs/claims', '--git-dir', hub);
  const places = [here, there].flatMap(({ git }, at) =>
    ['refs/claims', 'refs/claims-remote/origin/orders'].map(
      (pattern) => [`${pattern} of clone ${at}`, on(git, pattern)] as const,
    ),
  );
  const unsent = [here, there].map(
    ({ git }, at) => [`unsent of clone ${at}`, on(git, 'refs/claims-remote/origin/unsent')] as const,
  );
  return [
    ...places.flatMap(([place, found]) => (found === expected ? [] : [`${place}: ${found}, not ${expected}`])),
    ...unsent.flatMap(([place, found]) => (found === '' ? [] : [`${place}: ${found}`])),
  ];
}
