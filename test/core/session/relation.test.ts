import { describe, expect, test } from 'vitest';
import { parseSessionKey } from '../../../src/core/ids.ts';
import type { Anchor } from '../../../src/core/session/anchor.ts';
import type { Holder } from '../../../src/core/session/holder.ts';
import type { Identity } from '../../../src/core/session/identity.ts';
import { anchorKey, sessionIdOf } from '../../../src/core/session/key.ts';
import type { AnchorSight, Life } from '../../../src/core/session/life.ts';
import type { Person } from '../../../src/core/session/person.ts';
import { keptHolder, relate } from '../../../src/core/session/relation.ts';
import { BOOT, HOST, NS } from '../../support/processes.ts';

const A: Anchor = { pid: 50, start: '500', ns: NS };
const B: Anchor = { pid: 60, start: '600', ns: NS };

function holder(key: string, anchor: Anchor | null, rest: Partial<Holder> = {}): Holder {
  const parsed = parseSessionKey(key);
  return {
    key: parsed,
    id: sessionIdOf(parsed),
    agent: 'claude',
    host: HOST,
    boot: BOOT,
    anchor,
    person: null,
    clone: null,
    ...rest,
  };
}

function asker(key: string, anchor: Anchor | null, source: Identity['source'] = 'agent'): Identity {
  return { ...holder(key, anchor), source, guestOf: source === 'binding' ? parseSessionKey(key) : null };
}

function sight(life: Life['kind'], rest: Partial<AnchorSight> = {}): AnchorSight {
  const lives: Record<Life['kind'], Life> = {
    alive: { kind: 'alive' },
    gone: { kind: 'gone', why: 'exited' },
    unknown: { kind: 'unknown', why: 'hidden' },
  };
  return { life: lives[life], isAbove: false, hostsMany: false, ...rest };
}

const inside = { isAbove: true };

describe('the same key', () => {
  test.each([
    ['under the same anchor is mine', asker('claude:x', A), A, sight('alive', inside), 'mine'],
    ['under a new anchor when the old one is gone is resumed', asker('claude:x', B), A, sight('gone'), 'resumed'],
    [
      'without an anchor when the old one is gone is resumed, lest the record look dead',
      asker('claude:x', null),
      A,
      sight('gone'),
      'resumed',
    ],
    ['under a second live anchor is a conflict', asker('claude:x', B), A, sight('alive'), 'conflict'],
    ['given by name from a second live anchor is a conflict too', asker('ada', B, 'named'), A, sight('alive'), 'conflict'],
    ["from inside the record's anchor is nested", asker('claude:x', B), A, sight('alive', inside), 'nested'],
    ['when nothing is known of the old anchor is mine', asker('claude:x', B), A, sight('unknown'), 'mine'],
    [
      'from outside a live anchor is a conflict: anybody may give its name',
      asker('claude:x', null),
      A,
      sight('alive'),
      'conflict',
    ],
    ['from inside it, without an anchor of its own, is nested', asker('claude:x', null), A, sight('alive', inside), 'nested'],
    ['when the record has no anchor is mine', asker('claude:x', B), null, sight('unknown'), 'mine'],
    ['from the binding is a guest, whoever lives', asker('claude:x', null, 'binding'), A, sight('alive'), 'guest'],
    ['from the binding is a guest with a named anchor as well', asker('claude:x', B, 'binding'), A, sight('alive'), 'guest'],
    ['from the binding is a guest of the dead too', asker('claude:x', null, 'binding'), A, sight('gone'), 'guest'],
  ] as const)('%s', (_story, identity, anchor, seen, relation) => {
    expect(relate(holder(identity.key, anchor), identity, seen)).toBe(relation);
  });

  test('the same pid and start on another host or boot is not the same process', () => {
    expect(relate(holder('claude:x', A, { boot: 'another' }), asker('claude:x', A), sight('gone'))).toBe('resumed');
    expect(relate(holder('claude:x', A, { host: 'another' }), asker('claude:x', A), sight('unknown'))).toBe('mine');
  });
});

describe('another key', () => {
  const byAnchor = anchorKey('gemini', { host: HOST, boot: BOOT }, A);
  test.each([
    [
      'of the same agent under the very same anchor was cleared',
      'claude:x',
      asker('claude:y', A),
      A,
      sight('alive', inside),
      'cleared',
    ],
    ['of the same agent under another anchor is another session', 'claude:x', asker('claude:y', B), A, sight('alive'), 'other'],
    [
      'of the same agent inside the anchor is another session',
      'claude:x',
      asker('claude:y', B),
      A,
      sight('alive', inside),
      'other',
    ],
    [
      'of another agent under the same anchor is another session',
      'codex:x',
      asker('claude:y', A),
      A,
      sight('alive', inside),
      'other',
    ],
    [
      'in a process that hosts many is another session',
      'codex:x',
      asker('codex:y', A),
      A,
      sight('alive', { hostsMany: true }),
      'other',
    ],
    ['given by name is another session', 'ada', asker('bob', A, 'named'), A, sight('alive', inside), 'other'],
    ["an agent's own, where the holder's was given by name", 'ada', asker('claude:y', A), A, sight('alive', inside), 'other'],
    ['of a guest is another session', 'claude:x', asker('claude:y', A, 'binding'), A, sight('alive'), 'other'],
    ['with no anchor anywhere is another session', 'claude:x', asker('claude:y', null), null, sight('unknown'), 'other'],
    ["after the holder's death is another session", 'claude:x', asker('claude:y', B), A, sight('gone'), 'other'],
    [
      'is mine when the shell knows the agent by its anchor and a hook by its id',
      byAnchor,
      asker('gemini:y', A),
      A,
      sight('alive', inside),
      'mine',
    ],
    ['and the other way round', 'gemini:y', asker(byAnchor, A, 'anchor'), A, sight('alive', inside), 'mine'],
  ] as const)('%s', (_story, holderKey, identity, anchor, seen, relation) => {
    expect(relate(holder(holderKey, anchor), identity, seen)).toBe(relation);
  });

  test('under the same numbers on another host or boot is another session', () => {
    expect(relate(holder('claude:x', A, { boot: 'another' }), asker('claude:y', A), sight('unknown'))).toBe('other');
    expect(relate(holder('claude:x', A, { host: 'another' }), asker('claude:y', A), sight('unknown'))).toBe('other');
  });
});

test.each([
  ['a session that goes on elsewhere puts its anchor into the record', asker('claude:x', B), 'resumed', B],
  ['also when it has none, lest the record look dead', asker('claude:x', null), 'resumed', null],
  ['one that stands there with an anchor of its own too', asker('claude:x', B), 'mine', B],
  ['one that sees no anchor leaves what is there', asker('claude:x', null), 'mine', A],
  ['a subagent leaves what is there', asker('claude:x', B), 'nested', A],
  ['a guest in the tree leaves what is there', asker('claude:x', B, 'binding'), 'guest', A],
] as const)('%s', (_, identity, relation, anchor) => {
  expect(keptHolder(holder('claude:x', A), identity, relation).anchor).toEqual(anchor);
});

describe('a person at another terminal', () => {
  const ADA: Person = { uid: 1000, terminal: 'pts/3', name: 'Ada' };
  const before = (rest: Partial<Holder> = {}) => holder('person:x', A, { agent: null, person: ADA, ...rest });
  const now = (rest: Partial<Identity> = {}): Identity => ({
    ...asker('person:y', B, 'anchor'),
    agent: null,
    person: { ...ADA, terminal: 'pts/5' },
    ...rest,
  });
  const rebooted = { life: { kind: 'unknown', why: 'boot' }, isAbove: false, hostsMany: false } as const;

  test.each([
    ['returns, if the first one has closed', before(), now(), sight('gone'), 'returned'],
    ['returns after a reboot', before({ boot: 'another' }), now(), rebooted, 'returned'],
    ['does not, where no boot is known', before({ boot: null }), now(), rebooted, 'other'],
    ['does not, as long as the first one is open', before(), now(), sight('alive'), 'other'],
    ['does not, if nothing is known of the first one', before(), now(), sight('unknown'), 'other'],
    ['does not as another user', before(), now({ person: { ...ADA, uid: 1001 } }), sight('gone'), 'other'],
    ['does not on another host', before({ host: 'another' }), now(), sight('gone'), 'other'],
    ['does not as an agent', before(), now({ agent: 'claude', person: null }), sight('gone'), 'other'],
    ['does not to what an agent claimed', before({ agent: 'claude', person: null }), now(), sight('gone'), 'other'],
  ] as const)('%s', (_story, recorded, identity, seen, relation) => {
    expect(relate(recorded, identity, seen)).toBe(relation);
    const inTree = { ...identity, guestOf: recorded.key };
    expect(relate(recorded, inTree, seen)).toBe(relation === 'returned' ? 'returned' : 'guest');
  });

  test('who has a name has it in every terminal', () => {
    expect(relate(before({ key: parseSessionKey('ada') }), now({ key: parseSessionKey('ada') }), sight('gone'))).toBe('resumed');
  });
});
