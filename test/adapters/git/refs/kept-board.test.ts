import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { GitRegistry } from '../../../../src/adapters/git/refs/claim-refs.ts';
import { openRepository, type Repository } from '../../../../src/adapters/git/repository.ts';
import type { ClaimRecord } from '../../../../src/core/claim/record.ts';
import { claimRef, DEFAULT_REF_PREFIX } from '../../../../src/core/claim/refs.ts';
import { CLAIM_CODEC } from '../../../../src/core/claim/trailers.ts';
import type { Oid, OrderId } from '../../../../src/core/ids.ts';
import { recordOf } from '../../../support/claims.ts';
import { createSandbox, type Sandbox } from '../../../support/sandbox.ts';

const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904' as Oid;
const TAGGER = { name: 'Ada', email: 'ada@example.com', epochSeconds: 1_767_323_045 };
const ENDED = { action: 'complete', state: 'completed', tip: EMPTY_TREE } as const;

let sandbox: Sandbox;
let repository: Repository;
/** The git calls of the surveys since they were counted last. */
let calls: string[] = [];

const orderOf = (number: number) => `ORDER-${number}` as OrderId;
const refOf = (number: number) => claimRef(DEFAULT_REF_PREFIX, orderOf(number));
const kept = () => join(sandbox.repo, '.git/claim/board.read');

beforeEach(async () => {
  sandbox = createSandbox();
  mkdirSync(join(sandbox.repo, '.git/claim'));
  const opened = await openRepository(sandbox.repo, sandbox.env);
  const git: Repository['git'] = (args, options) => {
    calls.push(args.find((word) => !/^-|=/.test(word)) ?? '');
    return opened.git(args, options);
  };
  repository = { ...opened, git };
});

/** Surveys as on a long board, and counts the calls of git. */
async function survey() {
  calls = [];
  const registry = new GitRegistry(repository, DEFAULT_REF_PREFIX, tagger, async () => null, null, null, 0);
  return (await registry.survey()).readings;
}

const tagger = () => TAGGER;

function put(number: number, changes: Partial<ClaimRecord> = {}): Oid {
  const input = CLAIM_CODEC.encode(recordOf({ order: orderOf(number), ...changes }), { oid: EMPTY_TREE, type: 'tree' }, TAGGER);
  const args = ['hash-object', '-t', 'tag', '-w', '--literally', '--stdin'];
  const oid = execFileSync('git', args, { cwd: sandbox.repo, env: sandbox.env, input, encoding: 'utf8' }).trim() as Oid;
  sandbox.git(['update-ref', refOf(number), oid]);
  return oid;
}

/** Two live claims and an ended one, packed and kept. */
async function keptBoard(): Promise<readonly Oid[]> {
  const oids = [put(1), put(2, ENDED), put(3)];
  sandbox.git(['pack-refs', '--all']);
  await survey();
  return oids;
}

test('while packed-refs is the same file, no git process lists refs, and one reads the records that are new', async () => {
  const [first, second] = await keptBoard();
  const readings = await survey();
  expect(calls).toEqual([]);
  expect([...readings.keys()]).toEqual(['ORDER-1', 'ORDER-2', 'ORDER-3']);
  expect(readings.get(orderOf(1))).toMatchObject({ oid: first, record: { state: 'active' } });
  expect(readings.get(orderOf(2))).toMatchObject({ oid: second, isEnded: true, record: { state: 'completed' } });
  expect(readings.has(orderOf(4))).toBe(false);
  const [renewed, fourth] = [put(1, { action: 'renew', note: 'later' }), put(4)];
  expect((await survey()).get(orderOf(1))).toMatchObject({ oid: renewed, record: { note: 'later' } });
  expect(calls).toEqual(['cat-file']);
  expect([...(await survey()).values()].map((reading) => 'oid' in reading && reading.oid)).toContain(fourth);
  expect(calls).toEqual([]);
});

test('packed-refs that changed is listed by git, once', async () => {
  await keptBoard();
  sandbox.git(['update-ref', '-d', refOf(3)]);
  expect([...(await survey()).keys()]).toEqual(['ORDER-1', 'ORDER-2']);
  expect(calls).toContain('for-each-ref');
  expect([...(await survey()).keys()]).toEqual(['ORDER-1', 'ORDER-2']);
  expect(calls).toEqual([]);
});

test('what is loose comes first, and what is packed counts again where the loose one is gone', async () => {
  const [first] = await keptBoard();
  put(1, ENDED);
  expect((await survey()).get(orderOf(1))).toMatchObject({ record: { state: 'completed' } });
  rmSync(join(sandbox.repo, '.git', refOf(1)));
  expect((await survey()).get(orderOf(1))).toMatchObject({ oid: first, record: { state: 'active' } });
});

test('a record that is no longer there is missed: an object with a file of its own, and one in a pack', async () => {
  const [first = ''] = await keptBoard();
  rmSync(join(sandbox.repo, '.git/objects', first.slice(0, 2), first.slice(2)), { force: true });
  expect((await survey()).get(orderOf(1))).toMatchObject({ kind: 'unreadable' });
  put(1);
  sandbox.git(['gc', '--quiet']);
  await survey();
  const packs = join(sandbox.repo, '.git/objects/pack');
  for (const name of readdirSync(packs)) rmSync(join(packs, name), { force: true });
  expect((await survey()).get(orderOf(3))).toMatchObject({ kind: 'unreadable' });
});

test('an ended claim is read by git if the snapshot of records was replaced meanwhile', async () => {
  const [, second] = await keptBoard();
  const readings = await survey();
  rmSync(join(sandbox.repo, '.git/claim/records.read'));
  expect(readings.get(orderOf(2))).toMatchObject({ oid: second, record: { state: 'completed' } });
  expect((await survey()).get(orderOf(2))).toMatchObject({ oid: second, record: { state: 'completed' } });
});

test('no board is kept where objects are also in another repository, or refs are no files', async () => {
  await keptBoard();
  expect(existsSync(kept())).toBe(true);
  rmSync(kept());
  execFileSync('sh', ['-c', 'echo /nowhere >.git/objects/info/alternates'], { cwd: sandbox.repo });
  await survey();
  expect(existsSync(kept())).toBe(false);
  rmSync(join(sandbox.repo, '.git/objects/info/alternates'));
  repository = { ...repository, refFormat: 'reftable' };
  await survey();
  expect(existsSync(kept())).toBe(false);
});

test('the board is one of the very packed-refs that a second name holds on to', async () => {
  await keptBoard();
  const [packed, link] = ['packed-refs', 'claim/board.packed-refs'].map((name) => statSync(join(sandbox.repo, '.git', name)).ino);
  expect(link).toBe(packed);
});
