import type { PathView } from '../core/paths/view.ts';
import { formatDuration, parseInstant } from '../core/time.ts';
import type { ClaimedPaths, PathRows, ReleasedPaths } from '../usecases/paths.ts';
import { detail, type Page, paint, shown, table } from './page.ts';
import { shellWord } from './shell-word.ts';

/** Returns what a session reads about the paths it asked for. */
export function claimedPathsText(page: Page, { paths, widened, taken, beatMs }: ClaimedPaths): string {
  const renewed = beatMs === null ? 'by each of your commands' : `every ${formatDuration(beatMs)}`;
  return [
    ...paths.map((one) => paint(page, 'green', headline(one, renewed))),
    ...taken.map(({ path, from, because }) => detail(page, 'taken', `${shown(path)} from ${shown(from)}: ${shown(because)}`)),
    ...(widened.length === 0 ? [] : [detail(page, 'widened', `this replaces ${widened.map(shown).join(', ')}`)]),
    ...givenBack(page, paths),
  ].join('\n');
}

/** Says how what was claimed just now is given back. A path of an order ends with it. */
function givenBack(page: Page, paths: ClaimedPaths['paths']): string[] {
  const own = paths.filter(({ view, isAlready }) => !isAlready && view.order === null).map(({ view }) => shellWord(view.path));
  if (own.length === 0) return [];
  const them = own.length === 1 ? 'it' : 'them';
  return [detail(page, 'next', `git claim path --release ${own.join(' ')}, when you are done with ${them}`)];
}

function headline({ wanted, view, isAlready }: ClaimedPaths['paths'][number], renewed: string): string {
  const order = view.order === null ? '' : `for ${shown(view.order)}, `;
  if (view.path !== wanted && isAlready) return `path ${shown(wanted)} is yours already: it is in ${shown(view.path)}`;
  if (isAlready) return `path ${shown(view.path)} is yours already (${order}ttl ${formatDuration(view.ttlMs ?? 0)})`;
  return `path ${shown(view.path)} is yours (${order}ttl ${formatDuration(view.ttlMs ?? 0)}, renewed ${renewed})`;
}

export function releasedPathsText(page: Page, { paths }: ReleasedPaths): string {
  return [
    ...paths.map(({ path, isAlready }) => `${shown(path)} is ${isAlready ? 'not claimed' : 'given back'}`),
    detail(page, 'next', 'git claim paths shows what is claimed'),
  ].join('\n');
}

/** Returns a line for each path claim: path, session, order, liveness, age, and how long it outlives silence. */
export function pathRowsText(page: Page, { paths }: PathRows): string {
  if (paths.length === 0) return 'no path is claimed';
  const lines = table(
    page,
    paths.map((view) => [
      shown(view.path),
      view.mine ? 'you' : `${shown(view.session ?? '-')}${view.pid === null ? '' : ` (pid ${view.pid})`}`,
      view.order ?? '-',
      view.liveness === null ? 'foreign' : `${view.liveness}${view.idle ? ', idle' : ''}`,
      age(page, view),
      view.ttlMs === null ? shown(view.evidence ?? '') : `ttl ${formatDuration(view.ttlMs)}`,
    ]),
  );
  return lines.map((line, at) => (paths[at]?.mine ? paint(page, 'bold', line) : line)).join('\n');
}

function age(page: Page, { claimedAt }: PathView): string {
  const sinceMs = claimedAt === null ? null : parseInstant(claimedAt);
  return sinceMs === null ? '-' : formatDuration(page.nowMs - sinceMs);
}
