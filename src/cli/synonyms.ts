/** Words that people type for a command of another name: what to type after `git claim`. `<order>` stands for the next word. */
const SYNONYMS: Readonly<Record<string, string>> = {
  all: 'list',
  announce: 'intent',
  board: 'list',
  cancel: 'abandon',
  cd: 'go <order>',
  close: 'complete <order>',
  continue: '<order>',
  delete: 'worktree remove <order>',
  done: 'complete <order>',
  drop: 'release <order>',
  end: 'complete <order>',
  events: 'feed',
  finish: 'complete <order>',
  free: 'release <order>',
  get: '<order>',
  give: 'hand <order>',
  grab: '<order>',
  history: 'log <order>',
  install: 'init',
  lock: '<order>',
  ls: 'list',
  mine: 'list --mine',
  pick: 'next',
  ready: 'next',
  remove: 'worktree remove <order>',
  resume: '<order>',
  rm: 'worktree remove <order>',
  sessions: 'session',
  setup: 'init',
  show: 'status <order>',
  start: '<order>',
  steal: 'take <order>',
  todo: 'next',
  unclaim: 'release <order>',
  unlock: 'release <order>',
  wait: '--wait <order>',
  watch: 'feed --follow',
  who: 'session',
  whoami: 'status',
  worktrees: 'worktree',
};

/** Commands that need no order: they are about this worktree's, or about all. */
const FINDS_ORDER = /^(?:complete|log|release|status) /;

/**
 * Returns what to type after `git claim` instead of this word; null for a word that means nothing.
 *
 * @param order the next word, if it is an order
 */
export function meantBy(word: string, order: string | null): string | null {
  const meant = Object.hasOwn(SYNONYMS, word) ? (SYNONYMS[word] as string) : null;
  if (meant === null || order !== null) return meant?.replace('<order>', order ?? '') ?? null;
  return FINDS_ORDER.test(meant) ? meant.replace(' <order>', '') : meant;
}
