import { firstFew } from './line.ts';

/*
 * The messages of events that git-claim writes itself. The event log keeps them, and programs read them with
 * `git claim feed --json`. So they are the format of the log, and text/ does not word them.
 */

export function deletesMessage(gone: readonly string[]): string {
  return `deletes or moves ${gone.length} files: ${firstFew(gone)}`;
}

export function sensitiveMessage(touched: readonly string[]): string {
  return `changes ${firstFew(touched)}`;
}

export function forcePushMessage(ref: string): string {
  return `force-pushes ${ref.replace(/^refs\/heads\//, '')}`;
}

export function waitMessage(order: string): string {
  return `waiting for ${order}`;
}

export function modeMessage(mode: string): string {
  return `the hooks are in ${mode} mode from here on`;
}

export function mendedMessage(off: string | null): string {
  return `git-claim's hooks were put back: ${off === null ? 'something had removed or displaced them' : `core.hooksPath ${off} had switched them off`}`;
}

export function uninstalledMessage(): string {
  return 'git-claim was removed from this repository, with its hooks';
}
