import { appendFileSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { GitConfig } from '../../../src/adapters/git/config.ts';
import type { Repository } from '../../../src/adapters/git/repository.ts';
import { MemoryOutbox } from '../../../src/adapters/memory/outbox.ts';
import { mirrorsOf } from '../../../src/adapters/mirrors/front-matter.ts';
import type { Witnessed } from '../../../src/core/claim/record.ts';
import type { Mirror } from '../../../src/ports/mirror.ts';
import type { OrderBook } from '../../../src/ports/order-book.ts';
import type { Mirrored } from '../../../src/ports/outbox.ts';
import { ORDER, recordOf } from '../../support/claims.ts';

const tree = realpathSync(mkdtempSync(join(tmpdir(), 'git-claim-mirror-')));
const file = join(tree, 'order.md');
const claim = { oid: 'a'.repeat(40), previous: null, record: recordOf() } as Witnessed;

afterEach(() => rmSync(file, { force: true }));

test('what a person saves between the reading and the writing is kept, and the claim is written into that', async () => {
  writeFileSync(file, '---\nstatus: ready\n---\n');
  let saves = 0;
  const mirror = mirrorWith(() => {
    saves += 1;
    if (saves <= 2) appendFileSync(file, `saved ${saves}\n`);
  });
  expect(await mirror.write(claim)).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe(
    '---\nstatus: in_progress\nclaimed_by: alice\nclaimed_at: 2026-11-21T14:00:00Z\n---\nsaved 1\nsaved 2\n',
  );
});

test('a file that never stands still is given up on, and left as it is', async () => {
  writeFileSync(file, '---\nstatus: ready\n---\n');
  const mirror = mirrorWith(() => appendFileSync(file, 'x'));
  await expect(mirror.write(claim)).rejects.toMatchObject({ failure: { kind: 'order-file-changing', file: 'order.md' } });
  expect(readFileSync(file, 'utf8')).toMatch(/^---\nstatus: ready\n---\nx+$/);
});

test('a link within the tree is followed and stays a link', async () => {
  writeFileSync(join(tree, 'real.md'), '---\nstatus: ready\n---\n');
  symlinkSync('real.md', file);
  await mirrorWith(() => undefined).write(claim);
  expect(readFileSync(join(tree, 'real.md'), 'utf8')).toContain('claimed_by: alice');
});

test('a link in the place of a temporary file leads nowhere', async () => {
  const victim = join(tree, 'victim');
  const trap = `${file}.${process.pid}.tmp`;
  writeFileSync(file, '---\nstatus: ready\n---\n');
  writeFileSync(victim, 'of a person');
  symlinkSync(victim, trap);
  await mirrorWith(() => undefined).write(claim);
  rmSync(trap);
  expect([readFileSync(file, 'utf8'), readFileSync(victim, 'utf8')]).toEqual([
    expect.stringContaining('claimed_by: alice'),
    'of a person',
  ]);
});

/** @param meanwhile what happens once the file has been read */
function mirrorWith(meanwhile: () => void): Mirror {
  const outbox = new MemoryOutbox();
  const memory = {
    mirrored: () => outbox.mirrored(ORDER),
    noteMirrored: (_: typeof ORDER, mirrored: Mirrored | null) => {
      outbox.noteMirrored(ORDER, mirrored);
      meanwhile();
    },
  };
  const repository = { config: new GitConfig(new Map(), new Set(), []), mainDir: tree, commonDir: join(tree, '.git') };
  const orders = { fileOf: () => 'order.md' };
  const [mirror] = mirrorsOf(repository as unknown as Repository, () => orders as unknown as OrderBook, memory);
  return mirror as Mirror;
}
