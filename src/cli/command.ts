import type { Said } from '../core/session/said.ts';
import type { Wired } from '../wire.ts';
import type { Answer } from './answer.ts';

export type Options = Readonly<Record<string, unknown>>;

/** Opens the repository. `isSurveying`: the command reads all claims next. `said`: what an agent wrote about its session. */
export type Open = (hint?: { readonly isSurveying?: boolean; readonly said?: Said | null }) => Promise<Wired>;

/** One command as people type it. Its summary is in the table in commands.ts. */
export type CommandSpec = {
  readonly name: string;
  /** The operands, in git's notation: `<order>...`, `[<order>]`. */
  readonly operands: string;
  /** Flags as commander reads them, with what they do. One that may be given more than once ends with `...`. */
  readonly options: readonly (readonly [flags: string, description: string])[];
  readonly run: (open: Open, operands: readonly string[], options: Options) => Promise<Answer>;
};

/** Options that every command has. */
export const COMMON: CommandSpec['options'] = [
  ['--session <id>', 'speak for this session (GIT_CLAIM_SESSION)'],
  ['--anchor <pid>', "the process whose life is the session's life (GIT_CLAIM_ANCHOR)"],
  ['--offline', 'go on without the remote (claim.remote); what is claimed is confirmed later'],
  ['--json', 'print one JSON document instead of text'],
];

export const HELP = ['-h, --help', 'show this help'] as const;

/** Returns the value of an option that takes one, or null if it was not given. */
export function textOf(options: Options, name: string): string | null {
  const value = options[name];
  return typeof value === 'string' ? value : null;
}

/** Returns the values of an option that may be given more than once. */
export function textsOf(options: Options, name: string): readonly string[] {
  const values = options[name];
  return Array.isArray(values) ? values : [];
}
