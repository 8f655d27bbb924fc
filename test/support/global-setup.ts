import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { processesAtHome } from './processes-at-home.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where every sandbox of this run lives; its path has a space and a letter outside ASCII. */
    sandboxes: string;
  }
}

/** Builds what the tests run, and makes the folder of all sandboxes; at the end removes it, and fails when a process of a sandbox still lives. */
export default function setup(project: TestProject): () => void {
  const root = join(import.meta.dirname, '../..');
  execFileSync(process.execPath, ['build.mjs'], { cwd: root, stdio: 'inherit' });

  const sandboxes = mkdtempSync(join(realpathSync(tmpdir()), 'git claim tésts '));
  project.provide('sandboxes', sandboxes);
  return () => {
    const left = processesAtHome(sandboxes);
    rmSync(sandboxes, { recursive: true, force: true, maxRetries: 5 });
    if (left.length > 0) throw new Error(`the tests left processes behind:\n${left.join('\n')}`);
  };
}
