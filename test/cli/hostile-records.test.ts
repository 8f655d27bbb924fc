import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contentsOf, controlIn } from '../support/gently.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

const ALICE = { GIT_CLAIM_SESSION: 'alice' };
const BOB = { GIT_CLAIM_SESSION: 'bob' };
const ESCAPES = '\x1b[2J\x1b]0;title\x07\u009b31m\u202egnp.exe\u200b\r\x08';

const FIELDS: Readonly<Record<string, string>> = {
  'Git-Claim': '1',
  Order: 'ORDER-1',
  Action: 'claim',
  State: 'active',
  Generation: '4',
  Nonce: '0a'.repeat(16),
  Session: 'alice',
  'Session-Key': 'alice',
  Host: 'elsewhere',
  Lease: 'beat=60 stale=180 expire=300 grace=60',
  'Claimed-At': '2026-01-02T03:04:05Z',
  'Recorded-At': '2026-01-02T03:04:05Z',
};

/** A record written with plain git, as anybody can; null fields are left out. */
function record(changes: Readonly<Record<string, string | null>> = {}, target?: { oid: string; type: string }) {
  return (sandbox: Sandbox) => {
    const fields = Object.entries({ ...FIELDS, ...changes }).filter(([, value]) => value !== null);
    const { oid, type } = target ?? { oid: sandbox.git(['hash-object', '-w', '--stdin']), type: 'blob' };
    const header = `object ${oid}\ntype ${type}\ntag claims/ORDER-1\ntagger Eve <eve@example.com> 1767323045 +0000\n`;
    return tag(sandbox, `${header}\nclaim ORDER-1 by alice\n\n${fields.map(([key, value]) => `${key}: ${value}`).join('\n')}\n`);
  };
}

function tag(sandbox: Sandbox, body: string): string {
  const file = join(sandbox.dir, 'tag');
  writeFileSync(file, body);
  return sandbox.git(['hash-object', '-t', 'tag', '-w', '--literally', file]);
}

type Plant = (sandbox: Sandbox) => string;
const ref = (sandbox: Sandbox) => join(sandbox.repo, '.git/refs/claims/ORDER-1');
const head: Plant = (sandbox) => sandbox.git(['rev-parse', 'HEAD']);
const to =
  (plant: Plant): ((sandbox: Sandbox) => void) =>
  (sandbox) =>
    writeFileSync(ref(sandbox), `${plant(sandbox)}\n`);

const FOREIGN: [string, (sandbox: Sandbox) => void][] = [
  ['a commit', to(head)],
  ['a tree', to((sandbox) => sandbox.git(['rev-parse', 'HEAD^{tree}']))],
  ['a blob', to((sandbox) => sandbox.git(['hash-object', '-w', '--stdin']))],
  [
    'a plain tag of a commit',
    (sandbox) => {
      sandbox.git(['tag', '-a', '-m', 'v1', 'v1']);
      sandbox.git(['update-ref', 'refs/claims/ORDER-1', 'refs/tags/v1']);
    },
  ],
  ['a record on a commit', (sandbox) => to(record({}, { oid: head(sandbox), type: 'commit' }))(sandbox)],
  ['a tag of ten megabytes', to((sandbox) => record({ Host: 'x'.repeat(10_000_000) })(sandbox))],
  ['half a tag', to((sandbox) => tag(sandbox, `object ${head(sandbox)}\ntype com`))],
  ['an empty tag', to((sandbox) => tag(sandbox, ''))],
  ['a newer schema', to(record({ 'Git-Claim': '2' }))],
  ['no schema', to(record({ 'Git-Claim': null }))],
  ['the record of another order', to(record({ Order: 'ORDER-2' }))],
  ['an order in small letters', to(record({ Order: 'order-1' }))],
  // The table of test/core/claim/trailers.test.ts has every other field and value.
  ['no State', to(record({ State: null }))],
  ['a generation of zero', to(record({ Generation: '0' }))],
  ['an anchor of escape sequences', to(record({ Anchor: `1@${ESCAPES}/1` }))],
  ['a worktree with a NUL in its path', to(record({ Worktree: '../%00' }))],
  ['a symbolic ref to another claim', (sandbox) => sandbox.git(['symbolic-ref', 'refs/claims/ORDER-1', 'refs/claims/ORDER-9'])],
  ['a symbolic ref to a branch', (sandbox) => sandbox.git(['symbolic-ref', 'refs/claims/ORDER-1', 'refs/heads/main'])],
  ['a folder of refs', (sandbox) => sandbox.git(['update-ref', 'refs/claims/ORDER-1/x', 'HEAD'])],
];

const UNREADABLE: [string, (sandbox: Sandbox) => void][] = [
  ['a symbolic ref that leads nowhere', (sandbox) => sandbox.git(['symbolic-ref', 'refs/claims/ORDER-1', 'refs/heads/none'])],
  ['a symbolic ref to itself', (sandbox) => writeFileSync(ref(sandbox), 'ref: refs/claims/ORDER-1\n')],
  ['a symbolic link that leads nowhere', (sandbox) => symlinkSync('nowhere', ref(sandbox))],
  ['an empty ref file', (sandbox) => writeFileSync(ref(sandbox), '')],
  ['a ref file of garbage', (sandbox) => writeFileSync(ref(sandbox), ESCAPES)],
  ['a ref of zeros', (sandbox) => writeFileSync(ref(sandbox), `${'0'.repeat(40)}\n`)],
  ['a ref to a missing object', (sandbox) => writeFileSync(ref(sandbox), `${'12'.repeat(20)}\n`)],
  [
    'a ref to a broken object',
    (sandbox) => {
      const oid = record()(sandbox);
      writeFileSync(ref(sandbox), `${oid}\n`);
      const object = join(sandbox.repo, '.git/objects', oid.slice(0, 2), oid.slice(2));
      rmSync(object);
      writeFileSync(object, 'garbage');
    },
  ],
];

const COMMANDS: readonly (readonly string[])[] = [
  ['ORDER-1'],
  ['--no-worktree', 'ORDER-1'],
  ['--reopen', '--no-worktree', 'ORDER-1'],
  ['--no-worktree', 'ORDER-5', 'ORDER-1'],
  ['log', 'ORDER-1'],
  ...['renew', 'release', 'complete', 'abandon', 'unblock'].map((name) => [name, 'ORDER-1']),
  ['block', 'ORDER-1', '--reason', 'x'],
  ['hand', 'ORDER-1', '--to', 'bob'],
  ['worktree', 'add', 'ORDER-1'],
  ['worktree', 'remove', 'ORDER-1'],
];

/**
 * The reading commands and a claim for every ref, and all commands for one ref of each kind, as the same code decides for all.
 */
const FEW = COMMANDS.filter(([word]) => ['--no-worktree', 'log', 'release'].includes(word as string));

async function hostileSandbox(plant: (sandbox: Sandbox) => void): Promise<Sandbox> {
  const sandbox = createSandbox();
  await runCli(sandbox, ['--no-worktree', 'ORDER-9'], { env: BOB });
  mkdirSync(join(sandbox.repo, '.git/refs/claims'), { recursive: true });
  plant(sandbox);
  return sandbox;
}

async function expectLeftAlone(sandbox: Sandbox, code: 'foreign' | 'unknown', commands: typeof COMMANDS): Promise<void> {
  const before = contentsOf(join(sandbox.repo, '.git'));
  for (const command of commands) {
    const refused = await runCli(sandbox, [...command, '--json'], { env: ALICE });
    expect([command, refused.stdout, refused.code]).toEqual([command, expect.stringContaining(`"code":"${code}"`), 8]);
    expect(controlIn(refused)).toBeNull();
  }
  for (const command of ['list', 'status', 'log']) {
    const shown = await runCli(sandbox, [command], { env: ALICE });
    expect([command, shown.code, controlIn(shown)]).toEqual([command, 0, null]);
    expect(shown.stdout, 'one bad ref hides no other').toContain('ORDER-9');
    if (command !== 'log') expect(shown.stdout).toMatch(/ORDER-1 +- +foreign/);
  }
  const status = await runCli(sandbox, ['status', 'ORDER-1'], { env: ALICE });
  expect([status.code, controlIn(status), status.stdout]).toEqual([
    0,
    null,
    expect.stringContaining('ORDER-1 is foreign or cannot be read: '),
  ]);
  const after = contentsOf(join(sandbox.repo, '.git'));
  for (const path of Object.keys(after).filter((name) => /^objects\/../.test(name) && !(name in before))) delete after[path];
  expect(after, 'no ref was changed').toEqual(before);
}

test.each(FOREIGN)('%s at a claim ref is foreign: never free, never changed', async (_, plant) => {
  await expectLeftAlone(await hostileSandbox(plant), 'foreign', FEW);
});

test.each(UNREADABLE)('%s is unknown: never free, never changed', async (name, plant) => {
  const code = name.includes('symbolic ref') ? 'foreign' : 'unknown';
  await expectLeftAlone(await hostileSandbox(plant), code, FEW);
});

test.each([
  ['foreign', FOREIGN[0]],
  ['foreign', FOREIGN.at(-1)],
  ['unknown', UNREADABLE.at(-2)],
] as const)('every command refuses a %s ref (%#)', async (code, planted) => {
  await expectLeftAlone(await hostileSandbox((planted as (typeof FOREIGN)[number])[1]), code, COMMANDS);
});

test('a packed-refs file that git cannot read hides every claim, and nothing is taken for free', async () => {
  const sandbox = await hostileSandbox((where) => writeFileSync(join(where.repo, '.git/packed-refs'), 'garbage\n'));
  const results = await Promise.all([...FEW, ['list'], ['status'], ['log']].map((args) => runCli(sandbox, args, { env: ALICE })));
  expect(results.map(({ code }) => code)).toEqual(results.map(() => 8));
  expect(results.map(controlIn)).toEqual(results.map(() => null));
});

test('refs whose names are no orders are named and left alone', async () => {
  const sandbox = await hostileSandbox((where) => {
    where.git(['update-ref', 'refs/claims/order-1', 'HEAD']);
    where.git(['update-ref', 'refs/claims/team/ORDER-1', 'HEAD']);
    where.git(['update-ref', 'refs/claims/ORDÉR-1', 'HEAD']);
  });
  const { code, stdout, stderr } = await runCli(sandbox, ['list'], { env: ALICE });
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('ORDER-9') });
  for (const name of ['order-1', 'team/ORDER-1', 'ORDÉR-1']) {
    expect(stderr).toContain(`warning: refs/claims/${name} is ignored: not a valid claim name`);
  }
});

test('a branch or a tag of the same long name is not mistaken for the claim', async () => {
  const sandbox = await hostileSandbox((where) => {
    where.git(['update-ref', 'refs/heads/refs/claims/ORDER-1', 'HEAD']);
    where.git(['update-ref', 'refs/tags/refs/claims/ORDER-1', record()(where)]);
  });
  const status = await runCli(sandbox, ['status', 'ORDER-1'], { env: ALICE });
  const claim = await runCli(sandbox, ['--no-worktree', 'ORDER-1'], { env: ALICE });
  expect([status.stdout.split('\n')[0], claim.code]).toEqual(['ORDER-1 is free: nobody ever claimed it', 0]);
  expect((await runCli(sandbox, ['release', 'ORDER-1'], { env: ALICE })).code).toBe(0);
});

test('a record that is in order but for what its texts do to a terminal is shown in plain text', async () => {
  const texts = ['Agent', 'Host', 'Boot', 'Branch', 'Claimed-At', 'Recorded-At', 'Linear'];
  const worktree = { Worktree: encodeURIComponent(`../${ESCAPES}`) };
  const evil = record({
    ...Object.fromEntries(texts.map((field) => [field, `x${ESCAPES}`])),
    ...worktree,
    'Session-Key': 'eve',
    Session: 'eve',
  });
  const sandbox = await hostileSandbox(to(evil));
  for (const command of [
    ['list'],
    ['status'],
    ['status', 'ORDER-1'],
    ['log'],
    ['ORDER-1'],
    ['release', 'ORDER-1'],
    ['worktree'],
  ]) {
    for (const json of [[], ['--json']]) {
      const result = await runCli(sandbox, [...command, ...json], { env: ALICE });
      expect([command, controlIn(result), result.code === 1]).toEqual([command, null, false]);
    }
  }
});

test('a record that names a tree of another repository does not make its holder write there', async () => {
  const other = createSandbox();
  other.git(['worktree', 'add', '-q', '-b', 'order-1', join(other.dir, 'tree')]);
  const before = contentsOf(join(other.repo, '.git'));
  const sandbox = await hostileSandbox((where) => {
    where.git(['branch', 'order-1']);
    to(record({ Worktree: join(other.dir, 'tree'), Branch: 'order-1', Base: head(where) }))(where);
  });
  for (const command of [['renew', 'ORDER-1'], ['block', 'ORDER-1', '--reason', 'x'], ['release', 'ORDER-1'], ['ORDER-1']]) {
    await runCli(sandbox, command, { env: ALICE });
  }
  expect(contentsOf(join(other.repo, '.git'))).toEqual(before);
});
