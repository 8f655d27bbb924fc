import { expect, test } from 'vitest';
import { isAddress, type RemoteSetting, unfitOf } from '../../../src/core/remote/named.ts';

test('an address has a transport of git itself; what runs a program, and what is a path, is none', () => {
  const addresses = ['https://a/b.git', 'ssh://ada@a:22/b', 'git://a/b', 'file:///b', 'ada@a:b.git', 'a:b/c', 'HTTP://a'];
  expect(addresses.filter((text) => !isAddress(text))).toEqual([]);
  const others = [
    'origin',
    '../b.git',
    '/b.git',
    './a:b',
    'ext::sh -c true',
    'fd::3',
    'a::b',
    '-oProxyCommand=x:y',
    'ftp://a/b',
    '',
  ];
  expect(others.filter(isAddress)).toEqual([]);
});

const setting = (remote: string, key: string, text: string): RemoteSetting => ({ remote, key, text });
const ORIGIN = setting('origin', 'url', 'https://a/b.git');

test.for([
  {
    what: 'a plain remote',
    value: 'origin',
    settings: [ORIGIN, setting('origin', 'fetch', '+refs/heads/*:refs/remotes/origin/*')],
  },
  {
    what: 'a mirror elsewhere',
    value: 'origin',
    settings: [ORIGIN, setting('copy', 'url', 'https://c/b'), setting('copy', 'mirror', 'true')],
  },
  { what: 'an address without a remote', value: 'https://a/b.git', settings: [setting('copy', 'mirror', 'true')] },
])('fit: $what', ({ value, settings }) => {
  expect(unfitOf(value, settings)).toBeNull();
});

test.for([
  { what: 'a push mirror', value: 'origin', bad: setting('origin', 'mirror', 'true') },
  { what: 'a push of every ref', value: 'origin', bad: setting('origin', 'push', '+refs/*:refs/*') },
  { what: 'a fetch mirror', value: 'origin', bad: setting('origin', 'fetch', '+refs/*:refs/*') },
  { what: 'another remote of the same address that is a mirror', value: 'origin', bad: setting('copy', 'mirror', '') },
  { what: 'an address that a mirror has', value: 'https://a/b/', bad: setting('copy', 'mirror', 'yes') },
])('unfit: $what', ({ value, bad }) => {
  const settings = [ORIGIN, setting('copy', 'url', 'https://a/b'), bad];
  expect(unfitOf(value, settings)).toEqual({ kind: 'mirror', ...bad });
});

test('unfit: a remote with several addresses', () => {
  expect(unfitOf('origin', [ORIGIN, setting('origin', 'url', 'https://c/b')])).toEqual({ kind: 'several' });
  const pushed = [setting('origin', 'pushurl', 'x'), setting('origin', 'pushurl', 'y')];
  expect(unfitOf('origin', [ORIGIN, ...pushed])).toEqual({ kind: 'several' });
});
