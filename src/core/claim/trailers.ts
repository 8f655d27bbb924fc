import { isCanonicalOrderId, type OrderId, parseOid } from '../ids.ts';
import { decodePathLine, encodePathLine, oneLine } from '../line.ts';
import { readPath } from '../path.ts';
import { encodePath } from '../path-encoding.ts';
import { codecOf } from '../record/codec.ts';
import { type Fields, fail, holderRows, leaseRows, type Row } from '../record/fields.ts';
import { ACTIONS, type ClaimRecord, STATES } from './record.ts';

/** The trailers that hooks read, in the order in which git prints them as the one line of a claim. */
export const HOOK_KEYS = [
  'State',
  'Generation',
  'Session',
  'Session-Key',
  'Agent',
  'Anchor',
  'Branch',
  'Claimed-At',
  'Challenge',
] as const;

/**
 * Encodes and decodes the records of orders, in the format of docs/decisions/0001-record.md. Without its
 * ref (null), a record may name any order.
 */
export const CLAIM_CODEC = codecOf<ClaimRecord, OrderId | null>({
  folder: 'claims/',
  nameOf: ({ order }) => order,
  rowsOf,
  read: readRecord,
});

function rowsOf(record: ClaimRecord): Row[] {
  return [
    ['Order', record.order],
    ['Action', record.action],
    ['State', record.state],
    ['Generation', String(record.generation)],
    ['Nonce', record.nonce],
    ...holderRows(record),
    ['Worktree', record.worktree && encodePathLine(record.worktree)],
    ['Branch', record.branch],
    ['Base', record.base],
    ['Tip', record.tip],
    ...record.paths.map((path): Row => ['Path', encodePath(path)]),
    ...leaseRows(record),
    ['Linear', record.linear && oneLine(record.linear)],
  ];
}

function readRecord(fields: Fields, note: string | null, expected: OrderId | null): ClaimRecord {
  const order = fields.required('Order');
  if (expected === null ? !isCanonicalOrderId(order) : order !== expected) return fail('Order');
  return {
    order: order as OrderId,
    action: fields.oneOf('Action', ACTIONS),
    state: fields.oneOf('State', STATES),
    generation: Number(fields.matching('Generation', /^[1-9][0-9]{0,14}$/)),
    worktree: fields.parsed('Worktree', decodePathLine),
    branch: fields.optional('Branch'),
    base: fields.parsed('Base', parseOid),
    tip: fields.parsed('Tip', parseOid),
    paths: fields.each('Path', readPath),
    linear: fields.optional('Linear'),
    ...fields.kept(note),
  };
}
