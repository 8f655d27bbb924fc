import type { OrderTrouble } from '../failures/why.ts';
import { type IdPattern, type OrderId, orderIdOf, referredOrder } from '../ids.ts';
import { oneLine } from '../line.ts';
import type { Order } from './order.ts';
import { priorityOf } from './priorities.ts';
import { statusOf } from './status-words.ts';

/** Front matter as a YAML parser returns it that knows only texts, lists and maps: numbers and dates are texts too. */
type Value = string | readonly Value[] | { readonly [key: string]: Value };
export type FrontMatter = Readonly<Record<string, Value>>;

/** One order file as an adapter found it. */
export type OrderSource = {
  readonly file: string;
  /** Null if there is no front matter, or it cannot be read. */
  readonly fields: FrontMatter | null;
  /** The first heading, which is the title if the front matter has none. */
  readonly heading: string | null;
  /** What its plain lines say of the status, if it cannot be read as a whole. */
  readonly plainStatus?: string | null;
  readonly trouble: OrderTrouble | null;
};

/** A longer list is a mistake or an attack. */
const ENTRIES_MAX = 200;

/** The keys that hold the status of an order, without case and punctuation. */
export const STATUS_KEYS = ['status', 'state'] as const;

/** The keys of front matter without case and punctuation, as Backlog.md, Linear, Symphony, beads and git-claim write them. */
const KEYS = {
  id: ['id', 'identifier', 'orderid', 'taskid'],
  title: ['title', 'name'],
  status: STATUS_KEYS,
  priority: ['priority'],
  labels: ['labels', 'tags'],
  dependsOn: ['dependson', 'dependencies', 'blockedby', 'requires', 'deps'],
  paths: ['paths', 'files', 'modifiedfiles'],
  linear: ['linear', 'linearid', 'linearissue'],
  created: ['created', 'createddate', 'createdat', 'createdon', 'date'],
} as const;

/** Returns the order that a file holds, or null if it has no id. The front matter's id counts before the one in its name. */
export function readOrder({ file, fields, heading, plainStatus = null, trouble }: OrderSource, pattern: IdPattern): Order | null {
  const values = byKey(fields ?? {});
  const spelling = spellingIn(values, pattern) ?? idInName(file, pattern);
  if (spelling === null) return null;
  const status = first(values, KEYS.status);
  return {
    id: orderIdOf(spelling, pattern) as OrderId,
    spelling,
    title: first(values, KEYS.title) ?? heading,
    status: status === null ? null : statusOf(status),
    statusWord: status ?? plainStatus,
    priority: priorityOf(first(values, KEYS.priority) ?? ''),
    labels: entries(values, KEYS.labels),
    dependsOn: [...new Set(entries(values, KEYS.dependsOn, IDS).map((text) => dependencyIn(text, pattern)))],
    paths: entries(values, KEYS.paths),
    linear: first(values, KEYS.linear, IDS) ?? first(mapIn(values.get('external')), KEYS.linear, IDS),
    createdMs: dayOf(first(values, KEYS.created) ?? ''),
    file,
    trouble,
  };
}

/** Returns whether front matter without an id was meant to be an order's. */
export function looksLikeOrder(fields: FrontMatter): boolean {
  return first(byKey(fields), KEYS.status) !== null;
}

function spellingIn(values: ReadonlyMap<string, Value>, pattern: IdPattern): string | null {
  for (const key of KEYS.id) {
    const text = textOf(values.get(key) ?? '', IDS);
    if (text !== null && orderIdOf(text, pattern) !== null) return text;
  }
  return null;
}

/**
 * Returns the id that the last part of a path begins with: `task-12` for
 * `backlog/tasks/task-12 - Title.md` and for the branch `ada/task-12-title`.
 */
export function idInName(file: string, pattern: IdPattern): string | null {
  const name = file.slice(file.lastIndexOf('/') + 1).replace(/\.md$/i, '');
  const ends = Array.from(name.matchAll(/(?<=[A-Za-z0-9])(?![A-Za-z0-9])/g), ({ index }) => index).slice(0, 8);
  for (const end of ends.reverse()) {
    const text = name.slice(0, end);
    if (orderIdOf(text, pattern) !== null) return text;
  }
  return null;
}

/** `depends_on`, `dependsOn` and `Depends On` are one key. If a file uses two spellings, the first counts. */
function byKey(fields: FrontMatter): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const [key, value] of Object.entries(fields)) {
    const name = key.toLowerCase().replace(/[^a-z]/g, '');
    if (!values.has(name)) values.set(name, value);
  }
  return values;
}

function first(values: ReadonlyMap<string, Value>, keys: readonly string[], inner = NAMES): string | null {
  for (const key of keys) {
    const text = textOf(values.get(key) ?? '', inner);
    if (text !== null) return text;
  }
  return null;
}

function entries(values: ReadonlyMap<string, Value>, keys: readonly string[], inner = NAMES): string[] {
  const found = keys.flatMap((key): readonly Value[] => {
    const value = values.get(key) ?? '';
    if (typeof value === 'string') return value.split(',');
    return isList(value) ? value.slice(0, ENTRIES_MAX) : [];
  });
  return [...new Set(found.flatMap((value) => textOf(value, inner) ?? []))].slice(0, ENTRIES_MAX);
}

/**
 * The keys that hold the text if a file has a map where a text was expected: `{name: Todo, type: unstarted}`,
 * `{identifier: ENG-7, state: Done}`.
 */
const NAMES = ['name', 'value'];
const IDS = ['identifier', 'dependsonid', 'issueid', 'orderid', 'id'];

function textOf(value: Value, inner: readonly string[]): string | null {
  if (typeof value === 'string') {
    const text = oneLine(value);
    return /^(?:|~|null|none|n\/a|-)$/i.test(text) ? null : text;
  }
  if (isList(value)) return null;
  // Only one level down: an anchor can make a map contain itself.
  const named = byKey(value);
  const key = inner.find((name) => typeof named.get(name) === 'string');
  return key === undefined ? null : textOf(named.get(key) as string, inner);
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function mapIn(value: Value | undefined): ReadonlyMap<string, Value> {
  return byKey(value === undefined || typeof value === 'string' || isList(value) ? {} : value);
}

/** Other tools write links as `[[ORDER-7]]` or `#ORDER-7`. */
function dependencyIn(text: string, pattern: IdPattern): string {
  const plain = text.replace(/^[[#`'"\s]+|[\]`'"\s]+$/g, '');
  return orderIdOf(plain, pattern) ?? referredOrder(text.trim(), pattern) ?? text;
}

/** Reads `2026-08-17`, `2026-08-17 07:26` and RFC 3339. Without a zone it is UTC, since only the order of days matters. */
function dayOf(text: string): number | null {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(?:\.\d+)?)? ?(Z|[+-]\d\d:\d\d)?$/.exec(text);
  if (match === null) return null;
  const [, day, minute = '00:00', second = '', zone = 'Z'] = match;
  const epochMs = Date.parse(`${day}T${minute}${second}${zone}`);
  return Number.isNaN(epochMs) ? null : epochMs;
}
