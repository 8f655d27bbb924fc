import type { OrderId } from '../core/ids.ts';
import { plainAddress } from '../core/remote/address.ts';
import { formatDuration } from '../core/time.ts';
import type { LeftOut } from '../core/trees/setup.ts';
import type { Mended } from '../ports/worktrees.ts';
import type { Progress } from '../usecases/ports.ts';
import type { SetupTrouble } from '../usecases/warning.ts';
import { troubleText } from './failures/failure.ts';

/** Says what git-claim is doing in a new worktree, to a caller that waits for it. */
export function progressLine(progress: Progress): string {
  if (progress.kind === 'mended') return mendedText(progress.mended);
  if (progress.kind === 'remote') return `waiting for ${plainAddress(progress.remote)}: ${REMOTE_CALLS[progress.doing]}`;
  const { order } = progress;
  switch (progress.kind) {
    case 'checkout':
      return `${order}: making its worktree: ${progress.said}`;
    case 'waiting': {
      const { maker, isGoing } = progress.lock;
      const who = maker === null ? 'another process' : `process ${maker.pid}`;
      return `${order}: waiting, because ${who} is ${isGoing ? 'removing' : 'making'} its worktree`;
    }
    case 'copying':
      return `${order}: copying files into its worktree (${progress.files} so far)`;
    case 'copied':
      return `${order}: ${progress.files} file${progress.files === 1 ? '' : 's'} copied into its worktree (.worktreeinclude)`;
    case 'command': {
      const how = progress.elapsedMs === null ? '' : ` (${formatDuration(progress.elapsedMs)} so far)`;
      return `setting up ${order}: ${progress.command}${how}${progress.said === '' ? '' : `: ${progress.said}`}`;
    }
  }
}

const REMOTE_CALLS = { fetch: 'reading its claims', push: 'sending the claim' } as const;

/** Says what was done about a worktree that a killed process left, or whose folder is gone. */
export function mendedText({ kind, order, path, ref, ignored }: Mended): string {
  const kept = (what: string) => (ref === null ? '' : `; ${what} is kept as ${ref}`);
  const { count, names } = ignored;
  const more = count > names.length ? ` (and ${count - names.length} unnamed)` : '';
  const lost = count === 0 ? '' : `; ignored files that may be gone: ${names.join(', ')}${more}`;
  const of = order === null ? '' : `${order}: `;
  switch (kind) {
    case 'finished':
      return `${of}an unfinished worktree was completed${kept('what differed in it')}`;
    case 'put-back':
      return `${of}its worktree is back at ${path}, because its removal was cut short${kept('what is in it')}${lost}`;
    case 'forgotten':
      return `${of}its folder ${path} is gone, so the worktree is forgotten${kept('what only it named')}`;
    case 'cleared':
      return `${of}the removal of its worktree, which was cut short, is finished (${path})${kept('its work')}${lost}`;
  }
}

/** Says why a worktree is not ready to work in, and how to try again. */
export function setupTrouble(order: OrderId, why: SetupTrouble): string {
  if (why.kind === 'planned') return `${order}: its worktree will not be set up: ${troubleText(why.failure)}`;
  return `${order}: ${clause(why)}; again: git claim worktree setup ${order}`;
}

function clause(why: Exclude<SetupTrouble, { kind: 'planned' }>): string {
  switch (why.kind) {
    case 'busy':
      return `process ${why.pid} is still setting up its worktree`;
    case 'begun':
      return `its worktree could not be set up: ${troubleText(why.failure)}`;
    case 'left-out': {
      const [first, ...more] = why.files as [LeftOut, ...LeftOut[]];
      return `not copied into its worktree: ${leftOut(first)}${more.length === 0 ? '' : ` (and ${more.length} more)`}`;
    }
    case 'command': {
      const { exit, timeoutMs, said, log } = why.end;
      const how = exit === null ? `it took longer than ${timeoutMs / 1000}s` : `exit code ${exit}`;
      const last = said === '' ? '' : `: ${said}`;
      return `setup command ${JSON.stringify(why.command)} failed: ${how}${last}${log === null ? '' : `; its output is in ${log}`}`;
    }
  }
}

function leftOut({ path, why }: LeftOut): string {
  switch (why.kind) {
    case 'in-the-way':
      return `${path}: ${why.folder} is not a folder in the new worktree`;
    case 'too-many':
      return `${path}: more than ${why.filesMax} files`;
    case 'failed':
      return `${path}: ${troubleText(why.failure)}`;
  }
}
