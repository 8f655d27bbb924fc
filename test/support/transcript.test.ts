import { expect, test } from 'vitest';
import { transcribe } from './transcript.ts';

test('a transcript shows command, stdout, stderr and exit code', () => {
  const ended = { args: ['take', 'ORDER-1', '--reason', 'it is late'], code: 3, stdout: 'one\n', stderr: 'two' };
  expect(transcribe({ dir: '/d' }, ended)).toBe("$ git claim take ORDER-1 --reason 'it is late'\none\nstderr:\ntwo\nexit 3\n");
});

test('what chance decides is named instead', () => {
  const stdout = `/tmp/a b/app ${'0a'.repeat(20)} ${'0a'.repeat(16)} 2026-11-21T14:02:05Z process 4711 {"pid":12}\n`;
  expect(transcribe({ dir: '/tmp/a b' }, { args: [], code: 0, stdout, stderr: '' })).toBe(
    '$ git claim\n<dir>/app <oid> <nonce> <time> process <pid> {"pid":<pid>}\nexit 0\n',
  );
});
