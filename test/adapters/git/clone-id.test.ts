import { appendFileSync, cpSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cloneIdIn } from '../../../src/adapters/git/remote/clone-id.ts';
import { createSandbox } from '../../support/sandbox.ts';

test('a clone keeps its id, also where it is moved to; a copy of it is another clone, and the copy of that is too', () => {
  const { dir } = createSandbox();
  const [folder, moved, copy, again] = ['a', 'b', 'c', 'd'].map((name) => join(dir, name)) as [string, string, string, string];
  cpSync(createSandbox().repo, folder, { recursive: true });
  const id = cloneIdIn(folder);
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(cloneIdIn(folder)).toBe(id);
  renameSync(folder, moved);
  expect(cloneIdIn(moved)).toBe(id);
  cpSync(moved, copy, { recursive: true });
  const other = cloneIdIn(copy);
  cpSync(copy, again, { recursive: true });
  expect(new Set([id, other, cloneIdIn(again)]).size).toBe(3);
  expect([cloneIdIn(moved), cloneIdIn(copy)]).toEqual([id, other]);
});

test('of two that are made at the same time the first counts; a line that was not written to its end is ended first', () => {
  const { dir } = createSandbox();
  const id = cloneIdIn(dir);
  const file = join(dir, 'claim', 'clone');
  const line = readFileSync(file, 'latin1').trim();
  appendFileSync(file, `\n${'0'.repeat(32)}${line.slice(32)}\n`);
  expect(cloneIdIn(dir)).toBe(id);
  writeFileSync(file, `\n${line.slice(0, 40)}`);
  const next = cloneIdIn(dir);
  expect(next).not.toBe(id);
  expect(cloneIdIn(dir)).toBe(next);
});

test('after a boot the device may have another number: then the time tells', () => {
  const { dir } = createSandbox();
  const id = cloneIdIn(dir);
  const file = join(dir, 'claim', 'clone');
  const [, , inode, born] = readFileSync(file, 'latin1').trim().split(' ');
  writeFileSync(file, `${id} 1 ${inode} ${born}\n`);
  expect(cloneIdIn(dir)).toBe(born === '0' ? expect.not.stringMatching(String(id)) : id);
  writeFileSync(file, `${id} 1 ${inode} 1\n`);
  expect(cloneIdIn(dir)).not.toBe(id);
});

test('where nothing can be written there is none', () => {
  const { dir } = createSandbox();
  writeFileSync(join(dir, 'claim'), 'no folder');
  expect(cloneIdIn(dir)).toBeNull();
});
