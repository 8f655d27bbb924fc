import { expect, test } from 'vitest';
import { parseSaid } from '../../../src/core/session/said.ts';

test.each([
  [
    'Claude Code',
    { session_id: 'abc', transcript_path: '/home/a/.claude/projects/x/abc.jsonl', session_title: 'fix it', source: 'startup' },
    { agent: 'claude', id: 'abc', title: 'fix it' },
  ],
  ['Codex', { session_id: 'abc', transcript_path: '/home/a/.codex/x.jsonl' }, { agent: 'codex', id: 'abc', title: null }],
  ['Codex without a transcript', { session_id: 'abc', transcript_path: null }, { agent: null, id: 'abc', title: null }],
  ['Qwen', { session_id: 'abc', transcript_path: '/home/a/.qwen/tmp/x' }, { agent: 'qwen', id: 'abc', title: null }],
  ['Droid', { session_id: 'abc', transcript_path: '/home/a/.factory/sessions/x' }, { agent: 'droid', id: 'abc', title: null }],
  ['Gemini', { session_id: 'abc', transcript_path: '/home/a/.gemini/tmp/x' }, { agent: 'gemini', id: 'abc', title: null }],
  [
    'Cursor, which runs hooks that were written for Claude Code too',
    { conversation_id: 'abc', session_id: 'abc', cursor_version: '2.1', transcript_path: null },
    { agent: 'cursor', id: 'abc', title: null },
  ],
  ['Copilot', { sessionId: 'abc', source: 'new' }, { agent: null, id: 'abc', title: null }],
] as const)('the hook of %s', (_, document, said) => {
  expect(parseSaid(JSON.stringify(document))).toEqual(said);
});

test.each(['', '{', 'null', '7', '"session_id"', '[]', '{}', '{"session_id":""}', '{"session_id":7}', 'ORDER-1\n'])(
  '%j says nothing',
  (text) => {
    expect(parseSaid(text)).toBeNull();
  },
);
