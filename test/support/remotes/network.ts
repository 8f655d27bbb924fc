import { execFileSync, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from '../sandbox.ts';
import { daemon, daemonOptions } from './git-daemon.ts';
import type { Machine } from './machine.ts';
import { namespaced } from './namespace.ts';
import { started } from './served.ts';

/** The server's address, the same for all machines. */
const SERVER = '10.77.0.1';

/** Some machines with networks of their own, and a server that each is wired to. */
export type Network = {
  /** Serves a folder of bare repositories by `git daemon`. Returns the folder's address. */
  serve(sandbox: Sandbox, folder: string): Promise<string>;
  /** Wires a machine that was made with a network of its own to the server. */
  join(machine: Machine): void;
  cutOff(machine: Machine): void;
  reconnect(machine: Machine): void;
  end(): Promise<void>;
};

/** Returns why there can be no networks of their own here, or null. */
export function lackOfNetworks(): string | null {
  const words = ['--net', 'sh', '-c', 'ip link add name one type veth peer name other'];
  return spawnSync('unshare', words).status === 0 ? null : 'only root can wire networks of their own together';
}

export async function network(): Promise<Network> {
  const hub = await namespaced(['--net'], 'ip link set lo up');
  const joined = new Map<Machine, number>();
  const ends: (() => Promise<void>)[] = [];
  const inHub = (...words: readonly string[]) => execFileSync('nsenter', [`--net=/proc/${hub.pid}/ns/net`, 'ip', ...words]);
  const inside = ({ pid }: Machine, ...words: readonly string[]) =>
    execFileSync('nsenter', [`--net=/proc/${pid}/ns/net`, 'ip', ...words]);
  inHub('addr', 'add', `${SERVER}/32`, 'dev', 'lo');
  const wire = (machine: Machine) => {
    const n = joined.get(machine);
    inside(machine, 'link', 'set', 'wire', 'up');
    inside(machine, 'route', 'replace', SERVER, 'via', `10.77.${n}.1`);
  };
  return {
    serve: async ({ env }, folder) => {
      const enter = ['nsenter', `--net=/proc/${hub.pid}/ns/net`];
      const server = started([...enter, daemon(), ...daemonOptions(folder), `--listen=${SERVER}`, '--port=9418'], env);
      ends.push(server.end);
      // It answers that there is no such repository.
      const asks = () => spawnSync('nsenter', [enter[1] as string, 'git', 'ls-remote', `git://${SERVER}/none`], { env }).stderr;
      for (let tries = 0; !String(asks()).includes('remote error'); tries += 1) {
        if (tries === 500) throw new Error(`git daemon does not serve: ${server.said()}`);
        await sleep(10);
      }
      return `git://${SERVER}/`;
    },
    join: (machine) => {
      const n = joined.size + 1;
      joined.set(machine, n);
      inHub('link', 'add', 'name', `m${n}`, 'type', 'veth', 'peer', 'name', 'wire', 'netns', String(machine.pid));
      inHub('addr', 'add', `10.77.${n}.1/24`, 'dev', `m${n}`);
      inHub('link', 'set', `m${n}`, 'up');
      inside(machine, 'link', 'set', 'lo', 'up');
      inside(machine, 'addr', 'add', `10.77.${n}.2/24`, 'dev', 'wire');
      wire(machine);
    },
    cutOff: (machine) => inside(machine, 'link', 'set', 'wire', 'down'),
    reconnect: wire,
    end: async () => {
      for (const end of ends) await end();
      await hub.end();
    },
  };
}
