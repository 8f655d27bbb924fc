import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from '../sandbox.ts';
import { served, started } from './served.ts';
import { programIn, type Server } from './server.ts';

const USER = 'ada';
const PASSWORD = 'løvelace s3cret';

/** How many requests git answers at once. */
const BACKENDS = 8;

/**
 * Serves a folder by nginx and `git http-backend`, to whoever knows the password. Over http a client has it in the address, over
 * https from a credential helper.
 */
export async function serveHttp({ dir, env }: Sandbox, folder: string, isSecure: boolean): Promise<Server> {
  const place = join(dir, isSecure ? 'https server' : 'http server');
  mkdirSync(join(place, 'temporary'), { recursive: true });
  writeFileSync(join(place, 'passwords'), `${USER}:{PLAIN}${PASSWORD}\n`);
  const authority = isSecure ? certify(place) : null;
  // The name of a socket has a limit, and this folder's own may be long.
  const short = mkdtempSync(join(tmpdir(), 'git-claim-fcgi-'));
  const socket = join(short, 's');
  const backend = started([programIn('fcgiwrap') as string, '-f', '-c', `${BACKENDS}`, '-s', `unix:${socket}`], env);
  while (!existsSync(socket) && backend.child.exitCode === null) await sleep(5);
  const front = await served((port) => {
    writeFileSync(
      join(place, 'nginx.conf'),
      configuration({ place, folder, socket, port, isSecure, home: env['HOME'] as string }),
    );
    return [programIn('nginx') as string, '-p', place, '-e', join(place, 'errors'), '-c', join(place, 'nginx.conf')];
  }, env);
  const known = isSecure ? '' : `${USER}:${encodeURIComponent(PASSWORD)}@`;
  return {
    port: front.port,
    address: (port) => `${isSecure ? 'https' : 'http'}://${known}127.0.0.1:${port}/`,
    settings: authority === null ? '' : trusting(authority),
    end: async () => {
      await front.end();
      await backend.end();
      rmSync(short, { recursive: true });
    },
  };
}

/** Makes an authority and a certificate of 127.0.0.1 by it. Returns the authority's own. */
function certify(place: string): string {
  const [authority, key] = [join(place, 'authority.pem'), join(place, 'authority.key')];
  const make = (words: readonly string[]) =>
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', ...words], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  make(['-days', '2', '-subj', '/CN=git-claim test authority', '-keyout', key, '-out', authority]);
  const names = ['-addext', 'subjectAltName=IP:127.0.0.1', '-addext', 'basicConstraints=critical,CA:FALSE'];
  const files = ['-keyout', join(place, 'server.key'), '-out', join(place, 'server.pem')];
  make(['-days', '2', '-subj', '/CN=127.0.0.1', '-CA', authority, '-CAkey', key, ...names, ...files]);
  return authority;
}

function trusting(authority: string): string {
  const helper = `!f() { test \\"$1\\" = get && printf 'username=%s\\\\npassword=%s\\\\n' '${USER}' '${PASSWORD}'; }; f`;
  return `[http]\n\tsslCAInfo = "${authority}"\n[credential]\n\thelper = "${helper}"\n`;
}

type Facts = {
  readonly place: string;
  readonly folder: string;
  readonly socket: string;
  readonly home: string;
  readonly port: number;
  readonly isSecure: boolean;
};

function configuration({ place, folder, socket, home, port, isSecure }: Facts): string {
  const temporary = ['client_body', 'fastcgi', 'proxy', 'uwsgi', 'scgi'].map(
    (kind) => `  ${kind}_temp_path "${place}/temporary";`,
  );
  const backend = join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');
  const parameters = {
    ...{ SCRIPT_FILENAME: backend, GIT_PROJECT_ROOT: folder, GIT_HTTP_EXPORT_ALL: '', HOME: home, GIT_CONFIG_NOSYSTEM: '1' },
    ...{ PATH_INFO: '$uri', QUERY_STRING: '$query_string', REQUEST_METHOD: '$request_method', CONTENT_TYPE: '$content_type' },
    ...{ CONTENT_LENGTH: '$content_length', REMOTE_USER: '$remote_user', REMOTE_ADDR: '$remote_addr' },
    GIT_PROTOCOL: '$http_git_protocol',
  };
  return [
    ...['daemon off;', `pid "${place}/pid";`, 'worker_processes 1;', ...(process.getuid?.() === 0 ? ['user root;'] : [])],
    ...['events { worker_connections 512; }', 'http {', '  access_log off;', '  client_max_body_size 0;', ...temporary],
    ...['  server {', `    listen 127.0.0.1:${port}${isSecure ? ' ssl' : ''};`],
    ...(isSecure ? [`    ssl_certificate "${place}/server.pem";`, `    ssl_certificate_key "${place}/server.key";`] : []),
    ...['    location / {', '      auth_basic "git";', `      auth_basic_user_file "${place}/passwords";`],
    ...[`      fastcgi_pass "unix:${socket}";`, '      fastcgi_read_timeout 60s;'],
    ...Object.entries(parameters).map(([name, value]) => `      fastcgi_param ${name} "${value}";`),
    ...['    }', '  }', '}', ''],
  ].join('\n');
}
