import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Action, ClaimRecord } from '../../src/core/claim/record.ts';
import type { OrderId } from '../../src/core/ids.ts';
import { holderNamed, recordOf } from '../support/claims.ts';
import { type GuardedHub, guardedHub, type Pushed } from '../support/guarded-hub.ts';
import { pathRecordOf } from '../support/paths.ts';
import { programIn } from '../support/remotes/server.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, PACKAGE, type Sandbox } from '../support/sandbox.ts';

const SINCE = 'since 2026-11-21T14:00:00Z';
const AGAIN = 'run `git claim sync` and repeat the command';
const ADA = holderNamed('ada');
const BOB = holderNamed('bob');
const ONE = 'refs/claims/ORDER-1';
const TWO = 'refs/claims/ORDER-2';
const BRANCH = 'refs/heads/order-1';
const CLONE = 'b'.repeat(32);
const BEAT = `refs/claims-beat/${CLONE}`;

const of = (order: string, changes: Partial<ClaimRecord> = {}) => recordOf({ order: order as OrderId, holder: ADA, ...changes });
const one = (action: Action, changes: Partial<ClaimRecord> = {}) => of('ORDER-1', { action, branch: 'order-1', ...changes });

/** A clone's sign of life. */
function beat({ git }: GuardedHub, count: number, clone = CLONE): string {
  const trailers = `Claim-Beat: ${count}\nClone: ${clone}\nNonce: ${'0'.repeat(31)}${count}\nVouches: ${'a'.repeat(20)}\n`;
  const header = `object ${git(['hash-object', '-t', 'tree', '-w', '--stdin'])}\ntype tree\ntag claims-beat/${clone}`;
  return git(['hash-object', '-t', 'tag', '-w', '--stdin'], `${header}\ntagger a <a@b> 1 +0000\n\nbeat ${count}\n\n${trailers}`);
}

/** Ada holds ORDER-1, with a branch and a path, in two records; bob holds ORDER-2, and a path of its own. */
function filled(hub: GuardedHub) {
  const { order, path, git } = hub;
  const main = git(['commit-tree', '-m', 'one', git(['hash-object', '-t', 'tree', '-w', '--stdin'])]);
  const work = git(['commit-tree', '-m', 'two', '-p', main, `${main}^{tree}`]);
  const first = order(one('claim', { paths: ['src/a' as never] }));
  const claim = order(one('renew', { paths: ['src/a' as never] }), first);
  const bobs = order(of('ORDER-2', { holder: BOB, branch: 'order-2' }));
  const owned = path(pathRecordOf('src/a', { holder: ADA, order: 'ORDER-1' as OrderId }));
  const apart = path(pathRecordOf('docs', { holder: BOB }));
  const said = hub.push({
    ...{ 'refs/heads/main': main, [BRANCH]: main, [ONE]: claim, [TWO]: bobs },
    ...{ 'refs/claim-paths/src/a': owned, 'refs/claim-paths/docs': apart, [BEAT]: beat(hub, 2) },
  });
  expect(said).toBeNull();
  return { main, work, first, claim, bobs, owned, apart };
}

type Filled = ReturnType<typeof filled>;

let sandbox: Sandbox;
let hub: GuardedHub;
let there: Filled;

beforeAll(() => {
  sandbox = createSandbox();
  hub = guardedHub(sandbox);
  there = filled(hub);
  sandbox.git(['symbolic-ref', 'refs/heads/alias', BRANCH], hub.dir);
  sandbox.git(['symbolic-ref', 'refs/heads/way-in', ONE], hub.dir);
  sandbox.git(['symbolic-ref', 'refs/claims/ORDER-9', 'refs/heads/main'], hub.dir);
});

const ALONE = `refs/heads/order-1 moves only together with its claim: ORDER-1 is held by ada ${SINCE}; its holder runs \`git claim push ORDER-1\``;
const UNBUILT = `refs/claims/ORDER-1 moves only to records built on the one that is here; ORDER-1 is held by ada ${SINCE}; ${AGAIN}`;
const FOREIGN = 'refs/claims/ORDER-1 takes only records of git-claim, of versions that this server knows';
const illegal = (step: string) =>
  `refs/claims/ORDER-1 was sent ${step}, which no git-claim does; ORDER-1 is held by ada ${SINCE}; ${AGAIN}`;

/** A change of a record's bytes that no git-claim makes. */
function edited(from: string, edit: (body: string) => string): string {
  return hub.git(['hash-object', '-t', 'tag', '-w', '--literally', '--stdin'], edit(hub.git(['cat-file', 'tag', from])));
}
const renewed = () => hub.order(one('renew'), there.claim);

const ATTACKS: { what: string; pushed: () => Pushed; said: string }[] = [
  { what: 'a branch without its claim', pushed: () => ({ [BRANCH]: there.work }), said: ALONE },
  { what: 'the end of a branch without its claim', pushed: () => ({ [BRANCH]: null }), said: ALONE },
  {
    what: 'a branch beside the claim of another order',
    pushed: () => ({ [BRANCH]: there.work, [TWO]: hub.order(of('ORDER-2', { holder: BOB, action: 'renew' }), there.bobs) }),
    said: ALONE,
  },
  {
    what: 'a branch beside a challenge to its claim',
    pushed: () => ({
      [BRANCH]: there.work,
      [ONE]: hub.order(one('challenge', { challenge: { by: BOB.key, nonce: 'a'.repeat(32) } }), there.claim),
    }),
    said: ALONE,
  },
  {
    what: 'a branch beside a take of its claim',
    pushed: () => ({ [BRANCH]: there.work, [ONE]: hub.order(one('take', { holder: BOB, generation: 2 }), there.claim) }),
    said: ALONE,
  },
  { what: 'a branch under another name', pushed: () => ({ 'refs/heads/alias': there.work }), said: ALONE },
  {
    what: 'a branch that is a claim under another name',
    pushed: () => ({ 'refs/heads/way-in': there.work }),
    said: 'refs/heads/way-in leads to a claim, which moves under its own name',
  },
  {
    what: 'a claim that is a branch under another name',
    pushed: () => ({ 'refs/claims/ORDER-9': there.work }),
    said: "refs/claims/ORDER-9 is a symbolic ref here, which no claim is; the server's administrator has to delete it",
  },
  {
    what: 'the end of a claim without a record',
    pushed: () => ({ [ONE]: null }),
    said: 'refs/claims/ORDER-1 is never deleted; whoever holds ORDER-1 ends the claim with `git claim release ORDER-1`',
  },
  { what: 'an older record', pushed: () => ({ [ONE]: there.first }), said: UNBUILT },
  { what: 'a record that begins anew', pushed: () => ({ [ONE]: hub.order(one('claim')) }), said: UNBUILT },
  { what: 'a record built on an older one', pushed: () => ({ [ONE]: hub.order(one('renew'), there.first) }), said: UNBUILT },
  { what: 'a commit', pushed: () => ({ [ONE]: there.work }), said: FOREIGN },
  { what: 'a file', pushed: () => ({ [ONE]: hub.git(['hash-object', '-w', '--stdin'], 'x') }), said: FOREIGN },
  {
    what: 'any tag',
    pushed: () => ({ [ONE]: edited(there.claim, (body) => `${body.slice(0, body.indexOf('\n\n'))}\n\nv1\n`) }),
    said: FOREIGN,
  },
  {
    what: 'a record of a later version',
    pushed: () => ({ [ONE]: edited(renewed(), (body) => body.replace('Git-Claim: 1', 'Git-Claim: 2')) }),
    said: FOREIGN,
  },
  {
    what: 'a record that says something twice',
    pushed: () => ({ [ONE]: edited(renewed(), (body) => `${body}\nsession-key: bob\n`) }),
    said: FOREIGN,
  },
  {
    what: 'a record that moves a cursor',
    pushed: () => ({ [ONE]: edited(renewed(), (body) => body.replace('Session: ada', 'Session: \x1b[2Jada')) }),
    said: FOREIGN,
  },
  {
    what: 'a record that contains another one',
    pushed: () => ({ [ONE]: edited(renewed(), (body) => `${body}\n\0\n${there.claim} tag 9\n${body}\nGit-Claim: 2\n`) }),
    said: FOREIGN,
  },
  {
    what: 'a record of 70,000 bytes',
    pushed: () => ({ [ONE]: edited(renewed(), (body) => `${body}\nX: ${'x'.repeat(70_000)}\n`) }),
    said: FOREIGN,
  },
  {
    what: 'a chain that ends in a commit',
    pushed: () => ({
      'refs/claims/ORDER-3': edited(hub.order(of('ORDER-3')), (body) =>
        body.replace(/^object .*\ntype tree/, `object ${there.main}\ntype commit`),
      ),
    }),
    said: 'refs/claims/ORDER-3 was sent a record that begins with something else',
  },
  {
    what: 'a record of another order',
    pushed: () => ({ [ONE]: hub.order(of('ORDER-2', { action: 'renew' }), there.claim) }),
    said: 'refs/claims/ORDER-1 was sent a record of another order, ORDER-2',
  },
  {
    what: 'a claim over a claim',
    pushed: () => ({ [ONE]: hub.order(one('claim', { holder: BOB, generation: 2 }), there.claim) }),
    said: illegal('`claim` from active (generation 1) to active (generation 2)'),
  },
  {
    what: 'another generation',
    pushed: () => ({ [ONE]: hub.order(one('renew', { generation: 7 }), there.claim) }),
    said: illegal('`renew` from active (generation 1) to active (generation 7)'),
  },
  {
    what: "a holder's record by another session",
    pushed: () => ({ [ONE]: hub.order(one('release', { holder: BOB, state: 'released' }), there.claim) }),
    said: illegal('`release` from active (generation 1) to released (generation 1)'),
  },
  {
    what: 'a wrong record below a right one',
    pushed: () => ({
      [ONE]: hub.order(one('renew', { holder: BOB }), hub.order(one('unblock', { holder: BOB }), there.claim)),
    }),
    said: illegal('`unblock` from active (generation 1) to active (generation 1)'),
  },
  {
    what: 'a name that is none',
    pushed: () => ({ 'refs/claims/order-4': hub.order(of('ORDER-4')) }),
    said: 'refs/claims/order-4 does not name an order in capitals',
  },
  {
    what: 'a name that turns around what follows',
    pushed: () => ({ 'refs/claims/A-\u202e1': hub.order(of('ORDER-4')) }),
    said: 'refs/claims/A-???1 does not name an order in capitals',
  },
  {
    what: "the end of an order's path",
    pushed: () => ({ 'refs/claim-paths/src/a': null }),
    said: `refs/claim-paths/src/a ends only together with a change of its order's claim: ORDER-1 is held by ada ${SINCE}; ${AGAIN}`,
  },
  {
    what: 'a path of an order that does not name it',
    pushed: () => ({ 'refs/claim-paths/lib': hub.path(pathRecordOf('lib', { holder: BOB, order: 'ORDER-1' as OrderId })) }),
    said: `refs/claim-paths/lib belongs to ORDER-1, whose claim does not name it; ${AGAIN}`,
  },
  {
    what: 'the record of another path',
    pushed: () => ({ 'refs/claim-paths/lib': hub.path(pathRecordOf('bin')) }),
    said: 'refs/claim-paths/lib was sent a record of something else',
  },
  {
    what: "a holder's record on a path by another session",
    pushed: () => ({ 'refs/claim-paths/docs': hub.path(pathRecordOf('docs', { holder: ADA, action: 'renew' }), there.apart) }),
    said: `refs/claim-paths/docs was sent a record that does not follow from the one that is here; ${AGAIN}`,
  },
  {
    what: 'a guard of no change of paths',
    pushed: () => ({ 'refs/claims-guard/paths': hub.git(['hash-object', '-w', '--stdin'], 'x') }),
    said: 'refs/claims-guard/paths is only for what git-claim writes there while a path claim is widened',
  },
  {
    what: 'a beat of no clone',
    pushed: () => ({ 'refs/claims-beat/x': beat(hub, 3, 'x') }),
    said: 'refs/claims-beat/x takes only the beats of the clone that it names',
  },
  {
    what: 'a beat of another clone',
    pushed: () => ({ [BEAT]: beat(hub, 3, 'c'.repeat(32)) }),
    said: `${BEAT} takes only the beats of the clone that it names`,
  },
  {
    what: 'a beat that is none',
    pushed: () => ({ [BEAT]: there.apart }),
    said: `${BEAT} takes only the beats of the clone that it names`,
  },
  {
    what: 'a beat that was counted before',
    pushed: () => ({ [BEAT]: beat(hub, 1) }),
    said: `${BEAT} counts beats, and never goes back: two clones seem to have one id`,
  },
];

test.each(ATTACKS)('the server refuses $what', ({ pushed, said }) => {
  const refs = pushed();
  const before = Object.keys(refs).map(hub.at);
  expect(hub.push(refs)).toBe(said);
  expect(Object.keys(refs).map(hub.at)).toEqual(before);
});

test('a client that lies about what it saw cannot move a branch while its claim stays', () => {
  const refs = { [BRANCH]: there.work, [ONE]: hub.order(one('renew'), there.first) };
  const said = hub.weigh(['sh'], refs, { [ONE]: there.first });
  expect(said).toBe(`refs/claims/ORDER-1 has changed meanwhile; ${AGAIN}\n${ALONE}`);
});

const SHELLS = [
  { shell: 'dash', tools: null },
  { shell: 'bash', tools: null },
  { shell: 'busybox', tools: ['awk', 'cat', 'sed', 'tr', 'readlink'] },
];

test.for(SHELLS)('$shell weighs as sh does', ({ shell, tools }, { skip }) => {
  const program = programIn(shell);
  if (program === null) return skip(`${shell} is not installed`);
  const place = createSandbox();
  for (const tool of tools ?? []) symlinkSync(program, join(place.dir, tool));
  const env = tools === null ? {} : { PATH: `${place.dir}:${process.env['PATH']}` };
  const words = tools === null ? [program] : [program, 'sh'];
  for (const { what, pushed, said } of ATTACKS)
    expect(`${what}: ${hub.weigh(words, pushed(), {}, env)}`).toBe(`${what}: ${said}`);
  expect(hub.weigh(words, { [BRANCH]: there.work, [ONE]: renewed(), 'refs/heads/main': there.work }, {}, env)).toBeNull();
});

test.each(['sha1', 'sha256'] as const)('the server takes what git-claim does, in a repository of %s', (format) => {
  const taken = guardedHub(createSandbox(), format);
  const { push, order, path } = taken;
  const { main, work, claim, bobs, owned } = filled(taken);
  const accepts = (refs: Pushed) => expect(push(refs, '--atomic')).toBeNull();
  // Fenced: the branch with its claim.
  const renew = order(one('renew', { paths: ['src/a' as never] }), claim);
  accepts({ [BRANCH]: work, [ONE]: renew });
  // Challenge and answer, block and unblock, several records at once.
  const challenge = order(one('challenge', { challenge: { by: BOB.key, nonce: 'b'.repeat(32) } }), renew);
  accepts({ [ONE]: challenge });
  const blocked = order(one('block', { state: 'blocked', paths: ['src/a' as never] }), order(one('answer'), challenge));
  accepts({ [ONE]: blocked });
  // An agent that begins anew has another id, and the process that it had.
  const anchor = { pid: 7, start: '9', namespace: '4026531836', shift: null } as never;
  const anchored = { holder: { ...ADA, anchor } };
  const cleared = { holder: { ...holderNamed('eve'), anchor } };
  const unblocked = order(one('renew', cleared), order(one('unblock', anchored), blocked));
  accepts({ [ONE]: unblocked });
  // The order goes to bob, with its path.
  const handed = order(one('hand', { holder: BOB, generation: 2, paths: ['src/a' as never] }), unblocked);
  const followed = path(pathRecordOf('src/a', { holder: BOB, action: 'hand', order: 'ORDER-1' as OrderId }), owned);
  accepts({ [ONE]: handed, 'refs/claim-paths/src/a': followed });
  // It is completed: its branch and its path end with it. Then a new claim may begin with a branch.
  accepts({
    [ONE]: order(one('complete', { holder: BOB, generation: 2, state: 'completed' }), handed),
    [BRANCH]: null,
    'refs/claim-paths/src/a': null,
  });
  accepts({ [BRANCH]: main });
  // A silent claim is taken. A path of no order ends.
  accepts({ [TWO]: order(of('ORDER-2', { action: 'take', generation: 2, branch: 'order-2' }), bobs) });
  accepts({ 'refs/claim-paths/docs': null });
  accepts({ [BEAT]: null });
  // A claim that is given back and begun again, sent at once; an id that is minted; a long chain of before there was a remote.
  const back = order(of('ORDER-5', { action: 'release', state: 'released' }), order(of('ORDER-5')));
  let long = order(of('ORDER-7'));
  for (let n = 0; n < 20; n += 1) long = order(of('ORDER-7', { action: 'renew' }), long);
  accepts({
    'refs/claims/ORDER-5': order(of('ORDER-5', { generation: 2, holder: BOB }), back),
    'refs/claims/ORDER-6': order(of('ORDER-6', { action: 'mint', state: 'released' })),
    'refs/claims/ORDER-7': long,
    [BEAT]: beat(taken, 10),
  });
});

test('a path claim is widened in two pushes, and nobody comes between', () => {
  const place = createSandbox();
  const guarded = guardedHub(place);
  const { push, path, git, order } = guarded;
  const { claim, owned } = filled(guarded);
  const src = pathRecordOf('src', { holder: ADA, order: 'ORDER-1' as OrderId });
  const [wide, others] = [path(src), path({ ...src, holder: BOB, order: null })];
  const body = git(['cat-file', 'tag', wide]);
  const pending = `git-claim pending 1\0src/a\0${owned}\0\0src\0\0${body}\n\0`;
  const guard = git(['hash-object', '-w', '--stdin'], pending);
  const [GUARD, SRC, LIB] = ['refs/claims-guard/paths', 'refs/claim-paths/src', 'refs/claim-paths/lib'];
  const renew = order(one('renew', { paths: ['src' as never] }), claim);
  expect(push({ 'refs/claim-paths/src/a': null, [GUARD]: guard, [ONE]: renew }, '--atomic')).toBeNull();
  expect(push({ [LIB]: path(pathRecordOf('lib')) })).toBe(
    `${LIB} waits for another session's change of path claims, which is half done; ${AGAIN}`,
  );
  expect(push({ [GUARD]: null })).toBe(`${GUARD} is deleted by whoever makes ${SRC}; ${AGAIN}`);
  expect(push({ [GUARD]: null, [SRC]: others })).toBe(`${SRC} is promised to another session; ${AGAIN}`);
  expect(push({ [GUARD]: null, [SRC]: wide }, '--atomic')).toBeNull();
  expect(push({ [LIB]: path(pathRecordOf('lib')) })).toBeNull();
});

test('claims may be tags, and are guarded there', () => {
  const place = createSandbox();
  const { push, order, dir, git } = guardedHub(place);
  place.git(['config', 'claim.refPrefix', 'refs/tags/claims'], dir);
  const claim = order(one('claim'));
  const [tag, head] = [
    'refs/tags/claims/ORDER-1',
    git(['commit-tree', '-m', 'one', git(['hash-object', '-t', 'tree', '-w', '--stdin'])]),
  ];
  expect(push({ [tag]: claim, 'refs/tags/v1': claim })).toBeNull();
  expect(push({ [tag]: null })).toBe(
    `${tag} is never deleted; whoever holds ORDER-1 ends the claim with \`git claim release ORDER-1\``,
  );
  expect(push({ [BRANCH]: head })).toBe(ALONE);
  expect(push({ [BRANCH]: head, [tag]: order(one('renew'), claim) })).toBeNull();
});

test('what git-claim itself does passes: a trial, a claim, a fenced push, a completion, wider paths, a release', async () => {
  const place = createSandbox();
  const { dir, at } = guardedHub(place);
  place.git(['remote', 'add', 'origin', dir]);
  place.git(['push', '--quiet', 'origin', 'main']);
  const does = async (...args: string[]) => {
    const { code, stderr } = await runCli(place, args, { env: { GIT_CLAIM_SESSION: 'ada' } });
    expect({ args, code, stderr }).toMatchObject({ args, code: 0 });
  };
  await does('init', '--remote', 'origin');
  await does('ORDER-1');
  const tree = `${place.repo}.claims/ORDER-1`;
  const commit = () => place.git(['commit', '--quiet', '--allow-empty', '--message', 'work'], tree);
  commit();
  const plain = spawnSync('git', ['push', '--quiet', 'origin', 'order-1'], { cwd: place.repo, env: place.env, encoding: 'utf8' });
  expect(plain.stderr).toContain(
    'remote: git claim: refs/heads/order-1 moves only together with its claim: ORDER-1 is held by ada',
  );
  await does('push', 'ORDER-1');
  expect(at(BRANCH)).toBe(place.git(['rev-parse', 'order-1']));
  commit();
  await does('complete', 'ORDER-1', '--push');
  expect(at(BRANCH)).toBe(place.git(['rev-parse', 'order-1']));
  await does('--no-worktree', 'ORDER-2', '--path', 'src/a');
  await does('--no-worktree', 'ORDER-2', '--path', 'src');
  expect(at('refs/claim-paths/src')).not.toBeNull();
  await does('release', 'ORDER-2');
  const refs = place.git(['for-each-ref', '--format=%(refname)'], dir).split('\n');
  expect(refs).toEqual(['refs/claims/ORDER-1', 'refs/claims/ORDER-2', 'refs/heads/main', BRANCH]);
});

test('with 10,000 claims the hook starts no process for each', () => {
  const place = createSandbox();
  const { push, order, dir, weigh } = guardedHub(place);
  const claim = order(one('claim'));
  expect(push({ [ONE]: claim })).toBeNull();
  const rows = Array.from({ length: 10_000 }, (_, n) => `${claim} refs/claims/X-${10_000 + n}\n`);
  writeFileSync(join(dir, 'packed-refs'), `# pack-refs with: peeled fully-peeled sorted \n${rows.join('')}`);
  const log = join(place.dir, 'log');
  const tools = join(place.dir, 'tools');
  mkdirSync(tools);
  for (const tool of ['git', 'awk', 'sed', 'tr', 'cat']) {
    writeFileSync(join(tools, tool), `#!/bin/sh\necho ${tool} >>'${log}'\nexec ${programIn(tool)} "$@"\n`);
    chmodSync(join(tools, tool), 0o755);
  }
  const env = { PATH: `${tools}:${process.env['PATH']}` };
  expect(weigh(['sh'], { [BRANCH]: claim }, {}, env)).toBe(ALONE);
  expect(weigh(['/bin/sh'], { 'refs/heads/main': claim }, {}, { PATH: bare(place, ['cat', 'git']) })).toBeNull();
  expect(readFileSync(log, 'utf8').split('\n').length).toBeLessThan(40);
});

test('an ordinary push, where nothing is claimed, starts three processes; a hook without its rules refuses', () => {
  const place = createSandbox();
  const { weigh, dir } = guardedHub(place);
  const head = place.git(['rev-parse', 'HEAD']);
  expect(
    weigh(['/bin/sh'], { 'refs/heads/any': head, 'refs/tags/v1': head }, {}, { PATH: bare(place, ['cat', 'git']) }),
  ).toBeNull();
  const copied = join(dir, 'copied');
  writeFileSync(copied, readFileSync(join(PACKAGE, 'githooks/server/pre-receive')));
  expect(() =>
    execFileSync('sh', [copied], { cwd: dir, env: place.env, input: `${'0'.repeat(40)} ${head} ${ONE}\n`, stdio: 'pipe' }),
  ).toThrow('git claim: nothing can be checked: on the server, weigh.awk is not beside pre-receive');
});

test('where a claim is damaged, no branch passes unseen, whatever other records say', () => {
  const place = createSandbox();
  const { push, order, dir, git, weigh } = guardedHub(place);
  const claim = order(one('claim'));
  const note = `no note\n${claim} missing`;
  const other = git(
    ['hash-object', '-t', 'tag', '-w', '--stdin'],
    git(['cat-file', 'tag', order(of('ORDER-2'))]).replace('\n\nGit', `\n\n${note}\n\nGit`),
  );
  const head = git(['commit-tree', '-m', 'one', git(['hash-object', '-t', 'tree', '-w', '--stdin'])]);
  expect(push({ [ONE]: claim, [TWO]: other })).toBeNull();
  expect(push({ 'refs/heads/other': head })).toBeNull();
  const object = join(dir, 'objects', claim.slice(0, 2), claim.slice(2));
  chmodSync(object, 0o644);
  writeFileSync(object, 'damaged');
  const said = weigh(['sh'], { [BRANCH]: head }, {}, { GIT_ALTERNATE_OBJECT_DIRECTORIES: '' });
  expect(said).toBe('a claim here cannot be read; git fsck tells the administrator of the server which');
});

/** Returns a folder with these programs alone. */
function bare(place: Sandbox, tools: readonly string[]): string {
  const folder = join(place.dir, 'few');
  mkdirSync(folder);
  for (const tool of tools) symlinkSync(programIn(tool) as string, join(folder, tool));
  return folder;
}
