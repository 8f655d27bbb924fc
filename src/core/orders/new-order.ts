import type { OrderId } from '../ids.ts';
import { slug } from '../trees/branch-name.ts';
import type { Order } from './order.ts';

/** The file of a new order's parent. The new order imitates it, because the same tool reads both. */
export type ParentFile = {
  readonly order: Pick<Order, 'file' | 'spelling' | 'statusWord'>;
  /** The beginning of the file, unchanged. */
  readonly head: string;
};

export type NewOrder = {
  /** In the spelling of the parent: `task-13`. */
  readonly spelling: string;
  /** One line. */
  readonly title: string;
  readonly parent: string;
  /** It waits for the parent. */
  readonly isBlocked: boolean;
  /** RFC 3339. */
  readonly now: string;
};

/** Returns the text of a draft, with the keys, date format and line ends of its parent's file, or else with our own. */
export function newOrderText({ spelling, title, parent, isBlocked, now }: NewOrder, like: ParentFile | null): string {
  const head = like?.head ?? '';
  const created = /^(created|created_date|createdAt|created_at):[ \t]*(.*?)[ \t]*\r?$/m.exec(head);
  const dependsOn = /^(depends_on|dependsOn|dependencies|blocked_by|blockedBy):/m.exec(head)?.[1] ?? 'depends_on';
  const has = (key: string) => new RegExp(`^${key}:`, 'm').test(head);
  // Backlog.md's files, and no others, have this date.
  const isBacklog = has('created_date');
  const found = `Found while working on ${parent}.`;
  const lines = [
    '---',
    `${/^identifier:/m.test(head) && !/^id:/m.test(head) ? 'identifier' : 'id'}: ${scalar(spelling)}`,
    // JSON is valid YAML, and quotes whatever a title may contain.
    `title: ${JSON.stringify(title)}`,
    `${/^state:/m.test(head) && !/^status:/m.test(head) ? 'state' : 'status'}: ${/^[A-Z]/.test(like?.order.statusWord ?? '') ? 'Draft' : 'draft'}`,
    ...(has('assignee') ? ['assignee: []'] : []),
    `${created?.[1] ?? 'created'}: ${dateLike(created?.[2] ?? '', now)}`,
    ...(has('labels') ? ['labels: []'] : []),
    `${isBacklog ? 'parent_task_id' : 'parent'}: ${scalar(parent)}`,
    `${dependsOn}: ${isBlocked ? `[${scalar(parent)}]` : '[]'}`,
    '---',
    '',
    ...(head.includes(DESCRIPTION[0]) ? ['## Description', '', DESCRIPTION[0], found, DESCRIPTION[1]] : [found]),
    '',
  ];
  return lines.join(/^---[ \t]*\r\n/.test(head) ? '\r\n' : '\n');
}

/** Between these, Backlog.md reads and writes a description. */
const DESCRIPTION = ['<!-- SECTION:DESCRIPTION:BEGIN -->', '<!-- SECTION:DESCRIPTION:END -->'] as const;

/** To other readers, an id of digits alone would be a number and lose its leading zeros. */
function scalar(id: string): string {
  return /^[0-9]/.test(id) ? JSON.stringify(id) : id;
}

/** Returns the time in the parent's form, such as `'2026-08-17 07:26'` or `2026-08-17`, or else as RFC 3339. */
function dateLike(sample: string, now: string): string {
  const quote = /^['"]/.exec(sample)?.[0] ?? '';
  const plain = sample.replace(/^['"]|['"]$/g, '');
  if (/^\d{4}-\d\d-\d\d \d\d:\d\d$/.test(plain)) return `${quote}${now.slice(0, 16).replace('T', ' ')}${quote}`;
  return /^\d{4}-\d\d-\d\d$/.test(plain) ? `${quote}${now.slice(0, 10)}${quote}` : now;
}

/** Returns the file of a new order in a folder, named like its parent's: `task-13 - A-title.md`, `ORDER-152-a-title.md`. */
export function newOrderFile(spelling: string, title: string, folder: string, like: ParentFile | null): string {
  const { file, spelling: own } = like?.order ?? { file: '', spelling: '' };
  const name = file.slice(file.lastIndexOf('/') + 1);
  const named = name.toUpperCase().startsWith(own.toUpperCase()) && own !== '' ? name.slice(0, own.length) : null;
  // The file name may spell the id in another case than the front matter does.
  const id = named !== null && named === named.toLowerCase() ? spelling.toLowerCase() : spelling;
  const words = slug(title);
  const isSpaced = named !== null && name.slice(own.length).startsWith(' - ');
  const rest = words === '' ? '' : isSpaced ? ` - ${words.charAt(0).toUpperCase()}${words.slice(1)}` : `-${words}`;
  return `${folder === '' ? '' : `${folder}/`}${id}${rest}.md`;
}

/**
 * Returns the folder for a new order: its parent's, unless the parent is done, because done orders may be
 * filed away; else that of another open order.
 *
 * @param fallback the folder if no order is open
 */
export function newOrderFolder(parent: OrderId, orders: readonly Order[], fallback: string): string {
  const open = orders.filter(({ status }) => status !== 'complete');
  const beside = open.find(({ id }) => id === parent) ?? open.at(-1);
  return beside === undefined ? fallback : beside.file.slice(0, Math.max(0, beside.file.lastIndexOf('/')));
}

/** The number at the end of an id, and what precedes it: `143` and `ORDER-`. */
export type Numbered = { readonly prefix: string; readonly digits: string };

/** Returns the parts of an id without the numbers below the first (`217` of `BACK-217.02`), or null if no number ends it. */
export function numberOf(id: string): Numbered | null {
  const match = /^(|.*?[^0-9])([0-9]{1,12})(?:\.[0-9]+)*$/.exec(id);
  return match === null ? null : { prefix: match[1] as string, digits: match[2] as string };
}

/**
 * Returns the highest number among ids that begin with the prefix in any case; 0 if there is none.
 *
 * @param texts ids, or file names that begin with them
 */
export function highestNumber(prefix: string, texts: Iterable<string>): number {
  const folded = prefix.toUpperCase();
  let highest = 0;
  for (const text of texts) {
    if (!text.toUpperCase().startsWith(folded)) continue;
    const digits = /^[0-9]{1,12}/.exec(text.slice(prefix.length))?.[0] ?? '0';
    highest = Math.max(highest, Number(digits));
  }
  return highest;
}

/** A number with leading zeros (`007`) keeps its width. */
export function spelled({ prefix, digits }: Numbered, number: number): string {
  return prefix + String(number).padStart(digits.startsWith('0') ? digits.length : 0, '0');
}
