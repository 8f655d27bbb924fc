import { DEFAULT_MODE, type Mode, parseMode, parseRuleMode, type Rule, type RuleMode } from '../../../core/guard/mode.ts';
import { type Gate, gateOf, type Lowered, lowered, strictest } from '../../../core/install/gate.ts';
import { parseHooksSetting } from '../../../core/install/route.ts';
import type { Wish } from '../../../ports/installation.ts';
import type { GitConfig } from '../config.ts';

/** Returns how strict the hooks are by the configuration files, or would be with another mode. */
export function configuredGate(config: GitConfig, mode: Mode | null = null): Gate {
  return gateOf((key) => (key === 'claim.mode' && mode !== null ? mode : config.get(key)));
}

/**
 * Returns how strict a rule is.
 *
 * @throws ClaimError `usage` for a setting that is no mode
 */
export function ruleModeOf(config: GitConfig, rule: Rule): RuleMode {
  const own = config.get(`claim.rule.${rule}`);
  return own === null ? parseMode(config.get('claim.mode') ?? DEFAULT_MODE) : parseRuleMode(rule, own);
}

/** Returns what is milder than a person left it with `git claim init`, or would be with another mode. */
export function loweredHere(config: GitConfig, mode: Mode | null = null): readonly Lowered[] {
  // An earlier version did not note it.
  return lowered(leftGate(config) ?? configuredGate(config), configuredGate(config, mode));
}

/** Returns how strict the hooks are to be. Nobody but a person makes them milder than a person left them. */
export function gateFor(config: GitConfig, { mode, isByPerson }: Pick<Wish, 'mode' | 'isByPerson'>): Gate {
  const wanted = configuredGate(config, mode);
  const left = leftGate(config);
  return isByPerson || left === null ? wanted : strictest(left, wanted);
}

function leftGate(config: GitConfig): Gate | null {
  return parseHooksSetting(config.get('claim.hooks') ?? '').gate;
}
