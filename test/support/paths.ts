import fc from 'fast-check';
import type { OrderId } from '../../src/core/ids.ts';
import { type ClaimPath, isClaimPath } from '../../src/core/path.ts';
import type { PathRecord } from '../../src/core/paths/record.ts';
import { LEASE, recordOf } from './claims.ts';

/** Names with everything that git, shells and disks give a meaning to. */
export const HOSTILE_NAMES = [
  ...[
    '.x',
    '...',
    'a..b',
    'a.',
    'a.lock',
    '.lock',
    'a.LOCK',
    'a.lock.lock',
    '@',
    '@{',
    '@{u}',
    'a@{1}',
    '%41',
    '%',
    '%2F',
    '%zz',
  ],
  ...[
    'a b',
    ' a ',
    '~',
    '^',
    ':',
    '?',
    '*',
    '[',
    ']',
    '\\',
    'a\nb',
    '\t',
    '\x1b[2J',
    '\x7f',
    '\u202e',
    '"',
    "'",
    '$(id)',
    '`id`',
    ';',
    '|',
  ],
  ...['-x', '--all', 'é', 'e\u0301', '日本語', '🦊', 'con', 'HEAD', 'refs', '{', '!', '#', '&', '\u00a0', '\u2028', '\ufeff'],
];

const anyName = fc.oneof(
  fc.constantFrom(...HOSTILE_NAMES),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom(...' .lock@{}~^:?*[]\\%/ab') }),
  fc.string({ unit: 'binary' }),
);

/** Any path that can be claimed. */
export const anyClaimPath: fc.Arbitrary<ClaimPath> = fc
  .array(anyName, { minLength: 1, maxLength: 4 })
  .map((names) => names.join('/'))
  .filter(isClaimPath);

export function pathRecordOf(path: string, changes: Partial<PathRecord> = {}): PathRecord {
  const { nonce, holder, claimedAt, recordedAt } = recordOf();
  return {
    path: path as ClaimPath,
    action: 'claim',
    order: null as OrderId | null,
    nonce,
    holder,
    lease: LEASE,
    remoteLease: null,
    challenge: null,
    takenFrom: null,
    claimedAt,
    recordedAt,
    note: null,
    ...changes,
  };
}
