import { shown } from './page.ts';

/** Returns a session's short id, and for a person what tells their terminals apart: `person-3d0ed5 (Ada, pts/3)`. */
export function nameOf({ session, person }: { readonly session: string | null; readonly person: string | null }): string {
  const id = shown(session ?? 'another session');
  return person === null ? id : `${id} (${shown(person)})`;
}
