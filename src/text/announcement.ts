/** Says what another session announced: in one form, wherever somebody hears it. */
export function announcement(session: string | null, message: string, at: string): string {
  return `${session ?? 'a session'} announced: ${message}${at === '' ? '' : ` (${at})`}`;
}
