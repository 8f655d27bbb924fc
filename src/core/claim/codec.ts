import { isCanonicalOrderId, type OrderId, parseOid } from '../ids.ts';
import { decodePathLine, encodePathLine, oneLine } from '../line.ts';
import { readPath } from '../path.ts';
import { encodePath } from '../path-encoding.ts';
import { type Fields, fail, holderRows, leaseRows, type Row } from '../record/fields.ts';
import {
  type Decoded,
  decodeTag,
  decodeTagMessage,
  encodeTag,
  type ReadTarget,
  subjectOf,
  type Tagger,
  type TagTarget,
} from '../record/tag.ts';
import { ACTIONS, type ClaimRecord, STATES } from './record.ts';

/** Returns the body of the annotated tag object that holds the record (the format is fixed by docs/decisions/0001-record.md). */
export function encodeRecord(record: ClaimRecord, target: TagTarget, tagger: Tagger): string {
  const { order, action, holder, note } = record;
  const subject = subjectOf(action, order, holder);
  return encodeTag({ name: `claims/${order}`, subject, note, rows: rowsOf(record) }, target, tagger);
}

/**
 * Reads the body of a tag object as a record.
 *
 * @param order the order its ref names, which the record must be of; null when it is read without a ref
 */
export function decodeRecord(body: string, order: OrderId | null): Decoded<ClaimRecord> {
  return decodeTag(body, (fields, note) => readRecord(fields, note, order));
}

/** Reads the message of a record's tag, whose header names this target. */
export function decodeMessage(message: string, order: OrderId | null, target: ReadTarget): Decoded<ClaimRecord> {
  return decodeTagMessage(message, target, (fields, note) => readRecord(fields, note, order));
}

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
