import type { Symptom } from '../core/doctor/symptom.ts';
import { ClaimError, troubleFrom } from '../core/errors.ts';
import { mendedMessage, modeMessage, uninstalledMessage } from '../core/event-messages.ts';
import type { Mode } from '../core/guard/mode.ts';
import type { OrderId } from '../core/ids.ts';
import type { Lowered } from '../core/install/gate.ts';
import type { Route } from '../core/install/route.ts';
import { formatInstant } from '../core/time.ts';
import { DEFAULT_WORKTREES } from '../core/trees/worktree-path.ts';
import type { LoggedEvent } from '../ports/event-log.ts';
import { type Change, type Installation, type InstallNote, type InstallPlan, NO_WISH, type Wish } from '../ports/installation.ts';
import { readerOf } from './caller/asker.ts';
import { isAskedByAgent } from './caller/by-agent.ts';
import type { Ports } from './ports.ts';
import { meetRemote, proveRemote, type Sharing } from './remote/prove.ts';
import type { Warning } from './warning.ts';

/** What init did, or would do. */
export type Initialised = {
  readonly kind: 'initialised';
  /** False if it was only to be shown, or if nothing had to be done. */
  readonly isDone: boolean;
  readonly isRemoval: boolean;
  readonly mode: Mode;
  readonly route: Route;
  readonly changes: readonly Change[];
  readonly notes: readonly InitNote[];
  /** As in {@link InstallPlan}. */
  readonly mendedAt: string | null;
  /** The remote that claims are shared through from now on, if one was named. */
  readonly sharing: Sharing | null;
};

/** What a person should know; `silent`: hooks that still do not run. */
export type InitNote = InstallNote | { readonly kind: 'silent'; readonly symptom: Symptom };

/** What a person is asked before the hooks become milder or go. */
export type Question =
  | { readonly kind: 'lower'; readonly lowered: readonly Lowered[] }
  | { readonly kind: 'uninstall' }
  /** `held`: orders that sessions hold; `refs`: how many refs of claims there are. */
  | {
      readonly kind: 'purge';
      readonly held: readonly OrderId[];
      readonly refs: number;
      readonly worktrees: readonly string[];
    };

/** Asks the person at the terminal; never called for an agent. */
export type Ask = (question: Question) => Promise<boolean>;

/** What init is asked for. */
export type InitWish = Pick<Wish, 'mode' | 'agentsMd' | 'claude' | 'isListing'> & {
  /** The person's answer to the offer of {@link agentTrees}; null if nobody was asked. */
  readonly isPlacingTrees: boolean | null;
  /** The remote to share claims through, a name or an address; null leaves that as it is. */
  readonly remote: string | null;
};

/** Where the worktrees of an agent can be that asks before it works outside its folder. */
export type AgentTrees = { readonly agent: string; readonly template: string };

const IN_AGENT_FOLDER: AgentTrees = { agent: 'claude', template: '.claude/worktrees/<order>' };

/**
 * Returns what can be offered here: an agent has a folder in this repository, and nobody chose a place for worktrees.
 *
 * @param isAgentHere whether the agent is known to work here although the folder may not exist yet
 */
export function agentTrees({ settings, places }: Ports, isAgentHere = false): AgentTrees | null {
  const isPlain = settings.worktreesOf(IN_AGENT_FOLDER.agent) === DEFAULT_WORKTREES;
  return isPlain && (isAgentHere || places.isThere(places.absolute('.claude'))) ? IN_AGENT_FOLDER : null;
}

/**
 * Sets up this repository. Run again, it repairs what is missing. What is configured then is what a person wants, unless an agent
 * runs it.
 *
 * @throws ClaimError `illegal` if the hooks would become milder and an agent asks, or the person says no
 */
export async function init(ports: Ports, wish: InitWish, isPrinting: boolean, ask: Ask): Promise<Initialised> {
  const isByPerson = !isAskedByAgent(ports);
  const setup = await ports.installation();
  const lowered = setup.lowering(wish.mode);
  if (!isPrinting && lowered.length > 0 && (isByPerson || isLower(lowered, wish.mode)))
    await agree(isByPerson, ask, { kind: 'lower', lowered });
  const { isPlacingTrees, remote, ...wanted } = wish;
  const proved = remote === null ? null : await proveRemote(ports, remote, !isPrinting);
  const settings = proved === null ? {} : await sharingSettings(ports, proved);
  const trees = isPlacingTrees === true ? agentTrees(ports, true) : null;
  const done = await carriedOut(ports, (it) => it.plan({ ...NO_WISH, ...wanted, settings, isByPerson }), isPrinting, false);
  if (done.isDone && (wish.mode !== null || lowered.length > 0)) noteMode(ports, done.mode);
  if (isPrinting) return { ...done, sharing: proved };
  const sharing = proved === null ? null : await meetRemote(ports, proved);
  setup.noteAnswer('filter', true);
  if (trees !== null) await setup.placeAgentTrees(trees.agent, trees.template);
  const offered = trees !== null ? [{ kind: 'agent-trees-set', ...trees } as const] : offers(ports, wish, done);
  return { ...done, sharing, notes: [...done.notes, ...offered, ...(await stillSilent(ports, done))] };
}

/** The folder of claim refs is configured only where it is not the usual one. */
async function sharingSettings(ports: Ports, { remote, prefix }: Sharing): Promise<Readonly<Record<string, string>>> {
  const [usual] = (await ports.remoteProbe()).prefixes;
  return { 'claim.remote': remote, ...(prefix === usual ? {} : { 'claim.refPrefix': prefix }) };
}

/** Names worktrees where the agent may enter them, once: when the hooks are installed and nobody could be asked. */
function offers(ports: Ports, { isPlacingTrees }: InitWish, { isDone }: Initialised): InitNote[] {
  const trees = isDone && isPlacingTrees === null ? agentTrees(ports) : null;
  return trees === null ? [] : [{ kind: 'agent-trees', ...trees }];
}

/** Returns whether the mode that is asked for is among what would be milder. */
function isLower(lowered: readonly Lowered[], mode: Mode | null): boolean {
  return mode !== null && lowered.some(({ key }) => key === 'claim.mode');
}

async function agree(isByPerson: boolean, ask: Ask, question: Question): Promise<void> {
  if (!isByPerson) throw new ClaimError({ code: 'illegal', kind: 'gate-by-agent' });
  if (!(await ask(question))) throw new ClaimError({ code: 'illegal', kind: 'gate-not-agreed' });
}

/** Returns the worktrees in which the hooks still do not run. */
async function stillSilent(ports: Ports, { mode, route }: Initialised): Promise<InitNote[]> {
  const findings = await (await ports.installation()).probe(await hookPlaces(ports), mode, route);
  return findings.map((symptom) => ({ kind: 'silent', symptom }));
}

/** Logs the new mode. Doctor counts what hooks report from then on. */
function noteMode(ports: Ports, mode: Mode): void {
  noteGate(ports, 'mode', modeMessage(mode), { mode });
}

function noteGate(ports: Ports, kind: string, message: string, detail: LoggedEvent['detail']): void {
  const asker = readerOf(ports);
  ports.events.append({
    at: formatInstant(ports.clock.now().wallMs),
    kind,
    order: null,
    session: asker?.id ?? null,
    sessionKey: asker?.key ?? null,
    generation: null,
    oid: null,
    message,
    detail,
  });
}

/**
 * Removes everything that {@link init} installed.
 *
 * @throws ClaimError `illegal` if an agent asks, or the person says no
 */
export async function uninstall(ports: Ports, isPrinting: boolean, ask: Ask): Promise<Initialised> {
  const { isThere } = await ports.installation();
  if (isThere && !isPrinting) {
    await agree(!isAskedByAgent(ports), ask, { kind: 'uninstall' });
    noteGate(ports, 'uninstall', uninstalledMessage(), null);
  }
  return removal(ports, isPrinting);
}

/** The same, for a person who has agreed. Without the filter, git would see what mirrors wrote. */
export async function removal(ports: Ports, isPrinting: boolean): Promise<Initialised> {
  if (!isPrinting) {
    (await ports.installation()).noteAnswer('filter', false);
    ports.shared?.forget();
    for (const mirror of ports.mirrors) mirror.withdraw(null);
  }
  return carriedOut(ports, (setup) => setup.planRemoval(), isPrinting, true);
}

/**
 * Reinstalls what {@link init} installed and somebody displaced since. Commands that notice this call it, and helpers.
 *
 * @param isBeat whether a helper noticed it. Then the next command tells people
 * @returns a warning if a hook was reinstalled, or if that failed
 */
export async function reinstall(ports: Ports, isBeat: boolean): Promise<Warning[]> {
  try {
    const mendedAt = isBeat ? formatInstant(ports.clock.now().wallMs) : null;
    const done = await carriedOut(ports, (setup) => setup.plan({ ...NO_WISH, mendedAt }), false, false);
    const off = done.notes.find((note) => note.kind === 'no-hooks-folder')?.path ?? null;
    // If hooks are files, our own configuration only records what they look like; and it says what was put back already.
    const isOnlyTold = done.mendedAt !== null && done.changes.length === 1;
    const isVisible = done.changes.some(
      ({ part, path }) =>
        part === 'hook' || (part === 'config' && !isOnlyTold && (done.route.kind === 'path' || path.endsWith('/config'))),
    );
    if (isVisible) noteGate(ports, 'hooks', mendedMessage(off), null);
    const at = isVisible ? null : done.mendedAt;
    return isVisible || at !== null ? [{ code: 'hooks-mended', off, at }] : [];
  } catch (error) {
    return [{ code: 'hooks-astray', failure: troubleFrom(error) }];
  }
}

async function carriedOut(
  ports: Ports,
  planned: (setup: Installation) => Promise<InstallPlan>,
  isPrinting: boolean,
  isRemoval: boolean,
): Promise<Initialised> {
  const setup = await ports.installation();
  const { mode, route, changes, notes, mendedAt } = isPrinting
    ? await planned(setup)
    : await setup.exclusively(async () => {
        const plan = await planned(setup);
        setup.apply(plan.changes);
        return plan;
      });
  return {
    kind: 'initialised',
    isDone: !isPrinting && changes.length > 0,
    isRemoval,
    mode,
    route,
    changes,
    notes,
    mendedAt,
    sharing: null,
  };
}

/** Returns every place in which git runs hooks: the worktrees, or a bare repository without any. */
export async function hookPlaces(ports: Ports): Promise<string[]> {
  const trees = (await ports.worktrees.list()).filter(({ isBare, isMissing }) => !isBare && !isMissing);
  return trees.length > 0 ? trees.map(({ path }) => path) : [ports.places.mainDir];
}
