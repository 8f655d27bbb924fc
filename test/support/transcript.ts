import { hostname } from 'node:os';
import type { Sandbox } from './sandbox.ts';

type Ended = { readonly args: readonly string[]; readonly code: number | null; readonly stdout: string; readonly stderr: string };

/**
 * Returns a finished command as one text:
 *
 *     $ git claim ORDER-143
 *     <stdout>
 *     stderr:
 *     <stderr>
 *     exit 3
 */
export function transcribe(sandbox: Pick<Sandbox, 'dir'>, { args, code, stdout, stderr }: Ended): string {
  const parts = [`$ ${['git claim', ...args.map(quoted)].join(' ')}\n`, stdout, stderr === '' ? '' : `stderr:\n${stderr}`];
  const whole = parts.map((part) => (part === '' || part.endsWith('\n') ? part : `${part}\n`)).join('');
  return `${withoutChance(whole, sandbox.dir)}exit ${code}\n`;
}

/** Replaces what differs from run to run by a name for it. */
function withoutChance(text: string, dir: string): string {
  return text
    .replaceAll(dir, '<dir>')
    .replaceAll(hostname(), '<host>')
    .replace(/\b(?:[0-9a-f]{64}|[0-9a-f]{40})\b/g, '<oid>')
    .replace(/\b[0-9a-f]{32}\b/g, '<nonce>')
    .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<uuid>')
    .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g, '<time>')
    .replace(/(?:\b\d{4}-\d\d-\d\d )?\b\d\d:\d\d \(\d+[smhd]\)/g, '<when>')
    .replace(/(?:\b\d{4}-\d\d-\d\d )?\b\d\d:\d\d, \d+[smhd] ago/g, '<when>')
    .replace(/<when> {2,}/g, '<when>  ')
    .replace(/ {2,}\d+[smhd] {2,}/g, '  <age>  ')
    .replace(/\b\d+[smhd] ago\b/g, '<age> ago')
    .replace(/\b(age|held for) \d+[smhd]\b/g, '$1 <age>')
    .replace(/\b(refs\/claim-rescue\/[\w.-]+\/)[0-9a-f]+/g, '$1<id>')
    .replace(/^( {2}from {6}\S+, )[0-9a-f]{7}\b/gm, '$1<commit>')
    .replace(/(\bprocess |\bpid |"pid": ?)\d+/g, '$1<pid>');
}

function quoted(arg: string): string {
  return /^[\w@%+=:,./<>-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`;
}
