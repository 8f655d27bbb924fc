/** How the hooks get into git. */
export type Route =
  /** As configuration, beside whatever else there is (git 2.54). */
  | { readonly kind: 'config' }
  /** As files in the repository's own `hooks` folder. Each runs the hook that was there before. */
  | { readonly kind: 'files' }
  /** As a folder of ours that replaces the one in `core.hooksPath`; `before` is that setting as written. */
  | { readonly kind: 'path'; readonly before: string };

/** The first git that reads hooks from its configuration. */
const CONFIG_HOOKS = { major: 2, minor: 54 };

/**
 * Returns the route to take.
 *
 * @param version the output of `git version`
 * @param before the `core.hooksPath` that would be in force without us; null if none is
 */
export function routeFor(version: string, before: string | null): Route {
  if (hasConfigHooks(version)) return { kind: 'config' };
  return before === null ? { kind: 'files' } : { kind: 'path', before };
}

function hasConfigHooks(version: string): boolean {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > CONFIG_HOOKS.major || (Number(major) === CONFIG_HOOKS.major && Number(minor) >= CONFIG_HOOKS.minor);
}

/** Returns the route as the value of `claim.hooks`, with the size of each file of ours, so that a replaced file is obvious. */
export function formatRoute(route: Route, sizes: ReadonlyMap<string, number>): string {
  if (route.kind === 'path') return `path ${route.before}`;
  return [route.kind, ...Array.from(sizes, ([name, bytes]) => `${name}=${bytes}`)].join(' ');
}
