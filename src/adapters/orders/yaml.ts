import { FAILSAFE_SCHEMA, load, YAMLException } from 'js-yaml';
import { oneLine } from '../../core/line.ts';

/** No order's front matter is deeper than a list of maps of lists. */
const DEPTH_MAX = 10;

/** What was read, or why it is no YAML, and in which line of it, from 0. */
export type Yaml = { readonly value: unknown } | { readonly reason: string; readonly line: number | null };

/** Reads YAML of which each scalar is a text: no number loses its zeros, and no date changes. */
export function readYaml(text: string): Yaml {
  try {
    return { value: parse(text) };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return { reason: oneLine(error.reason), line: error.mark?.line ?? null };
  }
}

function parse(yaml: string): unknown {
  const strictly = (text: string) => load(text, { schema: FAILSAFE_SCHEMA, maxDepth: DEPTH_MAX });
  if (yaml.trim() === '') return {};
  try {
    return strictly(yaml);
  } catch (error) {
    const repaired = quoted(yaml);
    if (repaired === yaml) throw error;
    return strictly(repaired);
  }
}

/** Adds the quotes that YAML requires and that people and agents omit: `title: Fix: the login`, `assignee: @ada`. */
function quoted(yaml: string): string {
  return yaml.replace(
    /^([A-Za-z_][\w-]*:[ \t]+(?=[@`%]|[^\s"'[{|>&*!#-].*:[ \t])|[ \t]*- (?=[@`%]))(.*)$/gm,
    (_, key: string, value: string) => `${key}'${value.trimEnd().replaceAll("'", "''")}'`,
  );
}
