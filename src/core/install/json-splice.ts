/** A part of a JSON text: where it begins and ends, and what is in it. */
export type JsonNode = {
  readonly from: number;
  readonly to: number;
  /** The members of an object, or the elements of an array under `0`, `1`, ...; null for everything else. */
  readonly children: readonly JsonChild[] | null;
};
type JsonChild = { readonly key: string; readonly from: number; readonly value: JsonNode };

const SPACE = /(?:[ \t\r\n]|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const SCALAR = /"(?:[^"\\]|\\.)*"|[^\s,\]}/]+/y;

/** Returns the value of a JSON text, with comments and trailing commas as editors allow them; undefined for any other text. */
export function readJson(text: string): unknown {
  const strings = '"(?:[^"\\\\]|\\\\.)*"';
  const kept = (match: string) => (match.startsWith('"') ? match : ' ');
  const bare = text.replace(new RegExp(`${strings}|//[^\\n]*|/\\*[\\s\\S]*?\\*/`, 'g'), kept);
  try {
    return JSON.parse(bare.replace(new RegExp(`${strings}|,(?=\\s*[}\\]])`, 'g'), kept));
  } catch {
    return undefined;
  }
}

/** Returns the outline of a text that {@link readJson} has accepted. */
function outlineOf(text: string, at = 0): JsonNode {
  const from = after(SPACE, text, at);
  const isObject = text[from] === '{';
  if (!isObject && text[from] !== '[') return { from, to: after(SCALAR, text, from), children: null };
  const children: JsonChild[] = [];
  for (let next = after(SPACE, text, from + 1); ; next = after(SPACE, text, next + 1)) {
    if (text[next] === (isObject ? '}' : ']')) return { from, to: next + 1, children };
    const keyEnd = isObject ? after(SCALAR, text, next) : next;
    const key = isObject ? (JSON.parse(text.slice(next, keyEnd)) as string) : String(children.length);
    const value = outlineOf(text, isObject ? after(SPACE, text, keyEnd) + 1 : next);
    children.push({ key, from: next, value });
    next = after(SPACE, text, value.to);
    if (text[next] !== ',') return { from, to: next + 1, children };
  }
}

/** Returns the text with a new last member of an object (or element of an array, without a key), in the layout of the text. */
export function appended(text: string, node: JsonNode, key: string | null, value: unknown): string {
  const unit = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const last = node.children?.at(-1);
  const outer = indentAt(text, node.from);
  const inner = last === undefined ? outer + unit : indentAt(text, last.from);
  const layout = JSON.stringify(value, null, unit).replaceAll('\n', end + inner);
  const member = `${end}${inner}${key === null ? '' : `${JSON.stringify(key)}: `}${layout}`;
  // Only a comment may be in there.
  const inside = text.slice(node.from + 1, node.to - 1).trimEnd();
  if (last === undefined) return `${text.slice(0, node.from + 1)}${inside}${member}${end}${outer}${text.slice(node.to - 1)}`;
  return `${text.slice(0, last.value.to)},${member}${text.slice(last.value.to)}`;
}

/** Returns the text with another value at the end of the path, which must exist. */
export function replaced(text: string, path: readonly string[], value: string): string {
  const node = nodeAt(text, path) as JsonNode;
  return text.slice(0, node.from) + JSON.stringify(value) + text.slice(node.to);
}

/** Returns the text without the member or element at the end of the path; unchanged if there is none. */
export function without(text: string, path: readonly string[]): string {
  const children = nodeAt(text, path.slice(0, -1))?.children ?? [];
  const at = children.findIndex(({ key }) => key === path.at(-1));
  const [before, child, next] = [children[at - 1], children[at], children[at + 1]];
  if (child === undefined) return text;
  if (before !== undefined) return text.slice(0, before.value.to) + text.slice(child.value.to);
  if (next !== undefined) return text.slice(0, child.from) + text.slice(next.from);
  const parent = nodeAt(text, path.slice(0, -1)) as JsonNode;
  const around = text.slice(parent.from + 1, child.from).trimEnd() + text.slice(child.value.to, parent.to - 1);
  return text.slice(0, parent.from + 1) + (around.trim() === '' ? '' : around) + text.slice(parent.to - 1);
}

/** Returns the node at a path of keys and positions, or null. */
export function nodeAt(text: string, path: readonly string[]): JsonNode | null {
  let node: JsonNode | null = outlineOf(text);
  for (const key of path) node = node?.children?.find((child) => child.key === key)?.value ?? null;
  return node;
}

function after(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** Returns the indentation of the line at this position. */
function indentAt(text: string, at: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', at - 1) + 1))?.[0] ?? '';
}
