import { expect, test } from 'vitest';
import { remoteRefs } from '../../../src/core/remote/remote-refs.ts';

test.for(['refs/claims/', 'refs/tags/claims/'])(
  'each ref of claims below %s has one place where it is seen, and back',
  (prefix) => {
    const refs = remoteRefs('origin', prefix);
    const folder = prefix.replace('claims/', '');
    for (const ref of [`${prefix}R-1`, `${prefix}paths/R-1`, `${folder}claim-paths/src/auth.ts`, `${folder}claim-paths.guard`]) {
      const [seen, unsent] = [refs.seenOf(ref) as string, refs.unsentOf(ref)];
      expect(seen.startsWith('refs/claims-remote/origin/')).toBe(true);
      expect([refs.localOf(seen), refs.localOfUnsent(unsent)]).toEqual([ref, ref]);
      expect(refs.remoteOf(ref)).toMatch(/^refs\/[^/]+\/./);
      expect([refs.localOf(unsent), refs.localOfUnsent(seen)]).toEqual([null, null]);
    }
    for (const ref of ['refs/heads/main', 'refs/claim-done/R-1', 'refs/claims-beat/x']) expect(refs.seenOf(ref)).toBe(null);
  },
);

test('no password is in the name of a ref', () => {
  const { seenPrefix } = remoteRefs('https://ada:secret@host.example/team/app.git', 'refs/claims/');
  expect(seenPrefix).toMatch(/^refs\/claims-remote\/at-host-example-team-app-git-[0-9a-f]{8}\/$/);
});

test('addresses that differ only in what a ref cannot spell have folders of their own', () => {
  const folders = ['../a b', '../a.b', '../a_b', '-', '..', 'a'.repeat(500)].map(
    (remote) => remoteRefs(remote, 'refs/claims/').seenPrefix,
  );
  expect(new Set(folders).size).toBe(folders.length);
  for (const folder of folders) expect(folder).toMatch(/^refs\/claims-remote\/[A-Za-z0-9][A-Za-z0-9-]*\/$/);
});
