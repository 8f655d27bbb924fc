import { hostname } from 'node:os';
import type { ProcessTable } from '../../ports/process-table.ts';
import { bootId } from './boot.ts';
import * as linux from './proc-fs.ts';
import * as darwin from './ps.ts';

/** Returns the process table of this machine. Nothing is read before it is needed. */
export function systemProcessTable(): ProcessTable {
  const isLinux = process.platform === 'linux';
  return {
    host: hostname(),
    get boot() {
      return bootId();
    },
    get ns() {
      return isLinux ? linux.pidNamespace() : 'host';
    },
    ...(isLinux ? { find: linux.find, ancestors: linux.ancestors } : darwin.psView()),
  };
}
