import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Ajv2020 as Ajv } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { beyondTerminal } from '../support/beyond-terminal.ts';
import { type HttpsGit, serveHttps } from '../support/https-git.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, PACKAGE, type Sandbox } from '../support/sandbox.ts';

let there: Sandbox;
let server: HttpsGit;
let url: string;

beforeAll(async () => {
  there = createSandbox();
  const ada = { env: { GIT_CLAIM_SESSION: 'ada' } };
  for (const args of [
    ['ORDER-1', '--no-worktree'],
    ['path', 'src/größe.ts'],
    ['ORDER-2', '--no-worktree'],
    ['block', 'ORDER-2', '--reason', 'waits for the design'],
    ['ORDER-3', '--no-worktree'],
    ['release', 'ORDER-3'],
  ])
    expect((await runCli(there, args, ada)).code).toBe(0);
  const record = there.git(['rev-parse', 'refs/claims/ORDER-1']);
  const blob = there.git(['hash-object', '-w', '.git/HEAD']);
  // Claims of another order under this name, a case that git-claim never writes, and what another program put there.
  for (const [ref, oid] of [
    ['refs/claims/ORDER-7', record],
    ['refs/claims/order-1', record],
    ['refs/claims/ORDER-8', blob],
    ['refs/claim-paths/src/other.ts', blob],
    ['refs/claim-rescue/ORDER-1', record],
  ])
    there.git(['update-ref', ref as string, oid as string]);
  there.git(['update-ref', 'refs/tags/claims/ORDER-6', there.git(['rev-parse', 'HEAD'])]);
  server = await serveHttps(there.dir, 's3cret');
  url = `${server.url.replace('//', '//ada:s3cret@')}/my%20%C3%A4pp/.git`;
});

afterAll(() => server.close());

/** Runs the command where there is neither git nor a repository. */
async function withoutGit(...args: string[]) {
  const home = mkdtempSync(join(inject('sandboxes'), 'container '));
  const bin = join(home, 'bin');
  mkdirSync(bin);
  for (const name of ['sh', 'readlink', 'node'])
    symlinkSync(execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim(), join(bin, name));
  const words = beyondTerminal(join(bin, 'sh'), [join(PACKAGE, 'bin/git-claim'), ...args]);
  const env = { PATH: bin, HOME: home, TZ: 'UTC', NODE_EXTRA_CA_CERTS: server.certificate };
  const child = spawn(words.file, words.args, { argv0: words.argv0, cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const left = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) => !name.startsWith('bin'));
  return { status, stdout, stderr, left };
}

test('the claims of a repository that nobody cloned are shown without git, and nothing is written', async () => {
  const { status, stdout, stderr, left } = await withoutGit('list', '--remote', url);
  expect({ status, left }).toEqual({ status: 0, left: [] });
  expect(steady(stdout)).toMatchInlineSnapshot(`
    "ORDER-1  ada  active  0s  <host>
    ORDER-2  ada  blocked  0s  <host>  waits for the design
    ORDER-7  -  foreign  -  -  its Order trailer is missing or broken
    ORDER-8  -  foreign  -  -  it is a blob, not an annotated tag
    ORDER-6  -  foreign  -  -  it is a commit, not an annotated tag
    refs/claims/order-1  foreign

    src/größe.ts  ada  ORDER-1  unknown  0s  ttl 15m
    src/other.ts  -  -  foreign  -  it is a blob, not an annotated tag
    "
  `);
  expect(stderr).toMatchInlineSnapshot(`
    "warning: refs/claims/order-1 is ignored: not a valid claim name
    "
  `);
});

test('its document says what cannot be known from here', async () => {
  const { stdout } = await withoutGit('list', '--all', '--json', '--remote', url);
  const { claims, paths, warnings } = JSON.parse(stdout);
  expect(claims.map(({ order, state, liveness, sync }: Row) => [order, state, liveness, sync].join(' '))).toEqual([
    'ORDER-1 active unknown confirmed',
    'ORDER-2 blocked unknown confirmed',
    'ORDER-3 released  confirmed',
    'ORDER-7   confirmed',
    'ORDER-8   confirmed',
    'ORDER-6   confirmed',
  ]);
  expect(claims[0]).toMatchObject({ mine: false, session: 'ada', generation: 1, heartbeatAt: null, worktree: null });
  expect(claims[0].evidence).toMatch(/^last record at 20.*Z, on host /);
  expect(paths.map(({ path, session, liveness }: Row) => [path, session, liveness])).toEqual([
    ['src/größe.ts', 'ada', 'unknown'],
    ['src/other.ts', null, null],
  ]);
  expect(warnings).toEqual([{ code: 'foreign-ref', message: 'refs/claims/order-1 is ignored: not a valid claim name' }]);
  const schema = new Ajv({ strict: false }).addSchema(JSON.parse(readFileSync(join(PACKAGE, SCHEMA), 'utf8')), 'git-claim/1');
  expect([schema.validate('git-claim/1#/$defs/claimsDocument', JSON.parse(stdout)), schema.errors]).toEqual([true, null]);
});

test('what cannot be read is said, and never who asked', async () => {
  const refused = [
    url.replace('s3cret', 'wr0ng'),
    url.replace('.git', 'nothing'),
    'https://ada:s3cret@127.0.0.1:1/app.git',
    'http://ada:s3cret@example.org/app.git',
    'ssh://ada:s3cret@example.org/app.git',
    'ada:s3cret@example.org:app.git',
  ];
  const said: string[] = [];
  for (const address of refused) {
    const { status, stdout, stderr } = await withoutGit('list', '--remote', address);
    said.push(`${status} ${stdout}${stderr.replaceAll(server.url, '<server>')}`.trimEnd());
  }
  expect(said.join('\n')).not.toMatch(/s3cret|wr0ng/);
  expect(said.join('\n')).toMatchInlineSnapshot(`
    "7 error: <server>/my%20%C3%A4pp/.git cannot be read: HTTP Error: 401 Unauthorized
    7 error: <server>/my%20%C3%A4pp/nothing cannot be read: HTTP Error: 404 Not Found
    7 error: https://127.0.0.1:1/app.git cannot be read: connect ECONNREFUSED 127.0.0.1:1
    129 error: "http://example.org/app.git" would be read in the clear, the password included
      hint    use https; plain http is for this machine only
    129 error: "ssh://example.org/app.git" cannot be read without a clone
      hint    use its https address, or run git claim list in a clone
    129 error: "example.org:app.git" is not the address of a repository
      hint    git claim list --remote https://<host>/<repository>.git"
  `);
});

type Row = Readonly<Record<string, string | null>>;
const SCHEMA = 'docs/json/git-claim-1.schema.json';

function steady(text: string): string {
  return text
    .replaceAll(/ {2,}/g, '  ')
    .replaceAll(/ \d+s /g, ' 0s ')
    .replaceAll(new RegExp(` ${hostname()}$`, 'gm'), ' <host>')
    .replaceAll(` ${hostname()} `, ' <host> ');
}
