import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { lackOf, serve, TRANSPORTS } from '../support/remotes/transports.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

const CLIENTS = 20;
/** One shows that servers and clients are as they should be; git itself was tested by others. */
const ROUNDS = Number(process.env['GIT_CLAIM_TEST_ROUNDS'] ?? 1);
const REF = 'refs/claims/ORDER-1';

const run = promisify(execFile);

test.for(TRANSPORTS)(
  `${CLIENTS} clones push one new ref at once, expecting none: git lets one in, over %s`,
  async (transport, { skip }) => {
    const lack = lackOf(transport);
    skip(lack !== null, lack ?? '');
    const sandbox = createSandbox();
    const remotes = await serve(sandbox, transport);
    onTestFinished(remotes.end);
    remotes.admit(sandbox);
    const clones = Array.from({ length: CLIENTS }, (_, n) => clone(sandbox, n));
    for (let round = 0; round < ROUNDS; round += 1) {
      const bare = remotes.make(`${round}.git`);
      const pushes = clones.map(({ path, oid }) => push(sandbox, path, remotes.url(`${round}.git`), oid));
      const ended = await Promise.all(pushes);
      const winners = ended.flatMap(({ code }, n) => (code === 0 ? [n] : []));
      expect(ended.filter(({ code, said }) => code !== 0 && !(code === 1 && /^!\t/m.test(said)))).toEqual([]);
      expect(winners.length).toBe(1);
      expect(sandbox.git(['rev-parse', REF], bare)).toBe(clones[winners[0] as number]?.oid);
    }
  },
);

/** A repository with one object that no other has. */
function clone({ dir, git }: Sandbox, n: number) {
  const path = join(dir, `clone ${n}`);
  mkdirSync(path);
  git(['init', '--quiet'], path);
  writeFileSync(join(path, 'own'), `${n}\n`);
  return { path, oid: git(['hash-object', '-w', 'own'], path) };
}

async function push({ env }: Sandbox, cwd: string, url: string, oid: string) {
  const words = ['push', '--atomic', '--porcelain', `--force-with-lease=${REF}:`, url, `${oid}:${REF}`];
  const ended = await run('git', words, { cwd, env: { ...env } }).catch((error) => error);
  return { code: ended.code ?? 0, said: `${ended.stdout}${ended.stderr}` };
}
