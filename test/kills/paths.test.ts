import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { inParallel, locksIn, runAs, untilQuiet } from '../support/sessions.ts';

type Story = {
  readonly name: string;
  readonly before: readonly (readonly string[])[];
  readonly args: readonly string[];
  /** `<ref> <its Path trailers>` of every claim, once it is done. */
  readonly after: readonly string[];
};

const STORIES: readonly Story[] = [
  { name: 'path', before: [], args: ['path', 'src', 'docs'], after: ['claim-paths/docs docs', 'claim-paths/src src'] },
  {
    name: 'claim --path',
    before: [],
    args: ['ORDER-1', '--no-worktree', '--path', 'src'],
    after: ['claim-paths/src src', 'claims/ORDER-1 src'],
  },
  {
    name: 'a wider path',
    before: [['ORDER-1', '--no-worktree', '--path', 'src/a', '--path', 'src/b']],
    args: ['path', 'src'],
    after: ['claim-paths/src src', 'claims/ORDER-1 src'],
  },
  {
    name: 'path --release',
    before: [['ORDER-1', '--no-worktree', '--path', 'src', '--path', 'docs']],
    args: ['path', '--release', 'src'],
    after: ['claim-paths/docs docs', 'claims/ORDER-1 docs'],
  },
  {
    name: 'release',
    before: [['ORDER-1', '--no-worktree', '--path', 'src', '--path', 'docs']],
    args: ['release', 'ORDER-1'],
    after: ['claims/ORDER-1'],
  },
];

/** What a path claim adds to the steps of other commands: the rest is killed there. */
const OWN_STEPS = /git (?:unpack-objects|update-ref)|sql beat|file binding/;

test.for(STORIES)('$name: a kill -9 at any of its own labels is mended by the same command', async ({ before, args, after }) => {
  const prepared = async (): Promise<Sandbox> => {
    const sandbox = createSandbox();
    for (const words of before) expect(await runAs(sandbox, 'alice', words)).toMatchObject({ code: 0 });
    return sandbox;
  };
  const traced = await prepared();
  const file = join(traced.dir, 'steps');
  expect(await runAs(traced, 'alice', args, { env: { GIT_CLAIM_TRACE_STEPS: file } })).toMatchObject({ code: 0 });
  expect(claims(traced)).toEqual(after);
  const steps = readFileSync(file, 'utf8').trimEnd().split('\n');
  const points = steps
    .map((step, at) => `${step}#${steps.slice(0, at + 1).filter((one) => one === step).length}`)
    .filter((point) => OWN_STEPS.test(point));
  const complaints = await inParallel(points, 2, async (point) => {
    const sandbox = await prepared();
    const killed = await runAs(sandbox, 'alice', args, { env: { GIT_CLAIM_CRASH_AT: point } });
    await untilQuiet(sandbox);
    // Whatever was left, nobody else gets in between.
    const again = await runAs(sandbox, 'alice', args);
    const found = {
      signal: killed.signal,
      code: again.code,
      stderr: again.stderr,
      claims: claims(sandbox),
      locks: locksIn(sandbox),
    };
    const expected = { signal: 'SIGKILL', code: 0, stderr: '', claims: after, locks: [] };
    return JSON.stringify(found) === JSON.stringify(expected) ? [] : [`${point}: ${JSON.stringify(found)}`];
  });
  console.log(`killed at ${points.length} labels`);
  expect(complaints.flat()).toEqual([]);
  expect(points.length).toBeGreaterThan(3);
});

function claims(sandbox: Sandbox): string[] {
  const format = '--format=%(refname:lstrip=1) %(contents:trailers:key=Path,valueonly,separator= )';
  const rows = sandbox.git(['for-each-ref', format, 'refs/claims', 'refs/claim-paths']);
  // In the order of an order's own trailers, which is that of their names.
  return rows === '' ? [] : rows.split('\n').map((row) => row.trimEnd());
}
