import type { Symptom } from '../core/doctor/symptom.ts';
import { troubleFrom } from '../core/errors.ts';
import { modeMessage } from '../core/event-messages.ts';
import type { Mode } from '../core/guard/mode.ts';
import type { Route } from '../core/install/route.ts';
import { formatInstant } from '../core/time.ts';
import type { Change, Installation, InstallNote, InstallPlan, Wish } from '../ports/installation.ts';
import { readerOf } from './caller/asker.ts';
import type { Ports } from './ports.ts';
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
};

/** What a person should know; `silent`: hooks that still do not run. */
export type InitNote = InstallNote | { readonly kind: 'silent'; readonly symptom: Symptom };

/** Sets up this repository. Run again, it repairs what is missing. */
export async function init(ports: Ports, wish: Wish, isPrinting: boolean): Promise<Initialised> {
  const done = await carriedOut(ports, (setup) => setup.plan(wish), isPrinting, false);
  if (wish.mode !== null && done.isDone) noteMode(ports, wish.mode);
  return isPrinting ? done : { ...done, notes: [...done.notes, ...(await stillSilent(ports, done))] };
}

/** Returns the worktrees in which the hooks still do not run. */
async function stillSilent(ports: Ports, { mode, route }: Initialised): Promise<InitNote[]> {
  const findings = await (await ports.installation()).probe(await hookPlaces(ports), mode, route);
  return findings.map((symptom) => ({ kind: 'silent', symptom }));
}

/** Logs the new mode. Doctor counts what hooks report from then on. */
function noteMode(ports: Ports, mode: Mode): void {
  const asker = readerOf(ports);
  ports.events.append({
    at: formatInstant(ports.clock.now().wallMs),
    kind: 'mode',
    order: null,
    session: asker?.id ?? null,
    sessionKey: asker?.key ?? null,
    generation: null,
    oid: null,
    message: modeMessage(mode),
    detail: { mode },
  });
}

/** Removes everything that {@link init} installed. Without its filter, git would see what mirrors wrote. */
export async function uninstall(ports: Ports, isPrinting: boolean): Promise<Initialised> {
  if (!isPrinting) for (const mirror of ports.mirrors) mirror.withdraw();
  return carriedOut(ports, (setup) => setup.planRemoval(), isPrinting, true);
}

/**
 * Reinstalls what {@link init} installed and somebody displaced since. Commands that notice this call it.
 *
 * @returns a warning if a hook was reinstalled, or if that failed
 */
export async function reinstall(ports: Ports): Promise<Warning[]> {
  try {
    const { changes, route } = await carriedOut(ports, (setup) => setup.plan(NO_WISH), false, false);
    // If hooks are files, our own configuration only records what they look like.
    const isVisible = changes.some(
      ({ part, path }) => part === 'hook' || (part === 'config' && (route.kind === 'path' || path.endsWith('/config'))),
    );
    return isVisible ? [{ code: 'hooks-mended' }] : [];
  } catch (error) {
    return [{ code: 'hooks-astray', failure: troubleFrom(error) }];
  }
}

const NO_WISH: Wish = { mode: null, agentsMd: false, claude: false };

async function carriedOut(
  ports: Ports,
  planned: (setup: Installation) => Promise<InstallPlan>,
  isPrinting: boolean,
  isRemoval: boolean,
): Promise<Initialised> {
  const setup = await ports.installation();
  const { mode, route, changes, notes } = isPrinting
    ? await planned(setup)
    : await setup.exclusively(async () => {
        const plan = await planned(setup);
        setup.apply(plan.changes);
        return plan;
      });
  return { kind: 'initialised', isDone: !isPrinting && changes.length > 0, isRemoval, mode, route, changes, notes };
}

/** Returns every place in which git runs hooks: the worktrees, or a bare repository without any. */
export async function hookPlaces(ports: Ports): Promise<string[]> {
  const trees = (await ports.worktrees.list()).filter(({ isBare, isMissing }) => !isBare && !isMissing);
  return trees.length > 0 ? trees.map(({ path }) => path) : [ports.places.mainDir];
}
