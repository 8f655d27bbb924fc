import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { parsePs, psView } from '../../../src/adapters/system/ps.ts';

const MAC = `
    1     0 ??       Ss   Mon Nov 10 08:00:00 2026     /sbin/launchd
  400     1 ??       S    Mon Nov 10 08:01:00 2026     /System/Applications/Utilities/Terminal.app/Contents/MacOS/Terminal
  501   400 ttys001  Ss   Fri Nov 21 09:00:01 2026     login -pf ada
  502   501 ttys001  S    Fri Nov 21 09:00:02 2026     -zsh
  510   502 ttys001  S+   Fri Nov  6 09:05:00 2026     claude
  520   510 ??       Ss   Fri Nov 21 09:06:00 2026     /bin/zsh -c eval 'git claim X-1'
  521   520 ??       S    Fri Nov 21 09:06:00 2026     node /opt/homebrew/bin/git-claim X-1
  530   510 ??       Z    Fri Nov 21 09:06:00 2026     <defunct>
`;

describe('rows of ps as macOS prints them', () => {
  const seen = parsePs(MAC);
  test('are read by their columns', () => {
    expect(seen.get(510)).toEqual({
      pid: 510,
      parent: 502,
      sessionLeader: 501,
      terminal: 'ttys001',
      start: String(Date.UTC(2026, 10, 6, 9, 5) / 1000),
      isZombie: false,
      command: 'claude',
      args: ['claude'],
    });
  });
  test('know the leader by the mark in the state, also where it is login', () => {
    expect(seen.get(521)).toMatchObject({ sessionLeader: 520, terminal: null });
    expect(seen.get(502)?.sessionLeader).toBe(501);
    expect(seen.get(530)?.isZombie).toBe(true);
  });
  test('that are none are left out', () => {
    expect(parsePs('garbage\n 1 2\n\n 7 1 ?? S Xxx Yyy 99 09:00:00 2026 x\n').size).toBe(0);
    expect(parsePs('').size).toBe(0);
  });
  test('in a ring do not hang', () => {
    const ring = parsePs(' 5 6 ?? S Fri Nov 21 09:00:00 2026 a\n 6 5 ?? S Fri Nov 21 09:00:00 2026 b\n');
    expect(ring.get(5)?.sessionLeader).toBe(0);
  });
});

describe('the view by ps', () => {
  test('shows real processes with one call', () => {
    let calls = 0;
    const view = psView((selection) => {
      calls += 1;
      const columns = ['pid=', 'ppid=', 'tty=', 'stat=', 'lstart=', 'args='].flatMap((column) => ['-o', column]);
      return execFileSync('ps', [...selection, ...columns], { encoding: 'utf8', env: { LC_ALL: 'C', TZ: 'UTC0' } });
    });
    expect(view.find(process.pid)).toMatchObject({ pid: process.pid, parent: process.ppid });
    expect(view.ancestors()[0]?.pid).toBe(process.ppid);
    expect(calls).toBe(1);
  });
  test('proves nothing where ps shows nothing', () => {
    const view = psView(() => '');
    expect(view.find(process.ppid)).toBe('unknown');
    expect(view.ancestors()).toEqual([]);
  });
  test('does not ask ps about what the kernel says is gone', () => {
    const view = psView(() => {
      throw new Error('ps was run');
    });
    expect(view.find(2 ** 31 - 1)).toBe('gone');
  });
});
