import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Oid } from '../../../src/core/ids.ts';
import { oneLine } from '../../../src/core/line.ts';
import { overlaps, parseClaimPath, pathKey } from '../../../src/core/path.ts';
import { decodePath, encodePath } from '../../../src/core/path-encoding.ts';
import { pathLease } from '../../../src/core/paths/lease.ts';
import { decodePending, encodePending } from '../../../src/core/paths/pending.ts';
import { guardRef, keyOfRef, pathRef, pathRefPrefix } from '../../../src/core/paths/refs.ts';
import { PATH_CODEC } from '../../../src/core/paths/trailers.ts';
import { LEASE } from '../../support/claims.ts';
import { failed } from '../../support/failures.ts';
import { anyClaimPath, pathRecordOf } from '../../support/paths.ts';

const PREFIX = 'refs/claim-paths/';
const OID = 'a1'.repeat(20) as Oid;
const TAGGER = { name: 'Ada', email: 'ada@example.com', epochSeconds: 1_795_270_925 };

test('a ref stands for the one path it was made of', () => {
  fc.assert(
    fc.property(anyClaimPath, (path) => {
      const key = pathKey(path, false);
      expect(decodePath(encodePath(path))).toBe(path);
      expect(keyOfRef(PREFIX, pathRef(PREFIX, key))).toBe(key);
    }),
    { numRuns: 3_000 },
  );
});

test('what is written is what git takes as a ref', () => {
  fc.assert(
    fc.property(anyClaimPath, (path) => {
      const names = encodePath(path).split('/');
      // git-check-ref-format(1), rule by rule.
      expect(names.filter((name) => name === '' || /^\.|\.lock$|\.$|\.\.|@\{/i.test(name))).toEqual([]);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the subject here
      expect(encodePath(path)).not.toMatch(/[\u0000-\u0020\u007f~^:?*[\\]/);
      expect(names).toHaveLength(path.split('/').length);
    }),
    { numRuns: 3_000 },
  );
});

test.each(['%41', 'a%2Fb', '%2e', 'a b', '%zz', '%FF', 'x.lock', ''])('no path was written as %j', (name) => {
  expect(decodePath(name)).toBeNull();
});

test('whatever a path record says is read back', () => {
  fc.assert(
    fc.property(anyClaimPath, fc.constantFrom('tag' as const, 'tree' as const, 'blob' as const), (path, type) => {
      const record = pathRecordOf(path, { note: 'why' });
      const body = PATH_CODEC.encode(record, { oid: OID, type }, TAGGER);
      expect(PATH_CODEC.decode(Buffer.from(body).toString(), pathKey(path, false))).toEqual({
        kind: 'record',
        record,
        previous: type === 'tag' ? OID : null,
      });
    }),
  );
});

test('what the guard says is read as it was written, and nothing else is', () => {
  const record = fc.record({ path: anyClaimPath, note: fc.option(fc.string().map(oneLine), { nil: null }) });
  fc.assert(
    fc.property(fc.array(anyClaimPath), fc.array(record), (gone, records) => {
      // A guard whose paths are equal, or lie in each other, is not a guard: nobody writes it.
      const come = records.filter(({ path }, at) =>
        records.every((other, its) => its === at || (other.path === path ? its > at : !path.startsWith(`${other.path}/`))),
      );
      const going = gone.map((path) => ({ key: pathKey(path, false), oid: OID }));
      const coming = come.map(({ path, note }) => {
        const body = PATH_CODEC.encode(
          pathRecordOf(path, { note: note === '' ? null : note }),
          { oid: OID, type: 'blob' },
          TAGGER,
        );
        return { key: pathKey(path, false), body };
      });
      const text = encodePending(going, coming);
      const read = decodePending(text);
      expect(read?.going).toEqual(going);
      expect(read?.coming.map(({ key, body }) => ({ key, body }))).toEqual(coming);
      expect(read?.coming.map(({ record: { path } }) => path)).toEqual(come.map(({ path }) => path));
      for (const other of ['', `${text}x\0`, text.replace('pending 1', 'pending 2')]) expect(decodePending(other)).toBeNull();
    }),
    { numRuns: 200 },
  );
  const key = (path: string) => pathKey(parseClaimPath(path), false);
  const body = PATH_CODEC.encode(pathRecordOf('src'), { oid: OID, type: 'blob' }, TAGGER);
  expect(decodePending(encodePending([], [{ key: key('docs'), body }]))).toBeNull();
  expect(decodePending(encodePending([], [{ key: key('src'), body: '' }]))).toBeNull();
  expect(decodePending(encodePending([{ key: key('src'), oid: 'x' as Oid }], []))).toBeNull();
});

test('a record of another path, or of an order, is foreign', () => {
  const body = PATH_CODEC.encode(pathRecordOf('src/auth.ts'), { oid: OID, type: 'blob' }, TAGGER);
  const key = (path: string) => pathKey(parseClaimPath(path), false);
  expect(PATH_CODEC.decode(body, key('src/auth.ts')).kind).toBe('record');
  expect(PATH_CODEC.decode(body, key('src')).kind).toBe('foreign');
  expect(PATH_CODEC.decode(body.replace('Path: src/auth.ts', 'Path: ../x'), key('src/auth.ts')).kind).toBe('foreign');
  expect(PATH_CODEC.decode(body.replace('Action: claim', 'Action: complete'), key('src/auth.ts')).kind).toBe('foreign');
});

test.each([
  ['', 'the whole repository'],
  ['.', 'no path below'],
  ['..', 'no path below'],
  ['a/../b', 'no path below'],
  ['/etc', 'no path below'],
  ['a//b', 'no path below'],
  ['a/', 'no path below'],
  ['.git', "git's own"],
  ['sub/.GIT/config', "git's own"],
  ['a\0b', 'not UTF-8'],
  ['a\ud800', 'not UTF-8'],
  ['a\ufffd', 'not UTF-8'],
  ['x'.repeat(251), 'too long'],
  [' '.repeat(90), 'too long'],
  ['ä'.repeat(126), 'too long'],
  ['abcdefghi/'.repeat(81).slice(0, -1), 'too long'],
])('%j cannot be claimed', (path, why) => {
  expect(failed(() => parseClaimPath(path))).toMatchObject({
    failure: { code: 'usage', text: path },
    message: expect.stringContaining(why),
  });
});

test('names as long as git can lock them can be claimed', () => {
  expect(parseClaimPath(`${'x'.repeat(250)}/${'ä'.repeat(125)}`)).toBeTruthy();
});

test('a path overlaps itself, what it lies in and what lies in it', () => {
  const key = (path: string, folds = false) => pathKey(parseClaimPath(path), folds);
  expect(overlaps(key('src'), key('src/auth.ts'))).toBe(true);
  expect(overlaps(key('src/auth.ts'), key('src'))).toBe(true);
  expect(overlaps(key('src'), key('src'))).toBe(true);
  expect(overlaps(key('src'), key('src2/a'))).toBe(false);
  expect(overlaps(key('src/a'), key('src/a.ts'))).toBe(false);
  expect(overlaps(key('Src'), key('src/a'))).toBe(false);
  expect(overlaps(key('Src', true), key('sRC/A', true))).toBe(true);
});

test('path refs live beside claim refs', () => {
  expect(pathRefPrefix('refs/claims/')).toBe(PREFIX);
  expect(pathRefPrefix('refs/tags/claims/')).toBe('refs/tags/claim-paths/');
  expect(guardRef(PREFIX)).toBe('refs/claim-paths.guard');
});

test('a path claim is challenged in time to end with its TTL', () => {
  expect(pathLease(LEASE, 900_000)).toEqual({ ...LEASE, staleMs: 870_000, expireMs: 900_000 });
  expect(failed(() => pathLease(LEASE, 60_000))).toMatchObject({
    failure: { kind: 'ttl-too-short', ttlMs: 60_000, minMs: 60_000 },
    message: expect.stringContaining('shorter than this session can keep'),
  });
});
