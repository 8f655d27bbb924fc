import { troubleFrom } from '../../core/errors.ts';
import type { OrderId } from '../../core/ids.ts';
import type { Ports } from '../ports.ts';
import type { SetupTrouble, Warning } from '../warning.ts';

/** A caller who waits longer than this hears what is being done, and hears it again after each such time. */
const QUIET_MS = 2_000;
/** The same while a command runs, whose own output may be long. A person who watches sees each second pass. */
const TELL_MS = 10_000;
const SHOW_MS = 1_000;

/** Sets up the worktree of an order if git-claim made it and did not set it up yet. Failures are warnings: the claim is kept. */
export async function setUpIfPending(ports: Ports, order: OrderId, tree: string): Promise<Warning[]> {
  return (await ports.setup.isPending(tree)) ? setUp(ports, order, tree) : [];
}

/** Copies the listed files into a worktree and runs the setup commands there, even if that was done before. */
export async function setUp(ports: Ports, order: OrderId, tree: string): Promise<Warning[]> {
  try {
    const busy = await ports.setup.begin(tree);
    if (busy !== null) return [failed(order, { kind: 'busy', pid: busy })];
    const warnings = [...(await copied(ports, order, tree)), ...(await commanded(ports, order, tree))];
    await ports.setup.done(tree);
    return warnings;
  } catch (error) {
    return [failed(order, { kind: 'begun', failure: troubleFrom(error) })];
  }
}

async function copied(ports: Ports, order: OrderId, tree: string): Promise<Warning[]> {
  let nextMs = ports.clock.now().monoMs + QUIET_MS;
  const { files, leftOut } = await ports.setup.copy(tree, (count) => {
    const nowMs = ports.clock.now().monoMs;
    if (nowMs < nextMs) return;
    nextMs = nowMs + (ports.watch === null ? QUIET_MS : SHOW_MS);
    (ports.watch ?? ports.narrate)({ kind: 'copying', order, files: count });
  });
  if (files > 0) ports.narrate({ kind: 'copied', order, files });
  return leftOut.length === 0 ? [] : [failed(order, { kind: 'left-out', files: leftOut })];
}

async function commanded(ports: Ports, order: OrderId, tree: string): Promise<Warning[]> {
  const { commands } = ports.setup;
  if (commands.length === 0) return [];
  if (!(await ports.setup.isTrusted())) return [{ code: 'setup-untrusted', order }];
  for (const command of commands) {
    ports.narrate({ kind: 'command', order, command, elapsedMs: null, said: '' });
    const tell = ports.watch ?? ports.narrate;
    const ran = await ports.setup.run(tree, command, ports.watch === null ? TELL_MS : SHOW_MS, (elapsedMs, said) =>
      tell({ kind: 'command', order, command, elapsedMs, said }),
    );
    if (ran.kind === 'failed') return [failed(order, { kind: 'command', command, end: ran })];
  }
  return [];
}

function failed(order: OrderId, why: SetupTrouble): Warning {
  return { code: 'setup-failed', order, why };
}
