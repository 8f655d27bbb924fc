import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeChange } from '../../../src/adapters/git/install/bytes.ts';
import { failed } from '../../support/failures.ts';

test('what somebody wrote since init looked is not written over, be it a file or a hook that was not there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'git-claim-install-'));
  const seen = [
    ['AGENTS.md', 'agents-md', '# Agents\n'],
    ['pre-commit', 'hook', null],
  ] as const;
  for (const [name, part, before] of seen) {
    const path = join(folder, name);
    writeFileSync(path, 'of a person');
    const { failure, message } = failed(() => makeChange({ kind: 'write', part, path, before, text: 'ours' }));
    expect([failure.kind, message]).toEqual(['file-changing', `another process is changing ${path}`]);
    expect(readFileSync(path, 'utf8')).toBe('of a person');
  }
  expect(readdirSync(folder)).toEqual(['AGENTS.md', 'pre-commit']);
});
