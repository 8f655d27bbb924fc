import type { ClaimView } from '../core/claim/view.ts';
import { formatDuration } from '../core/time.ts';
import type { Guarded, Reported } from '../usecases/guard/lookout.ts';
import { unconfirmedSentence } from './clones.ts';
import { NO_ANSWER } from './failures/remote.ts';
import { intentLine } from './feed.ts';
import { movedMessage } from './moved.ts';
import { nextSteps } from './next-steps.ts';
import { NOTHING_KNOWN } from './nothing-known.ts';
import { type Page, paint, shown, since } from './page.ts';

const FILES_SHOWN = 3;
const FINDINGS_SHOWN = 5;

/** Returns what a hook says: a paragraph for each finding, with what to do instead; nothing if there is none. */
export function guardText(page: Page, guarded: Guarded): string {
  const { hook, reported, isRefused, operation, isWhole, bypass, free, moves, heard = [], unsure, unconfirmed = null } = guarded;
  const said = reported
    .slice(0, FINDINGS_SHOWN)
    .flatMap((one) => [headline(page, one, bypass !== null), ...nextSteps(page, one, free, isWhole)]);
  if (reported.length > FINDINGS_SHOWN) said.push(`git claim: and ${reported.length - FINDINGS_SHOWN} more`);
  const warned = `git claim: ${paint(page, 'yellow', 'warning')}: `;
  for (const move of moves.slice(0, FINDINGS_SHOWN)) said.push(warned + movedMessage(move, (instant) => since(page, instant)));
  if (unconfirmed !== null) said.push(warned + unconfirmedSentence(unconfirmed));
  if (unsure !== undefined) said.push(warned + unsureSentence(unsure));
  for (const one of heard.slice(-FINDINGS_SHOWN)) said.push(`git claim: ${intentLine(page, one)}`);
  if (heard.length > FINDINGS_SHOWN) said.push(`git claim: git claim intents shows ${heard.length - FINDINGS_SHOWN} more`);
  if (bypass !== null) said.push(`git claim: overridden by a person, and noted: ${shown(bypass)}`);
  if (isRefused) said.push(`git claim: ${ending(hook, operation)}`);
  return said.join('\n');
}

function unsureSentence({ orders, remote, said }: NonNullable<Guarded['unsure']>): string {
  const [which, it] = [orders.map(shown).join(', '), orders.length === 1 ? 'it' : 'them'];
  return `${shown(remote)} did not say who holds ${which} (${shown(said ?? NO_ANSWER)}); git claim push pushes only while you hold ${it}`;
}

/** In a merge, rebase or the like, git leaves its work half done when a hook refuses. */
function ending(hook: string, operation: Guarded['operation']): string {
  if (operation === null) return `refused; nothing was ${hook === 'pre-push' ? 'pushed' : 'committed'}`;
  return `refused: fix this and run git ${operation} --continue, or undo everything with git ${operation} --abort`;
}

function headline(page: Page, one: Reported, isOverridden: boolean): string {
  const tone = one.response === 'refuse' && !isOverridden ? paint(page, 'red', 'refused') : paint(page, 'yellow', 'warning');
  return `git claim: ${tone}: ${sentence(page, one)}`;
}

function inPath(files: readonly string[], path: string | null): string {
  if (files.length === 1 && files[0] === path) return `${some(files)} is`;
  return `${some(files)} ${files.length === 1 ? 'is' : 'are'} in ${shown(path ?? 'a path')}, which is`;
}

function sentence(page: Page, { rule, order, claim, commit, files = [], status, path, isLeft, wasTaken }: Reported): string {
  const which = shown(order ?? '');
  switch (rule) {
    case 'lost':
      return claim === null
        ? `the claim of ${which} is gone: somebody deleted it, and not with git claim, which never does`
        : `${wasTaken ? `you lost ${which}` : `${which} is no longer yours`}: ${held(page, claim)}`;
    case 'branch':
      return claim?.branch == null
        ? `this worktree is for ${which}: ${held(page, claim)}`
        : `${shown(claim.branch)} is the branch of ${which}: ${held(page, claim)}`;
    case 'named':
      return `this branch is named for ${which}: ${held(page, claim)}`;
    case 'unclaimed':
      return claim?.state == null
        ? `this branch is named for ${which}, which nobody has claimed`
        : `this branch is named for ${which}, which was ${claim.state}`;
    case 'elsewhere':
      return `you hold ${which}, but its work is in another worktree`;
    case 'path':
      return `${inPath(files, path?.path ?? null)} claimed by ${holder(page, path ?? null)}`;
    case 'shipped':
      return `already shipped as ${commit?.oid.slice(0, 7)}, ${ago(page, commit)}${by(commit)}: ${shown(commit?.subject ?? '')}`;
    case 'overlap': {
      const what = files.length === 0 ? 'nothing is staged: the last commit was made' : `${some(files)} changed`;
      return `${what} ${ago(page, commit)}${files.length === 0 ? ',' : ' in'} ${commit?.oid.slice(0, 7)}${by(commit)}: ${shown(commit?.subject ?? '')}`;
    }
    case 'status':
      return `${some(files)} ${files.length === 1 ? 'says' : 'say'} ${shown(status ?? '')}, but ${which} ${claimState(page, claim)}`;
    case 'push':
      return `this pushes ${shown(claim?.branch ?? 'a branch')}, the branch of ${which}: ${held(page, claim)}`;
    case 'checkout':
      if (isLeft) return `this worktree is for ${which}, and no longer on its branch: ${held(page, claim)}`;
      return `${shown(claim?.branch ?? 'this')} is the branch of ${which}: ${held(page, claim)}`;
    case 'refs':
      return `only git claim changes ${which}`;
    case 'unknown':
      return `${which} cannot be read: ${shown(claim?.evidence ?? NOTHING_KNOWN)}; it counts as taken`;
  }
}

function held(page: Page, claim: Pick<ClaimView, 'session' | 'claimedAt' | 'evidence'> | null): string {
  return `${shown(claim?.session ?? 'another session')} holds it ${sinceWhen(page, claim)}`;
}

function holder(page: Page, path: Pick<ClaimView, 'session' | 'claimedAt' | 'evidence'> | null): string {
  return `${shown(path?.session ?? 'another session')} ${sinceWhen(page, path)}`;
}

function sinceWhen(page: Page, claim: Pick<ClaimView, 'claimedAt' | 'evidence'> | null): string {
  const evidence = claim?.evidence == null ? '' : `, ${shown(claim.evidence)}`;
  return `since ${since(page, claim?.claimedAt ?? null)}${evidence}`;
}

function claimState(page: Page, claim: ClaimView | null): string {
  if (claim === null || claim.state === null) return 'is not claimed';
  return claim.state === 'active' || claim.state === 'blocked'
    ? `is not yours: ${held(page, claim)}`
    : `was ${claim.state} by ${shown(claim.session ?? '')}`;
}

function some(files: readonly string[]): string {
  const more = files.length > FILES_SHOWN ? ` and ${files.length - FILES_SHOWN} more` : '';
  return files.slice(0, FILES_SHOWN).map(shown).join(', ') + more;
}

function ago(page: Page, commit: Reported['commit']): string {
  return commit === undefined ? 'just now' : `${formatDuration(page.nowMs - commit.atMs)} ago`;
}

function by(commit: Reported['commit']): string {
  return commit?.session == null ? '' : ` by ${shown(commit.session)}`;
}
