/** Returns who runs this process, under a name that the caller knows; null where users have no numbers. */
export function userOf(name: string): { readonly uid: number; readonly name: string } | null {
  const uid = process.getuid?.();
  return uid === undefined ? null : { uid, name };
}
