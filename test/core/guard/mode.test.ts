import { expect, test } from 'vitest';
import { type Committer, parseMode, parseRuleMode, RULES, type RuleMode, responseTo } from '../../../src/core/guard/mode.ts';
import { failed } from '../../support/failures.ts';

const MODES: readonly RuleMode[] = ['off', 'shadow', 'soft', 'hard'];
const ACTORS: readonly Committer[] = ['agent', 'person', 'nobody'];

/** Each rule in each mode for an agent, a person and nobody: `.` passes, `w` warns, `W` warns where hard refuses, `R` refuses. */
function table(): string {
  const cell = (rule: (typeof RULES)[number], mode: RuleMode, actor: Committer) => {
    const { response, stricter } = responseTo(rule, mode, actor);
    return response === 'pass' ? '.' : response === 'refuse' ? 'R' : stricter ? 'W' : 'w';
  };
  const rows = RULES.map((rule) => [
    rule.padEnd(10),
    ...MODES.map((mode) =>
      ACTORS.map((actor) => cell(rule, mode, actor))
        .join('')
        .padEnd(7),
    ),
  ]);
  return [['rule'.padEnd(10), ...MODES.map((mode) => mode.padEnd(7))], ...rows].map((row) => row.join(' ').trimEnd()).join('\n');
}

test('every rule in every mode for everybody', () => {
  expect(table()).toMatchInlineSnapshot(`
    "rule       off     shadow  soft    hard
    lost       ...     WWW     WWW     RRR
    branch     ...     WWW     WWW     RRR
    named      ...     Ww.     Ww.     Rw.
    unclaimed  ...     W..     W..     R..
    elsewhere  ...     Ww.     Ww.     Rw.
    path       ...     WWW     WWW     RRR
    shipped    ...     Www     Www     Rww
    overlap    ...     ww.     ww.     ww.
    status     ...     Www     Www     Rww
    push       ...     WWW     WWW     RRR
    checkout   ...     ww.     ww.     ww.
    refs       ...     WWW     WWW     RRR
    unknown    ...     WWW     WWW     RRR"
  `);
});

test('what hard refuses the modes below warn of, and say so', () => {
  for (const rule of RULES) {
    for (const actor of ACTORS) {
      const refused = responseTo(rule, 'hard', actor).response === 'refuse';
      for (const mode of ['shadow', 'soft'] as const) {
        expect({ rule, actor, mode, ...responseTo(rule, mode, actor) }).toEqual({
          ...{ rule, actor, mode, stricter: refused },
          response: refused ? 'warn' : responseTo(rule, 'hard', actor).response,
        });
      }
    }
  }
});

test('what a merge or a rebase brings in is warned of: refused half way, it would leave the merge undone', () => {
  for (const rule of RULES) for (const actor of ACTORS) expect(responseTo(rule, 'hard', actor, true).response).not.toBe('refuse');
  expect(responseTo('path', 'hard', 'agent', true)).toEqual({ response: 'warn', stricter: false });
});

test('a mode that is none is said to be none', () => {
  expect(parseMode('Hard')).toBe('hard');
  expect(parseRuleMode('push', 'off')).toBe('off');
  expect(failed(() => parseMode('off')).message).toBe('claim.mode "off" is not one of shadow, soft, hard');
  expect(failed(() => parseRuleMode('push', 'loud')).message).toBe(
    'claim.rule.push "loud" is not one of shadow, soft, hard, off',
  );
});
