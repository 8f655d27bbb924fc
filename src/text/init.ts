import type { Route } from '../core/install/route.ts';
import type { Change } from '../ports/installation.ts';
import type { Initialised, InitNote } from '../usecases/init.ts';
import { type Page, paint, shown } from './page.ts';
import { symptomMessage, symptomRemedy } from './symptom.ts';

function placeOf(route: Route): string {
  switch (route.kind) {
    case 'config':
      return "as git's own configuration";
    case 'files':
      return 'as files in the hooks folder';
    case 'path':
      return `in a folder of their own, before those of ${shown(route.before)}`;
  }
}

export function initText(page: Page, done: Initialised): string {
  return [
    headline(page, done),
    ...changeLines(page, done),
    ...done.notes.map((note) => `  note    ${shown(noteMessage(note))}`),
    ...nextLines(page, done),
  ].join('\n');
}

export function noteMessage(note: InitNote): string {
  switch (note.kind) {
    case 'passing':
      return 'this git-claim runs from the cache of npx, which npm empties: install it and run git claim init again';
    case 'filtered':
      return `order files go through the git filter ${note.filter}, so they do not show claims`;
    case 'changed':
      return `${note.path} was changed since: only what git-claim put there is removed`;
    case 'left':
      return `${note.path} stays there: another hook has taken its place`;
    case 'silent': {
      const { symptom } = note;
      return `${symptom.place === null ? '' : `${symptom.place}: `}${symptomMessage(symptom)}; ${symptomRemedy(symptom)}`;
    }
  }
}

/** Says what a person does next, after the first time. */
function nextLines(page: Page, { isDone, isRemoval, changes }: Initialised): string[] {
  if (!isDone || isRemoval) return [];
  const tracked = changes.filter(({ part, kind }) => kind === 'write' && (part === 'agents-md' || part === 'claude'));
  const names = tracked.map(({ path }) => shown(page.path(path))).join(' and ');
  const isFirst = changes.some((change) => change.part === 'manifest' && change.kind === 'write' && change.before === null);
  return [
    ...(names === '' ? [] : [`  commit  ${names}, so that other worktrees and clones have this too`]),
    ...(isFirst ? ['  next    git claim <order> claims work; git claim init --uninstall undoes all this'] : []),
  ];
}

function headline(page: Page, { isDone, isRemoval, mode, route, changes }: Initialised): string {
  if (isRemoval) {
    if (changes.length === 0) return 'git-claim is not set up in this repository';
    return isDone
      ? paint(page, 'green', 'git-claim is no longer set up in this repository; claims stay as they are')
      : 'this would be removed:';
  }
  const how = `mode ${mode}, hooks ${placeOf(route)}`;
  if (changes.length === 0) return `git-claim is set up in this repository already (${how})`;
  return isDone ? paint(page, 'green', `git-claim is set up in this repository (${how})`) : `this would be set up (${how}):`;
}

function changeLines(page: Page, { changes, isDone }: Initialised): string[] {
  const [hooks, others] = [changes.filter(({ part }) => part === 'hook'), changes.filter(({ part }) => part !== 'hook')];
  return [
    ...hookLines(page, hooks, isDone ? NAMES_MAX : hooks.length),
    ...others.flatMap((change) => [
      `  ${change.kind.padEnd(6)}  ${shown(page.path(change.path))}`,
      ...(isDone || change.kind !== 'write' ? [] : contentLines(change)),
    ]),
  ];
}

/** Hooks that are named. Those that check something come first; those that only pass on git's call follow. */
const NAMES_MAX = 6;

/** Returns a line for each folder and what is done there, because there are dozens of hooks. */
function hookLines(page: Page, hooks: readonly Change[], most: number): string[] {
  const lines = new Map<string, string[]>();
  for (const change of hooks) {
    const [folder, name] = splitPath(change.path);
    const to = change.kind === 'move' ? ` to ${shown(page.path(splitPath(change.to)[0]))}` : '';
    const what = `  ${change.kind.padEnd(6)}  ${shown(page.path(folder))}${to}: `;
    lines.set(what, [...(lines.get(what) ?? []), shown(name)]);
  }
  return Array.from(lines, ([what, names]) => what + listed(names, most));
}

function listed(names: readonly string[], most: number): string {
  const more = names.length - most;
  return more > 1 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ');
}

function splitPath(path: string): readonly [folder: string, name: string] {
  const at = path.lastIndexOf('/');
  return [path.slice(0, at), path.slice(at + 1)];
}

/** Returns the lines that are written; if a file is only added to, the lines that are added. */
function contentLines({ part, before, text }: Extract<Change, { kind: 'write' }>): string[] {
  if (part === 'manifest') return [];
  const added = before !== null && text.startsWith(before) ? text.slice(before.length) : text;
  const lines = Buffer.from(added, 'latin1').toString().trimEnd().split('\n');
  return lines.map((line) => `          | ${shown(line.replaceAll('\t', '    ').replace(/\r$/, ''))}`);
}
