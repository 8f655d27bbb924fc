/** How the hooks get into git. */
export type Route =
  /** As configuration, beside whatever else there is (git 2.54). */
  | { readonly kind: 'config' }
  /** As files in the repository's own `hooks` folder, each with the one that was there behind it. */
  | { readonly kind: 'files' }
  /** As a folder of our own in the place of the one `core.hooksPath` names; `before` as it is written there. */
  | { readonly kind: 'path'; readonly before: string };

/** The first git that takes hooks from its configuration. */
const CONFIG_HOOKS = { major: 2, minor: 54 };

/**
 * Returns the route to take.
 *
 * @param version what `git version` says
 * @param before the `core.hooksPath` that would be in force without us; null where none is
 */
export function routeFor(version: string, before: string | null): Route {
  if (hasConfigHooks(version)) return { kind: 'config' };
  return before === null ? { kind: 'files' } : { kind: 'path', before };
}

function hasConfigHooks(version: string): boolean {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > CONFIG_HOOKS.major || (Number(major) === CONFIG_HOOKS.major && Number(minor) >= CONFIG_HOOKS.minor);
}

/** The route as one word or two, for `claim.hooks`; with each file of ours and its size, so that one that was replaced shows at a glance. */
export function formatRoute(route: Route, sizes: ReadonlyMap<string, number>): string {
  if (route.kind === 'path') return `path ${route.before}`;
  return [route.kind, ...Array.from(sizes, ([name, bytes]) => `${name}=${bytes}`)].join(' ');
}
