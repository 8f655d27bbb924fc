import { isCanonicalOrderId } from '../ids.ts';
import { type PathKey, pathKey, readPath } from '../path.ts';
import { encodePath } from '../path-encoding.ts';
import { codecOf } from '../record/codec.ts';
import { type Fields, fail, holderRows, leaseRows, type Row } from '../record/fields.ts';
import { PATH_ACTIONS, type PathRecord } from './record.ts';

/** Encodes and decodes the records of paths, in the format of docs/decisions/0005-path-claims.md. */
export const PATH_CODEC = codecOf<PathRecord, PathKey>({
  folder: 'claim-paths/',
  nameOf: ({ path }) => encodePath(path),
  rowsOf,
  read: readRecord,
});

function rowsOf(record: PathRecord): Row[] {
  return [
    ['Path', encodePath(record.path)],
    ['Order', record.order],
    ['Action', record.action],
    ['Nonce', record.nonce],
    ...holderRows(record),
    ...leaseRows(record),
  ];
}

function readRecord(fields: Fields, note: string | null, key: PathKey): PathRecord {
  const [path, ...more] = fields.each('Path', readPath);
  if (path === undefined || more.length > 0) return fail('Path');
  if (pathKey(path, false) !== key && pathKey(path, true) !== key) return fail('Path');
  return {
    path,
    order: fields.parsed('Order', (order) => (isCanonicalOrderId(order) ? order : null)),
    action: fields.oneOf('Action', PATH_ACTIONS),
    ...fields.kept(note),
  };
}
