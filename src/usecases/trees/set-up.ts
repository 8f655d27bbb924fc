import type { OrderId } from '../../core/ids.ts';
import { formatDuration } from '../../core/time.ts';
import type { Ports } from '../ports.ts';
import type { Warning } from '../warning.ts';

/** Whoever waits longer than this is told that something goes on, and again after each such time. */
const QUIET_MS = 2_000;

/** Sets up the tree of an order if it was made by git-claim and that has not been done yet. Whatever fails is a warning: the claim stands. */
export async function setUpIfOwed(ports: Ports, order: OrderId, tree: string): Promise<Warning[]> {
  return (await ports.setup.isOwed(tree)) ? setUp(ports, order, tree) : [];
}

/** Copies what is listed into a tree and runs the setup commands there, whether that was done before or not. */
export async function setUp(ports: Ports, order: OrderId, tree: string): Promise<Warning[]> {
  try {
    const busy = await ports.setup.begin(tree);
    if (busy !== null) return [failure(order, `process ${busy} is still setting up its work tree`)];
    const warnings = [...(await copied(ports, order, tree)), ...(await commanded(ports, order, tree))];
    await ports.setup.done(tree);
    return warnings;
  } catch (error) {
    return [failure(order, `its work tree could not be set up: ${error instanceof Error ? error.message : String(error)}`)];
  }
}

async function copied(ports: Ports, order: OrderId, tree: string): Promise<Warning[]> {
  let nextMs = ports.clock.now().monoMs + QUIET_MS;
  const { files, leftOut } = await ports.setup.copy(tree, (count) => {
    const nowMs = ports.clock.now().monoMs;
    if (nowMs < nextMs) return;
    nextMs = nowMs + QUIET_MS;
    ports.narrate(`${order}: copying files into its work tree (${count} so far)`);
  });
  if (files > 0) ports.narrate(`${order}: ${files} file${files === 1 ? '' : 's'} copied into its work tree (.worktreeinclude)`);
  const [first, ...more] = leftOut;
  if (first === undefined) return [];
  return [failure(order, `not copied into its work tree: ${first}${more.length === 0 ? '' : ` (and ${more.length} more)`}`)];
}

async function commanded(ports: Ports, order: OrderId, tree: string): Promise<Warning[]> {
  const { commands } = ports.setup;
  if (commands.length === 0) return [];
  if (!(await ports.setup.isTrusted())) {
    const message = `${order}: claim.setup was not run, for no person has agreed to these commands: git claim worktree trust, then git claim worktree setup ${order}`;
    return [{ code: 'setup-untrusted', message }];
  }
  for (const command of commands) {
    ports.narrate(`${order}: ${command} (setting up its work tree)`);
    const ran = await ports.setup.run(tree, command, (elapsedMs) =>
      ports.narrate(`${order}: ${command} (${formatDuration(elapsedMs)} so far)`),
    );
    if (ran.kind === 'done') continue;
    const log = ran.log === null ? '' : `; its output is in ${ran.log}`;
    return [failure(order, `setup command ${JSON.stringify(command)} failed: ${ran.why}${log}`)];
  }
  return [];
}

function failure(order: OrderId, what: string): Warning {
  return { code: 'setup-failed', message: `${order}: ${what}; again: git claim worktree setup ${order}` };
}
