import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ancestors, find, parseStat, pidNamespace } from '../../../src/adapters/system/proc-fs.ts';
import { systemProcessTable } from '../../../src/adapters/system/process-table.ts';
import { signalZero } from '../../../src/adapters/system/signal-zero.ts';
import { lifeOf } from '../../../src/core/session/life.ts';
import type { ProcessInfo } from '../../../src/core/session/process.ts';

const FIELDS = 'S 41 42 43 34816 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 987654 1 2 3';

describe('a line of /proc/<pid>/stat', () => {
  test('is read by its fields', () => {
    expect(parseStat(`44 (bash) ${FIELDS}\n`)).toEqual({
      pid: 44,
      parent: 41,
      sessionLeader: 43,
      terminal: 'pts/0',
      start: '987654',
      isZombie: false,
      command: 'bash',
    });
    const terminals = { '0': null, '34817': 'pts/1', '1025': 'tty1', '1284': '-', '35072': 'pts/256' };
    for (const [device, name] of Object.entries(terminals))
      expect(parseStat(`44 (x) ${FIELDS.replace('34816', device)}`)?.terminal).toBe(name);
    expect(parseStat(`44 (x) ${FIELDS.replace('S', 'Z')}`)?.isZombie).toBe(true);
    expect(parseStat(`44 (x) ${FIELDS.replace('S', 'T')}`)?.isZombie).toBe(false);
  });
  test.each(['a) R 1 (b', ') Z 1 1 1 0', '(((', ')))', 'a b', '\n', '', 'é\u001b[31m'])(
    'is not fooled by a program named %j',
    (name) => {
      expect(parseStat(`44 (${name}) ${FIELDS}`)).toMatchObject({
        pid: 44,
        parent: 41,
        start: '987654',
        isZombie: false,
        command: name,
      });
    },
  );
  test.each(['', '44', '44 (bash', '44 (bash) S 1', `0 (x) ${FIELDS}`, `-1 (x) ${FIELDS}`, `x (x) ${FIELDS}`, ') 44 ('])(
    '%j is none',
    (line) => {
      expect(parseStat(line)).toBeNull();
    },
  );
});

describe.runIf(process.platform === 'linux')('real processes', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });
  const start = (command: string, ...args: string[]) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    children.push(child);
    return child as ChildProcess & { readonly pid: number };
  };
  const life = (pid: number, start: string) => {
    const table = systemProcessTable();
    return lifeOf({ host: table.host, boot: table.boot, anchor: { pid, start, ns: table.ns } }, table);
  };

  test('one that runs is alive, and once killed and reaped it is gone', async () => {
    const child = start('cat');
    const seen = find(child.pid) as ProcessInfo;
    expect(seen).toMatchObject({ pid: child.pid, parent: process.pid, isZombie: false });
    expect(life(child.pid, seen.start)).toEqual({ kind: 'alive' });
    child.kill('SIGSTOP');
    expect(life(child.pid, seen.start)).toEqual({ kind: 'alive' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(find(child.pid)).toBe('gone');
    expect(life(child.pid, seen.start)).toEqual({ kind: 'gone', why: 'exited' });
  });

  test('another start time under the same pid is another process', () => {
    const child = start('cat');
    expect(life(child.pid, '1')).toEqual({ kind: 'gone', why: 'reused' });
  });

  test('one that ended but was never reaped is gone', async () => {
    const parent = start('sh', '-c', 'sleep 60 & echo $!; exec cat');
    const [line] = (await once(parent.stdout as NonNullable<typeof parent.stdout>, 'data')) as [Buffer];
    const pid = Number(line.toString());
    // A shell reaps its children as long as it is a shell.
    await expect.poll(() => (find(parent.pid as number) as ProcessInfo).args, { timeout: 20_000 }).toEqual(['cat']);
    process.kill(pid);
    await expect.poll(() => (find(pid) as ProcessInfo).isZombie, { timeout: 20_000 }).toBe(true);
    expect(life(pid, (find(pid) as ProcessInfo).start)).toEqual({ kind: 'gone', why: 'zombie' });
  });

  test('the walk upward begins at the parent and ends at the root of the view', () => {
    const above = ancestors();
    expect(above[0]?.pid).toBe(process.ppid);
    for (const [at, one] of above.slice(1).entries()) expect(above[at]?.parent).toBe(one.pid);
    expect((find(process.pid) as ProcessInfo).args[0]).toBeTruthy();
  });

  test.each([0, -1, 1.5, 2 ** 31, Number.NaN])('%d is no process, and no group is signalled', (pid) => {
    expect(find(pid)).toBe('gone');
  });

  test('the namespace is told by its inode', () => {
    expect(pidNamespace()).toMatch(/^[0-9]+$/);
  });
});

test.each([
  ['EPERM', "another user's", 'there'],
  ['ESRCH', 'nobody', 'gone'],
  ['EACCES', 'one that may not be asked for', 'there'],
] as const)('%s from the null signal means %s: only the proof of an end is one', (code, _, found) => {
  const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error(code), { code });
  });
  expect(signalZero(4711)).toBe(found);
  kill.mockRestore();
});
