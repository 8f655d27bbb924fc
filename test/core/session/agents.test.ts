import { expect, test } from 'vitest';
import { agentOfProcess } from '../../../src/core/session/agents.ts';
import { isOneCommandShell } from '../../../src/core/session/process.ts';
import { proc } from '../../support/processes.ts';

test.each([
  ['claude', 'claude', ['claude']],
  ['claude', '2.1.329', ['/home/ada/.local/bin/claude', '--resume']],
  ['claude', 'node', ['node', '/opt/node_modules/@anthropic-ai/claude-code/cli.js']],
  ['claude', 'MainThread', ['claude']],
  ['codex', 'node', ['node', '/usr/local/bin/codex', 'exec']],
  ['codex', 'node', ['/usr/bin/node', '--no-warnings', '/opt/lib/codex.js']],
  ['codex', 'codex', []],
  ['gemini', 'node', ['node', '/opt/node_modules/@google/gemini-cli/bundle/gemini.js']],
  ['opencode', 'opencode.exe', ['/opt/node_modules/opencode-ai/bin/opencode.exe']],
  ['gptme', 'python3', ['/usr/bin/python3.11', '/usr/bin/gptme']],
  ['droid', 'droid', ['/home/ada/.local/bin/droid', 'exec']],
  [null, 'bash', ['bash', '-c', 'codex exec']],
  [null, 'vim', ['vim', 'claude']],
  [null, 'cat', ['cat', '/opt/node_modules/@openai/codex/README.md']],
  [null, 'node', ['node', '/usr/bin/git-claim', 'codex']],
  [null, 'codex', ['/tmp/arg0/codex-linux-sandbox', '--', 'bash']],
  [null, 'codex', ['apply_patch']],
])('%s is what %s %j is', (agent, command, args) => {
  expect(agentOfProcess(proc(5, command, { args }))?.name ?? null).toBe(agent);
});

test.each([
  [true, ['bash', '-lc', 'git status']],
  [true, ['/bin/zsh', '-i', '-c', 'x']],
  [true, ['sh', '-c', 'x']],
  [false, ['-bash']],
  [false, ['bash', '-l']],
  [false, ['bash', 'script.sh', '-c']],
  [false, ['git', '-c', 'a=b']],
])('%s: %j is a shell for one command', (isOne, args) => {
  expect(isOneCommandShell(proc(5, 'x', { args }))).toBe(isOne);
});
