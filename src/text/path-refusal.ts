import type { PathRefusal } from '../core/paths/refusal.ts';
import type { PathView } from '../core/paths/view.ts';
import { formatDuration, parseInstant } from '../core/time.ts';
import { NOTHING_KNOWN } from './nothing-known.ts';
import { detail, type Page, shown } from './page.ts';
import { shellWord } from './shell-word.ts';

/** Says who holds which path, for which order, and since when: `claude-7f3a21 (pid 4711) holds src/auth for ORDER-7, age 2m`. */
export function pathRefusalMessage(page: Page, { code, wanted, path }: PathRefusal): string {
  const wish = shown(wanted);
  const it = path.path === wanted ? wish : shown(path.path);
  switch (code) {
    case 'collision':
      return path.path === wanted ? holds(page, path) : `${wish} overlaps ${overlapped(page, path)}`;
    case 'conflict':
      return `${it} is claimed by another running process (${path.pid ?? 'unknown'}) with your session's name, ${shown(path.session ?? '')}`;
    case 'lost':
    case 'not-holder':
      return path.mine
        ? `${wish} is not claimed on its own: you hold ${it}`
        : `you ${code === 'lost' ? 'lost' : 'do not hold'} ${wish}: ${holds(page, path)}`;
    case 'foreign':
      return `the ref of ${it} was not written by this git-claim: ${shown(path.evidence ?? 'it is not understood')}; it is left alone, and the path counts as taken`;
    case 'unknown':
      return `the claim on ${it} cannot be read: ${shown(path.evidence ?? NOTHING_KNOWN)}; it counts as taken`;
  }
}

/** Says what to do instead. Every command it names exists. */
export function pathRefusalHint({ code, wanted, path, retryAfterMs }: PathRefusal): string {
  const it = shellWord(path.path);
  switch (code) {
    case 'collision':
      if (path.mine) return `give it back first: git claim path --release ${it}`;
      return retryAfterMs !== null && path.liveness !== 'live'
        ? `it may be taken over in ${formatDuration(Math.ceil(retryAfterMs / 1000) * 1000)}${path.liveness === 'dead' ? '' : ' unless its holder answers'}: run the command again then`
        : 'work on other files; git claim paths shows who holds what';
    case 'conflict':
      return 'give this session a name of its own: git claim --session <name> ..., or export GIT_CLAIM_SESSION=<name>';
    case 'lost':
    case 'not-holder':
      return path.mine && path.path !== wanted
        ? `git claim path --release ${it} gives it back`
        : 'git claim paths shows who holds what';
    case 'foreign':
      return 'ask whoever wrote it; git claim paths shows what is not understood';
    case 'unknown':
      return 'git for-each-ref and git fsck say what is wrong with its ref';
  }
}

/** Returns the evidence for the liveness of a path's holder. */
export function pathEvidence(page: Page, { liveness, evidence, mine }: PathView): string[] {
  return liveness === null || evidence === null || mine ? [] : [detail(page, liveness, shown(evidence))];
}

/** Says whose path it is that a wanted one overlaps: `lib/hooks.js, which claude-7f3a21 has held for 2m`. */
function overlapped(page: Page, { path, mine, session, order, claimedAt }: PathView): string {
  const what = `${shown(path)}${order === null ? '' : ` (${shown(order)})`}`;
  const sinceMs = claimedAt === null ? null : parseInstant(claimedAt);
  const held = sinceMs === null ? 'holds' : `has held for ${formatDuration(page.nowMs - sinceMs)}`;
  return mine ? `${what}, which you hold` : `${what}, which ${shown(session ?? 'another session')} ${held}`;
}

function holds(page: Page, path: PathView): string {
  const pid = path.pid === null ? '' : ` (pid ${path.pid})`;
  const who = path.mine ? 'you hold' : `${shown(path.session ?? 'another session')}${pid} holds`;
  const order = path.order === null ? '' : ` for ${shown(path.order)}`;
  const sinceMs = path.claimedAt === null ? null : parseInstant(path.claimedAt);
  const age = sinceMs === null ? '' : `, age ${formatDuration(page.nowMs - sinceMs)}`;
  return `${who} ${shown(path.path)}${order}${age}`;
}
