import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Oid } from '../../../src/core/ids.ts';
import { parseClaimPath, pathKey } from '../../../src/core/path.ts';
import type { WitnessedPath } from '../../../src/core/paths/record.ts';
import type { SurveyedPath } from '../../../src/ports/path-registry.ts';
import { noteLeaving, pathMoves, rememberPaths } from '../../../src/usecases/evidence/path-refs.ts';
import { memoryCaches, sqliteCaches } from '../../support/caches.ts';
import { memoryPorts } from '../../support/memory-ports.ts';
import { pathRecordOf } from '../../support/paths.ts';

const PATH = parseClaimPath('src/auth.ts');
const KEY = pathKey(PATH, false);
const claimOf = (digit: string): WitnessedPath => ({
  oid: digit.repeat(40) as Oid,
  previous: null,
  record: pathRecordOf(PATH),
});
const [ONE, TWO] = [claimOf('1'), claimOf('2')];
const surveyed = (claim: WitnessedPath): SurveyedPath[] => [{ key: KEY, reading: { kind: 'record', ...claim } }];

describe.each(['memory', 'sqlite'] as const)('remembered in %s', (store) => {
  function place() {
    const folder = mkdtempSync(join(tmpdir(), 'path-refs-'));
    const caches = store === 'memory' ? memoryCaches(1_000) : sqliteCaches(folder, 1_000);
    onTestFinished(() => {
      caches.cache.close();
      rmSync(folder, { recursive: true, force: true });
    });
    let now: readonly SurveyedPath[] = [];
    const memory = memoryPorts({ name: 'bob' });
    const paths: typeof memory.paths = Object.assign(Object.create(memory.paths), {
      survey: async () => ({ paths: now, strangers: [] }),
    });
    const ports = { ...memory, refMemory: caches.refMemory, paths };
    /** Looks, having seen `before` when it began, while `after` is true by now. */
    const look = async (before: readonly SurveyedPath[], after = before) => {
      now = after;
      return (await pathMoves(ports, before, null)).map(({ ref, from }) => `${ref} ${from?.[0]}`);
    };
    const leave = (claim: WitnessedPath) => noteLeaving(ports, [{ key: KEY, expected: claim, record: null }]);
    return { ports, look, leave };
  }

  test('a path claim whose ref is gone is told once, and not if git-claim ended it', async () => {
    const { look, leave } = place();
    expect(await look(surveyed(ONE))).toEqual([]);
    expect(await look([])).toEqual(['src/auth.ts 1']);
    expect(await look([])).toEqual([]);
    expect(await look(surveyed(ONE))).toEqual([]);
    leave(ONE);
    expect(await look([])).toEqual([]);
  });

  test('whoever looked before it was claimed, or before it ended, takes it for neither', async () => {
    const { ports, look, leave } = place();
    rememberPaths(ports, [ONE]);
    expect(await look([], surveyed(ONE))).toEqual([]);
    leave(ONE);
    // It ends now; a slow look still has it, and the next one has not.
    expect(await look(surveyed(ONE), [])).toEqual([]);
    expect(await look([])).toEqual([]);
    // Claimed again, it is another claim.
    rememberPaths(ports, [TWO]);
    expect(await look([])).toEqual(['src/auth.ts 2']);
  });
});
