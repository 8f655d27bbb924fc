import type { ClaimView } from '../core/claim/view.ts';
import { formatDuration } from '../core/time.ts';
import type { Guarded, Told } from '../usecases/guard/lookout.ts';
import { intentLine } from './feed.ts';
import { type Page, paint, shown, since } from './page.ts';
import { wayOn } from './way-on.ts';

const FILES_SHOWN = 3;
const FINDINGS_SHOWN = 5;

/** What a hook says: a finding a paragraph, each with what to do instead; nothing when nothing was found. */
export function guardText(page: Page, { hook, told, isRefused, operation, bypass, free, heard = [] }: Guarded): string {
  const said = told.slice(0, FINDINGS_SHOWN).flatMap((one) => [headline(page, one), ...wayOn(page, one, free)]);
  if (told.length > FINDINGS_SHOWN) said.push(`git claim: and ${told.length - FINDINGS_SHOWN} more`);
  for (const one of heard.slice(-FINDINGS_SHOWN)) said.push(`git claim: ${intentLine(page, one)}`);
  if (heard.length > FINDINGS_SHOWN) said.push(`git claim: git claim intents shows ${heard.length - FINDINGS_SHOWN} more`);
  if (bypass !== null) said.push(`git claim: overridden by a person, and noted: ${shown(bypass)}`);
  if (isRefused) said.push(`git claim: ${ending(hook, operation)}`);
  return said.join('\n');
}

/** What git left half done stays so: it cannot take it back because of a hook. */
function ending(hook: string, operation: Guarded['operation']): string {
  if (operation === null) return `refused; nothing was ${hook === 'pre-push' ? 'pushed' : 'committed'}`;
  return `refused: git ${operation} --continue goes on when that may be, git ${operation} --abort takes it all back`;
}

function headline(page: Page, one: Told): string {
  const tone = one.response === 'refuse' ? paint(page, 'red', 'refused') : paint(page, 'yellow', 'warning');
  return `git claim: ${tone}: ${sentence(page, one)}`;
}

function inPath(files: readonly string[], path: string | null): string {
  if (files.length === 1 && files[0] === path) return `${some(files)} is`;
  return `${some(files)} ${files.length === 1 ? 'is' : 'are'} in ${shown(path ?? 'a path')}, which is`;
}

function sentence(page: Page, { rule, order, claim, commit, files = [], status, path }: Told): string {
  const which = shown(order ?? '');
  switch (rule) {
    case 'lost':
      return `${which} is not yours any more: ${held(page, claim)}`;
    case 'branch':
      return claim?.branch == null
        ? `this work tree is for ${which}: ${held(page, claim)}`
        : `${shown(claim.branch)} is the branch of ${which}: ${held(page, claim)}`;
    case 'unclaimed':
      return claim?.state == null
        ? `this branch is named for ${which}, which nobody has claimed`
        : `this branch is named for ${which}, which was ${claim.state}`;
    case 'elsewhere':
      return `you hold ${which}, and its work is in another work tree`;
    case 'path':
      return `${inPath(files, path?.path ?? null)} claimed: ${held(page, path ?? null)}`;
    case 'shipped':
      return `already shipped as ${commit?.oid.slice(0, 7)}, ${ago(page, commit)}${by(commit)}: ${shown(commit?.subject ?? '')}`;
    case 'overlap': {
      const what = files.length === 0 ? 'nothing is staged: the last commit was made' : `${some(files)} changed`;
      return `${what} ${ago(page, commit)}${files.length === 0 ? ',' : ' in'} ${commit?.oid.slice(0, 7)}${by(commit)}: ${shown(commit?.subject ?? '')}`;
    }
    case 'status':
      return `${some(files)} ${files.length === 1 ? 'says' : 'say'} ${shown(status ?? '')}, and ${which} ${claimState(page, claim)}`;
    case 'push':
      return `this pushes ${shown(claim?.branch ?? 'a branch')}, the branch of ${which}: ${held(page, claim)}`;
    case 'checkout':
      return `${shown(claim?.branch ?? 'this')} is the branch of ${which}: ${held(page, claim)}`;
    case 'refs':
      return `${which} is changed by git claim alone`;
    case 'unknown':
      return `nobody can tell whose ${which} is: ${shown(claim?.evidence ?? 'its ref cannot be read')}`;
  }
}

function held(page: Page, claim: Pick<ClaimView, 'session' | 'claimedAt' | 'evidence'> | null): string {
  const evidence = claim?.evidence == null ? '' : `, ${shown(claim.evidence)}`;
  return `${shown(claim?.session ?? 'another session')} holds it since ${since(page, claim?.claimedAt ?? null)}${evidence}`;
}

function claimState(page: Page, claim: ClaimView | null): string {
  if (claim === null || claim.state === null) return 'is claimed by nobody';
  return claim.state === 'active' || claim.state === 'blocked'
    ? `is not yours: ${held(page, claim)}`
    : `was ${claim.state} by ${shown(claim.session ?? '')}`;
}

function some(files: readonly string[]): string {
  const more = files.length > FILES_SHOWN ? ` and ${files.length - FILES_SHOWN} more` : '';
  return files.slice(0, FILES_SHOWN).map(shown).join(', ') + more;
}

function ago(page: Page, commit: Told['commit']): string {
  return commit === undefined ? 'just now' : `${formatDuration(page.nowMs - commit.atMs)} ago`;
}

function by(commit: Told['commit']): string {
  return commit?.session == null ? '' : ` by ${shown(commit.session)}`;
}
