import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { COMMANDS } from '../src/cli/commands.ts';
import { beyondTerminal } from './support/beyond-terminal.ts';
import { createSandbox, PACKAGE, type Sandbox } from './support/sandbox.ts';

/** The package as npm would publish and install it. */
let project: Sandbox;

beforeAll(() => {
  project = createSandbox();
  const modules = join(project.repo, 'node_modules');
  mkdirSync(modules);
  const npm = (...args: string[]) =>
    execFileSync('npm', args, { cwd: PACKAGE, env: { ...project.env, npm_config_update_notifier: 'false' }, encoding: 'utf8' });
  npm('pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', project.dir);
  const archive = readdirSync(project.dir).find((name) => name.endsWith('.tgz')) as string;
  execFileSync('tar', ['-xzf', join(project.dir, archive), '-C', modules]);
  execFileSync('mv', [join(modules, 'package'), join(modules, 'git-claim')]);
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies }))
    symlinkSync(join(PACKAGE, 'node_modules', name), join(modules, name));
  writeFileSync(join(project.repo, 'package.json'), '{"type":"module"}');
});

test('a program claims, is refused, reads, blocks, hands over and completes', () => {
  const said = run(`
    const alice = await openClaims({ session: 'alice' });
    const bob = await openClaims({ session: 'bob' });
    say('claimed', (await alice.claim('order-143')).claims[0].view);
    say('again', (await alice.claim(['ORDER-143'])).claims[0]);
    say('refused', await bob.claim('ORDER-143'));
    say('mine', (await alice.list({ mine: true })).claims[0], (await bob.list({ mine: true })).claims.length);
    say('blocked', (await alice.block('ORDER-143', 'waits for\\nthe design')).claims[0].view);
    say('unblocked', (await alice.unblock('ORDER-143')).claims[0].view);
    say('renewed', (await alice.renew('ORDER-143')).claims[0].view);
    await bob.status();
    say('handed', (await alice.hand('ORDER-143', 'bob')).view);
    say('lost', await alice.release('ORDER-143'));
    say('status', (await bob.status()).claims[0], (await bob.status('ORDER-143')).claim);
    say('completed', (await bob.complete('ORDER-143')).claims[0].view);
    say('reopened', (await bob.claim('ORDER-143', { reopen: true })).claims[0].view);
    say('abandoned', (await bob.abandon('ORDER-143')).claims[0].view);
    console.log((await bob.log('ORDER-143')).history.map(({ action, session }) => action + ' ' + session).join(', '));
    alice.close(); bob.close();`);
  expect(said).toMatchInlineSnapshot(`
    "claimed: ORDER-143 active alice 1 mine
    again: ORDER-143 active alice 1 mine already
    refused: held ORDER-143 by alice
    mine: ORDER-143 active alice 1 mine 0
    blocked: ORDER-143 blocked alice 1 mine waits for the design
    unblocked: ORDER-143 active alice 1 mine
    renewed: ORDER-143 active alice 1 mine
    handed: ORDER-143 active bob 2 not mine handed over by alice
    lost: lost ORDER-143 by bob
    status: ORDER-143 active bob 2 mine handed over by alice ORDER-143 active bob 2 mine handed over by alice
    completed: ORDER-143 completed bob 2 mine
    reopened: ORDER-143 active bob 3 mine
    abandoned: ORDER-143 abandoned bob 3 mine
    abandon bob, reopen bob, complete bob, hand bob, renew alice, unblock alice, block alice, claim alice
    "
  `);
});

test('a program keeps the work of a tree it removes, and claims for the tree it is in', () => {
  const said = run(`
    const claims = await openClaims({ session: 'carol' });
    await claims.claim('ORDER-7');
    const row = (await claims.worktree.list()).worktrees.find(({ order }) => order === 'ORDER-7');
    (await import('node:fs')).writeFileSync(row.path + '/new.txt', 'work');
    await failing(() => claims.worktree.remove('ORDER-7'));
    const removed = await claims.worktree.remove('ORDER-7', { save: true });
    console.log(removed.kind, removed.saved.replace(/[0-9a-f]+$/, '*'), removed.deletedBranch);
    console.log('back at', (await claims.worktree.add('ORDER-7')).worktrees[0].path === row.path);
    console.log('pruned', (await claims.worktree.prune()).paths.length);
    console.log('here', (await claims.claim('ORDER-8', { worktree: false })).claims[0].isHere);
    claims.close();
    console.log('after close', (await claims.list()).claims.length);
    claims.close();`);
  expect(said).toMatchInlineSnapshot(`
    "true illegal 4 <dir>/my äpp.claims/ORDER-7 has work that would be lost: 1 changed file (new.txt) | commit it, or git claim worktree remove --save ORDER-7, which keeps everything under a ref first
    removed refs/claim-rescue/ORDER-7/* null
    back at true
    pruned 0
    here true
    after close 2
    "
  `);
});

/** What a program has no use for: scripts for shells, and what they call. */
const FOR_PEOPLE = ['completion', 'go', 'shell-init'];

test('the library does what the commands do', () => {
  const members = run(`
    const claims = await openClaims({ session: 'dora' });
    console.log(Object.keys(claims).join(' '));
    claims.close();`)
    .trim()
    .split(' ');
  // The list of path claims is a part of `path`.
  const wanted = Object.keys(COMMANDS).filter((name) => name !== 'paths' && !FOR_PEOPLE.includes(name));
  const asMember = (name: string) => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  expect(wanted.map(asMember).filter((name) => !members.includes(name))).toEqual([]);
});

test('a failure is a ClaimError with a code, a hint and an exit code', () => {
  const said = run(`
    const claims = await openClaims({ cwd: ${JSON.stringify(createSandbox().repo)} });
    await failing(() => claims.claim('not an id'));
    await failing(() => claims.claim([]));
    await failing(() => claims.claim('ORDER-1'));
    await failing(() => claims.claim('ORDER-1', { worktree: false, on: 'main' }));
    await failing(() => claims.block('ORDER-1', ' \\n'));
    await failing(() => openClaims({ cwd: '/' }));
    await failing(() => openClaims({ session: 'a b' }).then((one) => one.claim('ORDER-1')));
    await failing(() => openClaims({ session: 'x', anchor: 2 ** 31 - 2 }).then((one) => one.claim('ORDER-1')));
    claims.close();`);
  expect(said).toMatchInlineSnapshot(`
    "true bad-id 129 "not an id" is not an order id: only ASCII letters, digits, ".", "_" and "-" are allowed | an order id looks like ORDER-143, ENG-7 or BACK-217.02, and an issue like 214 or #214; claim.idPattern says what is one
    true usage 129 which order? | claim('ORDER-143')
    true no-session 129 no session is known: no agent is running, and there is no terminal | name yours: git claim --session <name> ..., or export GIT_CLAIM_SESSION=<name>
    true usage 129 on cannot be combined with worktree: false | null
    true usage 129 a block needs its reason | block('ORDER-143', 'waits for the design')
    true no-repo 128 this is not a git repository (nor is any folder above it) | run git claim inside the repository whose orders you work on, or git -C <repository> claim
    true usage 129 --session is not a session id: "a b" | a session id is 1 to 200 printable ASCII characters without spaces
    true usage 129 the anchor, process 2147483646, is not running | name a running process with --anchor or GIT_CLAIM_ANCHOR, or unset the variable
    "
  `);
});

test('its types check a strict program that knows nothing of Node', () => {
  writeFileSync(join(project.repo, 'program.ts'), TYPED);
  writeFileSync(
    join(project.repo, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: { strict: true, module: 'nodenext', target: 'es2023', lib: ['es2023'], types: [], noEmit: true },
      files: ['program.ts'],
    }),
  );
  expect(
    execFileSync(join(PACKAGE, 'node_modules/.bin/tsc'), ['--pretty', 'false'], { cwd: project.repo, encoding: 'utf8' }),
  ).toBe('');
});

const TYPED = `
import { ClaimError, type ClaimView, type ErrorCode, exitCodeOf, openClaims, type Refusal } from 'git-claim';

export async function start(order: string): Promise<ClaimView | Refusal> {
  const claims = await openClaims({ session: 'alice', anchor: 4711, cwd: '.', env: { PATH: '/bin' } });
  try {
    const outcome = await claims.claim(order, { on: 'main' });
    if (outcome.kind === 'refused') return outcome;
    const [first] = outcome.claims;
    // @ts-expect-error a generation is a number
    const generation: string = first!.view.generation;
    // @ts-expect-error there is no such option
    await claims.claim(order, { force: true });
    const whole = await claims.status();
    const one = await claims.status(order);
    return one.claim ?? whole.claims[0]!;
  } catch (error) {
    if (error instanceof ClaimError) {
      const code: ErrorCode = error.code;
      const hint: string | null = error.hint;
      exitCodeOf(code).toFixed();
      hint?.trim();
    }
    throw error;
  } finally {
    claims.close();
  }
}
`;

/** Runs a program in the project and returns what it printed. */
function run(body: string): string {
  const program = `
    import { ClaimError, exitCodeOf, openClaims } from 'git-claim';
    const say = (word, ...claims) => console.log(word + ':', ...claims.map(brief));
    const brief = (one) => one === null || typeof one !== 'object' ? String(one) : one.kind === 'refused'
      ? one.code + ' ' + one.order + ' by ' + one.claim?.session
      : one.view ? brief(one.view) + (one.isAlready ? ' already' : '')
      : [one.order, one.state, one.session, one.generation, one.mine ? 'mine' : 'not mine', one.note].filter((part) => part !== null).join(' ');
    const failing = async (act) => { try { await act(); console.log('no failure'); } catch (error) {
      console.log(error instanceof ClaimError, error.code, exitCodeOf(error.code), error.message.replaceAll(process.cwd().replace(/[^/]*$/, ''), '<dir>/'), '|', error.hint); } };
    ${body}`;
  writeFileSync(join(project.repo, 'program.js'), program);
  const { file, args, argv0 } = beyondTerminal(process.execPath, ['program.js']);
  const { stdout, stderr } = spawnSync(file, args, { argv0, cwd: project.repo, env: project.env, encoding: 'utf8' });
  return stdout + stderr;
}
