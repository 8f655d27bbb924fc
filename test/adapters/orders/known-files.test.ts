import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openRepository } from '../../../src/adapters/git/repository.ts';
import { readSnapshot, writeSnapshot } from '../../../src/adapters/git/snapshot.ts';
import { openOrders } from '../../../src/adapters/orders/open-orders.ts';
import { DEFAULT_ID_PATTERN } from '../../../src/core/ids.ts';
import type { OrderBook } from '../../../src/ports/order-book.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

const PURPOSE = JSON.stringify(['orders 1', DEFAULT_ID_PATTERN.source, '']);
const snapshotOf = ({ repo }: Sandbox) => join(repo, '.git/claim/orders.read');

/** A clock ahead of the disk's, for which no file has changed just now. */
const AHEAD_MS = 60_000;

let sandbox: Sandbox;
let book: OrderBook;

beforeEach(async () => {
  sandbox = createSandbox();
  mkdirSync(join(sandbox.repo, 'orders'));
  mkdirSync(join(sandbox.repo, '.git/claim'));
  const repository = await openRepository(sandbox.repo, sandbox.env);
  book = openOrders(
    repository,
    () => {
      throw new Error('no branch is needed');
    },
    DEFAULT_ID_PATTERN,
  );
  const now = Date.now.bind(Date);
  vi.spyOn(Date, 'now').mockImplementation(() => now() + AHEAD_MS);
});

afterEach(() => vi.restoreAllMocks());

const fileOf = (number: number) => join(sandbox.repo, `orders/ORDER-${number}-work.md`);
const textOf = (title: string, status = 'ready') => `---\ntitle: ${title}\nstatus: ${status}\n---\n`;

/** The disk's clock shows a change only in its next tick. */
function tick(): void {
  const probe = join(sandbox.dir, 'probe');
  writeFileSync(probe, '');
  const { ctimeMs } = statSync(probe);
  for (;;) {
    writeFileSync(probe, '');
    if (statSync(probe).ctimeMs > ctimeMs) return;
  }
}

test('a file that is as it was is not read again', async () => {
  writeFileSync(fileOf(1), textOf('First'));
  writeFileSync(fileOf(2), textOf('Second', 'in progress'));
  expect((await book.read()).orders.map(({ title }) => title)).toEqual(['First', 'Second']);
  const body = readSnapshot(snapshotOf(sandbox), PURPOSE) as Buffer;
  writeSnapshot(snapshotOf(sandbox), PURPOSE, Buffer.from(body.toString('latin1').replace('First', 'Known'), 'latin1'));
  expect((await book.read()).orders.map(({ title }) => title)).toEqual(['Known', 'Second']);
  expect((await book.inProgress()).map(({ id }) => id)).toEqual(['ORDER-2']);
  // It is when it changes, also where its size and the time of its last change are as they were.
  const { atime, mtime } = statSync(fileOf(1));
  tick();
  writeFileSync(fileOf(1), textOf('Other'));
  utimesSync(fileOf(1), atime, mtime);
  expect((await book.read()).orders.map(({ title }) => title)).toEqual(['Other', 'Second']);
});

test('a file that has just changed is read again, since it may change within the same tick', async () => {
  vi.restoreAllMocks();
  writeFileSync(fileOf(1), textOf('First'));
  await book.read();
  writeFileSync(fileOf(1), textOf('Other'));
  expect((await book.read()).orders.map(({ title }) => title)).toEqual(['Other']);
});

test('a snapshot of other settings or another version is not used', async () => {
  writeFileSync(fileOf(1), textOf('First'));
  await book.read();
  expect(readSnapshot(snapshotOf(sandbox), JSON.stringify(['orders 1', 'T[0-9]+', '']))).toBeNull();
  const other = readFileSync(snapshotOf(sandbox), 'latin1').replace(/^git-claim \S+/, 'git-claim 0.0.1');
  writeFileSync(snapshotOf(sandbox), other, 'latin1');
  expect(readSnapshot(snapshotOf(sandbox), PURPOSE)).toBeNull();
});

test('what is no file in the place of a snapshot keeps nobody waiting', async () => {
  writeFileSync(fileOf(1), textOf('First'));
  execFileSync('mkfifo', [snapshotOf(sandbox)]);
  expect((await book.read()).orders.map(({ title }) => title)).toEqual(['First']);
  expect(statSync(snapshotOf(sandbox)).isFile()).toBe(true);
});

test('the few files that are new are read each time, until it is worth writing all down', async () => {
  for (let number = 1; number <= 300; number += 1) writeFileSync(fileOf(number), textOf('Old'));
  await book.read();
  const written = () => statSync(snapshotOf(sandbox)).ino;
  const before = written();
  writeFileSync(fileOf(301), textOf('New'));
  expect((await book.read()).orders).toHaveLength(301);
  expect(written()).toBe(before);
  for (let number = 302; number <= 303; number += 1) writeFileSync(fileOf(number), textOf('New'));
  expect((await book.read()).orders).toHaveLength(303);
  expect(written()).not.toBe(before);
});

type Change = (number: number, text: string) => void;

/** What may happen to a file between two commands. */
const CHANGES: Readonly<Record<string, Change>> = {
  write: (number, text) => writeFileSync(fileOf(number), text),
  remove: (number) => rmSync(fileOf(number), { force: true }),
  replace: (number, text) => {
    writeFileSync(`${fileOf(number)}.new`, text);
    renameSync(`${fileOf(number)}.new`, fileOf(number));
  },
  'backdated write': (number, text) => {
    writeFileSync(fileOf(number), text);
    utimesSync(fileOf(number), 1_000_000, 1_000_000);
  },
  link: (number) => {
    rmSync(fileOf(number), { force: true });
    symlinkSync('ORDER-2-work.md', fileOf(number));
  },
  swap: (number) => {
    for (const [from, to] of [
      [1, 0],
      [number, 1],
      [0, number],
    ] as const)
      cpSync(fileOf(from), fileOf(to), { force: true, preserveTimestamps: true });
    rmSync(fileOf(0));
  },
};

/** What may happen to the snapshot. */
const DAMAGES: Readonly<Record<string, (bytes: Buffer, at: number) => Buffer | null>> = {
  none: (bytes) => bytes,
  deleted: () => null,
  empty: () => Buffer.alloc(0),
  'half written': (bytes, at) => bytes.subarray(0, at % bytes.length),
  'a wrong byte': (bytes, at) => bytes.map((byte, index) => (index === at % bytes.length ? byte ^ 1 : byte)) as Buffer,
  'of another clone': () => otherClones(),
  'forged without a quote': (_, at) => forged((body) => without(body, '"', at)),
  'forged with other types': () => forged((body) => Buffer.from(body.toString('latin1').replaceAll(':"', ':1,"'), 'latin1')),
  'forged as nothing': () => forged(() => Buffer.from('nothing')),
};

/** A snapshot whose checksum is right, and whose contents are nobody's. */
function forged(change: (body: Buffer) => Buffer): Buffer {
  const body = readSnapshot(snapshotOf(sandbox), PURPOSE);
  if (body !== null) writeSnapshot(snapshotOf(sandbox), PURPOSE, change(body));
  return readFileSync(snapshotOf(sandbox));
}

function without(body: Buffer, sign: string, at: number): Buffer {
  const text = body.toString('latin1');
  const place = text.indexOf(sign, at % text.length);
  return Buffer.from(place < 0 ? text : text.slice(0, place) + text.slice(place + 1), 'latin1');
}

/** The snapshot of a clone whose files have the same names, but say something else. */
function otherClones(): Buffer {
  const path = join(sandbox.dir, 'other');
  const stats = [1, 2, 3, 4, 5].map(() => 1);
  const order = { id: 'ORDER-1', title: 'Of the other clone', status: 'ready' };
  const line = `orders/ORDER-1-work.md\t${JSON.stringify({ order })}`;
  writeSnapshot(
    path,
    PURPOSE,
    Buffer.concat([Buffer.from('1\n'), Buffer.from(new Float64Array(stats).buffer), Buffer.from(line)]),
  );
  return readFileSync(path);
}

test('whatever happens to files and snapshot, orders are as without it', async () => {
  const text = fc.constantFrom(
    textOf('One', 'ready'),
    textOf('Two', 'ready'),
    textOf('Six', 'in progress'),
    '# Heading\n',
    '---\n',
    '',
  );
  const happening = fc.record({
    change: fc.constantFrom(...Object.keys(CHANGES)),
    number: fc.integer({ min: 1, max: 4 }),
    text,
    damage: fc.oneof({ weight: 2, arbitrary: fc.constant('none') }, fc.constantFrom(...Object.keys(DAMAGES))),
    at: fc.nat(2_000),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 6 }), async (happenings) => {
      rmSync(join(sandbox.repo, 'orders'), { recursive: true });
      mkdirSync(join(sandbox.repo, 'orders'));
      for (let number = 1; number <= 4; number += 1) writeFileSync(fileOf(number), textOf('Begin'));
      await book.read();
      for (const { change, number, text, damage, at } of happenings) {
        tick();
        try {
          CHANGES[change]?.(number, text);
        } catch {
          // A file that was removed before, or a link to itself.
        }
        const path = snapshotOf(sandbox);
        const bytes = DAMAGES[damage]?.(readFileSync(path), at) ?? null;
        if (bytes === null) rmSync(path);
        else writeFileSync(path, bytes);
        const [read, inProgress] = [await book.read(), await book.inProgress()];
        const kept = readFileSync(path);
        rmSync(path);
        expect(read).toEqual(await book.read());
        expect(inProgress).toEqual(read.orders.filter(({ status }) => status === 'in_progress'));
        writeFileSync(path, kept);
      }
    }),
    { numRuns: 30 },
  );
});
