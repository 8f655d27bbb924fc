import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { GitConfig } from '../../../src/adapters/git/config.ts';
import type { Repository } from '../../../src/adapters/git/repository.ts';
import { mirrorsOf } from '../../../src/adapters/mirrors/front-matter.ts';
import type { ClaimRecord, Witnessed } from '../../../src/core/claim/record.ts';
import type { Mirror } from '../../../src/ports/mirror.ts';
import type { OrderBook } from '../../../src/ports/order-book.ts';
import { ORDER, recordOf } from '../../support/claims.ts';

const tree = realpathSync(mkdtempSync(join(tmpdir(), 'git-claim-mirror-')));
const file = join(tree, 'order.md');
const mirrored = join(tree, '.git/claim/mirrored');
const claim = witnessed(recordOf());

afterEach(() => {
  for (const path of [file, join(tree, '.git')]) rmSync(path, { recursive: true, force: true });
});

test('what a person saves between the reading and the writing is kept, and the claim is written into that', async () => {
  writeFileSync(file, '---\nstatus: ready\n---\n');
  let saves = 0;
  const mirror = mirrorOf();
  const busy = reading(() => {
    saves += 1;
    if (saves <= 2) appendFileSync(file, `saved ${saves}\n`);
  });
  expect(await mirror.write(busy)).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe(
    '---\nstatus: in_progress\nclaimed_by: alice\nclaimed_at: 2026-11-21T14:00:00Z\n---\nsaved 1\nsaved 2\n',
  );
});

test('a file that never stands still is given up on, and left as it is', async () => {
  writeFileSync(file, '---\nstatus: ready\n---\n');
  const busy = reading(() => appendFileSync(file, 'x'));
  await expect(mirrorOf().write(busy)).rejects.toMatchObject({ failure: { kind: 'order-file-changing', file: 'order.md' } });
  expect(readFileSync(file, 'utf8')).toMatch(/^---\nstatus: ready\n---\nx+$/);
});

test('nothing is written while git is in the middle of something', async () => {
  writeFileSync(file, '---\nstatus: ready\n---\n');
  const mirror = mirrorOf();
  writeFileSync(join(tree, '.git/MERGE_HEAD'), '');
  expect([await mirror.write(claim), readFileSync(file, 'utf8')]).toEqual([false, '---\nstatus: ready\n---\n']);
});

test('a copy that somebody replaced is known, and one that shows its claim is not', async () => {
  writeFileSync(file, '---\nstatus: ready\n---\n');
  const mirror = mirrorOf();
  await mirror.write(claim);
  expect(mirror.replaced()).toEqual([]);
  rmSync(file);
  expect(mirror.replaced()).toEqual([ORDER]);
  await mirror.write(claim);
  expect(mirror.replaced()).toEqual([]);
  writeFileSync(file, '---\nstatus: To Do\n---\nmerged\n');
  expect(mirror.replaced()).toEqual([ORDER]);
  await mirror.write(claim);
  expect([readFileSync(file, 'utf8'), mirror.replaced()]).toEqual([expect.stringContaining('status: In Progress\n'), []]);
  mirror.withdraw(null);
  expect([readFileSync(file, 'utf8'), readdirSync(mirrored)]).toEqual(['---\nstatus: To Do\n---\nmerged\n', []]);
});

test('a claim that is not shown any more leaves the file as it was', async () => {
  writeFileSync(file, '---\nstatus: ready\n---\n');
  await mirrorOf().write(claim);
  const off = mirrorOf({ 'claim.mirror': ['none'] });
  expect(off.concerns(ORDER)).toBe(true);
  await off.write(claim);
  expect([readFileSync(file, 'utf8'), off.concerns(ORDER)]).toEqual(['---\nstatus: ready\n---\n', false]);
});

test('a link within the tree is followed and stays a link', async () => {
  writeFileSync(join(tree, 'real.md'), '---\nstatus: ready\n---\n');
  symlinkSync('real.md', file);
  await mirrorOf().write(claim);
  expect(readFileSync(join(tree, 'real.md'), 'utf8')).toContain('claimed_by: alice');
});

test('a link in the place of a temporary file leads nowhere', async () => {
  const victim = join(tree, 'victim');
  const trap = `${file}.${process.pid}.tmp`;
  writeFileSync(file, '---\nstatus: ready\n---\n');
  writeFileSync(victim, 'of a person');
  symlinkSync(victim, trap);
  await mirrorOf().write(claim);
  rmSync(trap);
  expect([readFileSync(file, 'utf8'), readFileSync(victim, 'utf8')]).toEqual([
    expect.stringContaining('claimed_by: alice'),
    'of a person',
  ]);
});

function witnessed(record: ClaimRecord): Witnessed {
  return { oid: 'a'.repeat(40), previous: null, record } as Witnessed;
}

/** A claim whose holder is looked at once the file has been read. */
function reading(meanwhile: () => void): Witnessed {
  const { holder, ...rest } = recordOf();
  return witnessed({
    ...rest,
    get holder() {
      meanwhile();
      return holder;
    },
  });
}

function mirrorOf(settings: Record<string, string[]> = {}): Mirror {
  if (!existsSync(join(tree, '.git'))) mkdirSync(join(tree, '.git'));
  const config = new GitConfig(new Map(Object.entries(settings)), new Set(), []);
  const commonDir = join(tree, '.git');
  const repository = { config, mainDir: tree, topLevel: tree, gitDir: commonDir, commonDir };
  const orders = { fileOf: () => 'order.md', settle: async () => undefined, find: async () => undefined };
  const [mirror] = mirrorsOf(
    repository as unknown as Repository,
    () => orders as unknown as OrderBook,
    async () => ({ addFilter: async () => false }),
  );
  return mirror as Mirror;
}
