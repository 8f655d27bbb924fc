import { describe, expect, test } from 'vitest';
import { systemProcessTable } from '../../../src/adapters/system/process-table.ts';
import type { ProcessTable } from '../../../src/ports/process-table.ts';
import { type Caller, identifyCaller } from '../../../src/usecases/caller/identify.ts';
import { BOOT, HOST, NS, proc } from '../../support/processes.ts';

const table: ProcessTable = {
  host: HOST,
  boot: BOOT,
  ns: NS,
  find: (pid) => (pid === 30 || pid === 99 ? proc(pid, 'x') : 'gone'),
  ancestors: () => [proc(50, 'claude')],
};

const caller: Caller = { environment: {}, named: null, said: null, bound: [], anchor: null, pid: 99, user: null, clone: null };

describe('the named anchor', () => {
  test("is the flag's, else the variable's", () => {
    expect(anchorOf({ anchor: '30', environment: { GIT_CLAIM_ANCHOR: '31' } })).toBe(30);
    expect(anchorOf({ environment: { GIT_CLAIM_ANCHOR: '30' } })).toBe(30);
    expect(anchorOf({ environment: { GIT_CLAIM_ANCHOR: '' } })).toBe(50);
  });
  test('may be a whole one, as run hands it on: that very process here, or one of another pid namespace', () => {
    expect(anchorOf({ anchor: `30@300/${NS}` })).toBe(30);
    expect(identifyCaller({ ...caller, named: 'ci', anchor: '7@1/42' }, table)).toMatchObject({
      identity: { anchor: { pid: 7, start: '1', ns: '42' }, person: null },
    });
    expect(() => identifyCaller({ ...caller, anchor: `30@301/${NS}` }, table)).toThrow('anchor-ended');
  });
  test.each(['31', '0', '-1', 'x', '1 2', ''])('%j, which names no running process, is bad usage', (anchor) => {
    expect(() => identifyCaller({ ...caller, anchor }, table)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});

test('on the real process table a parent can be named and becomes the anchor', () => {
  const real = systemProcessTable();
  const found = identifyCaller({ ...caller, pid: process.pid, named: 'ci', anchor: String(process.ppid) }, real);
  expect(found).toMatchObject({
    kind: 'session',
    identity: { key: 'ci', source: 'named', anchor: { pid: process.ppid, ns: real.ns } },
  });
});

function anchorOf(changed: Partial<Caller>): number | null {
  const found = identifyCaller({ ...caller, ...changed }, table);
  return found.kind === 'session' ? (found.identity.anchor?.pid ?? null) : null;
}
