import type { Change } from '../ports/installation.ts';
import type { Initialised } from '../usecases/init.ts';
import { type Page, paint, shown } from './page.ts';

const ROUTES = {
  config: "as git's own configuration",
  files: 'as files in the hooks folder',
  path: 'in a folder of their own before the one core.hooksPath names',
} as const;

export function initText(page: Page, done: Initialised): string {
  return [headline(page, done), ...changeLines(page, done), ...done.notes.map((note) => `  note    ${shown(note)}`)].join('\n');
}

function headline(page: Page, { isDone, isRemoval, mode, route, changes }: Initialised): string {
  if (isRemoval) {
    if (changes.length === 0) return 'git-claim is not set up in this repository';
    return isDone
      ? paint(page, 'green', 'git-claim is no longer set up in this repository; claims stay as they are')
      : 'this would be taken out:';
  }
  const how = `mode ${mode}, hooks ${ROUTES[route.kind]}`;
  if (changes.length === 0) return `git-claim is set up in this repository already (${how})`;
  return isDone ? paint(page, 'green', `git-claim is set up in this repository (${how})`) : `this would be set up (${how}):`;
}

function changeLines(page: Page, { changes, isDone }: Initialised): string[] {
  const [hooks, others] = [changes.filter(({ part }) => part === 'hook'), changes.filter(({ part }) => part !== 'hook')];
  return [
    ...hookLines(page, hooks),
    ...others.flatMap((change) => [
      `  ${change.kind.padEnd(6)}  ${shown(page.path(change.path))}`,
      ...(isDone || change.kind !== 'write' ? [] : contentLines(change)),
    ]),
  ];
}

/** Hooks come by the dozen: a line for each folder and what is done there. */
function hookLines(page: Page, hooks: readonly Change[]): string[] {
  const lines = new Map<string, string[]>();
  for (const change of hooks) {
    const [folder, name] = splitPath(change.path);
    const to = change.kind === 'move' ? ` to ${shown(page.path(splitPath(change.to)[0]))}` : '';
    const what = `  ${change.kind.padEnd(6)}  ${shown(page.path(folder))}${to}: `;
    lines.set(what, [...(lines.get(what) ?? []), shown(name)]);
  }
  return Array.from(lines, ([what, names]) => what + names.join(', '));
}

function splitPath(path: string): readonly [folder: string, name: string] {
  const at = path.lastIndexOf('/');
  return [path.slice(0, at), path.slice(at + 1)];
}

/** Of a file that is only added to, what is added. */
function contentLines({ part, before, text }: Extract<Change, { kind: 'write' }>): string[] {
  if (part === 'manifest') return [];
  const added = before !== null && text.startsWith(before) ? text.slice(before.length) : text;
  const lines = Buffer.from(added, 'latin1').toString().trimEnd().split('\n');
  return lines.map((line) => `          | ${shown(line.replaceAll('\t', '    ').replace(/\r$/, ''))}`);
}
