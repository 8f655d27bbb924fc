import type { Gate } from './gate.ts';
import { formatGate, parseGate } from './gate.ts';

/** How the hooks get into git. */
export type Route =
  /** As configuration, beside whatever else there is (git 2.54). */
  | { readonly kind: 'config' }
  /** As files in the repository's own `hooks` folder, if no hook of others is in their place. */
  | { readonly kind: 'files' }
  /** As a folder of ours that `core.hooksPath` names and that runs the hooks of another folder first, where they are. */
  | {
      readonly kind: 'path';
      /** The `core.hooksPath` that would be in force without us, as written; null for the repository's own `hooks` folder. */
      readonly before: string | null;
      /** The worktree whose folder is used where another worktree has none, because a tool generates it; null for none. */
      readonly lender: string | null;
    };

/** The first git that reads hooks from its configuration. */
const CONFIG_HOOKS = { major: 2, minor: 54 };

/**
 * Returns the route to take.
 *
 * @param version the output of `git version`
 * @param before the `core.hooksPath` that would be in force without us; null if none is
 * @param isOccupied whether somebody else's hooks are in the repository's own folder, or the folder is not a plain one
 */
export function routeFor(
  version: string,
  before: { readonly raw: string; readonly lender: string | null } | null,
  isOccupied: boolean,
): Route {
  if (hasConfigHooks(version)) return { kind: 'config' };
  if (before !== null) return { kind: 'path', before: before.raw, lender: before.lender };
  return isOccupied ? { kind: 'path', before: null, lender: null } : { kind: 'files' };
}

function hasConfigHooks(version: string): boolean {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > CONFIG_HOOKS.major || (Number(major) === CONFIG_HOOKS.major && Number(minor) >= CONFIG_HOOKS.minor);
}

/** What `claim.hooks` says that init installed. */
export type HooksSetting = {
  readonly kind: Route['kind'];
  /** How strict a person left the hooks; null if an earlier version wrote this. */
  readonly gate: Gate | null;
  /** The size of each file of ours, so that a replaced file is obvious. */
  readonly sizes: ReadonlyMap<string, number>;
  /** As in {@link Route}. */
  readonly before: string | null;
  /** When a helper put hooks back, for the next command to tell: RFC 3339. */
  readonly mendedAt: string | null;
};

const BEFORE = ' before ';

/** Returns the value of `claim.hooks`: `path mode=soft pre-commit=512 before .husky/_`. */
export function formatHooksSetting({ kind, gate, sizes, before, mendedAt }: HooksSetting): string {
  const facts = [
    ...(gate === null ? [] : formatGate(gate)),
    ...Array.from(sizes, ([name, bytes]) => `${name}=${bytes}`),
    ...(mendedAt === null ? [] : [`mended=${mendedAt}`]),
  ];
  return [kind, ...facts].join(' ') + (before === null ? '' : BEFORE + before);
}

/** Reads the value of `claim.hooks`. What an earlier version wrote differs from everything that this one writes. */
export function parseHooksSetting(text: string): HooksSetting {
  const at = text.indexOf(BEFORE);
  const [kind = '', ...facts] = (at < 0 ? text : text.slice(0, at)).split(' ');
  const pairs = facts.map((fact) => [fact.slice(0, fact.lastIndexOf('=')), fact.slice(fact.lastIndexOf('=') + 1)] as const);
  return {
    kind: kind === 'config' || kind === 'path' ? kind : 'files',
    gate: parseGate(pairs),
    sizes: new Map(pairs.filter(([, bytes]) => /^\d+$/.test(bytes)).map(([name, bytes]) => [name, Number(bytes)])),
    before: at < 0 ? null : text.slice(at + BEFORE.length),
    mendedAt: pairs.find(([name]) => name === 'mended')?.[1] ?? null,
  };
}
