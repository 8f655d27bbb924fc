import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MODES, RULES, type Rule, type RuleMode } from '../../../src/core/guard/mode.ts';
import { formatGate, type Gate, gateOf, lowered, parseGate, strictest } from '../../../src/core/install/gate.ts';
import { formatHooksSetting, parseHooksSetting } from '../../../src/core/install/route.ts';

const gates: fc.Arbitrary<Gate> = fc
  .record({
    mode: fc.constantFrom(...MODES),
    rules: fc.dictionary(fc.constantFrom(...RULES), fc.constantFrom<RuleMode>('off', ...MODES), { maxKeys: 4 }),
  })
  .map(({ mode, rules }) => ({ mode, rules: new Map(Object.entries(rules) as [Rule, RuleMode][]) }));

test('the strictest of two gates is milder than neither, and no stricter than it must be', () => {
  fc.assert(
    fc.property(gates, gates, (one, other) => {
      const both = strictest(one, other);
      expect(lowered(one, both)).toEqual([]);
      expect(lowered(other, both)).toEqual([]);
      expect(lowered(both, one).length > 0 && lowered(both, other).length > 0 && lowered(one, other).length === 0).toBe(false);
      expect(strictest(one, one)).toEqual(one);
    }),
  );
});

test('what is lowered is named with both values, also a rule that lost its own mode', () => {
  const gate = (mode: string, rules: Record<string, string> = {}) =>
    gateOf((key) => (key === 'claim.mode' ? mode : (rules[key.replace('claim.rule.', '')] ?? null)));
  expect(lowered(gate('hard'), gate('soft', { path: 'hard', refs: 'off' }))).toEqual([
    { key: 'claim.mode', from: 'hard', to: 'soft' },
    { key: 'claim.rule.refs', from: 'hard', to: 'off' },
  ]);
  expect(lowered(gate('soft', { path: 'hard' }), gate('soft'))).toEqual([{ key: 'claim.rule.path', from: 'hard', to: 'soft' }]);
  expect(lowered(gate('shadow'), gate('hard', { path: 'soft' }))).toEqual([]);
});

test('the setting that init leaves is read as it was written, whatever core.hooksPath was', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('config' as const, 'files' as const, 'path' as const),
      gates,
      fc.dictionary(fc.constantFrom('pre-commit', 'pre-commit.legacy', 'reference-transaction'), fc.nat()),
      fc.option(fc.constantFrom('.husky/_', '/a b/c', ' before ', 'x=1 before y', '')),
      fc.option(fc.constant('2026-11-21T14:02:05Z')),
      (kind, gate, sizes, before, mendedAt) => {
        const setting = { kind, gate, sizes: new Map(Object.entries(sizes)), before, mendedAt };
        expect(parseHooksSetting(formatHooksSetting(setting))).toEqual(setting);
        expect(parseGate(formatGate(gate).map((fact) => fact.split('=') as [string, string]))).toEqual(gate);
      },
    ),
  );
  // As an earlier version left it.
  expect(parseHooksSetting('path .husky/_').gate).toBe(null);
  expect(parseHooksSetting('files pre-commit=10').gate).toBe(null);
});
