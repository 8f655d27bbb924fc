import { DEFAULT_MODE, MODES, type Mode, RULES, type Rule, type RuleMode } from '../guard/mode.ts';

/** How strict the hooks are: the mode, and the rules that have one of their own. */
export type Gate = { readonly mode: Mode; readonly rules: ReadonlyMap<Rule, RuleMode> };

/** From the mildest. */
const STRICTNESS: readonly RuleMode[] = ['off', ...MODES];

/** A key of the configuration that is milder than a person left it. */
export type Lowered = { readonly key: string; readonly from: RuleMode; readonly to: RuleMode };

/** Returns the gate that the configuration describes. What is no mode is found where it is used. */
export function gateOf(read: (key: string) => string | null): Gate {
  const mode = MODES.find((one) => one === read('claim.mode')?.toLowerCase()) ?? DEFAULT_MODE;
  const rules = RULES.flatMap((rule) => {
    const own = STRICTNESS.find((one) => one === read(`claim.rule.${rule}`)?.toLowerCase());
    return own === undefined ? [] : [[rule, own] as const];
  });
  return { mode, rules: new Map(rules) };
}

/** Returns what is milder in `now` than in `before`. */
export function lowered(before: Gate, now: Gate): Lowered[] {
  const mode = { key: 'claim.mode', from: before.mode, to: now.mode };
  const rules = RULES.filter((rule) => before.rules.has(rule) || now.rules.has(rule)).map((rule) => ({
    key: `claim.rule.${rule}`,
    from: before.rules.get(rule) ?? before.mode,
    to: now.rules.get(rule) ?? now.mode,
  }));
  return [mode, ...rules].filter(({ from, to }) => isMilder(to, from));
}

/** Returns for the mode and each rule the stricter of two values. */
export function strictest(one: Gate, other: Gate): Gate {
  const mode = isMilder(one.mode, other.mode) ? other.mode : one.mode;
  const rules = RULES.filter((rule) => one.rules.has(rule) || other.rules.has(rule)).map((rule) => {
    const [first, second] = [one.rules.get(rule) ?? one.mode, other.rules.get(rule) ?? other.mode];
    return [rule, isMilder(first, second) ? second : first] as const;
  });
  return { mode, rules: new Map(rules) };
}

function isMilder(one: RuleMode, other: RuleMode): boolean {
  return STRICTNESS.indexOf(one) < STRICTNESS.indexOf(other);
}

/** Returns the gate as facts of `claim.hooks`: `mode=soft rule.path=hard`. */
export function formatGate({ mode, rules }: Gate): string[] {
  return [`mode=${mode}`, ...Array.from(rules, ([rule, own]) => `rule.${rule}=${own}`)];
}

/** Reads {@link formatGate}; null if there is no mode among the facts. */
export function parseGate(facts: readonly (readonly [name: string, value: string])[]): Gate | null {
  const mode = facts.find(([name]) => name === 'mode')?.[1];
  if (mode === undefined) return null;
  return gateOf((key) => facts.find(([name]) => `claim.${name}` === key)?.[1] ?? null);
}
