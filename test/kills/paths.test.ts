import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { inParallel, locksIn, runAs, untilQuiet } from '../support/sessions.ts';

type Story = {
  readonly name: string;
  readonly before: readonly (readonly string[])[];
  readonly args: readonly string[];
  /** `<ref> <its Path trailers>` of every claim, when all is done. */
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

/** The steps that a path claim adds to other commands; the other steps are killed in the tests of those commands. */
const OWN_STEPS = /file objects|git update-ref|sql beat|file binding/;

test.for(STORIES)('$name: a kill -9 at any of its own labels is repaired by the same command', async (story) => {
  const points = await pointsOf(story);
  const complaints = await inParallel(points, 2, async (point) => {
    const { sandbox, signal } = await killedAt(story, point);
    // Whatever was left behind, nobody else gets in between.
    const again = await runAs(sandbox, 'alice', story.args);
    const found = { signal, code: again.code, stderr: again.stderr, claims: claims(sandbox), locks: locksIn(sandbox) };
    const expected = { signal: 'SIGKILL', code: 0, stderr: '', claims: story.after, locks: [] };
    return JSON.stringify(found) === JSON.stringify(expected) ? [] : [`${point}: ${JSON.stringify(found)}`];
  });
  console.log(`killed at ${points.length} labels`);
  expect(complaints.flat()).toEqual([]);
  expect(points.length).toBeGreaterThan(3);
});

test('a wider path: whoever comes after a kill -9 at any label finds what its session had, and gets none of it', async () => {
  const story = STORIES.find(({ name }) => name === 'a wider path') as Story;
  const all = await pointsOf(story, /./);
  const isWrite = (point: string) => /file objects|git update-ref/.test(point);
  // Everything between the first write and the last, including questions asked while git holds its locks.
  const points = all.slice(all.findIndex(isWrite), all.findLastIndex(isWrite) + 1);
  const ends: Record<string, number> = {};
  const complaints = await inParallel(points, 2, async (point, at) => {
    const { sandbox } = await killedAt(story, point);
    const isHalf = guards(sandbox) !== '';
    const said: string[] = [];
    const look = async () => {
      for (const [session, verb] of [
        ['carol', 'paths'],
        ['alice', 'status'],
      ] as const) {
        const { stdout } = await runAs(sandbox, session, [verb, '--json']);
        const { paths, warnings } = JSON.parse(stdout) as Listing;
        said.push([...paths.map(({ path, session, order }) => `${path} ${session} ${order}`), ...warnings].join(', '));
      }
    };
    const grab = async () => {
      for (const path of ['src/a', 'src']) said.push(`bob on ${path}: ${(await runAs(sandbox, 'bob', ['path', path])).code}`);
    };
    for (const first of at % 2 === 0 ? [look, grab] : [grab, look]) await first();
    const { code } = await runAs(sandbox, 'bob', ['path', 'src/c']);
    const isWide = code === 5;
    const had = isWide ? 'src alice ORDER-1' : 'src/a alice ORDER-1, src/b alice ORDER-1';
    const seen = [had, had];
    const refused = ['bob on src/a: 5', 'bob on src: 5'];
    const after = isWide
      ? ['claim-paths/src src', 'claims/ORDER-1 src']
      : ['claim-paths/src/a src/a', 'claim-paths/src/b src/b', 'claim-paths/src/c src/c', 'claims/ORDER-1 src/a src/b'];
    const end = isHalf ? 'half done, then wide' : isWide ? 'wide' : 'as before';
    ends[end] = (ends[end] ?? 0) + 1;
    const found = [said, claims(sandbox), locksIn(sandbox), guards(sandbox), isHalf && !isWide];
    const expected = [at % 2 === 0 ? [...seen, ...refused] : [...refused, ...seen], after, [], '', false];
    return JSON.stringify(found) === JSON.stringify(expected) ? [] : [`${point}: ${JSON.stringify(found)}`];
  });
  console.log(`killed at ${points.length} labels: ${JSON.stringify(ends)}`);
  expect(complaints.flat()).toEqual([]);
  expect(Object.keys(ends).sort()).toEqual(['as before', 'half done, then wide', 'wide']);
});

type Listing = { paths: { path: string; session: string; order: string }[]; warnings: unknown[] };

async function prepared({ before }: Story): Promise<Sandbox> {
  const sandbox = createSandbox();
  for (const words of before) expect(await runAs(sandbox, 'alice', words)).toMatchObject({ code: 0 });
  return sandbox;
}

/** Runs the story once, and returns the labels it passed. */
async function pointsOf(story: Story, labels: RegExp = OWN_STEPS): Promise<string[]> {
  const traced = await prepared(story);
  const file = join(traced.dir, 'steps');
  expect(await runAs(traced, 'alice', story.args, { env: { GIT_CLAIM_TRACE_STEPS: file } })).toMatchObject({ code: 0 });
  expect(claims(traced)).toEqual(story.after);
  const steps = readFileSync(file, 'utf8').trimEnd().split('\n');
  const points = steps.map((step, at) => `${step}#${steps.slice(0, at + 1).filter((one) => one === step).length}`);
  return points.filter((point) => labels.test(point));
}

async function killedAt(story: Story, point: string): Promise<{ sandbox: Sandbox; signal: string | null }> {
  const sandbox = await prepared(story);
  const { signal } = await runAs(sandbox, 'alice', story.args, { env: { GIT_CLAIM_CRASH_AT: point } });
  await untilQuiet(sandbox);
  return { sandbox, signal };
}

function guards(sandbox: Sandbox): string {
  return sandbox.git(['for-each-ref', 'refs/claim-paths.guard']);
}

function claims(sandbox: Sandbox): string[] {
  const format = '--format=%(refname:lstrip=1) %(contents:trailers:key=Path,valueonly,separator= )';
  const rows = sandbox.git(['for-each-ref', format, 'refs/claims', 'refs/claim-paths']);
  // Sorted by name, as in an order's own trailers.
  return rows === '' ? [] : rows.split('\n').map((row) => row.trimEnd());
}
