/** The words of trackers, the most urgent row first. */
const WORDS: readonly (readonly string[])[] = [
  ['urgent', 'critical', 'blocker', 'highest', 'p0'],
  ['high', 'p1'],
  ['medium', 'normal', 'default', 'p2'],
  ['low', 'p3'],
  ['lowest', 'minor', 'trivial', 'p4'],
];

/** Returns a priority as a number, 1 first; null for none, which Linear writes as 0. Words and numbers share one scale. */
export function priorityOf(text: string): number | null {
  const word = text.toLowerCase().trim();
  if (/^[0-9]{1,9}(?:\.[0-9]+)?$/.test(word)) return Number(word) > 0 ? Number(word) : null;
  const row = WORDS.findIndex((words) => words.includes(word));
  return row < 0 ? null : row + 1;
}
