import fc from 'fast-check';
import { expect, test } from 'vitest';
import { committedSettings } from '../../../src/core/settings/committed.ts';

const CONTROLS = ['\n', '\0', '\x1b'];

const one = (key: string, value: string) => committedSettings([[key, value]]);
const isHonoured = (key: string, value: string) => one(key, value).values.get(key.toLowerCase())?.[0] === value;

/** For each key, what others may choose for everybody who clones, and what they may not. */
const KEYS: Readonly<Record<string, { readonly good: readonly string[]; readonly bad: readonly string[] }>> = {
  'claim.remote': {
    good: [
      'origin',
      'claims.example',
      'https://example.org/a/claims.git',
      'git://example.org/claims',
      'file:///srv/git/claims.git',
      'ssh://git@example.org:22/claims.git',
      'ssh://example.org/claims.git',
      'git@example.org:team/claims.git',
      'example.org:claims',
    ],
    bad: [
      '',
      '-origin',
      '--upload-pack=touch x',
      'ext::sh -c touch% x',
      'fd::3',
      'http://example.org/claims.git',
      'ftp://example.org/claims',
      '/srv/claims.git',
      '../claims.git',
      './claims',
      '~/claims',
      'file://../claims',
      'https://ada:s3cret@example.org/claims.git',
      'ssh://-oProxyCommand=x/claims',
      'ssh://ada:s3cret@example.org/claims',
      '-oProxyCommand=x:claims',
      'git@-oProxyCommand=x:claims',
      'transport::https://example.org',
      'https://example.org/a b',
    ],
  },
  'claim.orders': {
    good: ['orders/**/*.md', './docs/*.md', 'a b/*.md'],
    bad: ['', '/etc/*', '../*.md', 'a/../../b', '~/x', '.git/config', 'a/.GIT/x', '!x', '\\\\host'],
  },
  'claim.ordersFrom': {
    good: ['worktree', 'main', 'origin/main', 'v1.0'],
    bad: ['', '-x', 'a..b', '@{-1}', 'HEAD~1', 'a b', ':/x'],
  },
  'claim.mode': { good: ['soft', 'HARD', 'shadow'], bad: ['off', '', 'harder'] },
  'claim.rule.path': { good: ['off', 'hard'], bad: ['on', ''] },
  'claim.rule.nothing': { good: [], bad: ['hard'] },
  'claim.readyAt': { good: ['merge', 'complete'], bad: ['', 'never'] },
  'claim.idPattern': { good: ['[A-Z]+-[0-9]+', 'T[0-9]+'], bad: ['', '(', '[', `${'a'.repeat(501)}`] },
  'claim.worktrees': {
    good: ['../<repo>.claims/<order>', '.trees/<order>', 'trees/<repo>-<order>', '../<repo>/<order>'],
    bad: [
      '',
      'trees',
      '/tmp/<order>',
      '../<order>',
      '../../<repo>/<order>',
      '../<repo>/../<order>',
      '~/<order>',
      '.git/<order>',
      '$HOME/<order>',
      '../<repo>.x/.git/<order>',
    ],
  },
  'claim.worktrees.claude': { good: ['.claude/worktrees/<order>'], bad: ['/tmp/<order>'] },
  'claim.mirror': { good: ['main', 'worktree', 'none'], bad: ['', 'all'] },
  'claim.mirrorFields': { good: ['status', 'status, claimed_by'], bad: ['status,x'] },
  'claim.pathTtl': { good: ['20m', '90'], bad: ['', '-1', 'soon', '1e9'] },
  'claim.remoteMaxAge': { good: ['30s'], bad: ['x'] },
  'claim.heartbeat': { good: ['20s'], bad: ['1ms', '10m'] },
  'claim.maxIdle': { good: ['0', '2h'], bad: ['1s'] },
};

test.each(Object.entries(KEYS))('%s', (key, { good, bad }) => {
  expect(good.filter((value) => !isHonoured(key, value))).toEqual([]);
  expect(bad.filter((value) => isHonoured(key, value))).toEqual([]);
  for (const value of bad) expect(one(key, value).complaints.length).toBe(1);
});

test('nothing that git or git-claim would run, trust or follow can be set', () => {
  const keys = [
    'claim.setup',
    'claim.setupTimeout',
    'claim.program',
    'claim.hooks',
    'claim.node',
    'claim.refPrefix',
    'claim.branch',
  ];
  for (const key of [...keys, 'core.hookspath', 'core.sshcommand', 'include.path', 'includeif.x.path', 'alias.x', 'claim', ''])
    expect([key, one(key, 'x')]).toEqual([key, { values: new Map(), complaints: [{ kind: 'unknown', key }] }]);
});

test('a value that is refused stops no other, and is shown without a password', () => {
  const { values, complaints } = committedSettings([
    ['claim.remote', 'https://ada:s3cret@example.org/x'],
    ['claim.mode', 'hard'],
    ['claim.orders', 'a/*.md'],
    ['claim.orders', '../b/*.md'],
    ['claim.orders', 'c/*.md'],
  ]);
  expect(Object.fromEntries(values)).toEqual({ 'claim.mode': ['hard'], 'claim.orders': ['a/*.md', 'c/*.md'] });
  expect(complaints).toEqual([
    { kind: 'refused', key: 'claim.remote', text: 'https://example.org/x' },
    { kind: 'refused', key: 'claim.orders', text: '../b/*.md' },
  ]);
});

test('durations that do not fit together are refused together', () => {
  const { values, complaints } = committedSettings([
    ['claim.heartbeat', '10s'],
    ['claim.staleafter', '5s'],
    ['claim.idleafter', '1h'],
    ['claim.pathttl', '1h'],
  ]);
  expect([...values.keys()]).toEqual(['claim.idleafter', 'claim.pathttl']);
  expect(complaints.map((complaint) => 'key' in complaint && complaint.key)).toEqual(['claim.heartbeat', 'claim.staleafter']);
});

test('whatever is written there, it is honoured as it is or complained about, and never honoured with a control character', () => {
  const key = fc.oneof(fc.constantFrom(...Object.keys(KEYS)), fc.string());
  const value = fc.oneof(fc.string(), fc.constantFrom(...Object.values(KEYS).flatMap(({ good, bad }) => [...good, ...bad])));
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          key,
          fc.oneof(
            value,
            fc.tuple(value, fc.constantFrom(...CONTROLS)).map((parts) => parts.join('')),
          ),
        ),
      ),
      (entries) => {
        const { values, complaints } = committedSettings(entries);
        const honoured = [...values.values()].flat();
        expect(honoured.length + complaints.length).toBeLessThanOrEqual(entries.length + 6);
        for (const text of honoured) expect(CONTROLS.some((one) => text.includes(one))).toBe(false);
        for (const name of values.keys()) expect(Object.keys(KEYS).map((known) => known.toLowerCase())).toContain(name);
      },
    ),
  );
});
