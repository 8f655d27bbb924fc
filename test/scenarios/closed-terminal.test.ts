import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { git, installHooks } from '../support/hooks.ts';
import { startAgent } from '../support/living-sessions.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { untilQuiet } from '../support/sessions.ts';
import { HAS_TMUX, Terminal } from '../support/terminal.ts';

const NO_TMUX = 'tmux is not installed: there is no terminal to close';
const AGENT = { env: { GIT_CLAIM_SESSION: 'agent' } };

test('a claim outlives its terminal, and the person goes on in another one', async ({ skip }) => {
  skip(!HAS_TMUX, NO_TMUX);
  const sandbox = place();
  installHooks(sandbox, 'hard');
  const first = open(sandbox, sandbox.repo);
  await first.says('git claim ORDER-1', 'ORDER-1 is yours (generation 1, lease 2h');
  await first.says('git claim block ORDER-1 --reason "waits for Bob"', 'ORDER-1 is blocked');
  first.end();
  await untilQuiet(sandbox);
  const refused = await runCli(sandbox, ['ORDER-1'], AGENT);
  expect(refused).toMatchObject({ code: 3, stderr: expect.stringMatching(/its terminal has closed \(process \d+ exited\)/) });
  expect((await runCli(sandbox, ['list'], AGENT)).stdout).toMatch(/^ORDER-1 +person-[0-9a-f]{6} \(Ada, tmux:%0\) +blocked /);
  expect((await runCli(sandbox, ['session', 'start'], AGENT)).stdout).toMatch(
    /\nnobody else is here, and 1 closed the terminal and may go on in another\nperson-[0-9a-f]{6} \(Ada, tmux:%0\) +person +closed +ORDER-1 /,
  );

  const second = open(sandbox, treeOf(sandbox));
  await second.says('git claim renew', 'it is this terminal');
  expect(await second.shows('git claim')).toMatch(/holding +ORDER-1 +you +blocked/);
  await second.says('git claim unblock', 'ORDER-1 is active again');
  await second.says('git commit --allow-empty -qm work && echo committed', 'committed');
  const { claims } = JSON.parse((await runCli(sandbox, ['status', 'ORDER-1', '--json'], AGENT)).stdout);
  expect(claims).toMatchObject([{ generation: 2, liveness: 'live', person: 'Ada, tmux:%0' }]);
  expect(claims[0].evidence).toMatch(/^process \d+ runs/);
  expect((await runCli(sandbox, ['log', 'ORDER-1'], AGENT)).stdout).toMatch(
    /take .*waits for Bob; its terminal has closed \(process \d+ exited\), and the same person continues at tmux:%0/,
  );
  second.end();
  await untilQuiet(sandbox);
});

test('naming the order takes it over from anywhere, and a hook does in its worktree', async ({ skip }) => {
  skip(!HAS_TMUX, NO_TMUX);
  const sandbox = place();
  installHooks(sandbox, 'hard');
  const first = open(sandbox, sandbox.repo);
  await first.says('git claim ORDER-1', 'ORDER-1 is yours (generation 1');
  first.end();
  const second = open(sandbox, sandbox.repo);
  await second.says('git claim ORDER-1', 'ORDER-1 is yours (generation 2');
  second.end();
  const third = open(sandbox, sandbox.repo);
  await third.says('git claim release ORDER-1', 'ORDER-1 is released');
  await third.says('git claim ORDER-1', 'ORDER-1 is yours (generation 4');
  const commit = (text: string) =>
    `echo ${text} >work && git add work && env -u GIT_COMMITTER_DATE git commit -qm work && echo commit"ted"`;
  await third.says(`cd '${treeOf(sandbox)}' && ${commit('one')}`, 'committed');
  third.end();
  const fourth = open(sandbox, treeOf(sandbox));
  const screen = await fourth.shows(commit('two'));
  expect(screen).toContain('committed\n');
  // What the same person committed at the terminal before is no other's work.
  expect(screen).not.toContain(' ago in ');
  expect(recordOf(sandbox)).toContain('Generation: 5\n');
  expect(await fourth.shows('git claim list')).toContain('ORDER-1  you');
  fourth.end();
  await untilQuiet(sandbox);
});

test('of several new terminals one gets it, and the others are its guests', async ({ skip }) => {
  skip(!HAS_TMUX, NO_TMUX);
  const sandbox = place();
  const first = open(sandbox, sandbox.repo);
  await first.says('git claim ORDER-1', 'ORDER-1 is yours (generation 1');
  first.end();
  const tabs = [1, 2, 3, 4].map(() => open(sandbox, treeOf(sandbox)));
  const screens = await Promise.all(tabs.map((tab) => tab.shows('git claim list')));
  expect(screens.filter((screen) => /ORDER-1 {2}you/.test(screen))).toHaveLength(1);
  expect(recordOf(sandbox)).toContain('Generation: 2\n');
  for (const tab of tabs) tab.end();
  await untilQuiet(sandbox);
});

test('after claim.personIdle without a sign of life it is challenged and taken, but not while files change', async ({ skip }) => {
  skip(!HAS_TMUX, NO_TMUX);
  const sandbox = place({ personIdle: '3s', heartbeat: '1s', staleAfter: '2s', grace: '1s', expireAfter: '3s' });
  const first = open(sandbox, sandbox.repo);
  await first.says('git claim ORDER-1', 'ORDER-1 is yours (generation 1');
  first.end();
  const editing = setInterval(() => writeFileSync(join(treeOf(sandbox), 'notes'), String(Date.now())), 50);
  onTestFinished(() => clearInterval(editing));
  for (let looks = 0; looks < 10; looks += 1) {
    expect((await runCli(sandbox, ['ORDER-1'], AGENT)).code).toBe(3);
    await sleep(600);
  }
  clearInterval(editing);
  expect(recordOf(sandbox)).toContain('Action: claim\n');
  expect(await runCli(sandbox, ['ORDER-1', '--wait'], AGENT)).toMatchObject({ code: 0 });
  expect((await runCli(sandbox, ['log', 'ORDER-1'], AGENT)).stdout).toMatch(/ take .*\n.* challenge .*\n.* claim /);
  await untilQuiet(sandbox);
});

test('a guest claims for itself, and ends the claim of the session that works there only after a question', async ({ skip }) => {
  skip(!HAS_TMUX, NO_TMUX);
  const sandbox = place();
  const alice = startAgent('alice');
  onTestFinished(alice.end);
  await runCli(sandbox, ['ORDER-1'], { env: alice.env });
  const tab = open(sandbox, treeOf(sandbox));
  await tab.says('git claim ORDER-2', 'ORDER-2 is yours (generation 1');
  expect(await tab.shows('git claim list')).toMatch(/ORDER-1 {2}alice .*\nORDER-2 {2}you /);
  await tab.says('git claim', 'a guest in the worktree of alice');
  await tab.says('git claim ORDER-1', 'ORDER-1 is held by alice');
  await tab.says('git claim release --json', '"code":"not-holder"');
  for (const command of ['release', 'complete', 'abandon', 'block --reason x', 'hand ORDER-1 --to agent']) {
    await runCli(sandbox, ['session', 'start'], AGENT);
    await tab.says(`git claim ${command}`, 'is not yours: alice holds it since');
    await tab.answers('no', 'ORDER-1 stays as it is');
  }
  expect(recordOf(sandbox)).toContain('Action: claim\n');
  await tab.says('git claim release', 'Release ORDER-1 all the same?');
  await tab.answers('yes', 'ORDER-1 is released');
  expect(recordOf(sandbox)).toMatch(/Action: release\n[\s\S]*Generation: 2\n[\s\S]*Taken-From: alice\n/);
  expect((await runCli(sandbox, ['list'], { env: alice.env })).stderr).toMatch(
    /you lost ORDER-1 to person-[0-9a-f]{6} at .*guest/,
  );
  alice.end();
  tab.end();
  await untilQuiet(sandbox);
});

test('a person drops kept work after a question', async ({ skip }) => {
  skip(!HAS_TMUX, NO_TMUX);
  const sandbox = place();
  sandbox.git(['update-ref', 'refs/claim-rescue/ORDER-7/0123abcd', 'HEAD']);
  const drop = ['rescue', '--drop', 'ORDER-7/0123abcd'];
  const agent = git(sandbox, ['claim', ...drop], { env: { CLAUDE_CODE_SESSION_ID: '7f3a21c0-1111-4222-8333-444455556666' } });
  expect(agent).toMatchObject({ code: 4, out: expect.stringContaining('only a person may drop') });
  const tab = open(sandbox, sandbox.repo);
  await tab.says(`git claim ${drop.join(' ')}`, 'Drop it?');
  await tab.answers('no', 'the work is still kept');
  await tab.says(`git claim ${drop.join(' ')}`, 'Drop it?');
  await tab.answers('yes', 'is dropped');
  expect(sandbox.git(['for-each-ref', 'refs/claim-rescue'])).toBe('');
  tab.end();
  await untilQuiet(sandbox);
});

function place(config: Readonly<Record<string, string>> = {}): Sandbox {
  const sandbox = createSandbox();
  for (const [key, value] of Object.entries(config)) sandbox.git(['config', `claim.${key}`, value]);
  return sandbox;
}

const treeOf = (sandbox: Sandbox) => join(sandbox.dir, 'my äpp.claims/ORDER-1');
const recordOf = (sandbox: Sandbox) => sandbox.git(['for-each-ref', '--format=%(contents)', 'refs/claims/ORDER-1']);

/** Opens a terminal with a person's shell in a folder. */
function open(sandbox: Sandbox, folder: string) {
  const terminal = new Terminal({ ...sandbox, repo: folder }, 'exec sh');
  onTestFinished(() => terminal.end());
  let lines = 0;
  const type = (text: string) => {
    terminal.type(text);
    terminal.press('Enter');
  };
  return {
    /** Types a line, and waits until this is shown. */
    says: (line: string, expected: string) => {
      type(`clear; ${line}`);
      return terminal.until((screen) => !screen.includes('clear; ') && unwrapped(screen).includes(expected));
    },
    /** Answers a question. */
    answers: (text: string, expected: string) => {
      type(text);
      return terminal.until((screen) => unwrapped(screen).includes(expected));
    },
    /** Types a command, and returns what is shown when it has ended. */
    shows: async (command: string) => {
      lines += 1;
      let shown = '';
      type(`clear; ${command}; echo "ended" ${lines}`);
      await terminal.until((screen) => {
        shown = screen;
        return screen.includes(`\nended ${lines}`);
      });
      return shown;
    },
    end: () => terminal.end(),
  };
}

/** A line that is wider than the terminal goes on in the next one. */
function unwrapped(screen: string): string {
  return screen.replace(/(.{150})\n/g, '$1');
}
