import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Symptom, symptom } from '../../../core/doctor/symptom.ts';
import type { Change, InstallNote } from '../../../ports/installation.ts';
import { isThere } from './bytes.ts';
import { isNoFolder } from './hooks-path.ts';

/** Returns one symptom per folder and kind of trouble, however many files are affected. */
export function notInPlace(changes: readonly Change[]): Symptom[] {
  const places = new Map<string, Exclude<Change, { kind: 'link' }>[]>();
  for (const change of changes) {
    // Only a hook that asks for the folder of hooks needs it.
    if (change.kind === 'link') continue;
    const key = `${dirname(change.path)}\0${change.kind}`;
    places.set(key, [...(places.get(key) ?? []), change]);
  }
  return Array.from(places.values(), (alike) => {
    const [{ kind, path }] = alike as [(typeof alike)[number]];
    const about = { what: 'files', wrong: kind, names: alike.map((change) => basename(change.path)) } as const;
    return symptom('hooks', about, { place: dirname(path), isFixable: true });
  });
}

/** Returns what a note of init is for doctor. */
export function noted(note: InstallNote): Symptom[] {
  if (note.kind !== 'no-hooks-folder') return [];
  const about = { what: note.kind, path: note.path, scope: note.scope } as const;
  return [symptom('other-hooks', about, { severity: 'info' })];
}

/** Finds hooks of others that never run, because they are links to a program that is gone. */
export function danglingHooks(folder: string): Symptom[] {
  if (!isThere(folder) || isNoFolder(folder)) return [];
  const links = readdirSync(folder, { withFileTypes: true }).filter((file) => file.isSymbolicLink());
  const names = links.map(({ name }) => name).filter((name) => !existsSync(join(folder, name)));
  return names.length === 0
    ? []
    : [symptom('other-hooks', { what: 'dangling-hooks', names }, { severity: 'info', place: folder })];
}
