import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, expect, test } from 'vitest';
import { GivenAnswer } from '../../src/adapters/system/given-answer.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { splitWords } from '../../src/cli/find-command.ts';
import { KINDS } from '../../src/core/check/finding.ts';
import { ACTIONS, STATES } from '../../src/core/claim/record.ts';
import { type ErrorCode, exitCodeOf } from '../../src/core/exit-codes.ts';
import { runCli } from '../support/run-cli.ts';
import { createSandbox, PACKAGE, type Sandbox } from '../support/sandbox.ts';
import { untilQuiet } from '../support/sessions.ts';

const SCHEMA = JSON.parse(readFileSync(join(PACKAGE, 'docs/json/git-claim-1.schema.json'), 'utf8'));

/** Codes that no command can cause yet: a bug, the collision check, and remotes. */
const NOT_YET: readonly ErrorCode[] = ['internal'];

/** A claim may be taken half the grace after its process was first seen gone. */
const LEASE = { heartbeat: '300ms', staleAfter: '60s', grace: '300ms', expireAfter: '90s' };

const ajv = new Ajv2020({ strict: true, strictRequired: true, allowUnionTypes: true, allErrors: true });
ajv.addSchema(SCHEMA, 'git-claim/1');
const seen = new Set<string>();
const answered = new Set<string>();

type Answer = { readonly ok: boolean; readonly claims: readonly Claim[]; readonly warnings: readonly { code: string }[] };
type Claim = { readonly order: string; readonly state: string; readonly liveness: string; readonly mine: boolean };
type Told = {
  readonly session?: string | null;
  readonly cwd?: (sandbox: Sandbox) => string;
  readonly env?: (sandbox: Sandbox) => Readonly<Record<string, string>>;
};

/** The same story twice, side by side: told with `--json`, and without it. */
class Telling {
  readonly #json = quickSandbox();
  readonly #text = quickSandbox();

  /** Prepares both sandboxes. */
  prepare(act: (sandbox: Sandbox) => void): void {
    act(this.#json);
    act(this.#text);
  }

  /** Expects a document of this kind and success. */
  async answers(document: string, args: readonly string[], told: Told = {}): Promise<Answer> {
    return (await this.#run(document, 0, args, told)) as Answer;
  }

  /** Expects a document of this kind with a finding. */
  async finds(document: string, args: readonly string[], told: Told = {}): Promise<void> {
    await this.#run(document, 5, args, told);
  }

  /** Expects an error document with this code, and the exit code that belongs to it. */
  async refuses(code: ErrorCode, args: readonly string[], told: Told = {}): Promise<void> {
    const { error } = (await this.#run('errorDocument', exitCodeOf(code), args, told)) as { error: { code: string } };
    expect({ args, code: error.code }).toEqual({ args, code });
    seen.add(error.code);
  }

  async #run(document: string, exit: number, args: readonly string[], { session = 'alice', cwd, env }: Told): Promise<unknown> {
    const told = (sandbox: Sandbox, words: readonly string[]) =>
      runCli(sandbox, words, {
        env: { ...(session === null ? {} : { GIT_CLAIM_SESSION: session }), ...env?.(sandbox) },
        ...(cwd === undefined ? {} : { cwd: cwd(sandbox) }),
      });
    const [json, text] = await Promise.all([told(this.#json, [...args, '--json']), told(this.#text, args)]);
    const known = { args, exit, withoutJson: exit, stderr: '', lines: 2 };
    const lines = json.stdout.split('\n').length;
    expect({ args, exit: json.code, withoutJson: text.code, stderr: json.stderr, lines }).toEqual(known);
    const answer: unknown = JSON.parse(json.stdout);
    if (document !== 'errorDocument') answered.add((await splitWords(args)).name);
    expect({ args, complaints: complaints(document, answer) }).toEqual({ args, complaints: [] });
    return answer;
  }
}

function complaints(document: string, answer: unknown): string[] {
  return ['git-claim/1', `git-claim/1#/$defs/${document}`].flatMap((schema) => {
    ajv.validate(schema, answer);
    return (ajv.errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
  });
}

/** A sandbox whose heartbeat helpers notice quickly that nothing is left to do. */
function quickSandbox(): Sandbox {
  const sandbox = createSandbox();
  appendFileSync(join(sandbox.env['HOME'] as string, '.gitconfig'), '[claim]\n\theartbeat = 1s\n');
  sandboxes.push(sandbox);
  return sandbox;
}

const sandboxes: Sandbox[] = [];
const anchors: ChildProcess[] = [];

/** Starts a process that plays an agent. */
function anchor(): ChildProcess {
  const child = spawn('sleep', ['300'], { stdio: 'ignore' });
  anchors.push(child);
  return child;
}

afterAll(async () => {
  for (const child of anchors) child.kill();
  for (const sandbox of sandboxes) await untilQuiet(sandbox);
});

test('the life of a claim', async () => {
  const it = new Telling();
  await it.answers('claimsDocument', []);
  await it.answers('claimsDocument', ['list']);
  await it.answers('historyDocument', ['log']);
  const { claims } = await it.answers('claimsDocument', ['order-143']);
  expect(claims).toMatchObject([{ order: 'ORDER-143', state: 'active', liveness: 'live', mine: true }]);
  await it.answers('claimsDocument', ['ORDER-143']);
  await it.refuses('held', ['ORDER-143'], { session: 'bob' });
  await it.refuses('held', ['run', 'ORDER-143', 'true'], { session: 'bob' });
  await it.answers('runDocument', ['run', 'ORDER-142', 'true']);
  await it.answers('claimsDocument', ['status', 'ORDER-143'], { session: 'bob' });
  await it.answers('claimsDocument', ['status', 'ORDER-144']);
  await it.answers('claimsDocument', ['status']);
  await it.answers('claimsDocument', ['list', '--mine']);
  await it.answers('claimsDocument', ['renew', 'ORDER-143']);
  await it.answers('claimsDocument', ['block', 'ORDER-143', '--reason', 'waits for\nthe \u001b[31mdesign "now"']);
  await it.answers('claimsDocument', ['unblock', 'ORDER-143']);
  await it.answers('claimsDocument', ['unblock', 'ORDER-143']);
  await it.answers('claimsDocument', ['status'], { session: 'bob' });
  await it.answers('claimsDocument', ['hand', 'ORDER-143', '--to', 'bob']);
  await it.refuses('lost', ['renew', 'ORDER-143']);
  await it.refuses('not-holder', ['release', 'ORDER-143'], { session: 'carol' });
  await it.refuses('not-holder', ['release', 'ORDER-144']);
  await it.answers('claimsDocument', ['complete', 'ORDER-143'], { session: 'bob' });
  await it.refuses('illegal', ['block', 'ORDER-143', '--reason', 'late'], { session: 'bob' });
  await it.refuses('completed', ['ORDER-143'], { session: 'carol' });
  await it.answers('claimsDocument', ['status', 'ORDER-143']);
  await it.answers('claimsDocument', ['--reopen', 'ORDER-143'], { session: 'bob' });
  await it.answers('claimsDocument', ['abandon', 'ORDER-143'], { session: 'bob' });
  await it.answers('claimsDocument', ['list', '--all']);
  await it.answers('historyDocument', ['log', 'ORDER-143']);
  await it.answers('historyDocument', ['log', 'ORDER-144']);
});

test('several orders, all or nothing', async () => {
  const it = new Telling();
  it.prepare(({ repo }) => {
    mkdirSync(join(repo, 'orders'));
    writeFileSync(join(repo, 'orders/ORDER-1.md'), '---\ntitle: Fix the login\n---\n');
  });
  expect((await it.answers('claimsDocument', ['ORDER-1', 'ENG-7', 'BACK-217.02'])).warnings).toHaveLength(3);
  await it.refuses('held', ['ORDER-2', 'ENG-7'], { session: 'bob' });
  expect((await it.answers('claimsDocument', ['list'])).claims.map(({ order }) => order)).toEqual([
    'BACK-217.2',
    'ENG-7',
    'ORDER-1',
  ]);
  await it.answers('claimsDocument', ['release', 'ORDER-1', 'ENG-7', 'BACK-217.02']);
});

test('what to work on next', async () => {
  const it = new Telling();
  await it.refuses('nothing', ['next']);
  it.prepare(({ repo }) => {
    mkdirSync(join(repo, 'orders'));
    const file = (name: string, text: string) => writeFileSync(join(repo, 'orders', name), `---\n${text}\n---\n`);
    file('ORDER-1.md', 'title: Fix the login\nstatus: ready\npriority: 1\nlabels: [web]\nlinear: ENG-7');
    file('ORDER-2.md', 'status: ready\ndepends_on: [ORDER-1, the rework]');
    file('ORDER-3.md', 'status: ready');
    file('ORDER-4.md', 'status: draft');
    file('ORDER-5.md', 'labels: [broken');
    file('nameless.md', 'status: ready');
    file('copy.md', 'id: ORDER-4\nstatus: draft');
  });
  expect((await it.answers('ordersDocument', ['next'])).warnings.map(({ code }) => code)).toEqual([
    'broken-order',
    'unnamed-order',
    'duplicate-order',
  ]);
  await it.answers('ordersDocument', ['next', '-n', '1', '--all'], { session: null });
  await it.refuses('no-session', ['next', '--claim'], { session: null });
  await it.answers('claimsDocument', ['next', '--claim']);
  await it.answers('claimsDocument', ['next', '--claim', '--no-worktree'], { session: 'bob' });
  await it.refuses('nothing', ['next', '--claim'], { session: 'carol' });
  await it.answers('ordersDocument', ['follow-up', 'ORDER-1', '--title', 'Found on the way', '--blocked']);
  await it.answers('historyDocument', ['log', 'ORDER-6']);
  await it.refuses('usage', ['follow-up', 'ORDER-1']);
  it.prepare(({ repo }) => writeFileSync(join(repo, 'a file'), ''));
  await it.answers('claimsDocument', ['complete', 'ORDER-3'], { session: 'bob' });
  it.prepare(({ repo }) => writeFileSync(join(`${repo}.claims/ORDER-1`, 'a file'), ''));
  await it.refuses('illegal', ['complete', 'ORDER-1']);
  await it.refuses('usage', ['next', '--claim', '-n', '2']);
  await it.refuses('usage', ['next', '-n', '0']);
  await it.refuses('usage', ['next', 'ORDER-1']);
  await it.refuses('usage', ['next', '--on', 'HEAD']);
  it.prepare(({ git }) => git(['config', 'claim.readyAt', 'never']));
  await it.refuses('usage', ['next']);
  it.prepare(({ git }) => git(['config', 'claim.ordersFrom', 'nowhere']));
  await it.refuses('usage', ['next']);
});

test('worktrees', async () => {
  const it = new Telling();
  const tree = (sandbox: Sandbox) => `${sandbox.repo}.claims/ORDER-1`;
  await it.answers('claimsDocument', ['ORDER-1']);
  await it.answers('worktreesDocument', ['worktree']);
  await it.answers('claimsDocument', ['renew'], { cwd: tree });
  await it.answers('worktreesDocument', ['worktree', 'setup', 'ORDER-1']);
  await it.refuses('usage', ['worktree', 'trust']);
  it.prepare(({ env, repo, git }) => {
    git(['config', 'claim.setup', 'true']);
    new GivenAnswer(env, 'trusted', join(repo, '.git'), ['true']).add();
  });
  await it.answers('trustedDocument', ['worktree', 'trust']);
  it.prepare(({ git }) => git(['config', '--unset', 'claim.setup']));
  it.prepare((sandbox) => writeFileSync(join(tree(sandbox), 'new file'), 'work'));
  await it.refuses('held', ['worktree', 'remove', 'ORDER-1'], { session: 'bob' });
  await it.refuses('illegal', ['worktree', 'remove', 'ORDER-1']);
  await it.answers('removedDocument', ['worktree', 'remove', '--save', 'ORDER-1']);
  await it.answers('worktreesDocument', ['worktree', 'add', 'ORDER-1']);
  await it.refuses('not-holder', ['worktree', 'add', 'ORDER-1'], { session: 'bob' });
  it.prepare((sandbox) => rmSync(tree(sandbox), { recursive: true }));
  await it.answers('worktreesDocument', ['worktree', 'list']);
  await it.answers('claimsDocument', ['release', 'ORDER-1']);
  await it.answers('prunedDocument', ['worktree', 'prune']);
  await it.answers('prunedDocument', ['worktree', 'prune']);
  await it.refuses('usage', ['worktree', 'remove', 'ORDER-1']);
  await it.answers('claimsDocument', ['--no-worktree', 'ORDER-2']);
  await it.answers('claimsDocument', ['--on', 'HEAD', 'ORDER-3']);
});

test('sessions', async () => {
  const it = new Telling();
  const [agent] = [anchor()];
  await it.answers('sessionsDocument', ['session'], { session: null });
  await it.answers('sessionsDocument', ['session', 'start', '--title', 'the\u001b[31m login', '--linear', 'ENG-7']);
  await it.answers('sessionsDocument', ['session', 'start', '--anchor', String(agent.pid)], { session: 'bob' });
  await it.answers('claimsDocument', ['--no-worktree', 'ORDER-1']);
  await it.answers('sessionsDocument', ['session', 'end']);
  await it.answers('sessionsDocument', ['session', 'list', '--all'], { session: 'bob' });
  await it.refuses('usage', ['session', 'start', '--linear', 'soon']);
  await it.refuses('usage', ['session', 'begin']);
  await it.refuses('no-session', ['session', 'end'], { session: null });
});

test('intents and the feed', async () => {
  const it = new Telling();
  await it.answers('eventsDocument', ['feed']);
  await it.answers('claimsDocument', ['ORDER-1']);
  await it.answers('eventsDocument', ['intent', 'rename\n\u001b[31m"src"', '--kind', 'rename']);
  const { warnings } = await it.answers('eventsDocument', ['intent', 'again'], { session: 'bob' });
  expect(warnings).toMatchObject([{ code: 'intent' }]);
  await it.answers('claimsDocument', ['hand', 'ORDER-1', '--to', 'bob']);
  await it.answers('eventsDocument', ['intents'], { session: null });
  await it.answers('eventsDocument', ['feed', 'ORDER-1', '--after', '1']);
  await it.refuses('usage', ['intent']);
  await it.refuses('usage', ['intent', 'deploy', '--kind', 'Now!']);
  await it.refuses('no-session', ['intent', 'deploy'], { session: null });
  await it.refuses('usage', ['feed', '--after', 'now']);
});

test('setting a repository up', async () => {
  const it = new Telling();
  await it.finds('doctorDocument', ['init', '--check']);
  await it.answers('initDocument', ['init', '--print']);
  await it.answers('initDocument', ['init', '--mode', 'hard', '--agents-md', '--claude']);
  await it.answers('initDocument', ['init']);
  await it.answers('doctorDocument', ['init', '--check']);
  it.prepare(({ repo }) => rmSync(join(repo, '.git/hooks/pre-commit')));
  expect((await it.answers('claimsDocument', ['list'])).warnings).toMatchObject([{ code: 'hooks-mended' }]);
  await it.answers('doctorDocument', ['doctor']);
  it.prepare(({ repo, git }) => {
    rmSync(join(repo, '.git/hooks/pre-commit'));
    git(['-c', 'core.hooksPath=/dev/null', 'update-ref', 'refs/claims/some/thing', 'HEAD']);
  });
  await it.finds('doctorDocument', ['doctor', '--fix']);
  await it.finds('doctorDocument', ['doctor']);
  await it.answers('initDocument', ['init', '--uninstall']);
  await it.refuses('usage', ['init', '--mode', 'harder']);
});

test('what is shared through a remote', async () => {
  const it = new Telling();
  await it.refuses('usage', ['sync']);
  it.prepare(({ git }) => {
    git(['init', '--quiet', '--bare', 'hub.git']);
    git(['config', 'claim.remote', './hub.git']);
  });
  await it.answers('claimsDocument', ['claim', '--no-worktree', 'ORDER-1']);
  await it.answers('claimsDocument', ['claim', '--no-worktree', 'ORDER-2', '--offline']);
  await it.answers('syncDocument', ['sync']);
  await it.answers('claimsDocument', ['ORDER-3']);
  await it.answers('pushedDocument', ['push', 'ORDER-3']);
  await it.answers('pushedDocument', ['complete', '--push', 'ORDER-3']);
  await it.refuses('illegal', ['push', 'ORDER-1']);
  it.prepare(({ git }) => git(['config', 'claim.remote', './gone.git']));
  await it.refuses('remote', ['sync']);
});

test('what commits say of their sessions', async () => {
  const it = new Telling();
  await it.answers('verifiedDocument', ['verify']);
  it.prepare(({ git }) => git(['commit', '--quiet', '--allow-empty', '-m', 'x\n\nOrder: ORDER-9\nClaim-Session: eve']));
  await it.finds('verifiedDocument', ['verify', 'HEAD']);
  await it.refuses('usage', ['verify', 'nothing..HEAD']);
  await it.refuses('usage', ['verify', 'HEAD', 'HEAD']);
  it.prepare(({ git }) => git(['config', 'claim.remote', './gone.git']));
  await it.refuses('remote', ['verify', 'HEAD']);
});

test('the collision check', async () => {
  const it = new Telling();
  await it.answers('collisionsDocument', ['check']);
  await it.answers('claimsDocument', ['ORDER-1']);
  await it.answers('eventsDocument', ['intent', 'rename\n\u001b[31m"src"']);
  await it.answers('collisionsDocument', ['check', '--since', '1h'], { session: 'bob' });
  await it.finds('collisionsDocument', ['check', 'ORDER-1'], { session: 'bob' });
  await it.refuses('usage', ['check', '--since', 'soon']);
  await it.refuses('usage', ['check', 'ORDER-1', 'ORDER-2']);
  await it.refuses('bad-id', ['check', 'main']);
});

test('claims on files and folders', async () => {
  const it = new Telling();
  await it.answers('pathsDocument', ['paths']);
  await it.answers('pathsDocument', ['path', 'src', 'a\u001b[31m\n"b"']);
  await it.answers('pathsDocument', ['path', 'src']);
  await it.refuses('collision', ['path', 'src/x'], { session: 'bob' });
  await it.refuses('collision', ['--no-worktree', 'ORDER-1', '--path', 'src'], { session: 'bob' });
  await it.answers('claimsDocument', ['--no-worktree', 'ORDER-1', '--path', 'docs', '--path', 'test'], { session: 'bob' });
  await it.answers('claimsDocument', [], { session: 'bob' });
  await it.answers('claimsDocument', ['list']);
  await it.answers('pathsDocument', ['path', '--release', 'docs'], { session: 'bob' });
  await it.refuses('not-holder', ['path', '--release', 'test']);
  await it.refuses('usage', ['path']);
  await it.refuses('usage', ['path', '..']);
  await it.refuses('usage', ['paths', 'src']);
  it.prepare(({ git }) => {
    git(['update-ref', 'refs/claim-paths/other', 'HEAD']);
    git(['update-ref', 'refs/claim-paths/%zz', 'HEAD']);
  });
  const { warnings } = await it.answers('pathsDocument', ['paths']);
  expect(warnings).toMatchObject([{ code: 'foreign-ref' }]);
  await it.refuses('foreign', ['path', 'other']);
});

test('bad usage and bad input', async () => {
  const it = new Telling();
  await it.refuses('usage', ['stauts']);
  await it.refuses('usage', ['list', '--al']);
  await it.refuses('usage', ['list', 'ORDER-1']);
  await it.refuses('usage', ['claim']);
  await it.refuses('usage', ['block', 'ORDER-1']);
  await it.refuses('usage', ['hand', 'ORDER-1']);
  await it.refuses('usage', ['renew']);
  await it.refuses('usage', ['--on', 'nothing', 'ORDER-1']);
  await it.refuses('usage', ['--no-worktree', '--on', 'HEAD', 'ORDER-1']);
  await it.refuses('usage', ['ORDER-1', '--anchor', '0']);
  await it.refuses('usage', ['ORDER-1', '--session', 'a b']);
  for (const id of [
    'ORDER',
    'ORDER-1.',
    '../ORDER-1',
    'ORDER-1.lock',
    'ORDER 1',
    'ÖRDER-1',
    'ORDER-1\n',
    `ORDER-${'1'.repeat(99)}`,
  ])
    await it.refuses('bad-id', [id]);
  await it.refuses('no-session', ['ORDER-1'], { session: null });
  await it.answers('claimsDocument', ['status'], { session: null });
  it.prepare(({ git }) => git(['config', 'claim.staleAfter', 'soon']));
  await it.refuses('usage', ['ORDER-1']);
});

test('completion in shells, and functions for them', async () => {
  const it = new Telling();
  await it.answers('functionsDocument', ['shell-init', 'fish', '--claims'], { cwd: ({ dir }) => dir });
  await it.refuses('usage', ['shell-init', 'tcsh']);
  await it.refuses('usage', ['shell-init']);
  await it.answers('claimsDocument', ['ORDER-1']);
  await it.answers('worktreesDocument', ['where', 'ORDER-1']);
  await it.refuses('usage', ['where', 'ORDER-2']);
  await it.refuses('usage', ['where']);
  // Without the functions there is nobody to tell.
  await it.refuses('usage', ['go', 'ORDER-1']);
  it.prepare(({ dir }) => writeFileSync(join(dir, 'go'), ''));
  await it.answers('worktreesDocument', ['go', 'ORDER-1'], { env: ({ dir }) => ({ GIT_CLAIM_GO: join(dir, 'go') }) });
  await it.answers('completionDocument', ['completion', 'bash'], { cwd: ({ dir }) => dir });
  await it.refuses('usage', ['completion']);
  await it.refuses('usage', ['completion', 'tcsh']);
});

test('no repository, one without commits, a bare one', async () => {
  const it = new Telling();
  const within = (name: string) => (sandbox: Sandbox) => join(sandbox.dir, name);
  it.prepare(({ dir, git }) => {
    mkdirSync(join(dir, 'plain folder'));
    git(['init', '--quiet', 'fresh'], dir);
    git(['clone', '--quiet', '--bare', 'my äpp', 'bare.git'], dir);
  });
  for (const command of ['status', 'list', 'log', 'worktree', 'ORDER-1'])
    await it.refuses('no-repo', [command], { cwd: within('plain folder') });
  await it.refuses('git', ['ORDER-1'], { cwd: within('fresh') });
  await it.answers('claimsDocument', ['--no-worktree', 'ORDER-1'], { cwd: within('fresh') });
  await it.answers('claimsDocument', ['ORDER-1'], { cwd: within('bare.git') });
  await it.answers('claimsDocument', ['status', 'ORDER-1'], { cwd: within('bare.git') });
  await it.answers('worktreesDocument', ['worktree'], { cwd: within('bare.git') });
});

test('refs that others wrote, and broken ones, are shown and never free', async () => {
  const it = new Telling();
  it.prepare(({ repo, git }) => {
    git(['update-ref', 'refs/claims/ORDER-1', 'HEAD']);
    git(['update-ref', 'refs/claims/some/thing', 'HEAD']);
    git(['symbolic-ref', 'refs/claims/ORDER-2', 'refs/heads/main']);
    writeFileSync(join(repo, '.git/refs/claims/ORDER-3'), `${'1'.repeat(40)}\n`);
  });
  await it.refuses('foreign', ['ORDER-1']);
  await it.refuses('foreign', ['ORDER-2']);
  await it.refuses('unknown', ['ORDER-3']);
  await it.refuses('foreign', ['release', 'ORDER-1']);
  await it.refuses('foreign', ['worktree', 'remove', 'ORDER-1']);
  const { claims, warnings } = await it.answers('claimsDocument', ['list']);
  expect(claims.map(({ order, state }) => [order, state])).toEqual([
    ['ORDER-1', null],
    ['ORDER-2', null],
    ['ORDER-3', null],
  ]);
  expect(warnings).toMatchObject([{ code: 'foreign-ref' }]);
  await it.answers('claimsDocument', ['status']);
  await it.answers('claimsDocument', ['status', 'ORDER-3']);
});

test('processes as evidence: a holder that lives, one that died, one name in two places', async () => {
  const it = new Telling();
  const [one, other] = [anchor(), anchor()];
  await it.answers('claimsDocument', ['ORDER-1', '--anchor', String(one.pid)]);
  await it.refuses('conflict', ['ORDER-1', '--anchor', String(other.pid)]);
  expect((await it.answers('claimsDocument', ['status', 'ORDER-1'])).claims).toMatchObject([{ liveness: 'live' }]);
  const ended = new Promise((resolve) => one.once('exit', resolve));
  one.kill();
  await ended;
  expect((await it.answers('claimsDocument', ['status', 'ORDER-1'], { session: 'bob' })).claims).toMatchObject([
    { liveness: 'dead' },
  ]);
  await it.refuses('illegal', ['take', 'ORDER-2', '--reason', 'it died'], { session: 'bob' });
  await it.refuses('illegal', ['rescue', 'ORDER-1'], { session: 'bob' });
  await it.refuses('usage', ['rescue'], { session: 'bob' });
  await it.refuses('usage', ['take', 'ORDER-1'], { session: 'bob' });
});

test('an order that is taken from a dead session, and the work that is rescued', async () => {
  const it = new Telling();
  it.prepare(({ git }) => Object.entries(LEASE).map(([key, value]) => git(['config', `claim.${key}`, value])));
  const agent = anchor();
  await it.answers('claimsDocument', ['ORDER-1', '--anchor', String(agent.pid)]);
  it.prepare((sandbox) => writeFileSync(join(`${sandbox.repo}.claims`, 'ORDER-1', 'new\u001b[31m file'), 'work'));
  const ended = new Promise((resolve) => agent.once('exit', resolve));
  agent.kill();
  await ended;
  await it.answers('claimsDocument', ['status', 'ORDER-1'], { session: 'bob' });
  await sleep(200);
  await it.answers('takenDocument', ['take', 'ORDER-1', '--reason', 'it died'], { session: 'bob' });
  await it.answers('rescuedDocument', ['rescue']);
  await it.answers('rescuesDocument', ['rescue', '--list']);
});

test('every error code that can occur was seen', () => {
  const expected = CODES.filter((code) => !NOT_YET.includes(code));
  expect([...seen].sort()).toEqual([...expected].sort());
});

test('every command answered', () => {
  expect([...answered].sort()).toEqual(Object.keys(COMMANDS).sort());
});

test("the schema's enums are those of the code", () => {
  const { claim, historyRow, state, collision, errorDocument, warning } = SCHEMA.$defs;
  expect(claim.properties.state.enum).toEqual([...STATES, null]);
  expect(state.enum).toEqual(STATES);
  expect(historyRow.properties.action.enum).toEqual(ACTIONS);
  expect(errorDocument.properties.error.properties.code.enum).toEqual(CODES);
  expect(collision.properties.kind.enum).toEqual(KINDS);
  expect(warning.properties.code.enum.toSorted()).toEqual(warningCodes());
  expect(claim.properties.liveness.enum).toEqual([...literals('core/liveness/liveness.ts', /type Liveness = (.*);/), null]);
});

test('every object in the schema is closed', () => {
  const open = (node: unknown, path: string): string[] => {
    if (typeof node !== 'object' || node === null) return [];
    const isOpen = 'properties' in node && 'type' in node && !('additionalProperties' in node);
    return [...(isOpen ? [path] : []), ...Object.entries(node).flatMap(([key, value]) => open(value, `${path}/${key}`))];
  };
  expect(open(SCHEMA, '#')).toEqual([]);
});

const CODES = Array.from(source('core/exit-codes.ts').matchAll(/^ {2}'?([a-z-]+)'?: \d+,$/gm), (match) => match[1] as ErrorCode);

function source(file: string): string {
  return readFileSync(join(PACKAGE, 'src', file), 'utf8');
}

/** The members of a union of literals. */
function literals(file: string, union: RegExp): string[] {
  const members = union.exec(source(file))?.[1] ?? '';
  return [...members.matchAll(/'([^']+)'/g)].map(([, literal]) => literal as string);
}

function warningCodes(): string[] {
  const members = source('usecases/warning.ts').matchAll(/readonly code: ([^;}]*)/g);
  const codes = [...members].flatMap(([, union]) =>
    [...(union as string).matchAll(/'([^']+)'/g)].map(([, code]) => code as string),
  );
  return [...new Set(codes)].sort();
}
