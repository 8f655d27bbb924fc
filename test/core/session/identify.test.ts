import { describe, expect, test } from 'vitest';
import { parseSessionKey } from '../../../src/core/ids.ts';
import { formatAnchor } from '../../../src/core/session/anchor.ts';
import { type IdentityFacts, identify, noSession } from '../../../src/core/session/identity.ts';
import { failed } from '../../support/failures.ts';
import { BOOT, HOST, NS, proc } from '../../support/processes.ts';

const V4 = '7f3a21c0-1111-4222-8333-444455556666';
const V7 = '019c9aa5-8f55-7833-b235-d00a5faa09d0';

const claude = proc(50, 'claude');
const innerClaude = proc(70, 'claude');
const codex = proc(60, 'codex');
const gemini = proc(80, 'node', { args: ['node', '--no-warnings', '/usr/bin/gemini'] });
const shell = proc(90, 'bash', { args: ['bash', '-lc', 'git claim X-1'] });
const git = proc(95, 'git');
const tmux = proc(20, 'tmux: server', { args: ['tmux', 'new', '-s', 'work'] });
const sshd = proc(21, 'sshd', { args: ['sshd: ada@pts/0'] });
const init = proc(1, 'systemd', { parent: 0 });

const terminal = { terminal: 'pts/3' };
const loginShell = proc(100, 'bash', { ...terminal, args: ['-bash'] });
const self = proc(99, 'node');
const typed = proc(99, 'node', terminal);

const CODEX_SAYS = { CODEX_THREAD_ID: V7 };
const CLAUDE_SAYS = { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: V4 };

const nowhere: IdentityFacts = {
  named: null,
  said: null,
  environment: {},
  bound: [],
  self,
  ancestors: [],
  namedAnchor: null,
  host: HOST,
  boot: BOOT,
  clone: null,
  ns: NS,
  user: { uid: 1000, name: 'Ada' },
};

/** Returns the caller as one line, `<key> <short id> <agent> <source> <anchor>`, or why there is none. */
function who(facts: Partial<IdentityFacts>): string {
  const found = identify({ ...nowhere, ...facts });
  if (found.kind === 'nobody') return `nobody: ${found.why}`;
  const { key, id, agent, source, anchor } = found.identity;
  return [key, id, agent, source, anchor && formatAnchor(anchor)].join(' ');
}

function bound(...keys: string[]): IdentityFacts['bound'] {
  return keys.map((key) => ({ key: parseSessionKey(key), agent: 'claude' }));
}

const anchorOf = (pid: number) => `${pid}@${pid}0/${NS}`;
const atBox = (speaker: string, pid: number) => `${speaker}:${HOST}:${BOOT}:${anchorOf(pid)}`;

describe('a name that was given', () => {
  test('wins over everything, keeps the agent that is about, and takes the agent for its anchor', () => {
    const facts = { environment: CLAUDE_SAYS, ancestors: [git, shell, claude, init], bound: bound('other') };
    expect(who({ ...facts, named: 'ada' })).toBe(`ada ada claude named ${anchorOf(50)}`);
  });
  test('by the flag wins over the variable; an empty variable is none', () => {
    expect(who({ named: 'flag', environment: { GIT_CLAIM_SESSION: 'variable' } })).toBe('flag flag  named ');
    expect(who({ environment: { GIT_CLAIM_SESSION: 'variable' } })).toBe('variable variable  named ');
    expect(who({ environment: { GIT_CLAIM_SESSION: '' } })).toBe('nobody: no-terminal');
  });
  test("that is no plain word is shown as a hash; one that is an agent's own key is shown as that agent", () => {
    expect(who({ named: 'team/ada:7' })).toMatch(/^team\/ada:7 session-[0-9a-f]{6} {2}named $/);
    expect(who({ named: 'x'.repeat(33) })).toMatch(/ session-[0-9a-f]{6} /);
    expect(who({ named: `claude:${V4}` })).toBe(`claude:${V4} claude-7f3a21  named `);
  });
});

describe('what an agent says of itself', () => {
  test('the first six digits of a random uuid name it, the last six of one that begins with the time', () => {
    expect(who({ environment: CLAUDE_SAYS, ancestors: [shell, claude] })).toBe(
      `claude:${V4} claude-7f3a21 claude agent ${anchorOf(50)}`,
    );
    expect(who({ environment: CODEX_SAYS, ancestors: [shell, codex] })).toBe(
      `codex:${V7} codex-aa09d0 codex agent ${anchorOf(60)}`,
    );
    expect(who({ environment: { AMP_CURRENT_THREAD_ID: 'T-9' } })).toMatch(/^amp:T-9 amp-[0-9a-f]{6} amp agent $/);
  });
  test('Codex owns by its root session, not by the thread', () => {
    expect(who({ environment: { CODEX_THREAD_ID: 'sub', CODEX_SESSION_ID: V7 } })).toMatch(`codex:${V7} `);
  });
  test('a hook that hands over an id wins over the variables', () => {
    const facts = { environment: CODEX_SAYS, ancestors: [shell, claude, codex] };
    expect(who({ ...facts, said: { agent: 'claude', id: 'abc', title: null } })).toMatch(
      /^claude:abc claude-[0-9a-f]{6} claude agent 50@/,
    );
  });
  test('a hook that does not say whose it is is that of the agent about; where none is, its id names nobody', () => {
    const said = { agent: null, id: 'abc', title: null };
    expect(who({ environment: CODEX_SAYS, ancestors: [shell, codex], said })).toMatch(/^codex:abc /);
    expect(who({ said })).toBe(who({}));
  });
  test("a subagent shares its session: the id is its parent's", () => {
    const outside = who({ environment: CLAUDE_SAYS, ancestors: [shell, claude] });
    expect(who({ environment: { ...CLAUDE_SAYS, CLAUDE_CODE_CHILD_SESSION: '1' }, ancestors: [shell, shell, claude] })).toBe(
      outside,
    );
  });
  test('an agent runs in a git hook as well: git and its shells are looked through', () => {
    expect(who({ environment: CLAUDE_SAYS, ancestors: [proc(97, 'pre-commit'), git, shell, claude] })).toMatch(/ agent 50@500/);
  });
  test('without a process to be seen (a sandbox, an orphan) the id holds, and there is no anchor', () => {
    expect(who({ environment: CLAUDE_SAYS, ancestors: [shell, init] })).toBe(`claude:${V4} claude-7f3a21 claude agent `);
    expect(who({ environment: CLAUDE_SAYS, ancestors: [shell, claude], ns: 'unknown' })).toBe(
      `claude:${V4} claude-7f3a21 claude agent `,
    );
  });
  test('a short-lived shell is never the anchor, nor is the terminal an agent was started in', () => {
    const facts = { self: typed, ancestors: [shell, loginShell] };
    expect(who({ ...facts, environment: CLAUDE_SAYS })).toBe(`claude:${V4} claude-7f3a21 claude agent `);
  });
  test("Codex's wrapper of one command is not Codex", () => {
    const wrapper = proc(88, 'codex', { args: ['codex-linux-sandbox', '--', 'bash'] });
    expect(who({ environment: CODEX_SAYS, ancestors: [shell, wrapper, codex] })).toMatch(/ agent 60@600/);
    expect(who({ environment: CODEX_SAYS, ancestors: [shell, wrapper] })).toMatch(/ agent $/);
  });
});

describe('several agents', () => {
  const both = { ...CLAUDE_SAYS, ...CODEX_SAYS };
  test('the nearest one by ancestry speaks', () => {
    expect(who({ environment: both, ancestors: [shell, codex, shell, claude] })).toMatch(/^codex:.* 60@600/);
    expect(who({ environment: both, ancestors: [shell, claude, shell, codex] })).toMatch(/^claude:.* 50@500/);
    expect(who({ environment: { ...CLAUDE_SAYS, GEMINI_CLI: '1' }, ancestors: [shell, gemini, shell, claude] })).toMatch(
      `${atBox('gemini', 80)} gemini-`,
    );
  });
  test('where no process tells, Codex speaks before Claude, which it inherits from', () => {
    expect(who({ environment: both, ancestors: [shell, init] })).toMatch(/^codex:.* agent $/);
  });
  test('one that has variables speaks before a nearer one that has none: to the hooks in sh it is the same session', () => {
    expect(who({ environment: CLAUDE_SAYS, ancestors: [git, proc(85, 'aider'), shell, claude] })).toMatch(/^claude:.* 50@500/);
  });
  test('Claude in Claude: the inner one is the anchor', () => {
    expect(who({ environment: CLAUDE_SAYS, ancestors: [shell, innerClaude, shell, claude] })).toMatch(/ agent 70@700/);
  });
});

describe('a terminal host between', () => {
  test.each([
    ['tmux', tmux],
    ['sshd', sshd],
    ['screen', proc(22, 'screen', { args: ['SCREEN', '-S', 'x'] })],
    ['zellij', proc(23, 'zellij', { args: ['/usr/bin/zellij', '--server', '/run/z'] })],
    ['login', proc(24, 'login')],
  ])('%s keeps the environment of whoever started it: the person in it is a person', (_name, host) => {
    const facts = { environment: { ...CLAUDE_SAYS, ...CODEX_SAYS, GEMINI_CLI: '1' }, self: typed };
    expect(who({ ...facts, ancestors: [git, loginShell, host, init] })).toMatch(`${atBox('person', 100)} person-`);
    expect(who({ ...facts, ancestors: [git, loginShell, host, claude] })).toMatch(/^person:/);
  });
  test('an agent inside it speaks, and only that one', () => {
    const facts = { environment: { ...CLAUDE_SAYS, ...CODEX_SAYS }, ancestors: [shell, claude, loginShell, tmux, init] };
    expect(who(facts)).toBe(`claude:${V4} claude-7f3a21 claude agent ${anchorOf(50)}`);
  });
});

describe('an agent that only shows that it is there', () => {
  test('is known by its process, host and boot', () => {
    expect(who({ environment: { CURSOR_AGENT: '1' }, ancestors: [shell, proc(55, 'cursor-agent')] })).toMatch(
      new RegExp(`^${atBox('cursor', 55).replaceAll('.', '\\.')} cursor-[0-9a-f]{6} cursor anchor 55@550`),
    );
    expect(who({ ancestors: [shell, proc(56, 'aider')] })).toMatch(/^aider:box:.* aider anchor 56@560/);
  });
  test('is nobody when its process cannot be seen, terminal or not', () => {
    expect(who({ environment: { CURSOR_AGENT: '1' }, ancestors: [shell, init] })).toBe('nobody: agent-unseen');
    expect(who({ environment: { AI_AGENT: 'novel' }, self: typed, ancestors: [git, loginShell] })).toBe('nobody: agent-unseen');
    expect(who({ environment: { CLAUDECODE: '1' }, ancestors: [shell, init] })).toBe('nobody: agent-unseen');
  });
  test('is known by the anchor that a wrapper names', () => {
    const facts = { environment: { CURSOR_AGENT: '1' }, ancestors: [shell] };
    expect(who({ ...facts, namedAnchor: { pid: 30, process: proc(30, 'wrapper') } })).toMatch(`${atBox('cursor', 30)} cursor-`);
  });
  test('is nobody when its process hosts many sessions', () => {
    const server = proc(57, 'opencode', { args: ['opencode', 'serve', '--port', '4096'] });
    expect(who({ environment: { OPENCODE: '1', AGENT: '1' }, ancestors: [shell, server] })).toBe('nobody: agent-shared');
  });
  test("CLAUDECODE in an editor's terminal is no agent; 0 and empty are no signs", () => {
    expect(who({ environment: { CLAUDECODE: '1' }, self: typed, ancestors: [git, loginShell] })).toMatch(/^person:/);
    expect(who({ environment: { CURSOR_AGENT: '0', GEMINI_CLI: '' }, self: typed, ancestors: [loginShell] })).toMatch(/^person:/);
  });
});

describe('a binding', () => {
  test('makes a person a guest, who keeps an own session', () => {
    const facts = { self: typed, ancestors: [git, loginShell] };
    const guest = identify({ ...nowhere, ...facts, bound: bound(`claude:${V4}`, `claude:${V4}`) });
    expect(guest).toMatchObject({ identity: { agent: null, source: 'anchor', guestOf: `claude:${V4}` } });
    expect(who({ ...facts, bound: bound(`claude:${V4}`) })).toBe(who(facts));
    for (const keys of [[], ['a', 'b']])
      expect(identify({ ...nowhere, ...facts, bound: bound(...keys) })).toMatchObject({ identity: { guestOf: null } });
  });
  test('speaks for whoever has no terminal and no agent, when it names one session; that guest lends it no anchor', () => {
    const silent = { bound: bound(`claude:${V4}`, `claude:${V4}`) };
    expect(who(silent)).toBe(`claude:${V4} claude-7f3a21 claude binding `);
    expect(identify({ ...nowhere, ...silent })).toMatchObject({ identity: { guestOf: `claude:${V4}` } });
    expect(who({ bound: bound('a', 'b') })).toBe('nobody: no-terminal');
  });
  test('of the very terminal that asks makes nobody a guest: what is claimed from that worktree has its life too', () => {
    const facts = { self: typed, ancestors: [git, loginShell] };
    const itself = who(facts);
    expect(who({ ...facts, bound: bound(itself.split(' ')[0] ?? '') })).toBe(itself);
    expect(itself).toMatch(/ anchor 100@/);
  });
  test('is silent before an agent', () => {
    expect(who({ environment: CODEX_SAYS, bound: bound('a') })).toMatch(/^codex:/);
    expect(who({ environment: { CURSOR_AGENT: '1' }, bound: bound('a') })).toBe('nobody: agent-unseen');
  });
});

describe('a person', () => {
  test('is the leader of the session that has the terminal', () => {
    expect(who({ self: typed, ancestors: [git, proc(98, 'sh', terminal), loginShell, sshd] })).toMatch(
      new RegExp(`^${atBox('person', 100)} person-[0-9a-f]{6}  anchor ${anchorOf(100)}$`),
    );
  });
  test('is told apart by name and terminal; no agent, and no session with a named process, is one', () => {
    const person = (facts: Partial<IdentityFacts>) => {
      const found = identify({ ...nowhere, self: typed, ancestors: [git, loginShell], ...facts });
      return found.kind === 'session' ? found.identity.person : null;
    };
    expect(person({})).toEqual({ uid: 1000, terminal: 'pts/3', name: 'Ada' });
    expect(person({ named: 'ada' })).toEqual({ uid: 1000, terminal: 'pts/3', name: 'Ada' });
    const pane = { environment: { TMUX_PANE: '%4' } };
    expect(person({ ...pane, ancestors: [loginShell, tmux] })?.terminal).toBe('tmux:%4');
    expect(person(pane)?.terminal).toBe('pts/3');
    expect(person({ user: { uid: 0, name: ' \n' } })).toEqual({ uid: 0, terminal: 'pts/3', name: 'somebody' });
    expect(person({ user: null })).toBeNull();
    expect(person({ environment: CLAUDE_SAYS })).toBeNull();
    expect(person({ named: 'ci', namedAnchor: { pid: 30, process: proc(30, 'wrapper') } })).toBeNull();
  });
  test('is nobody without a terminal: cron, CI', () => {
    expect(who({ ancestors: [proc(100, 'sh'), proc(10, 'cron'), init], environment: { USER: 'ada' } })).toBe(
      'nobody: no-terminal',
    );
  });
  test.each([
    ['this command itself', proc(100, 'node', terminal), [sshd]],
    ['git', typed, [proc(100, 'git', terminal), sshd]],
    [
      'a shell for one command',
      typed,
      [proc(100, 'bash', { ...terminal, args: ['bash', '-o', 'pipefail', '-c', 'git claim X-1'] }), sshd],
    ],
  ])('is nobody when the terminal is led by %s', (_name, self, ancestors) => {
    expect(who({ self, ancestors })).toBe('nobody: short-lived');
  });
  test('is nobody when the leader is out of sight', () => {
    expect(who({ self: typed, ancestors: [] })).toBe('nobody: hidden');
    expect(who({ self: null })).toBe('nobody: hidden');
  });
});

test('a variable from before the terminal is not heeded, which is said where no agent is at work', () => {
  const unheeded = (facts: Partial<IdentityFacts>) => identify({ ...nowhere, self: typed, ...facts }).unheeded ?? null;
  const outside = { environment: CLAUDE_SAYS, ancestors: [loginShell, tmux, claude] };
  expect(unheeded(outside)).toEqual({ variable: 'CLAUDE_CODE_SESSION_ID', agent: 'claude' });
  expect(unheeded({ ...outside, self: null })).toEqual({ variable: 'CLAUDE_CODE_SESSION_ID', agent: 'claude' });
  expect(unheeded({ ...outside, environment: { CLAUDECODE: '1' } })).toBeNull();
  expect(unheeded({ ...outside, ancestors: [shell, claude, loginShell, tmux] })).toBeNull();
  expect(unheeded({ ...outside, ancestors: [loginShell] })).toBeNull();
});

describe('a named anchor', () => {
  test('counts above all others', () => {
    const namedAnchor = { pid: 30, process: proc(30, 'wrapper') };
    expect(who({ environment: CLAUDE_SAYS, ancestors: [shell, claude], namedAnchor })).toMatch(/ agent 30@300/);
    expect(who({ namedAnchor })).toMatch(/^person:box:.*:30@300/);
    expect(who({ named: 'ci', namedAnchor })).toBe(`ci ci  named ${anchorOf(30)}`);
  });
  test.each(['gone', 'unknown', proc(30, 'wrapper', { isZombie: true })] as const)(
    'that is no running process is bad usage',
    (process) => {
      expect(() => who({ named: 'ci', namedAnchor: { pid: 30, process } })).toThrow(expect.objectContaining({ code: 'usage' }));
    },
  );
});

describe('hostile input', () => {
  test.each(['a\nb', 'a\u001b[31mred', ' ', 'a b', 'é', 'x'.repeat(300), '\u202e'])('%j is refused, and shown harmless', (id) => {
    for (const facts of [
      { named: id },
      { environment: { CODEX_THREAD_ID: id } },
      { said: { agent: 'codex', id, title: null } },
    ]) {
      const { failure, message } = failed(() => who(facts));
      expect(failure.code).toBe('usage');
      expect(message).toMatch(/^[^\p{C}]{1,400}$/u);
    }
  });
  test('a strange host name makes a tame key', () => {
    expect(who({ host: 'my box\n:é', self: typed, ancestors: [loginShell] })).toMatch(/^person:my-box-:ed4b/);
  });
});

test('the refusal says why, and what to do', () => {
  const found = identify({ ...nowhere, environment: { CURSOR_AGENT: '1' } });
  const { failure, message, hint } = failed(() => {
    throw noSession(found as Exclude<typeof found, { kind: 'session' }>);
  });
  expect(failure).toEqual({ code: 'no-session', kind: 'no-session', nobody: found });
  expect(message).toBe('no session is known: cursor runs without a session id, and none of its processes can be seen');
  expect(hint).toContain('GIT_CLAIM_SESSION');
});
