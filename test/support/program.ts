import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

export type Ended = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type Running = { readonly child: ChildProcess; readonly ended: Promise<Ended> };

/** Bundles a TypeScript program into one CommonJS file, as the command line is bundled; external modules are found beside it. */
export class Program {
  readonly directory = mkdtempSync(join(tmpdir(), 'git-claim-program-'));

  async bundle(source: string): Promise<this> {
    symlinkSync(resolve(import.meta.dirname, '../../node_modules'), join(this.directory, 'node_modules'));
    await build({
      entryPoints: [join(import.meta.dirname, source)],
      outfile: join(this.directory, 'program.cjs'),
      bundle: true,
      platform: 'node',
      target: 'node20.12',
      format: 'cjs',
      external: ['better-sqlite3'],
      define: { 'import.meta.filename': '__filename', 'import.meta.dirname': '__dirname' },
    });
    return this;
  }

  start(args: readonly string[], env: Record<string, string> = {}): Running {
    const child = spawn(process.execPath, [join(this.directory, 'program.cjs'), ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    const ended = new Promise<Ended>((done) => child.on('close', (code, signal) => done({ code, signal, stdout, stderr })));
    return { child, ended };
  }

  run(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
    return this.start(args, env).ended;
  }

  /** Makes an empty folder that plays a repository's common git directory. */
  commonDir(): string {
    return mkdtempSync(join(this.directory, 'git-'));
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
