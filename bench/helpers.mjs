// What sessions cost that hold one claim each and do nothing: processes, private memory, processor time in an hour. Measured with
// several numbers of sessions, one after the other; what counts is that it stays the same for each session.
//   node bench/helpers.mjs [seconds]
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimedRepository } from './repositories.mjs';

/** Three beats of thirty seconds. */
const SECONDS_DEFAULT = 90;
const SESSIONS = [1, 15, 200];
const TICKS_A_SECOND = 100;

const seconds = Number(process.argv[2] ?? SECONDS_DEFAULT);
const program = join(import.meta.dirname, '../bin/git-claim');
const scratch = mkdtempSync(join(tmpdir(), 'git-claim-bench-'));
const env = { PATH: process.env.PATH, HOME: scratch };
for (const who of ['AUTHOR', 'COMMITTER']) Object.assign(env, { [`GIT_${who}_NAME`]: 'bench', [`GIT_${who}_EMAIL`]: 'bench' });

try {
  console.log('sessions  processes  private kB  ms of processor an hour (each session)');
  for (const sessions of SESSIONS) await measure(sessions);
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
}

async function measure(sessions) {
  const folder = claimedRepository(join(scratch, `with-${sessions}`), program, { ...env, GIT_CLAIM_SESSION: 'first' });
  const anchors = Array.from({ length: sessions }, () => spawn('sleep', ['3600'], { stdio: 'ignore' }));
  try {
    for (const [at, { pid }] of anchors.entries()) {
      const session = { GIT_CLAIM_SESSION: `session-${at}`, GIT_CLAIM_ANCHOR: String(pid) };
      execFileSync(program, ['--no-worktree', `IDLE-${at}`], { cwd: folder, env: { ...env, ...session }, stdio: 'ignore' });
    }
    // The first beat of a helper reads all claims.
    await passed(seconds);
    const before = helpersOf(folder).map(({ ms }) => ms);
    await passed(seconds);
    const helpers = helpersOf(folder);
    const usedMs = sum(helpers.map(({ ms }) => ms)) - sum(before);
    const each = (total) => (total / sessions).toFixed(1);
    const processes = sum(helpers.map(({ children }) => 1 + children));
    const kilobytes = sum(helpers.map(({ privateKb }) => privateKb));
    console.log(
      `${String(sessions).padStart(8)}  ${each(processes).padStart(9)}  ${each(kilobytes).padStart(10)}  ${each((usedMs * 3600) / seconds).padStart(9)}`,
    );
  } finally {
    for (const anchor of anchors) anchor.kill('SIGKILL');
    while (helpersOf(folder).length > 0) await passed(1);
  }
}

/** Returns the helpers of a repository, with what they and their ended children have used. */
function helpersOf(folder) {
  const notes = join(folder, '.git/claim/heartbeat');
  return readdirSync(notes).flatMap((name) => {
    try {
      const pid = Number.parseInt(readFileSync(join(notes, name), 'latin1'), 10);
      const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
        .replace(/^.*\) /s, '')
        .split(' ');
      const ms = (sum(fields.slice(11, 15).map(Number)) * 1000) / TICKS_A_SECOND;
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').filter(Boolean);
      const memory = [pid, ...children].map((one) => privateKbOf(one));
      return [{ ms, children: children.length, privateKb: sum(memory) }];
    } catch {
      return [];
    }
  });
}

function privateKbOf(pid) {
  const rows = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1').matchAll(/^Private_\w+:\s+(\d+) kB$/gm);
  return sum(Array.from(rows, ([, kilobytes]) => Number(kilobytes)));
}

function sum(values) {
  return values.reduce((one, other) => one + other, 0);
}

function passed(wait) {
  return new Promise((resolve) => setTimeout(resolve, wait * 1000));
}
