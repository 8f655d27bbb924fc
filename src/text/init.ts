import type { Route } from '../core/install/route.ts';
import { firstFew } from '../core/line.ts';
import type { Change } from '../ports/installation.ts';
import type { AgentTrees, Initialised, InitNote, Question } from '../usecases/init.ts';
import type { Purged } from '../usecases/purge.ts';
import { type Page, paint, place, shown } from './page.ts';
import { symptomRemedy } from './remedy.ts';
import { sharingLines } from './sharing.ts';
import { shellWord } from './shell-word.ts';
import { symptomMessage } from './symptom.ts';

function placeOf(route: Route): string {
  switch (route.kind) {
    case 'config':
      return "as git's own configuration";
    case 'files':
      return 'as files in the hooks folder';
    case 'path':
      return `in a folder of their own, before those of ${route.before === null ? 'the hooks folder' : shown(route.before)}`;
  }
}

export const AGENTS_QUESTION = 'Add a section about claims, for coding agents, to AGENTS.md?';

/** Words the offer of worktrees where an agent may enter them without asking. */
export function treesQuestion({ template }: AgentTrees): string {
  return `Claude Code asks before it works outside its folder. Keep its worktrees inside, in ${template}?`;
}

/** Words the offer to have files copied that git ignores. */
export function listQuestion(paths: readonly string[]): string {
  return `Git ignores ${paths.join(' and ')}. Give each new worktree a copy, by .worktreeinclude?`;
}

/** Words what a person is asked before the hooks become milder or go. */
export function initQuestion(question: Question): string {
  if (question.kind === 'purge') {
    const { held, refs, worktrees } = question;
    const lost = held.length === 0 ? '' : ` Sessions hold ${firstFew(held)}, and will lose ${held.length === 1 ? 'it' : 'them'}.`;
    const stay =
      worktrees.length === 0 ? '' : ` ${worktrees.length} worktree${worktrees.length === 1 ? '' : 's'} and all branches stay.`;
    return `Remove git-claim and ${refs} claim${refs === 1 ? '' : 's'} with their history from this repository, for good?${lost}${stay}`;
  }
  if (question.kind === 'uninstall')
    return 'Remove git-claim from this repository? Nothing will then keep sessions off work that another one holds.';
  return `${question.lowered.map(({ key, from, to }) => `${key} was ${from} and will be ${to}.`).join(' ')} Make the hooks milder?`;
}

/**
 * Says what init did, or would do.
 *
 * @param staying what it adds of claims if the setup was removed
 */
export function initText(page: Page, done: Initialised, staying = '; claims stay as they are'): string {
  return [
    headline(page, done, staying),
    ...changeLines(page, done),
    ...(done.sharing === null ? [] : sharingLines(done.sharing)),
    ...done.notes.map((note) => `  note    ${shown(noteMessage(note))}`),
    ...nextLines(page, done),
  ].join('\n');
}

/** Says what a purge removed and what it left. */
export function purgedText(page: Page, { installed, refs, worktrees, remote, left }: Purged): string {
  const { isDone, changes } = installed;
  const said = `${refs.length} claim${refs.length === 1 ? '' : 's'}, with the folders and settings of git-claim`;
  return [
    ...(changes.length === 0 ? [] : [initText(page, installed, '')]),
    isDone || changes.length === 0 ? `removed: ${said}` : `  remove  ${said}`,
    ...worktrees.map((path) => `  stays   ${place(page, path)}: git worktree remove ${shellWord(path)}`),
    ...(remote === null ? [] : [`  stays   the claims on ${shown(remote)}, which other clones share`]),
    ...left.map((ref) => `  stays   ${shown(ref)}`),
  ].join('\n');
}

export function noteMessage(note: InitNote): string {
  switch (note.kind) {
    case 'passing':
      return 'this git-claim runs from the cache of npx, which npm empties: install it and run git claim init again';
    case 'filtered':
      return `order files go through the git filter ${note.filter}, so they do not show claims`;
    case 'ignored': {
      const [names, it] = [note.paths.join(' and '), note.paths.length === 1 ? 'it' : 'them'];
      return note.isListed
        ? `git ignores ${names}: new worktrees get a copy, because .worktreeinclude lists ${it}`
        : `git ignores ${names}, so that no commit has ${it} and new worktrees go without: printf '%s\\n' ${note.paths.join(' ')} >>.worktreeinclude`;
    }
    case 'no-hooks-folder':
      return `core.hooksPath is ${note.path}, which is no folder, so no other hook runs here; git-claim's hooks do`;
    case 'agent-trees':
      return `Claude Code asks before it works outside its folder; to have its worktrees inside: git config claim.worktrees.${note.agent} '${note.template}'`;
    case 'agent-trees-set':
      return `claim.worktrees.${note.agent} is ${note.template} now; git config --unset claim.worktrees.${note.agent} undoes that`;
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
function nextLines(page: Page, { isDone, isRemoval, changes, notes }: Initialised): string[] {
  if (!isDone || isRemoval) return [];
  const ignored = notes.flatMap((note) => (note.kind === 'ignored' ? note.paths : []));
  const tracked = changes.filter(
    ({ part, kind, path }) =>
      kind === 'write' &&
      (part === 'agents-md' || part === 'claude' || part === 'worktree-include') &&
      !ignored.some((name) => path.endsWith(`/${name}`)),
  );
  const names = tracked.map(({ path }) => shown(page.path(path))).join(' and ');
  const isFirst = changes.some((change) => change.part === 'manifest' && change.kind === 'write' && change.before === null);
  return [
    ...(names === '' ? [] : [`  commit  ${names}, so that other worktrees and clones have this too`]),
    ...(isFirst ? ['  next    git claim <order> claims work; git claim init --uninstall undoes all this'] : []),
  ];
}

function headline(page: Page, { isDone, isRemoval, mode, route, changes }: Initialised, staying: string): string {
  if (isRemoval) {
    if (changes.length === 0) return 'git-claim is not set up in this repository';
    return isDone ? paint(page, 'green', `git-claim is no longer set up in this repository${staying}`) : 'this would be removed:';
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
