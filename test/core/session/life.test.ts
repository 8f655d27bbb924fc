import { describe, expect, test } from 'vitest';
import { type Lookout, lifeOf, sightOf } from '../../../src/core/session/life.ts';
import type { ProcessInfo, Sighting } from '../../../src/core/session/process.ts';
import { BOOT, HOST, NS, proc } from '../../support/processes.ts';

const holder = { host: HOST, boot: BOOT, anchor: { pid: 50, start: '500', ns: NS } };

function seeing(found: Sighting, above: readonly ProcessInfo[] = []): Lookout {
  return { host: HOST, boot: BOOT, ns: NS, find: () => found, ancestors: () => above };
}

const blind: Lookout = {
  ...seeing('gone'),
  find() {
    throw new Error('a pid that means nothing here was looked up');
  },
};

test.each([
  ['alive', proc(50, 'claude'), { kind: 'alive' }],
  ['alive under another name', proc(50, 'node'), { kind: 'alive' }],
  ['gone', 'gone', { kind: 'gone', why: 'exited' }],
  ['another process by now', proc(50, 'claude', { start: '501' }), { kind: 'gone', why: 'reused' }],
  ['a zombie', proc(50, 'claude', { isZombie: true }), { kind: 'gone', why: 'zombie' }],
  ['out of sight', 'unknown', { kind: 'unknown', why: 'hidden' }],
] as const)('an anchor that is %s', (_name, found, life) => {
  expect(lifeOf(holder, seeing(found))).toEqual(life);
});

test.each([
  ['without an anchor', { ...holder, anchor: null }, blind, 'no-anchor'],
  ['on another host', { ...holder, host: 'other' }, blind, 'host'],
  ['of another boot', { ...holder, boot: 'other' }, blind, 'boot'],
  ['whose boot nobody knows', { ...holder, boot: null }, { ...blind, boot: null }, 'boot'],
  ['in another pid namespace', { ...holder, anchor: { ...holder.anchor, ns: '1' } }, blind, 'namespace'],
  [
    'seen from an unknown namespace',
    { ...holder, anchor: { ...holder.anchor, ns: 'unknown' } },
    { ...blind, ns: 'unknown' },
    'namespace',
  ],
] as const)('a holder %s proves nothing, and no pid is looked up', (_name, anchored, lookout, why) => {
  expect(lifeOf(anchored, lookout)).toEqual({ kind: 'unknown', why });
});

describe('sight', () => {
  test('tells whether the anchor is above, by pid and start time', () => {
    const claude = proc(50, 'claude');
    expect(sightOf(holder, seeing(claude, [proc(60, 'bash'), claude])).isAbove).toBe(true);
    expect(sightOf(holder, seeing(claude, [proc(60, 'bash'), proc(50, 'claude', { start: '1' })])).isAbove).toBe(false);
  });
  test('tells whether the anchor hosts many sessions', () => {
    const server = proc(50, 'codex', { args: ['/usr/bin/codex', 'app-server'] });
    expect(sightOf(holder, seeing(server, [server])).hostsMany).toBe(true);
    expect(sightOf(holder, seeing(server)).hostsMany).toBe(true);
    expect(sightOf(holder, seeing(proc(50, 'codex'))).hostsMany).toBe(false);
  });
});
