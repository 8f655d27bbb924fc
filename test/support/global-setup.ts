import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where every sandbox of this run lives; its path has a space and a letter outside ASCII. */
    sandboxes: string;
  }
}

/** Builds what the tests run, makes the folder of all sandboxes, and removes it at the end. */
export default function setup(project: TestProject): () => void {
  const root = join(import.meta.dirname, '../..');
  execFileSync(process.execPath, ['build.mjs'], { cwd: root, stdio: 'inherit' });

  const sandboxes = mkdtempSync(join(realpathSync(tmpdir()), 'git claim tésts '));
  project.provide('sandboxes', sandboxes);
  return () => rmSync(sandboxes, { recursive: true, force: true, maxRetries: 5 });
}
