import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Sandbox } from '../sandbox.ts';
import { served } from './served.ts';
import { programIn, type Server } from './server.ts';

/** Serves a folder by OpenSSH, to the user who runs the tests and has a key that was made for it. */
export async function serveSsh({ dir, env }: Sandbox, folder: string): Promise<Server> {
  const place = join(dir, 'ssh server');
  mkdirSync(place);
  for (const name of ['host', 'user'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(place, name)]);
  // The program insists on this folder, which belongs to no package.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  // Git on the server sees the sandbox's configuration, not that of whoever runs the tests.
  const variables = ['PATH', 'HOME', 'GIT_CONFIG_NOSYSTEM'].map((name) => `${name}='${env[name]}'`);
  writeFileSync(join(place, 'serve'), `export ${variables.join(' ')}\nexec sh -c "$SSH_ORIGINAL_COMMAND"\n`);
  const key = readFileSync(join(place, 'user.pub'), 'utf8');
  writeFileSync(join(place, 'authorized'), `command="sh '${place}/serve'",restrict ${key}`);
  const { port, end } = await served((at) => {
    writeFileSync(join(place, 'configuration'), configuration(place, at));
    return [programIn('sshd') as string, '-D', '-e', '-f', join(place, 'configuration')];
  }, env);
  writeFileSync(join(place, 'known'), `[127.0.0.1]:${port} ${readFileSync(join(place, 'host.pub'), 'utf8')}`);
  const options = ['IdentitiesOnly=yes', `UserKnownHostsFile=\\"${place}/known\\"`, 'StrictHostKeyChecking=yes'];
  const command = `ssh -F none -i '${place}/user' ${options.map((option) => `-o '${option}'`).join(' ')}`;
  return {
    port,
    address: (at) => `ssh://127.0.0.1:${at}${pathToFileURL(folder).pathname}/`,
    settings: `[core]\n\tsshCommand = "${command}"\n`,
    end,
  };
}

function configuration(place: string, port: number): string {
  return [
    ...[`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey "${place}/host"`, 'PidFile none', 'LogLevel ERROR', 'UsePAM no'],
    ...[`AuthorizedKeysFile "${place}/authorized"`, 'StrictModes no', 'PasswordAuthentication no', 'PermitRootLogin yes'],
    // Twenty clients at once are no attack.
    ...['MaxStartups 200', ''],
  ].join('\n');
}
