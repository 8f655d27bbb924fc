import { isCanonicalOrderId } from '../ids.ts';
import { type PathKey, pathKey, readPath } from '../path.ts';
import { encodePath } from '../path-encoding.ts';
import { type Fields, fail, holderRows, leaseRows } from '../record/fields.ts';
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
import { PATH_ACTIONS, type PathRecord } from './record.ts';

/** Returns the body of the tag object that holds the record (the format is fixed by docs/decisions/0005-path-claims.md). */
export function encodePathRecord(record: PathRecord, target: TagTarget, tagger: Tagger): string {
  const { path, action, order, nonce, holder, note } = record;
  const encoded = encodePath(path);
  const rows = [
    ['Path', encoded],
    ['Order', order],
    ['Action', action],
    ['Nonce', nonce],
    ...holderRows(record),
    ...leaseRows(record),
  ] as const;
  return encodeTag({ name: `claim-paths/${encoded}`, subject: subjectOf(action, encoded, holder), note, rows }, target, tagger);
}

/** Reads the body of a tag object as a path record, which must be of the path that its ref names. */
export function decodePathRecord(body: string, key: PathKey): Decoded<PathRecord> {
  return decodeTag(body, (fields, note) => readRecord(fields, note, key));
}

/** Reads the message of a path record's tag, whose header names this target. */
export function decodePathMessage(message: string, key: PathKey, target: ReadTarget): Decoded<PathRecord> {
  return decodeTagMessage(message, target, (fields, note) => readRecord(fields, note, key));
}

function readRecord(fields: Fields, note: string | null, key: PathKey): PathRecord {
  const path = readPath(fields.required('Path')) ?? fail('Path');
  if (pathKey(path, false) !== key && pathKey(path, true) !== key) return fail('Path');
  return {
    path,
    order: fields.parsed('Order', (order) => (isCanonicalOrderId(order) ? order : null)),
    action: fields.oneOf('Action', PATH_ACTIONS),
    ...fields.kept(note),
  };
}
