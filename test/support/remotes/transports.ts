import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Sandbox } from '../sandbox.ts';
import { serveDaemon } from './git-daemon.ts';
import { serveHttp } from './nginx.ts';
import { programIn, type Server, type Start } from './server.ts';
import { serveSsh } from './sshd.ts';

export const TRANSPORTS = ['path', 'file', 'git', 'http', 'https', 'ssh'] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** Bare repositories in one folder, and how clients reach them. */
export type Remotes = {
  readonly transport: Transport;
  /** Holds the repositories. */
  readonly folder: string;
  /** The port that it listens on; null without a server. */
  readonly port: number | null;
  /** Makes a bare repository. Returns its path, to look into it behind the server's back. */
  make(name: string): string;
  /** The address by which clients reach a repository, through another port if one is given. */
  url(name: string, port?: number): string;
  /** Lets a client in: its HOME gets what it must know of the server (a key, a password, whom to trust). */
  admit(client: Pick<Sandbox, 'env'>): void;
  end(): Promise<void>;
};

/** What each transport needs besides git. */
const PROGRAMS: Readonly<Record<Transport, readonly string[]>> = {
  path: [],
  file: [],
  git: [],
  http: ['nginx', 'fcgiwrap'],
  https: ['nginx', 'fcgiwrap', 'openssl'],
  ssh: ['sshd', 'ssh', 'ssh-keygen'],
};

/** Returns why a transport cannot be had on this machine, or null if it can. */
export function lackOf(transport: Transport): string | null {
  const missing = PROGRAMS[transport].filter((name) => programIn(name) === null);
  return missing.length === 0 ? null : `${transport}: ${missing.join(', ')} cannot be found here`;
}

/**
 * Starts the real server of a transport, on the loopback alone, for bare repositories in the sandbox.
 *
 * @throws Error if it does not begin to serve
 */
export async function serve(sandbox: Sandbox, transport: Transport): Promise<Remotes> {
  const folder = join(sandbox.dir, `${transport} remotes`);
  mkdirSync(folder, { recursive: true });
  const { port, address, settings, end } = await SERVERS[transport](sandbox, folder);
  return {
    transport,
    folder,
    port,
    make: (name) => {
      const path = join(folder, name);
      execFileSync('git', ['init', '--quiet', '--bare', path], { env: sandbox.env });
      return path;
    },
    url: (name, at) => address(at ?? port) + name,
    admit: ({ env }) => appendFileSync(join(env['HOME'] as string, '.gitconfig'), settings),
    end,
  };
}

const SERVERS: Readonly<Record<Transport, Start>> = {
  path: async (_, folder) => unserved(`${folder}/`),
  file: async (_, folder) => unserved(`${pathToFileURL(folder)}/`),
  git: serveDaemon,
  http: (sandbox, folder) => serveHttp(sandbox, folder, false),
  https: (sandbox, folder) => serveHttp(sandbox, folder, true),
  ssh: serveSsh,
};

function unserved(address: string): Server {
  return { port: null, address: () => address, settings: '', end: async () => undefined };
}
