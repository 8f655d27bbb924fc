import { spawn } from 'node:child_process';
import type { Pager } from '../../ports/pager.ts';

/** What git starts where nothing else is configured, and the variables that it sets for it. */
const DEFAULT_PAGER = 'less';
const VARIABLES = { LESS: 'FRX', LV: '-c' };

/** A pager as git chooses and starts it. */
export class SystemPager implements Pager {
  readonly #env: NodeJS.ProcessEnv;
  readonly #program: string;

  /** @param configured git's `core.pager` */
  constructor(env: NodeJS.ProcessEnv, configured: string | null) {
    this.#env = env;
    this.#program = env['GIT_PAGER'] ?? configured ?? env['PAGER'] ?? DEFAULT_PAGER;
  }

  async show(text: string): Promise<boolean> {
    if (this.#program === '' || this.#program === 'cat' || this.#env['TERM'] === 'dumb') return false;
    const stdio = ['pipe', 'inherit', 'inherit'] as const;
    const child = spawn('/bin/sh', ['-c', this.#program], { env: { ...VARIABLES, ...this.#env }, stdio: [...stdio] });
    // The terminal sends an interrupt to both. Whether it ends the pager is the pager's own business.
    const ignore = () => undefined;
    process.on('SIGINT', ignore);
    try {
      return await new Promise<boolean>((resolve) => {
        child.on('error', () => resolve(false));
        child.on('close', (code) => resolve(code !== 126 && code !== 127));
        child.stdin?.on('error', () => undefined);
        child.stdin?.end(text);
      });
    } finally {
      process.off('SIGINT', ignore);
    }
  }
}
