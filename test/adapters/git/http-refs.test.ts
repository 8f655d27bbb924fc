import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { HttpRefs } from '../../../src/adapters/git/over-http/http-refs.ts';
import { isPackOfSmall } from '../../../src/adapters/git/over-http/pack-scan.ts';
import { plainAddress } from '../../../src/core/remote/address.ts';
import { parseHttpAddress } from '../../../src/core/remote/http-address.ts';
import { failed, failedLater } from '../../support/failures.ts';
import { serveBackend } from '../../support/https-git.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const all = () => true;
const LIMITS = { bytesMax: 64 * 1024 * 1024, ms: 20_000 };
const refsAt = (url: string, limits = LIMITS) => new HttpRefs(parseHttpAddress(url), null, limits);

let hostileDir: string | null = null;

async function hostile(): Promise<string> {
  hostileDir ??= hostileRepository();
  return `${await serve(serveBackend(hostileDir))}/my%20%C3%A4pp/.git`;
}

/** A repository with good claims, a record of 10 MB, and a small one above it. */
function hostileRepository(): string {
  const sandbox = createSandbox();
  // Nothing is tested by how well git compresses it.
  for (const [key, value] of [
    ['core.compression', '0'],
    ['core.bigFileThreshold', '1m'],
  ] as const)
    sandbox.git(['config', key, value]);
  const tree = sandbox.git(['mktree']);
  const tag = (name: string, message: string, target = `${tree}\ntype tree`) => {
    const oid = objectIn(sandbox, `object ${target}\ntag ${name}\ntagger A <a@b> 1 +0000\n\n${message}`);
    sandbox.git(['update-ref', `refs/claims/${name}`, oid]);
    return oid;
  };
  for (const name of ['GOOD-1', 'GOOD-2']) tag(name, `${name}\n`);
  tag('ABOVE-1', '', `${tag('NOISE-1', randomBytes(7_500_000).toString('base64'))}\ntype tag`);
  return sandbox.dir;
}

function objectIn({ repo, env }: Sandbox, tag: string): string {
  const words = ['hash-object', '-t', 'tag', '-w', '--stdin'];
  return execFileSync('git', words, { cwd: repo, env, input: tag, encoding: 'utf8' }).trim();
}

test('a record of 10 MB is cut off and hides no other', async () => {
  const { refs, cut } = await refsAt(await hostile()).read(['refs/claim'], all);
  expect(cut).toBe(null);
  const good = refs.filter(({ ref }) => ref.startsWith('refs/claims/GOOD'));
  expect(good.length).toBe(2);
  for (const { object } of good) expect(object).toMatchObject({ kind: 'tag', body: expect.stringMatching(/GOOD-\d\n$/) });
  const others = refs.filter(({ ref }) => !ref.startsWith('refs/claims/GOOD')).map(({ ref, object }) => [ref, object]);
  const tooLarge = { kind: 'other', why: 'it is larger than any record' };
  expect(others).toEqual(['ABOVE-1', 'NOISE-1'].map((name) => [`refs/claims/${name}`, tooLarge]));
});

test('what was not read before a limit is named, and said', async () => {
  const { refs, cut } = await refsAt(await hostile(), { ...LIMITS, bytesMax: 1_000_000 }).read(['refs/claim'], all);
  expect(cut).toEqual({ what: 'bytes', max: 1_000_000 });
  expect(refs.length).toBe(4);
  expect(refs.filter(({ object }) => object.kind === 'not-read').length).toBeGreaterThan(0);
});

test('a server that says nothing, or never stops, is left', async () => {
  const silent = refsAt(await serve(() => {}), { ...LIMITS, ms: 1_000 });
  const first = [`001e# service=git-upload-pack\n00000045${'1'.repeat(40)} refs/heads/a\0ofs-delta \n`];
  const endless = refsAt(
    await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
      const more = () =>
        void (response.write(first.splice(0).join('') + '003d'.concat(`${'1'.repeat(40)} refs/heads/main\n`).repeat(1_000))
          ? setImmediate(more)
          : response.once('drain', more));
      more();
    }),
    { ...LIMITS, bytesMax: 1024 * 1024 },
  );
  expect((await failedLater(silent.read(['refs/claim'], all))).message).toMatch(/did not list its refs within 1s$/);
  expect((await failedLater(endless.read(['refs/claim'], all))).message).toMatch(/did not list its refs within 1 MB$/);
});

test('an answer that ends early is no shorter answer', async () => {
  const { dir, git } = createSandbox();
  const blob = git(['hash-object', '-w', '.git/HEAD']);
  for (const order of ['ORDER-1', 'ORDER-2']) git(['update-ref', `refs/claims/${order}`, blob]);
  const answerOf = serveBackend(dir);
  // Of each answer in turn; the third is the pack.
  for (const cut of [1, 2, 3]) {
    let answers = 0;
    const url = await serve((request, response) => {
      answers += 1;
      if (answers === cut) {
        const end = response.end.bind(response);
        const pieces: Buffer[] = [];
        response.write = (piece: Buffer) => pieces.push(piece) > 0;
        response.end = () => end(Buffer.concat(pieces).subarray(0, -10));
      }
      answerOf(request, response);
    });
    const { message } = await failedLater(refsAt(`${url}/my%20%C3%A4pp/.git`).read(['refs/claim'], all));
    expect([cut, message]).toEqual([cut, expect.stringMatching(/: its (?:answer|pack) was cut off$/)]);
  }
});

test('credentials go to the server that was named, and no redirect leads to another protocol', async () => {
  const heard: (string | undefined)[] = [];
  const note: RequestListener = ({ headers: { authorization } }, response) => {
    heard.push(authorization);
    response.writeHead(404).end();
  };
  const other = await serve(note);
  const first = await serve(({ url = '' }, response) => void response.writeHead(301, { location: `${other}${url}` }).end());
  await failedLater(refsAt(first.replace('//', '//ada:s3cret@')).read(['refs/claim'], all));
  await failedLater(refsAt(other.replace('//', '//ada:s3cret@')).read(['refs/claim'], all));
  expect(heard).toEqual([undefined, `Basic ${Buffer.from('ada:s3cret').toString('base64')}`]);
  for (const location of ['https://127.0.0.1:1/', '/elsewhere', 'file:///etc/passwd']) {
    const url = await serve((_, response) => void response.writeHead(302, { location }).end());
    expect((await failedLater(refsAt(url).read(['refs/claim'], all))).message).toMatch(/it redirects to /);
  }
  const circle = await serve(({ url }, response) => void response.writeHead(302, { location: url }).end());
  expect((await failedLater(refsAt(circle).read(['refs/claim'], all))).message).toMatch(/it redirects in circles$/);
});

test('an address is https, or of this machine', () => {
  const good = [
    'https://example.org/a.git/',
    'http://localhost:8/a',
    'http://127.0.0.1/',
    'http://[::1]:80/a?x#y',
    'HTTPS://Ex.org',
  ];
  expect(good.map((text) => parseHttpAddress(text).url)).toEqual([
    'https://example.org/a.git',
    'http://localhost:8/a',
    'http://127.0.0.1',
    'http://[::1]/a',
    'https://ex.org',
  ]);
  expect(parseHttpAddress('https://a%40b:p%3Aq@ex.org').credentials).toBe('a@b:p:q');
  const bad = [
    '',
    'app',
    '/srv/app.git',
    'git@ex.org:a.git',
    'http://ex.org',
    'http://127.0.0.1.ex.org',
    'file:///a',
    'ext::sh -c x',
  ];
  for (const text of bad) expect([text, failed(() => parseHttpAddress(text)).failure.kind]).toEqual([text, 'remote-address']);
  expect(['https://u:p@h/x?token=1', 'ssh://u@h/x', 'https://a@b@h/', 'u:p@h:x', '/a/b@c'].map(plainAddress)).toEqual([
    'https://h/x',
    'ssh://h/x',
    'https://h/',
    'h:x',
    '/a/b@c',
  ]);
});

test('no cut pack is taken for a good one, and none that is small only as long as nobody looks into it', () => {
  const { repo, env, git } = createSandbox(3);
  const packed = () => execFileSync('git', ['pack-objects', '--all', '--stdout', '-q'], { cwd: repo, env, input: '' });
  const pack = packed();
  expect(isPackOfSmall(pack, 100_000)).toBe(true);
  expect(isPackOfSmall(pack, 100)).toBe(false);
  for (let length = 0; length < pack.length - 20; length += 7)
    expect(() => isPackOfSmall(pack.subarray(0, length), 100_000), `cut at ${length}`).toThrow();
  for (const end of ['a', 'b']) {
    const blob = execFileSync('git', ['hash-object', '-w', '--stdin'], { cwd: repo, env, input: '0'.repeat(5_000_000) + end });
    git(['update-ref', `refs/tags/${end}`, blob.toString().trim()]);
  }
  // One of them is a delta of some bytes.
  expect(packed().length).toBeLessThan(pack.length + 10_000);
  expect(isPackOfSmall(packed(), 100_000)).toBe(false);
  expect(isPackOfSmall(packed(), 6_000_000)).toBe(true);
});
