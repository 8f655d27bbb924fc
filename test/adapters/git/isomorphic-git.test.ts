import fs from 'node:fs';
import { join } from 'node:path';
import git from 'isomorphic-git';
import { expect, test } from 'vitest';
import { CLAIM_CODEC } from '../../../src/core/claim/trailers.ts';
import { type Oid, parseOid, parseOrderId } from '../../../src/core/ids.ts';
import { runCli } from '../../support/run-cli.ts';
import { createSandbox } from '../../support/sandbox.ts';

test('another implementation of git reads our records, and the chain they stand on', async () => {
  const sandbox = createSandbox();
  const env = { GIT_CLAIM_SESSION: 'alice' };
  for (const args of [['ORDER-1'], ['block', 'ORDER-1', '--reason', 'größe: <waits>'], ['release', 'ORDER-1']]) {
    expect((await runCli(sandbox, args, { env })).code).toBe(0);
  }
  const gitdir = join(sandbox.repo, '.git');
  const chain: object[] = [];
  for (let oid: string | null = await git.resolveRef({ fs, gitdir, ref: 'refs/claims/ORDER-1' }); oid !== null; ) {
    const { tag } = await git.readTag({ fs, gitdir, oid });
    const decoded = CLAIM_CODEC.decodeMessage(tag.message, parseOrderId('ORDER-1'), {
      oid: parseOid(tag.object) as Oid,
      type: tag.type,
    });
    if (decoded.kind === 'foreign') throw new Error(decoded.why);
    const { action, state, generation, note } = decoded.record;
    chain.push({ tag: tag.tag, tagger: tag.tagger.name, action, state, generation, note });
    oid = decoded.previous;
  }
  const same = { tag: 'claims/ORDER-1', tagger: 'Ada', generation: 1 };
  expect(chain).toEqual([
    { ...same, action: 'release', state: 'released', note: null },
    { ...same, action: 'block', state: 'blocked', note: 'größe: <waits>' },
    { ...same, action: 'claim', state: 'active', note: null },
  ]);
});
