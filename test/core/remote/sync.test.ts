import { expect, test } from 'vitest';
import type { Oid } from '../../../src/core/ids.ts';
import { integrationOf, syncOf } from '../../../src/core/remote/sync.ts';

const [A, B, C] = ['a', 'b', 'c'].map((digit) => digit.repeat(40) as Oid) as [Oid, Oid, Oid];

test.for([
  { local: null, seen: null, sync: 'confirmed' },
  { local: A, seen: A, sync: 'confirmed' },
  { local: B, seen: A, unsent: A, sync: 'unconfirmed' },
  { local: A, seen: null, unsent: null, sync: 'unconfirmed' },
  { local: B, seen: A, sync: 'diverged' },
  { local: A, seen: null, sync: 'diverged' },
])('$local here, $seen there, not sent since $unsent: $sync', ({ sync, ...replica }) => {
  expect(syncOf(replica)).toBe(sync);
});

test.for([
  { what: 'nothing anywhere', on: 'order', local: null, seen: null, follows: 'nothing' },
  { what: 'the same', on: 'order', local: A, seen: A, follows: 'nothing' },
  { what: 'a claim elsewhere', on: 'order', local: null, seen: A, follows: 'follow' },
  { what: 'somebody moved on', on: 'order', local: A, seen: B, age: 'newer', follows: 'follow' },
  { what: 'an older state', on: 'order', local: B, seen: A, age: 'older', follows: 'rewound' },
  { what: 'a deleted order', on: 'order', local: A, seen: null, follows: 'rewound' },
  { what: 'somebody else, after a restored backup', on: 'order', local: A, seen: C, follows: 'lost' },
  {
    what: 'not sent, and older than when it was written',
    on: 'order',
    local: C,
    seen: A,
    unsent: B,
    age: 'older',
    follows: 'rewound',
  },
  { what: 'not sent yet', on: 'order', local: B, seen: A, unsent: A, follows: 'wait' },
  { what: 'a new claim, not sent yet', on: 'order', local: A, seen: null, unsent: null, follows: 'wait' },
  { what: 'sent, and the answer was lost', on: 'order', local: B, seen: B, unsent: A, follows: 'settled' },
  { what: 'sent, and somebody moved on', on: 'order', local: B, seen: C, unsent: A, age: 'newer', follows: 'follow' },
  { what: 'somebody was faster', on: 'order', local: B, seen: C, unsent: A, follows: 'lost' },
  { what: 'somebody claimed it first', on: 'order', local: A, seen: C, unsent: null, follows: 'lost' },
  { what: 'not sent, and deleted there', on: 'order', local: B, seen: null, unsent: A, follows: 'rewound' },
  { what: 'a path that ended elsewhere', on: 'path', local: A, seen: null, follows: 'follow' },
  { what: 'a path that began anew elsewhere', on: 'path', local: A, seen: C, follows: 'follow' },
  { what: 'a path given back without the remote', on: 'path', local: null, seen: A, unsent: A, follows: 'wait' },
  { what: 'a path that somebody else has by now', on: 'path', local: A, seen: C, unsent: null, follows: 'lost' },
] as const)('$what: $follows', ({ what: _, follows, ...replica }) => {
  const { age = 'other', ...rest } = replica as typeof replica & { age?: 'newer' | 'older' };
  expect(integrationOf(rest, age)).toBe(follows);
});
