import { expect, test } from 'vitest';
import { runCli } from './run-cli.ts';
import { createSandbox } from './sandbox.ts';

test('the real command runs in a sandbox', async () => {
  const { code, stdout, transcript } = await runCli(createSandbox(), ['--version']);
  expect({ code, transcript }).toEqual({ code: 0, transcript: `$ git claim --version\n${stdout}exit 0\n` });
});

test('a sandbox knows nothing of whoever runs the tests', () => {
  const { env, git } = createSandbox();
  expect(Object.keys(env).filter((name) => /^(CLAUDE|CODEX|CURSOR|GEMINI|NODE_|SSH_|XDG_)/.test(name))).toEqual([]);
  expect(git(['log', '-1', '--format=%an <%ae> %at'])).toBe('Ada <ada@example.com> 1767323045');
  expect(
    git(['config', '--show-origin', '--name-only', '--list'])
      .split('\n')
      .filter((line) => !/\.gitconfig|\.git\/config/.test(line)),
  ).toEqual([]);
});
