import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ended } from '../program.ts';
import { createSandbox, type Sandbox } from '../sandbox.ts';
import { runAs, type SessionOptions } from '../sessions.ts';
import { namespaced } from './namespace.ts';

/** Another machine, as far as git-claim can see: its own clone, HOME, host name, boot id and cache. */
export type Machine = Sandbox & {
  readonly host: string;
  readonly boot: string;
  /** Of the process that keeps its namespaces; 0 if there are none. */
  readonly pid: number;
  /** Returns what a program runs under to be on this machine, in its repository or another folder. */
  under(cwd?: string): readonly string[];
  /** Runs `git claim <args>` there for a session. */
  run(session: string, args: readonly string[], options?: SessionOptions): Promise<Ended>;
  end(): Promise<void>;
};

const AS_ROOT = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
const HAS_NAMESPACES = spawnSync('unshare', [...AS_ROOT, '--uts', '--mount', 'true']).status === 0;

/**
 * Starts another machine. Where there are no namespaces, its processes of Node are told another name and boot id instead.
 *
 * @param hasNetwork whether it has a network of its own, with nothing in it; only root makes one
 */
export async function machine(host: string, hasNetwork = false): Promise<Machine> {
  const sandbox = createSandbox();
  const boot = randomUUID();
  const bootFile = join(sandbox.dir, 'boot id');
  writeFileSync(bootFile, `${boot}\n`);
  const place = HAS_NAMESPACES
    ? await apart(sandbox, host, bootFile, hasNetwork)
    : { pid: 0, under: () => [], end: async () => undefined };
  const env = HAS_NAMESPACES ? sandbox.env : { ...sandbox.env, ...told(sandbox, host, boot) };
  const one = { ...sandbox, env, host, boot, ...place };
  return {
    ...one,
    run: (session, args, options = {}) =>
      runAs(one, session, args, { ...options, under: [...one.under(options.cwd), ...(options.under ?? [])] }),
  };
}

async function apart({ repo }: Sandbox, host: string, bootFile: string, hasNetwork: boolean) {
  const kinds = ['--uts', '--mount', ...(hasNetwork ? ['--net'] : [])];
  const setUp = 'hostname "$1" && mount --bind "$2" /proc/sys/kernel/random/boot_id';
  const { pid, end } = await namespaced([...AS_ROOT, ...kinds], setUp, [host, bootFile]);
  const user = AS_ROOT.length === 0 ? [] : ['--user', '--preserve-credentials'];
  return { pid, end, under: (cwd = repo) => ['nsenter', `--target=${pid}`, ...user, ...kinds, `--wdns=${cwd}`] };
}

/** Returns the variables that make Node load a program which answers for the system. */
function told({ dir }: Sandbox, host: string, boot: string) {
  const program = join(dir, 'system.cjs');
  writeFileSync(
    program,
    `const [fs, os] = [require('node:fs'), require('node:os')];
os.hostname = () => ${JSON.stringify(host)};
const read = fs.readFileSync;
fs.readFileSync = (path, ...rest) => (path === '/proc/sys/kernel/random/boot_id' ? '${boot}\\n' : read(path, ...rest));
`,
  );
  return { NODE_OPTIONS: `--require ${JSON.stringify(program)}` };
}
