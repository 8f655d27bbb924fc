import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import type { GitResult } from '../../../../src/adapters/git/process.ts';
import { GitRegistry } from '../../../../src/adapters/git/refs/claim-refs.ts';
import { purposeOf } from '../../../../src/adapters/git/refs/kept-board.ts';
import { openRepository, type Repository } from '../../../../src/adapters/git/repository.ts';
import { readSnapshot, writeSnapshot } from '../../../../src/adapters/git/snapshot.ts';
import type { ClaimRecord } from '../../../../src/core/claim/record.ts';
import { claimRef, DEFAULT_REF_PREFIX } from '../../../../src/core/claim/refs.ts';
import { CLAIM_CODEC } from '../../../../src/core/claim/trailers.ts';
import type { Oid, OrderId } from '../../../../src/core/ids.ts';
import type { ClaimPath } from '../../../../src/core/path.ts';
import type { PathRecord } from '../../../../src/core/paths/record.ts';
import { PATH_CODEC } from '../../../../src/core/paths/trailers.ts';
import type { RefReading } from '../../../../src/core/record/witness.ts';
import type { Survey } from '../../../../src/ports/registry.ts';
import { holderNamed, recordOf } from '../../../support/claims.ts';
import { createSandbox, type Sandbox } from '../../../support/sandbox.ts';

const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904' as Oid;
const TAGGER = { name: 'Ada', email: 'ada@example.com', epochSeconds: 1_767_323_045 };

let sandbox: Sandbox;
let repository: Repository;
/** The git calls of the surveys since they were counted last. */
let calls: string[] = [];

beforeEach(async () => {
  sandbox = createSandbox();
  mkdirSync(join(sandbox.repo, '.git/claim'));
  const opened = await openRepository(sandbox.repo, sandbox.env);
  const git: Repository['git'] = (args, options): Promise<GitResult> => {
    calls.push(`${args.find((word) => !/^-|=/.test(word))} ${String(options?.input ?? '').trim()}`.trim());
    return opened.git(args, options);
  };
  repository = { ...opened, git };
  calls = [];
});

const snapshot = () => join(sandbox.repo, '.git/claim/records.read');
const orderOf = (number: number) => `ORDER-${number}` as OrderId;
const refOf = (number: number) => claimRef(DEFAULT_REF_PREFIX, orderOf(number));

/** @param few of so many refs nothing need be known */
async function survey(few = 0): Promise<Survey> {
  const registry = new GitRegistry(
    repository,
    DEFAULT_REF_PREFIX,
    () => TAGGER,
    async () => null,
    null,
    null,
    few,
  );
  return registry.survey();
}

/** Everything that a survey says, decoded. */
function said({ readings, strangers, paths }: Survey) {
  const all = <Record>(reading: RefReading<Record> | { readonly kind: 'absent' }) =>
    reading.kind === 'record'
      ? { kind: reading.kind, oid: reading.oid, previous: reading.previous, record: reading.record }
      : reading;
  return {
    // What git does not list comes last, or where its name belongs.
    readings: [...readings].map(([order, reading]) => [order, all(reading)]).sort(),
    strangers,
    paths: paths.map(({ key, reading }) => [key, all(reading)]),
  };
}

function stored(body: string, type = 'tag'): Oid {
  const args = ['hash-object', '-t', type, '-w', '--literally', '--stdin'];
  return execFileSync('git', args, { cwd: sandbox.repo, env: sandbox.env, input: body, encoding: 'utf8' }).trim() as Oid;
}

function put(number: number, changes: Partial<ClaimRecord> = {}, previous: Oid | null = null): Oid {
  const target = previous === null ? { oid: EMPTY_TREE, type: 'tree' as const } : { oid: previous, type: 'tag' as const };
  const record = recordOf({ order: orderOf(number), ...changes });
  const oid = stored(CLAIM_CODEC.encode(record, target, TAGGER));
  git(['update-ref', refOf(number), oid]);
  return oid;
}

const ENDED = { action: 'complete', state: 'completed', tip: EMPTY_TREE } as const;

test('one git process lists refs whose records are known; one more reads those that are not', async () => {
  put(1);
  put(2, ENDED);
  await survey();
  calls = [];
  const known = await survey();
  expect(calls).toEqual(['for-each-ref']);
  expect([...known.readings.values()].map((reading) => 'isEnded' in reading && reading.isEnded)).toEqual([false, true]);
  const renewed = put(1, { action: 'renew', note: 'later' });
  calls = [];
  expect((await survey()).readings.get(orderOf(1))).toMatchObject({ oid: renewed, record: { note: 'later' } });
  expect(calls).toEqual(['for-each-ref', `cat-file ${renewed}`]);
});

test('on a small board git reads the records while it lists refs, and nothing is kept', async () => {
  for (const number of [1, 2, 3]) put(number);
  const onSmall = said(await survey(3));
  expect([calls, existsSync(snapshot())]).toEqual([['for-each-ref'], false]);
  const onLarge = said(await survey(2));
  expect([calls, existsSync(snapshot())]).toEqual([['for-each-ref', 'for-each-ref'], true]);
  // One that has shrunk a little goes on as it was.
  const onSame = said(await survey(6));
  expect([calls.length, existsSync(snapshot())]).toEqual([3, true]);
  const onShrunk = said(await survey(7));
  expect([calls.length, existsSync(snapshot())]).toEqual([4, false]);
  expect([onLarge, onSame, onShrunk]).toEqual([onSmall, onSmall, onSmall]);
});

test('what is not understood is never known: it is read each time', async () => {
  put(1);
  sandbox.git(['update-ref', refOf(2), 'HEAD']);
  const foreign = stored(`object ${EMPTY_TREE}\ntype tree\ntag x\ntagger A <a> 1 +0000\n\nno record\n`);
  sandbox.git(['update-ref', refOf(3), foreign]);
  await survey();
  calls = [];
  expect([...(await survey()).readings.values()].map(({ kind }) => kind)).toEqual(['record', 'foreign', 'foreign']);
  expect(calls).toEqual(['for-each-ref', `cat-file ${foreign}`]);
});

test('a known record counts only under the ref that it was read of', async () => {
  const oid = put(1, ENDED);
  await survey();
  sandbox.git(['update-ref', refOf(2), oid]);
  const { readings } = await survey();
  expect([readings.get(orderOf(1))?.kind, readings.get(orderOf(2))?.kind]).toEqual(['record', 'foreign']);
});

test('an object that is gone is missed, although its record is known', async () => {
  put(1);
  const oid = put(2);
  await survey();
  rmSync(join(sandbox.repo, '.git/objects', oid.slice(0, 2), oid.slice(2)), { force: true });
  expect((await survey()).readings.get(orderOf(2))).toMatchObject({ kind: 'unreadable' });
});

test('the snapshot is written again when one record in a hundred is new, and not for fewer', async () => {
  const lines = Array.from({ length: 300 }, (_, at) => {
    const body = CLAIM_CODEC.encode(recordOf({ order: orderOf(at + 10) }), { oid: EMPTY_TREE, type: 'tree' }, TAGGER);
    return { ref: refOf(at + 10), body };
  });
  const files = lines.map(({ body }, at) => {
    writeFileSync(join(sandbox.dir, `body-${at}`), body);
    return join(sandbox.dir, `body-${at}`);
  });
  const oids = execFileSync('git', ['hash-object', '-t', 'tag', '-w', '--stdin-paths'], {
    ...{ cwd: sandbox.repo, env: sandbox.env, encoding: 'utf8' as const, input: files.join('\n') },
  });
  const updates = oids
    .trim()
    .split('\n')
    .map((oid, at) => `create ${lines[at]?.ref} ${oid}\n`);
  execFileSync('git', ['update-ref', '--stdin'], { cwd: sandbox.repo, env: sandbox.env, input: updates.join('') });
  await survey();
  const before = statSync(snapshot()).ino;
  put(1);
  put(2);
  expect((await survey()).readings.size).toBe(302);
  expect(statSync(snapshot()).ino).toBe(before);
  put(3);
  await survey();
  expect(statSync(snapshot()).ino).not.toBe(before);
});

/** Runs a git that may refuse, and says nothing of it. */
function git(args: readonly string[]): void {
  execFileSync('git', args, { cwd: sandbox.repo, env: sandbox.env, stdio: 'ignore' });
}

/** What may happen to refs between two commands. */
const CHANGES: Readonly<Record<string, (number: number) => void>> = {
  claim: (number) => put(number, { holder: holderNamed(`holder-${number % 2}`), worktree: '../wörk', branch: `b-${number}` }),
  end: (number) => put(number, { ...ENDED, note: 'done' }),
  'follow another': (number) => put(number, { action: 'renew', generation: 2 }, put(number)),
  delete: (number) => git(['update-ref', '-d', refOf(number)]),
  "another order's record": (number) => git(['update-ref', refOf(number), put(number + 1)]),
  'a commit': (number) => git(['update-ref', refOf(number), 'HEAD']),
  'a symbolic ref': (number) => git(['symbolic-ref', refOf(number), refOf(number + 1)]),
  'a broken file': (number) => {
    mkdirSync(join(sandbox.repo, '.git/refs/claims'), { recursive: true });
    writeFileSync(join(sandbox.repo, '.git', refOf(number)), 'nothing\n');
  },
  'a stranger': (number) => git(['update-ref', `refs/claims/lower-${number}`, put(number)]),
  'a path': (number) => {
    const { order: _, action: __, ...kept } = recordOf();
    const record = {
      ...kept,
      path: `src/${number}` as ClaimPath,
      order: orderOf(number),
      action: 'claim',
    } as unknown as PathRecord;
    const oid = stored(PATH_CODEC.encode(record, { oid: EMPTY_TREE, type: 'tree' }, TAGGER));
    git(['update-ref', `refs/claim-paths/src/${number}`, oid]);
  },
  pack: () => git(['pack-refs', '--all']),
};

/** What may happen to the snapshot. */
const DAMAGES: Readonly<Record<string, (bytes: Buffer, at: number, former: Buffer) => Buffer | null>> = {
  deleted: () => null,
  stale: (_, __, former) => former,
  empty: () => Buffer.alloc(0),
  'half written': (bytes, at) => bytes.subarray(0, at % bytes.length),
  'a wrong byte': (bytes, at) => bytes.map((byte, index) => (index === at % bytes.length ? byte ^ 1 : byte)) as Buffer,
  'another version': (bytes) => Buffer.from(bytes.toString('latin1').replace(/^git-claim \S+/, 'git-claim 9.9.9'), 'latin1'),
};

const PURPOSES: Readonly<Record<string, string>> = {
  'records.read': JSON.stringify(['records 3', DEFAULT_REF_PREFIX]),
  'board.read': purposeOf(DEFAULT_REF_PREFIX),
};

/** Changes a snapshot so that its checksum is right again. */
function forge(name: string, change: (text: string) => string): void {
  const path = join(sandbox.repo, '.git/claim', name);
  const body = readSnapshot(path, PURPOSES[name] as string);
  if (body !== null) writeSnapshot(path, PURPOSES[name] as string, Buffer.from(change(body.toString('utf8'))));
}

/** What somebody may write into a snapshot who knows how checksums are made. None of it is what we write. */
const FORGERIES: Readonly<Record<string, (text: string, at: number) => string>> = {
  'a quote is missing': (text, at) => {
    const place = text.indexOf('"', at % text.length);
    return place < 0 ? text : text.slice(0, place) + text.slice(place + 1);
  },
  'numbers for texts': (text) => text.replaceAll(/,"[^"]*"/g, ',5'),
  'a line is cut': (text) => text.slice(0, -9),
  nothing: () => 'nothing',
};

test('whatever happens to refs and snapshot, a survey says the same as without it', async () => {
  const happening = fc.record({
    change: fc.constantFrom(...Object.keys(CHANGES)),
    number: fc.integer({ min: 1, max: 3 }),
    damage: fc.oneof({ weight: 2, arbitrary: fc.constant('none') }, fc.constantFrom(...Object.keys(DAMAGES))),
    at: fc.nat(5_000),
    name: fc.constantFrom('records.read', 'board.read'),
    forgery: fc.oneof({ weight: 3, arbitrary: fc.constant('none') }, fc.constantFrom(...Object.keys(FORGERIES))),
  });
  let former = Buffer.alloc(0);
  const head = sandbox.git(['rev-parse', 'HEAD']);
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 6 }), async (happenings) => {
      for (const place of [
        'refs/claims',
        'refs/claim-paths',
        'packed-refs',
        'claim/records.read',
        'claim/board.read',
        'claim/board.packed-refs',
      ])
        rmSync(join(sandbox.repo, '.git', place), { recursive: true, force: true });
      sandbox.git(['update-ref', 'refs/heads/main', head]);
      for (const { change, number, damage, at, name, forgery } of happenings) {
        try {
          CHANGES[change]?.(number);
        } catch {
          // Git refuses some of them, as when a ref is broken.
        }
        await survey();
        const path = join(sandbox.repo, '.git/claim', name);
        const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(1);
        const damaged = damage === 'none' ? bytes : (DAMAGES[damage]?.(bytes, at, former) ?? null);
        former = bytes;
        if (damaged === null) rmSync(path, { force: true });
        else if (damage !== 'none') writeFileSync(path, damaged);
        if (forgery !== 'none') forge(name, (text) => FORGERIES[forgery]?.(text, at) ?? text);
        const [cold, warm] = [said(await survey()), said(await survey())];
        for (const kept of Object.keys(PURPOSES)) rmSync(join(sandbox.repo, '.git/claim', kept), { force: true });
        const without = said(await survey());
        expect(cold).toEqual(without);
        expect(warm).toEqual(without);
      }
    }),
    { numRuns: 10 },
  );
});
