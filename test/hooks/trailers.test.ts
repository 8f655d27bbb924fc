import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type GitOptions, git, installHooks } from '../support/hooks.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

const OURS = 'Order: ORDER-1\nClaim-Session: alice';

let sandbox: Sandbox;
let tree: string;

beforeAll(async () => {
  sandbox = createSandbox();
  installHooks(sandbox);
  await runCli(sandbox, ['ORDER-1'], { env: { GIT_CLAIM_SESSION: 'alice' } });
  tree = join(sandbox.dir, 'my äpp.claims/ORDER-1');
});

/** Makes an empty commit with these options, and returns its message as written. */
function committed(args: readonly string[], options: GitOptions = {}): string {
  const { code, out } = git(sandbox, ['commit', '-q', '--allow-empty', ...args], { cwd: tree, session: 'alice', ...options });
  expect({ args, code, out }).toEqual({ args, code: 0, out: '' });
  return sandbox.git(['log', '-1', '--format=%B'], tree).replace(/\n+$/, '');
}

/** An editor that puts these lines before the text it is given. */
function editor(lines: string): Record<string, string> {
  const file = join(sandbox.dir, 'editor');
  writeFileSync(file, `#!/bin/sh\n{ printf '%s' '${lines}'; cat "$1"; } >"$1.new"\ncp "$1.new" "$1"\nrm "$1.new"\n`);
  chmodSync(file, 0o755);
  return { GIT_EDITOR: `'${file}'` };
}

test.each([
  ['a subject', ['-m', 'subject'], `subject\n\n${OURS}`],
  ['a subject like a trailer', ['-m', 'fix: it'], `fix: it\n\n${OURS}`],
  ['a body', ['-m', 'subject', '-m', 'body'], `subject\n\nbody\n\n${OURS}`],
  ['a divider', ['-m', 'subject', '-m', 'body\n---\nmore'], `subject\n\nbody\n---\nmore\n\n${OURS}`],
  ['other trailers', ['-m', 'subject', '-m', 'Reviewed-by: bob <b@c>'], `subject\n\nReviewed-by: bob <b@c>\n${OURS}`],
  ['ours already', ['-m', 'subject', '-m', OURS], `subject\n\n${OURS}`],
  ['a sign-off', ['-s', '-m', 'subject'], `subject\n\nSigned-off-by: Ada <ada@example.com>\n${OURS}`],
  ['a number sign', ['-m', 'subject', '-m', 'body', '-m', '#12 is it'], `subject\n\nbody\n\n#12 is it\n\n${OURS}`],
  ['cleanup strip', ['--cleanup=strip', '-m', 'subject', '-m', '# gone'], `subject\n\n${OURS}`],
  ['cleanup verbatim', ['--cleanup=verbatim', '-m', 'subject'], `subject\n\n${OURS}`],
  ['a verbose commit', ['-v', '-m', 'subject'], `subject\n\n${OURS}`],
  ['a fixup', ['--fixup=HEAD'], expect.stringMatching(/^fixup! [\s\S]*\n\nOrder: ORDER-1\nClaim-Session: alice$/)],
])('-m: %s', (_, args, message) => {
  expect(committed(args)).toEqual(message);
});

test('-F, with a last line that is not ended', () => {
  const file = join(sandbox.dir, 'message');
  writeFileSync(file, 'subject\n\nbody');
  expect(committed(['-F', file])).toBe(`subject\n\nbody\n\n${OURS}`);
  expect(committed(['-F', file, '--cleanup=verbatim'])).toBe(`subject\n\nbody\n\n${OURS}`);
});

test('amend says it once, also after the order went to another session', () => {
  committed(['-m', 'subject']);
  expect(committed(['--amend', '--no-edit'])).toBe(`subject\n\n${OURS}`);
  expect(committed(['--amend', '-C', 'HEAD'])).toBe(`subject\n\n${OURS}`);
  const other = git(sandbox, ['commit', '-q', '--allow-empty', '--amend', '--no-edit'], { cwd: tree, session: 'bob' });
  expect(other).toEqual({ code: 0, out: expect.stringContaining('warning') });
  expect(sandbox.git(['log', '-1', '--format=%B'], tree).trimEnd()).toBe(`subject\n\n${OURS}`);
});

test('a squash and a merge', () => {
  sandbox.git(['-c', 'core.hooksPath=/dev/null', 'switch', '-q', '-c', 'side'], tree);
  sandbox.git(['-c', 'core.hooksPath=/dev/null', 'commit', '-q', '--allow-empty', '-m', 'aside'], tree);
  sandbox.git(['-c', 'core.hooksPath=/dev/null', 'switch', '-q', 'order-1'], tree);
  sandbox.git(['merge', '-q', '--squash', 'side'], tree);
  expect(committed(['--no-edit'])).toMatch(/^Squashed commit[\s\S]*\n\nOrder: ORDER-1\nClaim-Session: alice$/);
  const merge = git(sandbox, ['merge', '-q', '--no-ff', '--no-edit', 'side'], { cwd: tree, session: 'alice' });
  expect(merge).toEqual({ code: 0, out: '' });
  expect(sandbox.git(['log', '-1', '--format=%B'], tree).trimEnd()).toBe(`Merge branch 'side' into order-1\n\n${OURS}`);
});

test('an editor that opens on a message, with scissors and comments below', () => {
  expect(committed(['-e', '-v', '-m', 'subject'], { env: editor('') })).toBe(`subject\n\n${OURS}`);
  expect(committed(['-e', '--cleanup=scissors', '-m', 'subject'], { env: editor('') })).toBe(`subject\n\n${OURS}`);
});

test('an editor that is left empty, or with its template untouched, makes no commit', () => {
  const template = join(sandbox.dir, 'template');
  writeFileSync(template, 'Why:\n');
  const before = sandbox.git(['rev-parse', 'HEAD'], tree);
  for (const args of [[], ['-t', template], ['-m', '']]) {
    const { code } = git(sandbox, ['commit', '--allow-empty', ...args], { cwd: tree, session: 'alice', env: editor('') });
    expect({ args, code, head: sandbox.git(['rev-parse', 'HEAD'], tree) }).toEqual({ args, code: 1, head: before });
  }
  expect(committed([], { env: editor('typed\n') })).toBe('typed');
});

test('outside order branches an agent says who it is, and a person nothing', () => {
  const commit = (env: Record<string, string>) => {
    expect(git(sandbox, ['commit', '-q', '--allow-empty', '-m', 'x'], { env })).toEqual({ code: 0, out: '' });
    return sandbox.git(['log', '-1', '--format=%B']).trimEnd();
  };
  expect(commit({})).toBe('x');
  const sessions = {
    CLAUDE_CODE_SESSION_ID: ['7f3a21aa-0000-4000-8000-00000000beef', 'claude-7f3a21'],
    CODEX_THREAD_ID: ['019a2b3c-0000-7000-8000-00000000beef', 'codex-00beef'],
    GIT_CLAIM_SESSION: ['nightly', 'nightly'],
  };
  for (const [name, [id, shown]] of Object.entries(sessions))
    expect(commit({ [name]: id as string })).toBe(`x\n\nClaim-Session: ${shown}`);
});
